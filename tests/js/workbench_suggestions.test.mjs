import assert from "node:assert/strict";
import { test } from "node:test";

import * as deciding from "../../static/workbench/deciding.js";
import * as marks from "../../static/workbench/marks.js";
import * as st from "../../static/workbench/state.js";
import { compareLocal, workPrint } from "../../static/workbench/draft.js";
import { countFates, fateOf, percent } from "../../static/workbench/suggestions.js";

const LABELS = [{ name: "glitch", color: "#d7263d" }, { name: "pause", color: "#2f6fde" }];
const QUESTIONS = [
  { alias: "marks", type: "regions", configuration: { labels: LABELS } },
  { alias: "events", type: "timestamp", configuration: { multi: true } },
];
const ROWS = [
  { id: "s1", label: "glitch", start_ms: 1000, end_ms: 1200, confidence: 0.97 },
  { id: "s2", label: "pause", start_ms: 3000, end_ms: 3800, confidence: 0.9 },
  { id: "s3", label: "glitch", start_ms: 2000, end_ms: 2100, confidence: 0.55 },
];
const region = (id, start_ms, more = {}) => ({ id, label: "glitch", start_ms, end_ms: start_ms + 100, note: "", ...more });

function open({ rows = ROWS, answers = {}, dismissed = [], isReadOnly = false, questions = QUESTIONS } = {}) {
  const payload = {
    questions, draft: { answers }, suggestions: { model: { id: "m", name: "Model" }, threshold: 0.5, alias: "marks", rows, dismissed },
    item: { files: [{ n_samples: 160_000, sample_rate: 16_000 }] },
  };
  const store = st.createStore(st.initialState(payload, { isReadOnly }));
  const act = (reducer, ...args) => store.set(reducer(store.get(), ...args));
  return {
    store, act, get: () => store.get(), regions: () => st.answersOf(store.get()).marks ?? [],
    open: () => deciding.openOf(store.get()).map(({ suggestion }) => suggestion), work: () => st.workOf(store.get()),
    list: () => marks.listOf(store.get(), "marks").map(({ suggestion, isSuggested, id }) => (isSuggested ? suggestion : id)),
  };
}
const id = (name) => `suggested/${name}`;

test("suggestions lie among the marks in order of time, and are no answers", () => {
  const item = open({ answers: { marks: [region("r1", 1500)] } });
  assert.deepEqual(item.list(), ["s1", "r1", "s3", "s2"]);
  assert.equal(item.regions().length, 1);
  assert.deepEqual(item.work(), { answers: { marks: [region("r1", 1500)] }, dismissed: [] });
});

test("nothing is said of suggestions where none came", () => {
  const payload = { questions: QUESTIONS, draft: { answers: {} }, item: { files: [] } };
  for (const suggestions of [undefined, null, { alias: "gone", rows: ROWS, threshold: 0, dismissed: [] }, { alias: "events", rows: ROWS, threshold: 0 }]) {
    const state = st.initialState({ ...payload, suggestions });
    assert.equal(state.suggestions, null);
    assert.deepEqual(st.workOf(state), { answers: {} });
    assert.deepEqual(deciding.openOf(state), []);
  }
});

test("what lies beyond the recording or below the threshold is not shown, and nothing reaches over its end", () => {
  const last = { id: "s4", label: "glitch", start_ms: 9000, end_ms: 10_001, confidence: 1 };
  assert.equal(open({ rows: [last] }).get().suggestions.rows[0].end_ms, 10_000);
  const odd = [{ id: "a", label: "glitch", start_ms: 10_000, end_ms: 10_500, confidence: 1 }, { id: "b", label: "glitch", start_ms: 1, end_ms: 2, confidence: 0.49 }];
  assert.deepEqual(open({ rows: [...ROWS, ...odd] }).open(), ["s1", "s3", "s2"]);
});

test("per cent are rounded down, so that none reads as more than it is", () => {
  assert.deepEqual([0.9, 0.8999, 0.29, 1, 0.07, 0].map(percent), [90, 89, 29, 100, 7, 0]);
});

test("accepting makes a region of the same label and edges that names the suggestion; one step back undoes it", () => {
  const item = open();
  item.act(deciding.accept, id("s1"));
  assert.deepEqual(item.regions(), [{ id: "r1", label: "glitch", start_ms: 1000, end_ms: 1200, note: "", suggestion: "s1" }]);
  assert.deepEqual(item.get().selected, { alias: "marks", id: "r1" });
  assert.deepEqual(item.open(), ["s3", "s2"]);
  item.act(st.undo);
  assert.deepEqual([item.regions(), item.open()], [[], ["s1", "s3", "s2"]]);
  assert.deepEqual(item.get().selected, { alias: "marks", id: id("s1") });
  item.act(st.redo);
  assert.deepEqual(item.open(), ["s3", "s2"]);
});

