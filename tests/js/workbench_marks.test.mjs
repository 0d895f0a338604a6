import assert from "node:assert/strict";
import { test } from "node:test";

import * as marks from "../../static/workbench/marks.js";
import * as st from "../../static/workbench/state.js";

const QUESTIONS = [
  { alias: "marks", type: "regions", required: true, configuration: { labels: [{ name: "glitch", color: "#d7263d" }, { name: "pause", color: "#2a6fdb" }] } },
  { alias: "events", type: "timestamp", configuration: { multi: true } },
  { alias: "onset", type: "timestamp", configuration: { multi: false } },
  { alias: "pace", type: "categorical", required: true, configuration: { choices: ["slow", "normal"], multi: false } },
  { alias: "mood", type: "categorical", configuration: { choices: ["calm", "angry", "sad"], multi: true } },
  { alias: "note", type: "free_text", configuration: { max_length: 20 } },
];

function open(answers = {}, options = {}) {
  const payload = {
    questions: QUESTIONS, draft: { answers },
    item: { files: [{ n_samples: 1_600_000, sample_rate: 16_000 }] },
  };
  const store = st.createStore(st.initialState(payload, options));
  const act = (reducer, ...args) => store.set(reducer(store.get(), ...args));
  return { store, act, answers: () => st.answersOf(store.get()) };
}

test("the length of the file comes from its samples", () => {
  assert.equal(open().store.get().durationMs, 100_000);
});

test("regions are kept in order of time and the new one is selected", () => {
  const { act, answers, store } = open();
  act(marks.addRegion, 5000, 6000);
  act(marks.addRegion, 2000, 1000);
  assert.deepEqual(answers().marks.map(({ id, start_ms, end_ms, label }) => [id, start_ms, end_ms, label]),
    [["r2", 1000, 2000, "glitch"], ["r1", 5000, 6000, "glitch"]]);
  assert.deepEqual(store.get().selected, { alias: "marks", id: "r2" });
});

test("a moved region can be undone and redone, to the millisecond", () => {
  const { act, answers } = open({ marks: [{ id: "r1", label: "glitch", start_ms: 100, end_ms: 230, note: "x" }] });
  act(marks.moveRegion, "marks", "r1", 777, {});
  assert.equal(answers().marks[0].start_ms, 877);
  act(st.undo);
  assert.deepEqual(answers().marks, [{ id: "r1", label: "glitch", start_ms: 100, end_ms: 230, note: "x" }]);
  act(st.redo);
  assert.deepEqual([answers().marks[0].start_ms, answers().marks[0].end_ms], [877, 1007]);
});

test("a row of nudges is one step back", () => {
  const { act, answers } = open();
  act(marks.addRegion, 1000, 2000, { now: 0 });
  for (let i = 1; i <= 5; i += 1) act(marks.nudge, "start", -10, { now: i * 100 });
  assert.equal(answers().marks[0].start_ms, 950);
  act(st.undo);
  assert.equal(answers().marks[0].start_ms, 1000);
});

test("undo reaches over every kind of answer, and forgets a selection that is gone", () => {
  const { act, answers, store } = open();
  act(st.choose, "pace", "slow");
  act(marks.addRegion, 0, 10);
  act(st.writeText, "note", "h", { now: 5000 });
  act(st.writeText, "note", "hi", { now: 5100 });
  act(st.undo);
  assert.equal(answers().note, undefined);
  act(st.undo);
  assert.equal(answers().marks, undefined);
  assert.equal(store.get().selected, null);
  act(st.undo);
  assert.deepEqual(answers(), {});
  assert.equal(st.canUndo(store.get()), false);
  for (let i = 0; i < 3; i += 1) act(st.redo);
  assert.deepEqual(Object.keys(answers()).sort(), ["marks", "note", "pace"]);
});

test("start here, end here while listening makes one region after the other", () => {
  const { act, answers, store } = open();
  act(marks.markStart, 1000.4);
  assert.equal(store.get().pending, 1000);
  act(marks.markEnd, 1500);
  act(marks.markStart, 1200);
  assert.equal(answers().marks[0].start_ms, 1200);
  act(marks.markEnd, 1400);
  assert.equal(answers().marks[0].end_ms, 1400);
  act(marks.markStart, 3000);
  act(marks.markEnd, 2500);
  assert.deepEqual(answers().marks.map((r) => [r.start_ms, r.end_ms]), [[1200, 1400], [2500, 3000]]);
  assert.equal(marks.markEnd(store.get(), 2000), null);
});

