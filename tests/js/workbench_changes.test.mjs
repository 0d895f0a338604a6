import assert from "node:assert/strict";
import { test } from "node:test";

import { idNow, lineOf, linesOf, placeOf, SIGNS, stepTo } from "../../static/workbench/changes.js";
import { createChangesPainter } from "../../static/workbench/paint_changes.js";
import * as st from "../../static/workbench/state.js";

const glitch = { id: "r1", label: "glitch", start_ms: 1200, end_ms: 1350, note: "" };

test("each kind of change is one line", () => {
  for (const [change, type, line] of [
    [{ kind: "added", before: null, after: glitch }, "regions", "glitch 0:01.200–0:01.350"],
    [{ kind: "removed", before: glitch, after: null }, "regions", "glitch 0:01.200–0:01.350"],
    [{ kind: "moved", before: glitch, after: { ...glitch, start_ms: 1180 } }, "regions", "glitch 0:01.200–0:01.350 → 0:01.180–0:01.350"],
    [{ kind: "moved", before: glitch, after: { ...glitch, end_ms: 1400, note: "click" } }, "regions", "glitch 0:01.200–0:01.350 → 0:01.200–0:01.400 · – → “click”"],
    [{ kind: "relabeled", before: glitch, after: { ...glitch, label: "pause" } }, "regions", "glitch → pause, 0:01.200–0:01.350"],
    [{ kind: "relabeled", before: glitch, after: { ...glitch, label: "pause", end_ms: 2000 } }, "regions", "glitch 0:01.200–0:01.350 → pause 0:01.200–0:02.000"],
    [{ kind: "noted", before: glitch, after: { ...glitch, note: "click" } }, "regions", "glitch 0:01.200–0:01.350: – → “click”"],
    [{ kind: "added", before: null, after: 900 }, "timestamp", "0:00.900"],
    [{ kind: "removed", before: 900, after: null }, "timestamp", "0:00.900"],
    [{ kind: "moved", before: 0, after: 900 }, "timestamp", "0:00.000 → 0:00.900"],
    [{ kind: "changed", before: "normal", after: "fast" }, "categorical", "normal → fast"],
    [{ kind: "changed", before: null, after: ["calm", "sad"] }, "categorical", "no answer → calm, sad"],
    [{ kind: "changed", before: "a text", after: null }, "free_text", "a text → no answer"],
  ]) {
    assert.equal(lineOf(change, type, "no answer"), line);
    assert.ok(SIGNS[change.kind]);
  }
});

test("a change lies where the mark was and where it is", () => {
  assert.deepEqual(placeOf({ before: glitch, after: { ...glitch, start_ms: 900, end_ms: 1300 } }, "regions"), { startMs: 900, endMs: 1350 });
  assert.deepEqual(placeOf({ before: glitch, after: null }, "regions"), { startMs: 1200, endMs: 1350 });
  assert.deepEqual(placeOf({ before: null, after: 0 }, "timestamp"), { startMs: 0, endMs: 0 });
  assert.deepEqual(placeOf({ before: 900, after: 0 }, "timestamp"), { startMs: 0, endMs: 900 });
  assert.equal(placeOf({ before: "a", after: "b" }, "categorical"), null);
});

test("what is there now can be selected, what is gone cannot", () => {
  assert.equal(idNow({ after: glitch }), "r1");
  assert.equal(idNow({ after: 900 }), 900);
  assert.equal(idNow({ after: null }), null);
});

test("from one change to the next, around the ends", () => {
  assert.equal(stepTo(0, null, 1), null);
  assert.equal(stepTo(3, null, 1), 0);
  assert.equal(stepTo(3, null, -1), 2);
  assert.equal(stepTo(3, 2, 1), 0);
  assert.equal(stepTo(3, 0, -1), 2);
});

/** A canvas that notes what is written on it and how often a dashed frame is drawn. */
function canvas() {
  const seen = { texts: [], frames: 0, crossed: 0, dash: [] };
  const context = {
    measureText: (text) => ({ width: text.length * 6 }), fillText: (text) => seen.texts.push(text),
    setLineDash: (dash) => { seen.dash = dash; }, strokeRect: () => { if (seen.dash.length) seen.frames += 1; },
    clip: () => { seen.crossed += 1; },
  };
  for (const name of ["beginPath", "moveTo", "lineTo", "stroke", "fill", "roundRect", "rect", "save", "restore", "fillRect"]) context[name] = () => {};
  return { context, seen };
}

const painter = createChangesPainter({ added: "added", removed: "removed", moved: "moved", noted: "note", was: "was" });
const question = { alias: "marks", type: "regions", configuration: { labels: [] } };

function paint(changes, more = {}) {
  const { context, seen } = canvas();
  const palette = { ink: "#000", sheet: "#fff", accent: "#00f" };
  const place = { view: { startMs: 0, spanMs: 10_000 }, width: 1000, palette, colors: () => "#f00", lane: { top: 22, bottom: 300 } };
  painter(context, place, { questions: [question], marking: "marks", showsChanges: true, change: null, changes: changes.map((one) => ({ alias: "marks", ...one })), ...more });
  return seen;
}

