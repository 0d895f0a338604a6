// Moments on a recording, without a page. Milliseconds throughout.

/** Where a moment stands, as a share of the recording from 0 to 1; one beyond its end stands at the end. */
export function shareOf(atMs, lengthMs) {
  if (!(lengthMs > 0)) return 0;
  return Math.min(1, Math.max(0, atMs / lengthMs));
}

/** The moments of all questions in order, each once. */
export function inOrder(moments) {
  return [...new Set(moments)].sort((a, b) => a - b);
}

// Playback is never exactly where it was sent: a mark that was just jumped to counts as reached.
const REACHED_MS = 60;

/** The mark after or before a moment; null at the end of the row. */
export function neighbour(moments, atMs, step) {
  const marks = inOrder(moments);
  if (step > 0) return marks.find((mark) => mark > atMs + REACHED_MS) ?? null;
  return marks.findLast((mark) => mark < atMs - REACHED_MS) ?? null;
}

/** The mark that was passed last, for showing where we are; null before the first. */
export function passed(moments, atMs) {
  return inOrder(moments).findLast((mark) => mark <= atMs + REACHED_MS) ?? null;
}