test("start here far before the selected region begins another one and leaves that one alone", () => {
  const { act, answers, store } = open();
  act(marks.addRegion, 10_000, 11_000);
  act(marks.markStart, 8000);
  assert.equal(answers().marks[0].start_ms, 8000);
  act(marks.markStart, 5999);
  assert.equal(answers().marks[0].start_ms, 8000);
  assert.equal(store.get().pending, 5999);
});

test("Escape lets go of a half-made region first, then of the selection", () => {
  const { act, store } = open();
  act(marks.addRegion, 0, 10);
  act(marks.markStart, 500);
  act(marks.letGo);
  assert.equal(store.get().pending, null);
  act(marks.step, 1, 0);
  assert.equal(store.get().selected.id, "r1");
  act(marks.letGo);
  assert.equal(store.get().selected, null);
});

test("a digit sets the label of the selected region and of the next", () => {
  const { act, answers } = open();
  act(marks.addRegion, 0, 10);
  act(marks.setLabel, "marks", "pause");
  act(marks.addRegion, 20, 30);
  assert.deepEqual(answers().marks.map(({ label }) => label), ["pause", "pause"]);
  assert.deepEqual(marks.countByLabel(answers().marks), { pause: 2 });
});

test("points: several sorted without doubles, or just one", () => {
  const { act, answers, store } = open();
  act(st.activate, "events");
  for (const ms of [900, 300, 900]) act(marks.newMark, ms);
  assert.deepEqual(answers().events, [300, 900]);
  act(marks.nudge, "start", -10);
  assert.deepEqual(answers().events, [300, 890]);
  assert.equal(marks.selectedMark(store.get()), 890);
  act(st.activate, "onset");
  act(marks.newMark, 40);
  act(marks.newMark, 50);
  assert.equal(answers().onset, 50);
  act(marks.removeMark, "onset", 50);
  assert.equal("onset" in answers(), false);
});

test("deleting selects the next mark; the last one leaves no answer behind", () => {
  const { act, answers, store } = open();
  for (const ms of [0, 100, 200]) act(marks.addRegion, ms, ms + 50);
  act(marks.select, "marks", "r2");
  act(marks.removeMark, "marks", "r2");
  assert.equal(store.get().selected.id, "r3");
  act(marks.removeMark, "marks", "r3");
  act(marks.removeMark, "marks", "r1");
  assert.equal(store.get().selected, null);
  assert.equal("marks" in answers(), false);
});

test("choices: a required single one cannot be taken back, several keep the order of the question", () => {
  const { act, answers } = open();
  act(st.choose, "pace", "slow");
  act(st.choose, "pace", "slow");
  assert.equal(answers().pace, "slow");
  act(st.choose, "mood", "sad");
  act(st.choose, "mood", "calm");
  assert.deepEqual(answers().mood, ["calm", "sad"]);
  act(st.choose, "mood", "calm");
  act(st.choose, "mood", "sad");
  assert.equal("mood" in answers(), false);
});

test("the answer that is given already is no step back", () => {
  const { act, store } = open({ pace: "slow", note: "a" });
  act(st.choose, "pace", "slow");
  act(st.writeText, "note", "a");
  assert.equal(st.canUndo(store.get()), false);
});

test("a reviewer changes nothing", () => {
  const given = { marks: [{ id: "r1", label: "glitch", start_ms: 1, end_ms: 2, note: "" }] };
  const { act, answers } = open(given, { isReadOnly: true });
  act(marks.addRegion, 5, 9);
  act(marks.nudge, "start", 10);
  act(marks.select, "marks", "r1");
  act(marks.removeMark, "marks", "r1");
  act(st.choose, "pace", "slow");
  act(marks.markStart, 7);
  act(st.undo);
  assert.deepEqual(answers(), given);
});

test("speeds go up and down the list and stop at its ends", () => {
  assert.equal(st.speedStep(1, 1), 1.25);
  assert.equal(st.speedStep(2, 1), 2);
  assert.equal(st.speedStep(0.5, -1), 0.5);
});

test("answering a choice in between does not stop the marking; marking brings the digits back", () => {
  const { act, answers, store } = open();
  act(st.activate, "pace");
  act(marks.addRegion, 0, 10);
  assert.equal(answers().marks.length, 1);
  assert.equal(store.get().active, "marks");
  act(marks.markStart, 500);
  act(st.activate, "pace");
  assert.equal(store.get().pending, 500);
  act(st.activate, "events");
  assert.deepEqual([store.get().marking, store.get().pending], ["events", null]);
});