test("earlier regions are dashed, removed ones crossed too, and each has its word", () => {
  const seen = paint([
    { kind: "added", before: null, after: { ...glitch, start_ms: 100, end_ms: 200 } },
    { kind: "removed", before: { ...glitch, start_ms: 3000, end_ms: 4000 }, after: null },
    { kind: "moved", before: { ...glitch, start_ms: 5000, end_ms: 5500 }, after: { ...glitch, start_ms: 5100, end_ms: 5500 } },
    { kind: "relabeled", before: { ...glitch, start_ms: 7000, end_ms: 7500 }, after: { ...glitch, label: "pause", start_ms: 7000, end_ms: 7500 } },
  ]);
  assert.deepEqual(seen.texts, ["+ added", "− removed", "↔ moved", "⇄ was glitch"]);
  assert.deepEqual([seen.frames, seen.crossed], [3, 1]);
});

test("nothing is painted when it is switched off, or for what has no place in time", () => {
  const removed = { kind: "removed", before: glitch, after: null };
  assert.deepEqual(paint([removed], { showsChanges: false }).texts, []);
  assert.deepEqual(paint([{ ...removed, alias: "gone" }]).texts, []);
  assert.deepEqual(paint([{ ...removed, before: { ...glitch, start_ms: 20_000, end_ms: 20_500 } }]).texts, []);
});

test("words that would cover each other go to another row, and beyond that are left out", () => {
  const crowd = Array.from({ length: 9 }, (_, i) => ({ kind: "removed", before: { ...glitch, start_ms: 1200 + i, end_ms: 1250 + i }, after: null }));
  assert.equal(paint(crowd).texts.length, 3);
});

test("a fix begins from given answers, can be changed, and leaves the view where it is", () => {
  const payload = { questions: [{ ...question, required: true }], item: { files: [{ n_samples: 160_000, sample_rate: 16_000 }] }, submission: { answers: { marks: [glitch] } }, changes: [{ kind: "moved" }] };
  const store = st.createStore(st.initialState(payload, { isReadOnly: true }));
  store.set({ view: { startMs: 1000, spanMs: 500 } });
  assert.equal(st.answer(store.get(), "marks", []), null);
  store.set(st.withAnswers(store.get(), { marks: [glitch] }, { isReadOnly: false }));
  store.set(st.answer(store.get(), "marks", []));
  assert.deepEqual(st.answersOf(store.get()), {});
  assert.equal(st.canUndo(store.get()), true);
  store.set(st.withAnswers(store.get(), { marks: [glitch] }, { isReadOnly: true }));
  assert.deepEqual([st.answersOf(store.get()).marks, st.canUndo(store.get())], [[glitch], false]);
  assert.deepEqual(store.get().view, { startMs: 1000, spanMs: 500 });
  assert.deepEqual(store.get().changes, [{ kind: "moved" }]);
});

test("a form's change names the fields that differ, alone", () => {
  const before = { tone: "warm", caller: { age: 7, name: "Ann" }, topics: ["bill"] };
  const after = { tone: "cold", caller: { name: "Ann" }, topics: ["bill"], done: true };
  assert.equal(lineOf({ kind: "changed", before, after }, "form"), "tone: warm → cold · caller.age: 7 → – · done: – → true");
  assert.deepEqual(linesOf({ kind: "changed", before, after }, "form"), ["tone: warm → cold", "caller.age: 7 → –", "done: – → true"]);
  assert.deepEqual(linesOf({ kind: "changed", before: 3, after: 4.5 }, "number"), ["3 → 4.5"]);
  assert.equal(lineOf({ kind: "changed", before: null, after: { tone: "warm" } }, "form", "none"), "tone: none → warm");
  assert.equal(lineOf({ kind: "changed", before: 3, after: 4.5 }, "number"), "3 → 4.5");
  assert.equal(lineOf({ kind: "changed", before: null, after: 2 }, "rating"), "– → 2");
});

test("fields of a form are called what the schema calls them", () => {
  const schema = {
    type: "object",
    properties: {
      tone: { type: "string", title: "Tone of voice" },
      caller: { type: "object", title: "Caller", properties: { age: { type: "integer", title: "Age" }, town: { type: "string" } } },
      "a.b": { type: "string" },
      more: { title: "More" },
    },
  };
  const before = { tone: "warm", caller: { age: 7 }, "a.b": "x", more: { inside: 1 }, unknown: 1 };
  const after = { tone: "cold", caller: { age: 8, town: "Ulm" }, "a.b": "y", more: { inside: 2 }, unknown: 2 };
  assert.deepEqual(linesOf({ kind: "changed", before, after }, "form", "–", schema), [
    "Tone of voice: warm → cold", "Caller › Age: 7 → 8", "a.b: x → y", "More.inside: 1 → 2", "unknown: 1 → 2", "Caller › town: – → Ulm",
  ]);
});
