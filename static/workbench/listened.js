// What was heard: sorted, disjoint intervals [[startMs, endMs], ...] in whole milliseconds.

/** The intervals with one more, merged with those it touches or nearly touches. */
export function heard(intervals, fromMs, toMs, gapMs = 30) {
  const start = Math.max(0, Math.floor(fromMs));
  const end = Math.ceil(toMs);
  if (end <= start) return intervals;
  const last = intervals.at(-1);
  // While playing, each tick prolongs the last interval: keep that cheap.
  if (last && start >= last[0] && end <= last[1]) return intervals;
  const merged = [];
  let current = [start, end];
  for (const interval of intervals) {
    if (interval[1] + gapMs < current[0]) merged.push(interval);
    else if (interval[0] - gapMs > current[1]) {
      merged.push(current);
      current = interval;
    } else current = [Math.min(current[0], interval[0]), Math.max(current[1], interval[1])];
  }
  merged.push(current);
  return merged;
}

/** Intervals from elsewhere (a saved draft), made sorted, disjoint and inside the file. */
export function tidy(intervals, durationMs) {
  return (intervals ?? []).reduce(
    (merged, [start, end]) => heard(merged, start, Math.min(end, durationMs)), []);
}

export const heardMs = (intervals) => intervals.reduce((sum, [start, end]) => sum + end - start, 0);

/** Whole percent of the file that was heard; 100 only when nothing is missing but rounding. */
export function heardPercent(intervals, durationMs) {
  if (!durationMs) return 0;
  const share = heardMs(intervals) / durationMs;
  return share >= 0.998 ? 100 : Math.min(99, Math.floor(share * 100));
}
