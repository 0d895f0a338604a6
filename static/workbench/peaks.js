// The peaks file over HTTP: chunks by Range, the least recently used ones forgotten.

import { byteRange, chunkCount, chunksFor, CHUNK_POINTS, missingRuns, POINT_BYTES, pointAt } from "./levels.js";

const MOST_CHUNKS = 160;
const AT_ONCE = 3;
const SETTLE_MS = 40;
const FEW_POINTS = 1500;

async function fetchRange(url, [first, last], signal) {
  const response = await fetch(url, { headers: { Range: `bytes=${first}-${last}` }, credentials: "same-origin", signal });
  if (!response.ok) throw new Error(`peaks: ${response.status}`);
  const bytes = new Int8Array(await response.arrayBuffer());
  // A server that does not know ranges sends the whole file.
  return response.status === 206 ? bytes : bytes.subarray(first, last + 1);
}

/** Peaks of one file. `onChange` is called when something new can be drawn. */
export function createPeaks({ url, header, onChange, onFail }) {
  const { levels, sample_rate: sampleRate } = header;
  const chunks = levels.map(() => new Map());
  const pinned = 0;
  const abort = new AbortController();
  const pending = new Set();
  let wanted = [];
  let timer = null;

  function keep(levelIndex, first, bytes) {
    for (let i = 0; i * CHUNK_POINTS * POINT_BYTES < bytes.length; i += 1) {
      chunks[levelIndex].set(first + i, bytes.subarray(i * CHUNK_POINTS * POINT_BYTES, (i + 1) * CHUNK_POINTS * POINT_BYTES));
    }
    // The coarsest level stays: it is the picture that is always there.
    for (let index = levels.length - 1; index > pinned; index -= 1) {
      const map = chunks[index];
      while (map.size > MOST_CHUNKS) map.delete(map.keys().next().value);
    }
  }

  async function load(levelIndex, [first, last]) {
    const name = `${levelIndex}:${first}-${last}`;
    if (pending.has(name)) return;
    pending.add(name);
    try {
      keep(levelIndex, first, await fetchRange(url, byteRange(levels[levelIndex], first, last), abort.signal));
      onChange();
    } catch (error) {
      if (!abort.signal.aborted) onFail(error);
    } finally {
      pending.delete(name);
      if (!abort.signal.aborted) work();
    }
  }

  function work() {
    while (pending.size < AT_ONCE && wanted.length) load(...wanted.shift());
  }

  return {
    header,
    levels,

    /** All bytes of a level for the overview; rejects when they cannot be had. The coarsest is kept in any case. */
    async whole() {
      const ends = levels.map((level) => byteRange(level, 0, Math.max(chunkCount(level) - 1, 0))[1]);
      // Of a short file the next level comes in the same request: too few points make a poor picture.
      const last = levels.length > 1 && levels[0].points < FEW_POINTS ? 1 : 0;
      const bytes = await fetchRange(url, [0, ends[last]], abort.signal);
      for (let index = 0; index <= last; index += 1) keep(index, 0, bytes.subarray(levels[index].offset, ends[index] + 1));
      onChange();
      return bytes.subarray(levels[last].offset);
    },

    /** Ask for what a view needs, with a little on both sides. Earlier wishes that are not under way are dropped. */
    want(levelIndex, startMs, endMs) {
      const level = levels[levelIndex];
      const air = (endMs - startMs) / 4;
      const [first, last] = chunksFor(level, pointAt(level, startMs - air, sampleRate), pointAt(level, endMs + air, sampleRate));
      const isBusy = (index) => [...pending].some((name) => {
        const [one, from, to] = name.split(/[:-]/).map(Number);
        return one === levelIndex && index >= from && index <= to;
      });
      const runs = missingRuns(first, last, (index) => chunks[levelIndex].has(index) || isBusy(index));
      wanted = runs.map((run) => [levelIndex, run]);
      clearTimeout(timer);
      // While the view is still moving, most of what it crosses will never be looked at.
      if (wanted.length) timer = setTimeout(work, SETTLE_MS);
    },

    /** The chunk of a level that holds a point, or undefined when it is not here (yet). */
    chunk(levelIndex, index) {
      const map = chunks[levelIndex];
      const bytes = map.get(index);
      if (bytes && levelIndex !== pinned && map.size > MOST_CHUNKS / 2) {
        map.delete(index);
        map.set(index, bytes);
      }
      return bytes;
    },

    stop() {
      clearTimeout(timer);
      wanted = [];
      abort.abort();
    },
  };
}
