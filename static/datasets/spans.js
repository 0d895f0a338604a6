// Spans of a recording and the part of it that is looked at, without a page. Milliseconds; shares from 0 to 1.

/** Where a moment stands in the part from `fromMs` to `toMs`: 0 at its start, 1 at its end, and beyond outside of it. */
export function shareIn(atMs, fromMs, toMs) {
  return toMs > fromMs ? (atMs - fromMs) / (toMs - fromMs) : 0;
}

/** The moment at a share of that part. */
export function inside(share, fromMs, toMs) {
  return fromMs + Math.min(1, Math.max(0, share)) * (toMs - fromMs);
}

/** Whether any of a span lies in that part. */
export function isWithin({ startMs, endMs }, fromMs, toMs) {
  return endMs >= fromMs && startMs <= toMs;
}

/** Left edge and width of a span in that part, cut off at its ends. */
export function boxOf({ startMs, endMs }, fromMs, toMs) {
  const left = Math.max(0, shareIn(startMs, fromMs, toMs));
  return { left, width: Math.max(0, Math.min(1, shareIn(endMs, fromMs, toMs)) - left) };
}

/** A span with `leadMs` on both sides, inside the recording. */
export function around({ startMs, endMs }, leadMs, lengthMs) {
  return [Math.max(0, startMs - leadMs), Math.min(lengthMs, endMs + leadMs)];
}

/** The part to look at so that a span is seen well: at least `leastMs` long, the span in its middle; all of a short file. */
export function closeUp(span, leastMs, lengthMs) {
  if (lengthMs <= 1.5 * leastMs) return [0, lengthMs];
  const widthMs = Math.min(lengthMs, Math.max(leastMs, 2 * (span.endMs - span.startMs)));
  const startMs = Math.min(Math.max(0, (span.startMs + span.endMs - widthMs) / 2), lengthMs - widthMs);
  return [startMs, startMs + widthMs];
}
