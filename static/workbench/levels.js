// Which level of the peaks file to draw from, and which chunks of it to fetch. Pure arithmetic.
//
// The file holds, for each level, points of three int8 values (min, max, rms), coarsest level first.
// A chunk is a run of whole points of one level, just under 64 KB.

export const POINT_BYTES = 3;
export const CHUNK_POINTS = 21_845;

/** The coarsest level that still has a point for every pixel; the finest when none has. */
export function chooseLevel(levels, samplesPerPixel) {
  let chosen = 0;
  levels.forEach((level, index) => {
    const isFiner = level.samples_per_point < levels[chosen].samples_per_point;
    if (isFiner && levels[chosen].samples_per_point > samplesPerPixel) chosen = index;
  });
  return chosen;
}

export const chunkCount = (level) => Math.ceil(level.points / CHUNK_POINTS);

/** First and last byte (inclusive, as Range wants them) of chunks `first` to `last` of a level. */
export function byteRange(level, first, last = first) {
  const end = Math.min((last + 1) * CHUNK_POINTS, level.points);
  return [level.offset + first * CHUNK_POINTS * POINT_BYTES, level.offset + end * POINT_BYTES - 1];
}

/** Chunks that hold the points `from` to `to` of a level, as [first, last]. */
export function chunksFor(level, from, to) {
  const last = chunkCount(level) - 1;
  const inside = (point) => Math.min(Math.max(Math.floor(point / CHUNK_POINTS), 0), Math.max(last, 0));
  return [inside(from), inside(to)];
}

/** Runs [first, last] of chunks between `first` and `last` that are missing, each at most `most` long: one request each. */
export function missingRuns(first, last, has, most = 8) {
  const runs = [];
  for (let index = first; index <= last; index += 1) {
    if (has(index)) continue;
    const run = runs.at(-1);
    if (run && run[1] === index - 1 && run[1] - run[0] + 1 < most) run[1] = index;
    else runs.push([index, index]);
  }
  return runs;
}

export const pointAt = (level, ms, sampleRate) => (ms * sampleRate) / 1000 / level.samples_per_point;

/** Upper and lower outline (-1..1, scaled by `gain`) of at most `most` columns, from all points of one level. */
export function outline(data, most, gain = 1) {
  const points = Math.floor(data.length / POINT_BYTES);
  const columns = Math.max(Math.min(points, most), 1);
  const upper = new Float32Array(columns);
  const lower = new Float32Array(columns);
  for (let point = 0; point < points; point += 1) {
    const column = Math.floor((point * columns) / points);
    lower[column] = Math.min(lower[column], (data[point * POINT_BYTES] * gain) / 127);
    upper[column] = Math.max(upper[column], (data[point * POINT_BYTES + 1] * gain) / 127);
  }
  return [upper, lower];
}

/** How much to stretch the waveform so that the loudest moment nearly fills the height; quiet noise stays small. */
export function gainFor(data) {
  let peak = 0;
  for (let i = 0; i < data.length; i += POINT_BYTES) peak = Math.max(peak, -data[i], data[i + 1]);
  return peak ? Math.min(0.94 * (127 / peak), 8) : 1;
}
