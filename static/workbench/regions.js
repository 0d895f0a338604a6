// Regions of one question: an immutable array sorted by start, so that drawing and hit-testing can bisect.
// A region is {id, label, start_ms, end_ms, note} with 0 <= start_ms < end_ms <= duration.

export const byStart = (a, b) => a.start_ms - b.start_ms || a.end_ms - b.end_ms || (a.id < b.id ? -1 : a.id > b.id ? 1 : 0);

export const sorted = (regions) => regions.toSorted(byStart);

/** Index of the first region that starts at or after `ms`. */
export function lowerBound(regions, ms) {
  let low = 0;
  let high = regions.length;
  while (low < high) {
    const middle = (low + high) >> 1;
    if (regions[middle].start_ms < ms) low = middle + 1;
    else high = middle;
  }
  return low;
}

// The longest region of a list bounds how far back an overlapping one may start. Lists never change, so it is kept.
const longestOf = new WeakMap();

function longest(regions) {
  let length = longestOf.get(regions);
  if (length === undefined) {
    length = regions.reduce((most, region) => Math.max(most, region.end_ms - region.start_ms), 0);
    longestOf.set(regions, length);
  }
  return length;
}

/** Regions that touch the time from `startMs` to `endMs`, in order. */
export function overlapping(regions, startMs, endMs) {
  const found = [];
  for (let i = lowerBound(regions, startMs - longest(regions)); i < regions.length; i += 1) {
    if (regions[i].start_ms > endMs) break;
    if (regions[i].end_ms >= startMs) found.push(regions[i]);
  }
  return found;
}

/** The region under a moment: the shortest one, since a long one can be reached beside it. */
export function regionAt(regions, ms, toleranceMs = 0) {
  return overlapping(regions, ms - toleranceMs, ms + toleranceMs).reduce(
    (best, region) => (best && best.end_ms - best.start_ms <= region.end_ms - region.start_ms ? best : region), null);
}

export const find = (regions, id) => regions.find((region) => region.id === id) ?? null;

/** The region moved, its length kept, inside the file. */
export function moved(region, deltaMs, durationMs) {
  const length = region.end_ms - region.start_ms;
  const start = Math.min(Math.max(Math.round(region.start_ms + deltaMs), 0), durationMs - length);
  return { ...region, start_ms: start, end_ms: start + length };
}

export const withStart = (region, ms) =>
  ({ ...region, start_ms: Math.min(Math.max(Math.round(ms), 0), region.end_ms - 1) });

export const withEnd = (region, ms, durationMs) =>
  ({ ...region, end_ms: Math.max(Math.min(Math.round(ms), durationMs), region.start_ms + 1) });

/** Start and end in order, whole, inside the file and at least 1 ms apart. */
export function span(aMs, bMs, durationMs) {
  const inside = (ms) => Math.min(Math.max(Math.round(ms), 0), durationMs);
  const start = Math.min(inside(Math.min(aMs, bMs)), durationMs - 1);
  return { start_ms: start, end_ms: Math.max(inside(Math.max(aMs, bMs)), start + 1) };
}

/** An id that no region of the list has: "r1", "r2", ... */
export function freshId(regions) {
  const numbers = regions.map((region) => Number(/^r(\d+)$/.exec(region.id)?.[1] ?? 0));
  return `r${numbers.reduce((most, number) => Math.max(most, number), 0) + 1}`;
}

/** The neighbour of a region in the list, or the nearest one after (or before) a moment when none is chosen. */
export function neighbour(regions, id, step, ms) {
  if (!regions.length) return null;
  const at = regions.findIndex((region) => region.id === id);
  if (at >= 0) return regions[Math.min(Math.max(at + step, 0), regions.length - 1)];
  const after = lowerBound(regions, ms);
  return regions[Math.min(Math.max(step > 0 ? after : after - 1, 0), regions.length - 1)];
}