test("a region's id is free even where suggestions and regions are called alike", () => {
  const item = open({ answers: { marks: [region("s1", 0), region("r7", 500)] } });
  item.act(marks.select, "marks", "s1");
  assert.equal(marks.selectedRegion(item.get()).start_ms, 0);
  item.act(deciding.accept, id("s1"));
  assert.deepEqual(item.regions().map((one) => one.id), ["s1", "r7", "r8"]);
});

test("nudging, dragging an edge, moving and another label accept it as something else", () => {
  for (const [change, expected] of [
    [[marks.nudge, "start", -10], { label: "glitch", start_ms: 990, end_ms: 1200 }],
    [[marks.editRegion, "marks", id("s1"), { end_ms: 1300 }], { label: "glitch", start_ms: 1000, end_ms: 1300 }],
    [[marks.moveRegion, "marks", id("s1"), 50, {}], { label: "glitch", start_ms: 1050, end_ms: 1250 }],
    [[marks.setLabel, "marks", "pause"], { label: "pause", start_ms: 1000, end_ms: 1200 }],
    [[marks.markEnd, 1250], { label: "glitch", start_ms: 1000, end_ms: 1250 }],
  ]) {
    const item = open();
    item.act(marks.select, "marks", id("s1"));
    item.act(...change);
    assert.deepEqual(item.regions(), [{ id: "r1", note: "", suggestion: "s1", ...expected }]);
    assert.deepEqual([item.get().selected.id, item.open()], ["r1", ["s3", "s2"]]);
    item.act(st.undo);
    assert.deepEqual([item.regions(), item.open().length], [[], 3]);
  }
});

test("several nudges of a suggestion are one step back, and one that moves nothing accepts nothing", () => {
  const item = open({ rows: [{ ...ROWS[0], start_ms: 0 }] });
  item.act(marks.select, "marks", id("s1"));
  item.act(marks.nudge, "start", -10, { now: 0 });
  assert.deepEqual(item.open(), ["s1"]);
  for (const now of [100, 200, 300]) item.act(marks.nudge, "start", 10, { now });
  assert.equal(item.regions()[0].start_ms, 30);
  item.act(st.undo);
  assert.deepEqual([item.regions(), item.open()], [[], ["s1"]]);
});

test("a digit of the label it has already accepts it as it stands", () => {
  const item = open();
  item.act(marks.select, "marks", id("s1"));
  item.act(marks.setLabel, "marks", "glitch");
  assert.equal(fateOf(item.get().suggestions.rows[0], st.presentOf(item.get()), "marks"), "accepted");
});

test("dismissing, undoing it, and bringing one back", () => {
  const item = open();
  item.act(marks.select, "marks", id("s3"));
  item.act(deciding.dismiss, id("s3"));
  assert.deepEqual([item.open(), item.work().dismissed, item.get().selected], [["s1", "s2"], ["s3"], null]);
  item.act(deciding.dismiss, id("s3"));
  item.act(st.undo);
  assert.deepEqual([item.open(), item.get().selected.id], [["s1", "s3", "s2"], id("s3")]);
  item.act(st.redo);
  item.store.set({ showsSuggested: true });
  assert.deepEqual(deciding.shownOf(item.get()).map(({ suggestion, fate }) => [suggestion, fate]), [["s1", undefined], ["s3", "dismissed"], ["s2", undefined]]);
  item.act(deciding.restore, id("s3"));
  assert.deepEqual([item.open(), item.work().dismissed], [["s1", "s3", "s2"], []]);
});

test("one that was dismissed can be accepted after all", () => {
  const item = open({ dismissed: ["s3"] });
  item.store.set({ showsSuggested: true });
  item.act(deciding.accept, id("s3"));
  assert.deepEqual([item.regions()[0].suggestion, item.work().dismissed], ["s3", []]);
});

test("Delete dismisses a suggestion; deleting what was accepted dismisses it too, and undo brings both back", () => {
  const item = open();
  item.act(marks.removeMark, "marks", id("s2"));
  item.act(deciding.accept, id("s1"));
  item.act(marks.removeMark, "marks", "r1");
  assert.deepEqual([item.regions(), item.open(), item.work().dismissed], [[], ["s3"], ["s2", "s1"]]);
  item.act(st.undo);
  assert.deepEqual([item.regions().length, item.work().dismissed], [1, ["s2"]]);
  item.act(st.undo);
  item.act(st.undo);
  assert.deepEqual(item.open(), ["s1", "s3", "s2"]);
});

test("deleting a region of one's own, or one that names what is not there, dismisses nothing", () => {
  const item = open({ answers: { marks: [region("r1", 0), region("r2", 300, { suggestion: "old" })] } });
  item.act(marks.removeMark, "marks", "r1");
  item.act(marks.removeMark, "marks", "r2");
  assert.deepEqual(item.work(), { answers: {}, dismissed: [] });
});

test("accept all from so many per cent up takes the open ones in one step", () => {
  const item = open({ answers: { marks: [region("r4", 0)] } });
  assert.equal(deciding.above(item.get(), 90).length, 2);
  item.act(deciding.acceptAbove, 90);
  assert.deepEqual(item.regions().map((one) => [one.id, one.suggestion]), [["r4", undefined], ["r5", "s1"], ["r6", "s2"]]);
  assert.deepEqual(item.open(), ["s3"]);
  assert.equal(deciding.acceptAbove(item.get(), 90), null);
  item.act(st.undo);
  assert.deepEqual([item.regions().length, item.open().length], [1, 3]);
});

