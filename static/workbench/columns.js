// From peaks to columns of pixels: for each column the smallest, the largest and the RMS value in it.
// Pure arithmetic over typed arrays; `peaks` only has to answer chunk(level, index).

import { CHUNK_POINTS, POINT_BYTES, chooseLevel, pointAt } from "./levels.js";

export function createColumns(width) {
  return { width, low: new Float32Array(width), high: new Float32Array(width), rms: new Float32Array(width) };
}

/** Widens columns[x] by the points `from` to `to` (not included) of a level; false when some are not here. */
function reduce(peaks, levelIndex, from, to, columns, x) {
  let low = 127;
  let high = -127;
  let squares = 0;
  for (let point = from; point < to;) {
    const index = Math.floor(point / CHUNK_POINTS);
    const bytes = peaks.chunk(levelIndex, index);
    if (!bytes) return false;
    const stop = Math.min(to, (index + 1) * CHUNK_POINTS);
    for (let at = (point - index * CHUNK_POINTS) * POINT_BYTES; point < stop; point += 1, at += POINT_BYTES) {
      if (bytes[at] < low) low = bytes[at];
      if (bytes[at + 1] > high) high = bytes[at + 1];
      squares += bytes[at + 2] * bytes[at + 2];
    }
  }
  columns.low[x] = low / 127;
  columns.high[x] = high / 127;
  columns.rms[x] = Math.sqrt(squares / Math.max(to - from, 1)) / 127;
  return true;
}

/**
 * Fills `columns` for a view. Each column takes the wanted level, or the next coarser one that is here,
 * so there is a picture at once and it sharpens as chunks arrive. Returns the wanted level and
 * how many pixels lie between two of its points.
 */
export function fillColumns(columns, peaks, view) {
  const { levels } = peaks;
  const { sample_rate: sampleRate, n_samples: samples } = peaks.header;
  const perColumn = ((view.spanMs / 1000) * sampleRate) / columns.width;
  const wanted = chooseLevel(levels, perColumn);
  for (let x = 0; x < columns.width; x += 1) {
    const startMs = view.startMs + (x / columns.width) * view.spanMs;
    const endMs = view.startMs + ((x + 1) / columns.width) * view.spanMs;
    columns.low[x] = columns.high[x] = columns.rms[x] = 0;
    if ((startMs / 1000) * sampleRate >= samples) continue;
    for (let level = wanted; level >= 0; level -= 1) {
      const { points } = levels[level];
      const from = Math.min(Math.floor(pointAt(levels[level], startMs, sampleRate)), points - 1);
      const to = Math.min(Math.max(Math.ceil(pointAt(levels[level], endMs, sampleRate)), from + 1), points);
      if (points && reduce(peaks, level, Math.max(from, 0), to, columns, x)) break;
    }
  }
  return { level: wanted, pixelsPerPoint: levels[wanted].samples_per_point / perColumn };
}

/** Points of the finest level around a view, [x, low, high, rms] each, for lines between them; null when not here. */
export function linePoints(peaks, levelIndex, view, width) {
  const level = peaks.levels[levelIndex];
  const { sample_rate: sampleRate } = peaks.header;
  const from = Math.max(Math.floor(pointAt(level, view.startMs, sampleRate)) - 1, 0);
  const to = Math.min(Math.ceil(pointAt(level, view.startMs + view.spanMs, sampleRate)) + 1, level.points - 1);
  const points = [];
  for (let point = from; point <= to; point += 1) {
    const bytes = peaks.chunk(levelIndex, Math.floor(point / CHUNK_POINTS));
    if (!bytes) return null;
    const at = (point % CHUNK_POINTS) * POINT_BYTES;
    const ms = ((point + 0.5) * level.samples_per_point * 1000) / sampleRate;
    points.push([((ms - view.startMs) / view.spanMs) * width, bytes[at] / 127, bytes[at + 1] / 127, bytes[at + 2] / 127]);
  }
  return points;
}
