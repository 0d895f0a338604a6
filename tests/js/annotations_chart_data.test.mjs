import assert from "node:assert/strict";
import { test } from "node:test";

import { PATTERNS, TOKENS, datasetsOf, isEmpty, optionsOf } from "../../static/annotations/chart_data.js";

const DAYS = {
  labels: ["19 Nov", "20 Nov"],
  bars: [{ label: "labeled", look: "accent", data: [0, 4] }, { label: "decided", look: "ok", data: [0, 2] }],
  lines: [{ label: "labeled in all", look: "ink", data: [1, 5] }, { label: "needed", look: "busy", data: [9, 9], is_dashed: true }],
};
const PEOPLE = { labels: ["Anna"], bars: [{ label: "approved", look: "ok", data: [2] }], is_stacked: true, is_horizontal: true };
const look = { paint: (name) => `pattern ${name}`, color: (name) => `plain ${name}` };
const room = { ink: "black", line: "grey", narrow: false };

test("every look has a colour of the theme and a pattern", () => assert.deepEqual(Object.keys(PATTERNS).sort(), Object.keys(TOKENS).sort()));

test("what stands side by side differs in pattern, what stands alone is plain", () => {
  assert.deepEqual(datasetsOf(DAYS, look).slice(0, 2).map((set) => set.backgroundColor), ["pattern accent", "pattern ok"]);
  assert.equal(datasetsOf(PEOPLE, look)[0].backgroundColor, "plain ok");
});

test("bars of a histogram fill their stretch, others stay slim", () => {
  const [dense] = datasetsOf({ labels: ["0–5 %"], bars: [{ label: "marks", look: "accent", data: [3] }], is_dense: true }, look);
  assert.deepEqual([dense.categoryPercentage, dense.maxBarThickness], [1, undefined]);
  assert.equal(datasetsOf(PEOPLE, look)[0].maxBarThickness, 22);
});

test("running totals have an axis of their own, and what is needed is dashed", () => {
  const [, , total, needed] = datasetsOf(DAYS, look);
  assert.deepEqual([total.yAxisID, total.borderDash, needed.borderDash], ["total", [], [6, 4]]);
  assert.deepEqual(Object.keys(optionsOf(DAYS, room).scales), ["x", "y", "total"]);
});

test("bars of people lie and are stacked", () => {
  const { indexAxis, scales } = optionsOf(PEOPLE, room);
  assert.deepEqual([indexAxis, scales.x.stacked, scales.y.stacked], ["y", true, true]);
});

test("nothing moves by itself", () => assert.equal(optionsOf(DAYS, room).animation, false));

test("long names are cut where there is little room", () => {
  const shown = (narrow) => optionsOf(PEOPLE, { ...room, narrow }).scales.y.ticks.callback.call({ getLabelForValue: () => "Bartholomew Montgomery Featherstonehaugh" }, 0);
  assert.equal(shown(true), "Bartholomew…");
  assert.equal(shown(false).length, 26);
});

test("zeros and what is only needed are nothing to draw", () => {
  assert.ok(isEmpty({ bars: [{ data: [0, 0] }], lines: [{ data: [9, 9], is_dashed: true }] }));
  assert.ok(isEmpty({ bars: [] }));
  assert.ok(!isEmpty(DAYS));
});
