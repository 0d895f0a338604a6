// The page of a model: what a threshold does, and the worst mistakes to be heard.

import { Recording, watchKeys } from "../datasets/recording.js";
import { closeUp } from "../datasets/spans.js";
import { t } from "../pages/strings.js";
import { drawCurves, figures, keepDrawn } from "./charts.js";
import { rowAt } from "./plots.js";

const CLOSE_MS = 6000;
const two = (share) => share.toFixed(2);

function watchThreshold(slider) {
  const charts = figures();
  const value = document.getElementById("threshold-value");
  const words = { best: t("best"), here: t("here"), precision: t("precision"), recall: t("recall"), threshold: t("threshold") };

  function show() {
    const threshold = Number(slider.value);
    value.textContent = two(threshold);
    for (const tr of document.querySelectorAll("[data-curve-row]")) fill(tr, rowAt(charts[tr.dataset.curveRow].rows, threshold));
    for (const button of document.querySelectorAll("#thresholds [data-threshold]")) {
      button.setAttribute("aria-pressed", String(Math.abs(Number(button.dataset.threshold) - threshold) < 1e-6));
    }
    drawCurves(threshold, words);
  }

  slider.addEventListener("input", show);
  document.getElementById("thresholds").addEventListener("click", (event) => {
    const button = event.target.closest("[data-threshold]");
    if (!button) return;
    slider.value = button.dataset.threshold;
    show();
  });
  keepDrawn(show);
}

function fill(tr, row) {
  if (!row) return;
  for (const cell of tr.querySelectorAll("[data-cell]")) {
    const figure = row[cell.dataset.cell];
    cell.textContent = ["found", "false", "missed"].includes(cell.dataset.cell) ? String(figure) : two(figure);
  }
}

function watchMistakes(panel) {
  const place = panel.querySelector("[data-player]");
  if (!place) return;
  const recording = new Recording(place);
  const all = place.querySelector("[data-all]");

  function hear(tr) {
    const { recording: id, sha, header, length, start, end, color, look } = tr.dataset;
    const span = { key: tr.id, startMs: Number(start), endMs: Number(end), color, look, title: tr.querySelector("th").textContent.trim() };
    place.hidden = false;
    place.querySelector("[data-what]").textContent = tr.querySelector("[data-name]").textContent.trim();
    recording.open({ id, sha, header: JSON.parse(header), lengthMs: Number(length) });
    recording.mark([span]);
    recording.look(...closeUp(span, CLOSE_MS, recording.lengthMs));
    all.hidden = recording.showsAll;
    recording.playSpan(span);
    for (const other of panel.querySelectorAll("[data-mistake]")) other.setAttribute("aria-selected", String(other === tr));
  }

  panel.addEventListener("click", (event) => {
    const tr = event.target.closest("[data-hear]")?.closest("tr");
    if (tr) hear(tr);
  });
  all.addEventListener("click", () => {
    recording.lookAtAll();
    all.hidden = true;
  });
  watchKeys([recording]);
}

const slider = document.getElementById("threshold");
if (slider) watchThreshold(slider);
watchMistakes(document.getElementById("mistakes"));
