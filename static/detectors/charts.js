// Draws <canvas data-lines="name"> and <canvas data-curve="name"> from #chart-data, again when the figures or the theme change.

import { TOKENS } from "../annotations/chart_data.js";
import { curveDatasets, curveOptions, lineDatasets, lineOptions } from "./plots.js";

const drawn = new Map();
const token = (name) => getComputedStyle(document.documentElement).getPropertyValue(name).trim();

export const figures = () => JSON.parse(document.getElementById("chart-data").textContent);

function put(canvas, datasets, options, labels) {
  const isNothing = !datasets[0]?.data.length;
  canvas.hidden = isNothing;
  canvas.parentElement.querySelector("[data-nothing]").hidden = !isNothing;
  const known = drawn.get(canvas);
  if (!known) {
    drawn.set(canvas, new window.Chart(canvas, { type: "line", data: { labels, datasets }, options }));
    return;
  }
  known.data.labels = labels;
  datasets.forEach((dataset, at) => {
    known.data.datasets[at] = Object.assign(known.data.datasets[at] ?? {}, dataset);
  });
  known.data.datasets.length = datasets.length;
  known.options = options;
  known.update("none");
}

export function drawLines() {
  const charts = figures();
  const colors = { ink: token("--ink-2"), line: token("--line") };
  for (const canvas of document.querySelectorAll("canvas[data-lines]")) {
    const chart = charts[canvas.dataset.lines];
    put(canvas, lineDatasets(chart, { color: (look) => token(TOKENS[look]) }), lineOptions(chart, colors), chart.labels);
  }
}

export function drawCurves(threshold, words) {
  const charts = figures();
  const colors = { ink: token("--ink-2"), line: token("--line"), words };
  for (const canvas of document.querySelectorAll("canvas[data-curve]")) {
    put(canvas, curveDatasets(charts[canvas.dataset.curve], threshold, { ...colors, ink: token("--ink") }), curveOptions(colors), undefined);
  }
}

/** Call `draw` now, and whenever the figures or the theme are others. */
export function keepDrawn(draw) {
  window.Chart.defaults.font.family = getComputedStyle(document.body).fontFamily;
  window.Chart.defaults.font.size = 12;
  draw();
  new MutationObserver(draw).observe(document.querySelector("[data-charts]"), { childList: true, characterData: true, subtree: true });
  new MutationObserver(draw).observe(document.documentElement, { attributes: true, attributeFilter: ["data-bs-theme"] });
}
