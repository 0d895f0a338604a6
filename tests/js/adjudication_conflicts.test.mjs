import assert from "node:assert/strict";
import { test } from "node:test";

import { canTake, conflictsOf, firstDecisions, marksNow, settled, stepFrom, undecided, valueNow } from "../../static/adjudication/conflicts.js";

const cluster = (start, end, members, more = {}) => ({
  label: "glitch", start_ms: start, end_ms: end, members, spans: [[start + 50, end - 50]], support: Object.keys(members).length,
  kept: true, open: false, conflicts: ["boundary"], ...more,
});

const MARKS = {
  alias: "marks", type: "regions", name: "Marks", configuration: { labels: [] }, consensus: { value: [], flags: [] }, median: null, union: null, differs: true,
  conflicts: [
    cluster(1000, 2000, { a: [[1000, 1900]], b: [[1100, 2000]] }, { open: true }),
    cluster(4000, 5000, { a: [[4000, 5000]] }, { kept: false, conflicts: ["missed"] }),
    cluster(7000, 8000, { a: [[7000, 8000]], b: [[7000, 8000]] }, { conflicts: [], spans: [[7000, 8000]] }),
  ],
};
const PACE = {
  alias: "pace", type: "categorical", name: "Pace", configuration: { choices: ["slow", "fast"] }, consensus: { value: null, flags: ["tie"] },
  median: null, union: null, differs: true, conflicts: [],
};
const QUALITY = {
  alias: "quality", type: "rating", name: "Quality", configuration: { steps: 5 }, consensus: { value: 3.5, flags: [] }, median: 3, union: null,
  differs: true, conflicts: [],
};
const PAYLOAD = {
  questions: [MARKS, PACE, QUALITY], adjudication: null,
  lanes: [{ assignment: "a", answers: { pace: "slow", quality: 3 } }, { assignment: "b", answers: { pace: "fast", quality: 4 } }],
};
const begun = () => firstDecisions(PAYLOAD, conflictsOf(PAYLOAD));

test("what people differ about comes in order, and what they agree about does not", () => {
  assert.deepEqual(conflictsOf(PAYLOAD).map(({ id, isOpen }) => [id, isOpen]), [["marks/0", true], ["marks/1", false], ["pace", true], ["quality", false]]);
});

test("only what a majority settles is taken to begin with", () => {
  assert.deepEqual(begun(), { "marks/0": null, "marks/1": { how: "consensus" }, pace: null, quality: { how: "consensus" } });
  assert.equal(undecided(conflictsOf(PAYLOAD), begun()).id, "marks/0");
});

test("marks are what was taken, stretch by stretch", () => {
  const marks = (decision) => marksNow(MARKS, { ...begun(), "marks/0": decision }).map(([, start, end]) => [start, end]);
  assert.deepEqual(marks(null), [[7000, 8000]]);
  assert.deepEqual(marks({ how: "answer", assignment: "b" }), [[1100, 2000], [7000, 8000]]);
  assert.deepEqual(marks({ how: "median" }), [[1050, 1950], [7000, 8000]]);
  assert.deepEqual(marks({ how: "union" }), [[1000, 2000], [7000, 8000]]);
  assert.deepEqual(marks({ how: "answer", assignment: "nobody" }), [[7000, 8000]]);
});

test("an earlier settlement stands, mark by mark, whichever way it was taken", () => {
  const before = (spans, how) => {
    const marks = spans.map(([start_ms, end_ms], n) => ({ id: `a${n}`, label: "glitch", start_ms, end_ms, note: "" }));
    const payload = { ...PAYLOAD, adjudication: { answers: { marks, pace: "fast" }, how: { marks: how } } };
    const decisions = firstDecisions(payload, conflictsOf(payload));
    assert.deepEqual(marksNow(MARKS, decisions).map(([, start, end]) => [start, end]), spans);
    return decisions;
  };
  const answer = { how: "answer", assignment: "a" };
  const taken = before([[1000, 1900], [4000, 5000], [7000, 8000]], answer);
  assert.deepEqual([taken["marks/0"], taken["marks/1"], taken["marks/2"]], [answer, answer, undefined]);
  assert.deepEqual(settled(PAYLOAD, taken).how.marks, answer);
  assert.deepEqual(before([[1100, 2000], [7000, 8000]], { how: "own" })["marks/0"], { how: "answer", assignment: "b" });
  // Marks of a program, in no stretch that people marked, or none where all agree.
  before([[1234, 1999], [7000, 8000], [9000, 9500]], { how: "own" });
  before([], { how: "own" });
});

test("half a step is no answer on a scale: the median's step is taken", () => assert.equal(valueNow(PAYLOAD, QUALITY, begun()), 3));

test("what gives nothing cannot be taken", () => {
  const [, , pace, quality] = conflictsOf(PAYLOAD);
  assert.equal(canTake(PAYLOAD, pace, { how: "consensus" }), false);
  assert.equal(canTake(PAYLOAD, pace, { how: "median" }), false);
  assert.equal(canTake(PAYLOAD, pace, { how: "answer", assignment: "a" }), true);
  assert.equal(canTake(PAYLOAD, quality, { how: "median" }), true);
});

test("what is kept says how it was taken; in several ways it is one's own", () => {
  const decisions = { "marks/0": { how: "union" }, "marks/1": { how: "median" }, pace: { how: "answer", assignment: "b" }, quality: { how: "consensus" } };
  const { answers, how } = settled(PAYLOAD, decisions);
  assert.deepEqual(how, { marks: { how: "own" }, pace: { how: "answer", assignment: "b" }, quality: { how: "consensus" } });
  assert.equal(answers.pace, "fast");
  assert.deepEqual(answers.marks.map(({ start_ms: start }) => start), [1000, 4050, 7000]);
});

test("from the last it goes on to the first", () => {
  const rows = conflictsOf(PAYLOAD);
  assert.deepEqual([stepFrom(rows, "quality", 1), stepFrom(rows, "marks/0", -1), stepFrom([], "x", 1), stepFrom(rows, null, 1)], ["marks/0", "quality", null, "marks/0"]);
});
