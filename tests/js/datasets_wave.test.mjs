import assert from "node:assert/strict";
import test from "node:test";

import { toColumns } from "../../static/datasets/wave.js";
import { clock } from "../../static/datasets/words.js";

test("columns keep every peak", () => {
  const points = Int8Array.from([-1, 1, 1, -90, 2, 3, -1, 100, 4, -5, 6, 5]);
  assert.deepEqual([...toColumns(points, 2)], [-90, 2, 2, -5, 100, 5]);
  assert.deepEqual([...toColumns(points, 1)], [-90, 100, 4]);
});

test("fewer points than columns are repeated", () => {
  const points = Int8Array.from([-1, 1, 1, -2, 2, 2]);
  assert.deepEqual([...toColumns(points, 4)], [-1, 1, 1, -1, 1, 1, -2, 2, 2, -2, 2, 2]);
});

test("no points are silence", () => {
  assert.deepEqual([...toColumns(new Int8Array(0), 2)], [0, 0, 0, 0, 0, 0]);
});

test("times are written as the server writes them", () => {
  assert.equal(clock(0), "0:00.000");
  assert.equal(clock(64120), "1:04.120");
  assert.equal(clock(7384500), "2:03:04.500");
  assert.equal(clock(999.9), "0:00.999");
});
