// Draws <canvas data-chart="name"> from the figures in #chart-data, again whenever they or the theme change.

import { PATTERNS, TOKENS, datasetsOf, isEmpty, optionsOf } from "./chart_data.js";

const drawn = new Map();

const token = (name) => getComputedStyle(document.documentElement).getPropertyValue(name).trim();
const color = (look) => token(TOKENS[look]);

/** A filling that can be told apart without colours: strokes or dots in the sheet's colour on the look's. */
function paint(look) {
  const kind = PATTERNS[look];
  if (kind === "full") return color(look);
  const tile = Object.assign(document.createElement("canvas"), { width: 8, height: 8 });
  const pen = tile.getContext("2d");
  pen.fillStyle = color(look);
  pen.fillRect(0, 0, 8, 8);
  pen.strokeStyle = pen.fillStyle = token("--sheet");
  pen.lineWidth = 1.2;
  pen.beginPath();
  if (kind === "dotted") {
    for (const [x, y] of [[2, 2], [6, 6]]) pen.rect(x - 0.8, y - 0.8, 1.6, 1.6);
    pen.fill();
  } else {
    for (const shift of [-8, 0, 8]) {
      pen.moveTo(shift, 8);
      pen.lineTo(shift + 8, 0);
      if (kind === "crossed") {
        pen.moveTo(shift, 0);
        pen.lineTo(shift + 8, 8);
      }
    }
    pen.stroke();
  }
  return pen.createPattern(tile, "repeat");
}

const figures = () => JSON.parse(document.getElementById("chart-data").textContent);

/** Put the figures into what is on the page already: nothing flickers, and what is hovered stays. */
function draw(canvas, chart) {
  const isNothing = isEmpty(chart);
  canvas.hidden = isNothing;
  canvas.parentElement.querySelector("[data-nothing]").hidden = !isNothing;
  const data = { labels: chart.labels, datasets: datasetsOf(chart, { paint, color }) };
  const options = optionsOf(chart, { ink: token("--ink-2"), line: token("--line"), narrow: canvas.parentElement.clientWidth < 480 });
  const known = drawn.get(canvas);
  if (!known) {
    drawn.set(canvas, new window.Chart(canvas, { data, options }));
    return;
  }
  known.data.labels = data.labels;
  data.datasets.forEach((dataset, at) => {
    known.data.datasets[at] = Object.assign(known.data.datasets[at]?.label === dataset.label ? known.data.datasets[at] : {}, dataset);
  });
  known.data.datasets.length = data.datasets.length;
  known.options = options;
  known.update("none");
}

function drawAll() {
  const charts = figures();
  for (const canvas of document.querySelectorAll("canvas[data-chart]")) {
    if (charts[canvas.dataset.chart]) draw(canvas, charts[canvas.dataset.chart]);
  }
}

window.Chart.defaults.font.family = getComputedStyle(document.body).fontFamily;
window.Chart.defaults.font.size = 12;
drawAll();
new MutationObserver(drawAll).observe(document.querySelector("[data-charts]"), { childList: true, characterData: true, subtree: true });
new MutationObserver(drawAll).observe(document.documentElement, { attributes: true, attributeFilter: ["data-bs-theme"] });
