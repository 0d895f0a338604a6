import assert from "node:assert/strict";
import { test } from "node:test";

import { around, boxOf, closeUp, inside, isWithin, shareIn } from "../../static/datasets/spans.js";

const span = (startMs, endMs) => ({ startMs, endMs });

test("a moment and its share of the part that is looked at say the same", () => {
  assert.equal(shareIn(1500, 1000, 2000), 0.5);
  assert.equal(inside(0.5, 1000, 2000), 1500);
  assert.equal(shareIn(500, 1000, 2000), -0.5);
  assert.equal(inside(-3, 1000, 2000), 1000);
  assert.equal(shareIn(5, 0, 0), 0);
});

test("a span is cut off where the part ends", () => {
  assert.deepEqual(boxOf(span(500, 1500), 1000, 2000), { left: 0, width: 0.5 });
  assert.deepEqual(boxOf(span(1500, 9000), 1000, 2000), { left: 0.5, width: 0.5 });
  assert.equal(isWithin(span(500, 999), 1000, 2000), false);
  assert.equal(isWithin(span(500, 1000), 1000, 2000), true);
});

test("what is played begins before a span and ends after it, inside the recording", () => {
  assert.deepEqual(around(span(200, 300), 500, 10_000), [0, 800]);
  assert.deepEqual(around(span(9800, 9900), 500, 10_000), [9300, 10_000]);
});

test("a close-up holds the span in its middle and never leaves the recording", () => {
  assert.deepEqual(closeUp(span(30_000, 30_020), 6000, 60_000), [27_010, 33_010]);
  assert.deepEqual(closeUp(span(0, 20), 6000, 60_000), [0, 6000]);
  assert.deepEqual(closeUp(span(59_990, 60_000), 6000, 60_000), [54_000, 60_000]);
  assert.deepEqual(closeUp(span(10_000, 20_000), 6000, 60_000), [5000, 25_000]);
  assert.deepEqual(closeUp(span(100, 120), 6000, 8000), [0, 8000]);
  assert.deepEqual(closeUp(span(0, 50_000), 6000, 60_000), [0, 60_000]);
});
