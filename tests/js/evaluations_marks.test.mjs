import assert from "node:assert/strict";
import { test } from "node:test";

import { inOrder, neighbour, passed, shareOf } from "../../static/evaluations/marks.js";

const MARKS = [4800, 1250, 9000, 1250];

test("a moment stands at its share of the recording", () => {
  assert.deepEqual([0, 2500, 10_000].map((at) => shareOf(at, 10_000)), [0, 0.25, 1]);
});

test("what lies beyond the recording stands at its edge, and without a length everything at the start", () => {
  assert.deepEqual([shareOf(12_000, 10_000), shareOf(-1, 10_000), shareOf(500, 0)], [1, 0, 0]);
});

test("moments of several questions come in order, each once", () => assert.deepEqual(inOrder(MARKS), [1250, 4800, 9000]));

test("keys go from mark to mark and stay where there is none", () => {
  assert.deepEqual([neighbour(MARKS, 0, 1), neighbour(MARKS, 4800, 1), neighbour(MARKS, 9000, 1)], [1250, 9000, null]);
  assert.deepEqual([neighbour(MARKS, 9000, -1), neighbour(MARKS, 1250, -1)], [4800, null]);
});

test("a mark that was jumped to counts as reached though playback stands a little before it", () => {
  assert.equal(neighbour(MARKS, 1230, 1), 4800);
  assert.equal(passed(MARKS, 1230), 1250);
  assert.equal(passed(MARKS, 1000), null);
});
