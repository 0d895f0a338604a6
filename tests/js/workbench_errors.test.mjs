import assert from "node:assert/strict";
import { test } from "node:test";

import { answer, answersOf, createStore, initialState, isPrefilled, rate, undo } from "../../static/workbench/state.js";
import { errorsByAlias, withoutErrors } from "../../static/workbench/errors.js";

const QUESTIONS = [
  { alias: "pace", type: "rating", required: false, configuration: { steps: 10 } },
  { alias: "body", type: "form", required: true, configuration: { form_schema: {} } },
];

function open(payload = {}, options = {}) {
  const store = createStore(initialState({ questions: QUESTIONS, item: { files: [] }, ...payload }, options));
  return { store, act: (change, ...args) => store.set(change(store.get(), ...args) ?? {}), answers: () => answersOf(store.get()) };
}

test("a refused answer is told of at its question and, in a form, at its place", () => {
  const detail = [
    { loc: ["body", "answers", "body", "caller", "age"], msg: "Give at most 9." }, { loc: ["body", "answers", "body", "tone"], msg: "Needed." },
    { loc: ["body", "answers", "pace"], msg: "Choose." }, { loc: ["body"], msg: "No." }, { loc: ["body", "answers", "unknown"], msg: "Who?" },
  ];
  assert.deepEqual(errorsByAlias({ questions: QUESTIONS }, detail), {
    body: [{ path: ["caller", "age"], message: "Give at most 9." }, { path: ["tone"], message: "Needed." }],
    pace: [{ path: [], message: "Choose." }],
    "": [{ path: [], message: "No." }, { path: [], message: "Who?" }],
  });
});

test("changing a part of an answer takes back what was said of that part, and of the whole", () => {
  const errors = { body: [{ path: ["caller", "age"], message: "a" }, { path: ["tone"], message: "b" }, { path: [], message: "c" }], pace: [{ path: [], message: "d" }] };
  assert.deepEqual(withoutErrors(errors, "body", ["tone"]), { body: [errors.body[0]], pace: errors.pace });
  assert.deepEqual(withoutErrors(errors, "body", ["caller"]).body, [errors.body[1]]);
  assert.deepEqual(withoutErrors(errors, "body"), { pace: errors.pace });
});

test("a step chosen again is taken back where no answer is needed", () => {
  const { act, answers } = open();
  act(rate, "pace", 3, { now: 1 });
  assert.deepEqual(answers(), { pace: 3 });
  act(rate, "pace", 3, { now: 5000 });
  assert.deepEqual(answers(), {});
  act(rate, "pace", 1, { now: 9000 });
  act(rate, "pace", 10, { now: 9400, isKept: true });
  act(undo);
  assert.deepEqual(answers(), {}, "1 and 0 are one step for undo");
});

test("an answer that came with the item is marked until it is changed, and again when the change is undone", () => {
  const { store, act } = open({ prefilled: ["pace", "body"], draft: { answers: { pace: 4 } } });
  assert.deepEqual([isPrefilled(store.get(), "pace"), isPrefilled(store.get(), "body")], [true, false]);
  act(rate, "pace", 5, { now: 1 });
  assert.equal(isPrefilled(store.get(), "pace"), false);
  act(undo);
  assert.equal(isPrefilled(store.get(), "pace"), true);
  const looking = open({ prefilled: ["pace"], draft: { answers: { pace: 4 } } }, { isReadOnly: true });
  assert.equal(isPrefilled(looking.store.get(), "pace"), false);
});

test("a field that is emptied while it was empty is no change to save", () => {
  const { store, act } = open();
  const before = answersOf(store.get());
  act(answer, "pace", null);
  assert.equal(answersOf(store.get()), before);
});