test("from one open suggestion to the next, around the ends, past what was decided", () => {
  const item = open();
  const next = (direction, ms = 0) => deciding.neighbourOf(item.get(), direction, ms)?.suggestion;
  assert.deepEqual([next(1), next(1, 1500), next(1, 5000), next(-1), next(-1, 2500)], ["s1", "s3", "s1", "s2", "s3"]);
  item.act(marks.select, "marks", id("s3"));
  assert.deepEqual([next(1), next(-1)], ["s2", "s1"]);
  item.act(marks.select, "marks", id("s2"));
  assert.equal(next(1), "s1");
  item.act(deciding.acceptAbove, 0);
  assert.equal(next(1), undefined);
});

test("down and up go over marks and suggestions as the table lists them", () => {
  const item = open({ answers: { marks: [region("r1", 1500)] } });
  const seen = [];
  for (let i = 0; i < 4; i += 1) {
    item.act(marks.step, 1, 0);
    seen.push(item.get().selected.id);
  }
  assert.deepEqual(seen, [id("s1"), "r1", id("s3"), id("s2")]);
});

test("a draft brings accepted and dismissed ones back", () => {
  const item = open({ answers: { marks: [region("r1", 1000, { suggestion: "s1" })] }, dismissed: ["s2"] });
  assert.deepEqual(item.open(), ["s3"]);
  assert.deepEqual(countFates(item.get().suggestions, st.presentOf(item.get())), { accepted: 0, adjusted: 1, dismissed: 1, left: 1 });
});

test("whoever only looks sees what became of them when asked to, and decides nothing", () => {
  const answers = { marks: [region("r1", 1000, { suggestion: "s1", end_ms: 1200 }), region("r2", 2000, { suggestion: "s3", label: "pause" })] };
  const item = open({ answers, dismissed: ["s2"], isReadOnly: true });
  assert.deepEqual([item.list(), deciding.shownOf(item.get())], [["r1", "r2"], []]);
  item.store.set({ showsSuggested: true });
  assert.deepEqual(deciding.shownOf(item.get()).map(({ suggestion, fate }) => [suggestion, fate]), [["s3", "adjusted"], ["s2", "dismissed"]]);
  for (const change of [deciding.accept, deciding.dismiss, deciding.restore]) assert.equal(change(item.get(), id("s2")), null);
  assert.equal(deciding.acceptAbove(item.get(), 0), null);
  item.act(marks.editRegion, "marks", id("s2"), { end_ms: 9000 });
  assert.deepEqual(st.answersOf(item.get()), answers);
  assert.deepEqual(st.workOf(item.get()), { answers });
});

test("an auditor who fixes decides on no suggestion, and what they delete is not dismissed", () => {
  const answers = { marks: [region("r1", 1000, { suggestion: "s1" })] };
  const item = open({ answers, isReadOnly: true });
  item.store.set(st.withAnswers(item.get(), answers, { isReadOnly: false }));
  assert.deepEqual(item.open(), []);
  item.act(marks.removeMark, "marks", "r1");
  assert.deepEqual(st.workOf(item.get()), { answers: {} });
});

test("the server's word on a fate goes first", () => {
  const item = open({ rows: [{ ...ROWS[0], fate: "dismissed" }], isReadOnly: true });
  assert.equal(countFates(item.get().suggestions, st.presentOf(item.get())).dismissed, 1);
});

test("the same state is asked of many times and worked out once", () => {
  const rows = Array.from({ length: 5000 }, (_, n) => ({ id: `s${n}`, label: "glitch", start_ms: n, end_ms: n + 1, confidence: 0.9 }));
  const item = open({ rows });
  assert.equal(deciding.openOf(item.get()), deciding.openOf(item.get()));
  assert.equal(marks.listOf(item.get(), "marks"), marks.listOf(item.get(), "marks"));
  item.store.set({ view: { startMs: 0, spanMs: 50 } });
  assert.equal(deciding.openOf(item.get()).length, 5000);
  item.act(deciding.acceptAbove, 90);
  assert.equal(item.regions().length, 5000);
});

test("drafts are told apart by what was dismissed, in whatever order", () => {
  assert.equal(workPrint({ answers: { a: 1 }, dismissed: ["s2", "s1"] }), workPrint({ answers: { a: 1 }, dismissed: ["s1", "s2"] }));
  const local = { version: 3, revision: 0, answers: {}, dismissed: ["s1"] };
  assert.equal(compareLocal(local, { version: 3, revision: 0, answers: {}, dismissed: ["s1"] }), "drop");
  assert.equal(compareLocal(local, { version: 3, revision: 0, answers: {}, dismissed: [] }), "restore");
  assert.equal(compareLocal(local, { version: 4, revision: 0, answers: {}, dismissed: ["s2"] }), "ask");
});
