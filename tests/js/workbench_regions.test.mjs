import assert from "node:assert/strict";
import { test } from "node:test";

import { find, freshId, lowerBound, moved, neighbour, overlapping, regionAt, sorted, span, withEnd, withStart } from "../../static/workbench/regions.js";

const region = (id, start_ms, end_ms) => ({ id, label: "glitch", start_ms, end_ms, note: "" });

test("what overlaps a window is what a plain look at every region finds", () => {
  let seed = 7;
  const random = (most) => { seed = (seed * 48_271) % 2_147_483_647; return seed % most; };
  const regions = sorted(Array.from({ length: 400 }, (_, i) => { const start = random(90_000); return region(`r${i}`, start, start + 1 + random(i % 50 ? 400 : 30_000)); }));
  for (let i = 0; i < 200; i += 1) {
    const from = random(90_000);
    const to = from + random(3000);
    assert.deepEqual(overlapping(regions, from, to), regions.filter((one) => one.start_ms <= to && one.end_ms >= from));
  }
});

test("bisection finds the first region at or after a moment", () => {
  const regions = [region("a", 10, 20), region("b", 10, 30), region("c", 40, 50)];
  assert.deepEqual([0, 10, 11, 40, 41].map((ms) => lowerBound(regions, ms)), [0, 0, 2, 2, 3]);
});

test("under the pointer the shortest of nested regions is meant", () => {
  const regions = [region("long", 0, 1000), region("short", 400, 500)];
  assert.equal(regionAt(regions, 450).id, "short");
  assert.equal(regionAt(regions, 600).id, "long");
  assert.equal(regionAt(regions, 1005), null);
  assert.equal(regionAt(regions, 1005, 10).id, "long");
});

test("moving keeps the length and stays in the file", () => {
  assert.deepEqual(moved(region("a", 100, 200), -500, 1000), region("a", 0, 100));
  assert.deepEqual(moved(region("a", 100, 200), 5000, 1000), region("a", 900, 1000));
  assert.deepEqual(moved(region("a", 100, 200), 10.4, 1000), region("a", 110, 210));
});

test("an edge cannot cross the other one nor leave the file", () => {
  assert.equal(withStart(region("a", 100, 200), 300).start_ms, 199);
  assert.equal(withStart(region("a", 100, 200), -3).start_ms, 0);
  assert.equal(withEnd(region("a", 100, 200), 50, 1000).end_ms, 101);
  assert.equal(withEnd(region("a", 100, 200), 5000, 1000).end_ms, 1000);
});

test("two moments make a region in order, whole, inside, never empty", () => {
  assert.deepEqual(span(300.6, 100.2, 1000), { start_ms: 100, end_ms: 301 });
  assert.deepEqual(span(-50, 5000, 1000), { start_ms: 0, end_ms: 1000 });
  assert.deepEqual(span(1000, 1000, 1000), { start_ms: 999, end_ms: 1000 });
  assert.deepEqual(span(5, 5, 1000), { start_ms: 5, end_ms: 6 });
});

test("ids are unique in the answer, whatever is in it", () => {
  assert.equal(freshId([]), "r1");
  assert.equal(freshId([region("r9", 0, 1), region("imported", 0, 1)]), "r10");
  assert.equal(find([region("r9", 0, 1)], "r1"), null);
});

test("neighbours: from the selected one, or from the playhead", () => {
  const regions = [region("a", 10, 20), region("b", 30, 40), region("c", 50, 60)];
  assert.equal(neighbour(regions, "a", 1, 0).id, "b");
  assert.equal(neighbour(regions, "c", 1, 0).id, "c");
  assert.equal(neighbour(regions, null, 1, 25).id, "b");
  assert.equal(neighbour(regions, null, -1, 25).id, "a");
  assert.equal(neighbour([], null, 1, 25), null);
});
