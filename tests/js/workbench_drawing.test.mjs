import assert from "node:assert/strict";
import { test } from "node:test";

import { createColumns, fillColumns, linePoints } from "../../static/workbench/columns.js";
import { lanes } from "../../static/workbench/geometry.js";
import { slide } from "../../static/workbench/handles.js";
import { CHUNK_POINTS } from "../../static/workbench/levels.js";
import { contrast, rgb, textOn, visible } from "../../static/workbench/palette.js";

// 100 s at 16 kHz; the loudest moment is the single point at 50 s.
const SAMPLES = 1_600_000;

function peaksOf({ missing = [] } = {}) {
  const levels = [1600, 160, 16].map((samples_per_point) => ({ samples_per_point, points: SAMPLES / samples_per_point, offset: 0 }));
  const bytes = levels.map(({ points }) => {
    const data = new Int8Array(points * 3);
    for (let i = 0; i < points; i += 1) data.set([-10, 10, 5], i * 3);
    data.set([-100, 120, 60], (points / 2) * 3);
    return data;
  });
  return {
    levels,
    header: { sample_rate: 16_000, n_samples: SAMPLES },
    chunk: (level, index) => (missing.includes(level) ? undefined : bytes[level].subarray(index * CHUNK_POINTS * 3, (index + 1) * CHUNK_POINTS * 3)),
  };
}

test("no peak is lost, however far one looks from", () => {
  const columns = createColumns(500);
  for (const spanMs of [100_000, 20_000, 1000]) {
    fillColumns(columns, peaksOf(), { startMs: 50_000 - spanMs / 2, spanMs });
    assert.equal(Math.round(Math.max(...columns.high) * 127), 120);
    assert.equal(Math.round(Math.min(...columns.low) * 127), -100);
  }
});

test("each column takes the level that was asked for, or the next coarser one that is here", () => {
  const columns = createColumns(500);
  const view = { startMs: 49_500, spanMs: 1000 };
  assert.equal(fillColumns(columns, peaksOf(), view).level, 2);
  const sharp = columns.high.filter((value) => value > 0.5).length;
  assert.equal(fillColumns(columns, peaksOf({ missing: [1, 2] }), view).level, 2);
  const blurred = columns.high.filter((value) => value > 0.5).length;
  assert.ok(sharp < blurred && blurred <= 51);
});

test("beyond the end of the file there is nothing, not even the last point again", () => {
  const columns = createColumns(100);
  fillColumns(columns, peaksOf(), { startMs: 99_000, spanMs: 2000 });
  assert.ok(columns.high[49] > 0);
  assert.equal(columns.high[51], 0);
});

test("lines go through the middle of each point and reach over both edges", () => {
  const points = linePoints(peaksOf(), 2, { startMs: 50_000, spanMs: 40 }, 800);
  const loud = points.find(([, , high]) => high > 0.9);
  assert.equal(loud[0], 10);
  assert.ok(points[0][0] < 0 && points.at(-1)[0] > 800);
  assert.equal(linePoints(peaksOf({ missing: [2] }), 2, { startMs: 0, spanMs: 40 }, 800), null);
});

test("a label's colour keeps 3:1 against both sheets, and its tag can be read", () => {
  for (const color of ["#d7263d", "#2f6fde", "#8e44ad", "#b5651d", "#1b9a6c", "#ffff00", "#000000", "#ffffff", "#777"]) {
    for (const sheet of ["#ffffff", "#181e27"]) {
      assert.ok(contrast(visible(color, sheet), sheet) >= 3, `${color} on ${sheet}`);
      assert.ok(contrast(textOn(visible(color, sheet)), visible(color, sheet)) >= 4.2, `text on ${color} on ${sheet}`);
    }
  }
  assert.deepEqual(rgb("nonsense"), [127, 138, 160]);
});

test("a spectrogram takes its height from the waveform", () => {
  assert.equal(lanes(400).wave.bottom, 400);
  assert.deepEqual(lanes(400, { spectrogram: 84 }).spectrogram, { top: 316, bottom: 400 });
});

test("slider keys: 10 ms, a second, the bounds", () => {
  const at = { now: 5000, min: 100, max: 5500 };
  assert.equal(slide("ArrowLeft", at), 4990);
  assert.equal(slide("PageUp", at), 5500);
  assert.equal(slide("Home", at), 100);
  assert.equal(slide("a", at), null);
});
