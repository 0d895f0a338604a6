// The part of the time line that is in view: {startMs, spanMs}, as fractions of milliseconds.
// Pure arithmetic: no DOM, no canvas.

export const MIN_SPAN_MS = 40;

const clamp = (value, low, high) => Math.min(Math.max(value, low), Math.max(low, high));

export function clampView({ startMs, spanMs }, durationMs) {
  const span = clamp(spanMs, Math.min(MIN_SPAN_MS, durationMs), durationMs);
  return { startMs: clamp(startMs, 0, durationMs - span), spanMs: span };
}

export const fit = (durationMs) => ({ startMs: 0, spanMs: durationMs });

export const endOf = (view) => view.startMs + view.spanMs;

export const isFit = (view, durationMs) => view.spanMs >= durationMs;

/** Zooms by `factor` (2 shows half as much); the moment `anchorMs` stays at its place on the screen. */
export function zoomAt(view, factor, anchorMs, durationMs) {
  const fraction = (anchorMs - view.startMs) / view.spanMs;
  const spanMs = clamp(view.spanMs / factor, Math.min(MIN_SPAN_MS, durationMs), durationMs);
  return clampView({ startMs: anchorMs - fraction * spanMs, spanMs }, durationMs);
}

export const panBy = (view, deltaMs, durationMs) => clampView({ ...view, startMs: view.startMs + deltaMs }, durationMs);

export const centreOn = (view, ms, durationMs) => clampView({ ...view, startMs: ms - view.spanMs / 2 }, durationMs);

export const isVisible = (view, ms) => ms >= view.startMs && ms <= endOf(view);

/** Turns the page so that `ms` is in view, a little from the edge; the same view when it already is. */
export function pageTo(view, ms, durationMs) {
  if (isVisible(view, ms)) return view;
  const before = ms < view.startMs ? 0.5 : 0.05;
  return clampView({ ...view, startMs: ms - view.spanMs * before }, durationMs);
}

/** A view that holds the range: unchanged when it does already, moved when it fits, else wider. */
export function reveal(view, startMs, endMs, durationMs) {
  if (startMs >= view.startMs && endMs <= endOf(view)) return view;
  if (endMs - startMs > view.spanMs * 0.9) return frame(startMs, endMs, durationMs);
  return centreOn(view, (startMs + endMs) / 2, durationMs);
}

/** A view that shows the range with a fifth of air on each side. */
export function frame(startMs, endMs, durationMs) {
  const air = Math.max((endMs - startMs) * 0.2, MIN_SPAN_MS / 4);
  return clampView({ startMs: startMs - air, spanMs: endMs - startMs + 2 * air }, durationMs);
}

export const xOf = (view, ms, width) => ((ms - view.startMs) / view.spanMs) * width;

export const msAt = (view, x, width) => view.startMs + (x / width) * view.spanMs;

const STEPS = [
  1, 2, 5, 10, 20, 50, 100, 200, 500, 1000, 2000, 5000, 10_000, 15_000, 30_000, 60_000, 120_000, 300_000, 600_000,
  900_000, 1_800_000, 3_600_000, 7_200_000, 14_400_000,
];

/** Ruler marks at round times, at least `gapPx` apart: {stepMs, times}. */
export function ticks(view, width, gapPx = 76) {
  const wanted = (gapPx / width) * view.spanMs;
  const stepMs = STEPS.find((step) => step >= wanted) ?? STEPS.at(-1);
  const times = [];
  for (let ms = Math.ceil(view.startMs / stepMs) * stepMs; ms <= endOf(view); ms += stepMs) times.push(ms);
  return { stepMs, times };
}
