import assert from "node:assert/strict";
import { test } from "node:test";

import { curveDatasets, leftOutBy, lineDatasets, lineOptions, passes, pointsOf, rowAt, tally } from "../../static/detectors/plots.js";

const row = (threshold, precision, recall, found = 8, wrong = 2) => ({ threshold, precision, recall, f1: 0.5, found, false: wrong, missed: 2 });
const ROWS = [row(0.5, 0.8, 0.8), row(0.1, 0.4, 1), row(0.9, 0, 0, 0, 0)];

test("a threshold between two that were measured does what the lower one did", () => {
  assert.equal(rowAt(ROWS, 0.5).threshold, 0.5);
  assert.equal(rowAt(ROWS, 0.89).threshold, 0.5);
  assert.equal(rowAt(ROWS, 0.3 + 0.2).threshold, 0.5);
  assert.equal(rowAt(ROWS, 0).threshold, 0.1);
  assert.equal(rowAt([], 0.5), null);
});

test("where nothing is reported there is no precision to draw", () => {
  assert.deepEqual(pointsOf(ROWS), [{ x: 1, y: 0.4, threshold: 0.1 }, { x: 0.8, y: 0.8, threshold: 0.5 }]);
});

test("a curve carries the chosen and the best threshold", () => {
  const words = { best: "best", here: "here" };
  const [line, best, here] = curveDatasets({ name: "glitch", color: "#123456", best: 0.5, rows: ROWS }, 0.2, { ink: "#000", words });
  assert.equal(line.data.length, 2);
  assert.deepEqual(best.data, [{ x: 0.8, y: 0.8, threshold: 0.5 }]);
  assert.deepEqual(here.data, [{ x: 1, y: 0.4, threshold: 0.1 }]);
  assert.deepEqual(curveDatasets({ name: "x", color: "#1", best: null, rows: [] }, 0.5, { ink: "#000", words }).map(({ data }) => data), [[], [], []]);
});

test("a line has its own colour, else one of the theme, and a single epoch is a dot", () => {
  const [own, themed] = lineDatasets({ lines: [{ label: "a", color: "#111111", data: [1, 2], dash: [] }, { label: "b", look: "warn", data: [1], dash: [2] }] }, { color: (look) => `of ${look}` });
  assert.deepEqual([own.borderColor, own.pointRadius, themed.borderColor, themed.pointRadius], ["#111111", 0, "of warn", 3]);
  assert.equal(lineOptions({ axis: "Epoch", top: 1 }, {}).scales.y.max, 1);
  assert.equal(lineOptions({ axis: "Epoch" }, {}).scales.y.max, undefined);
});

test("what is shown is of a chosen type and sure enough, and is added up", () => {
  const rows = [{ type: "a", confidence: 0.7, startMs: 0, endMs: 100 }, { type: "a", confidence: 0.69, startMs: 0, endMs: 5 }, { type: "b", confidence: 1, startMs: 5, endMs: 25 }];
  assert.equal(passes(rows[0], { types: new Set(["a"]), least: 0.7 }), true);
  assert.deepEqual(tally(rows, { types: new Set(["a"]), least: 0.7 }), { shown: 1, all: 3, lengthMs: 100 });
  assert.deepEqual(tally(rows, { types: new Set(["a", "b"]), least: 0 }), { shown: 3, all: 3, lengthMs: 125 });
  assert.deepEqual(tally([], { types: new Set(), least: 0 }), { shown: 0, all: 0, lengthMs: 0 });
});

test("a minimum leaves out what is usually shorter; the shortest span there is counts for clicks", () => {
  const usual = { glitch: [2, 30], pause: [520, 1400] };
  assert.deepEqual(leftOutBy(60, usual), []);
  assert.deepEqual(leftOutBy(61, usual), [["glitch", 2, 30]]);
  assert.deepEqual(leftOutBy(521, usual), [["glitch", 2, 30], ["pause", 520, 1400]]);
  assert.deepEqual(leftOutBy(1000, undefined), []);
});
