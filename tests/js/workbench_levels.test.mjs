import assert from "node:assert/strict";
import { test } from "node:test";

import { CHUNK_POINTS, byteRange, chooseLevel, chunkCount, chunksFor, gainFor, missingRuns, outline, pointAt } from "../../static/workbench/levels.js";

const LEVELS = [
  { samples_per_point: 1600, points: 36_000, offset: 0 },
  { samples_per_point: 160, points: 360_000, offset: 108_000 },
  { samples_per_point: 16, points: 3_600_000, offset: 1_188_000 },
];

test("the coarsest level with a point for every pixel is drawn", () => {
  assert.equal(chooseLevel(LEVELS, 60_000), 0);
  assert.equal(chooseLevel(LEVELS, 1600), 0);
  assert.equal(chooseLevel(LEVELS, 1599), 1);
  assert.equal(chooseLevel(LEVELS, 160), 1);
  assert.equal(chooseLevel(LEVELS, 100), 2);
  assert.equal(chooseLevel(LEVELS, 0.5), 2);
});

test("chunks are whole points, below 64 KB, and cover a level without gap or overlap", () => {
  for (const level of LEVELS) {
    let next = level.offset;
    for (let index = 0; index < chunkCount(level); index += 1) {
      const [first, last] = byteRange(level, index);
      assert.equal(first, next);
      assert.ok((last + 1 - first) % 3 === 0 && last + 1 - first <= 65_536);
      next = last + 1;
    }
    assert.equal(next, level.offset + level.points * 3);
  }
});

test("the chunks of a window, also when it sticks out of the file", () => {
  assert.deepEqual(chunksFor(LEVELS[0], 0, 100), [0, 0]);
  assert.deepEqual(chunksFor(LEVELS[0], -5, 40_000), [0, 1]);
  assert.deepEqual(chunksFor(LEVELS[1], CHUNK_POINTS - 1, CHUNK_POINTS), [0, 1]);
});

test("neighbouring missing chunks are one request, a long run is several", () => {
  const have = new Set([2, 5]);
  assert.deepEqual(missingRuns(0, 6, (index) => have.has(index)), [[0, 1], [3, 4], [6, 6]]);
  assert.deepEqual(missingRuns(0, 9, () => false, 4), [[0, 3], [4, 7], [8, 9]]);
  assert.deepEqual(missingRuns(3, 3, () => true), []);
});

test("a moment falls on the point that covers its sample", () => {
  assert.equal(pointAt(LEVELS[2], 1000, 16_000), 1000);
  assert.equal(pointAt({ samples_per_point: 23 }, 1000, 22_050), 22_050 / 23);
});

test("the outline keeps the extremes of all points", () => {
  const data = Int8Array.from([-10, 5, 3, -127, 20, 30, 0, 0, 0, -1, 127, 60]);
  const [upper, lower] = outline(data, 2);
  assert.deepEqual([...upper].map((v) => Math.round(v * 127)), [20, 127]);
  assert.deepEqual([...lower].map((v) => Math.round(v * 127)), [-127, -1]);
  assert.equal(outline(new Int8Array(0), 10)[0].length, 1);
});

test("quiet sound is stretched, silence and hiss are not blown up without bound", () => {
  assert.equal(gainFor(new Int8Array(30)), 1);
  assert.ok(Math.abs(gainFor(Int8Array.from([-64, 60, 3])) * 64 / 127 - 0.94) < 1e-9);
  assert.equal(gainFor(Int8Array.from([-1, 1, 1])), 8);
});
