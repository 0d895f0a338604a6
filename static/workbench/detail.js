// The detail view: one canvas of a fixed size that is painted again when something changes, and the playhead,
// an element of its own, so that playing moves one line and paints nothing.

import { createColumns } from "./columns.js";
import { lanes } from "./geometry.js";
import { paintMarks } from "./paint_marks.js";
import { paintRuler, paintWave } from "./paint_wave.js";
import { readPalette } from "./palette.js";
import { endOf, xOf } from "./viewport.js";

const PAINTED = ["view", "history", "selected", "ghost", "pending", "marking", "durationMs", "changes", "change", "showsChanges", "comments", "showsSuggested", "expected"];

export function createDetail({ stage, store, onPaint }) {
  const canvas = stage.querySelector("canvas");
  const playhead = stage.querySelector(".wb-playhead");
  const context = canvas.getContext("2d");
  let palette = readPalette();
  let columns = createColumns(1);
  let size = { width: 0, height: 0, scale: 1 };
  let peaks = null;
  let gain = 1;
  let frame = 0;
  let playheadMs = 0;
  const painters = [];
  const among = [];

  const colors = (question, label) => {
    const known = question.configuration.labels?.find(({ name }) => name === label);
    return known ? palette.label(known.color) : palette.accent;
  };

  function measure() {
    const { width, height } = stage.getBoundingClientRect();
    size = { width: Math.max(Math.round(width), 1), height: Math.max(Math.round(height), 1), scale: window.devicePixelRatio || 1 };
    canvas.width = Math.round(size.width * size.scale);
    canvas.height = Math.round(size.height * size.scale);
    columns = createColumns(canvas.width);
  }

  function paint() {
    frame = 0;
    const state = store.get();
    if (!state.view) return;
    const { width, height, scale } = size;
    const lane = lanes(height);
    const place = { view: state.view, width, palette, colors, lane: { top: lane.wave.top, bottom: height } };
    context.setTransform(scale, 0, 0, scale, 0, 0);
    context.clearRect(0, 0, width, height);
    paintRuler(context, { view: state.view, width, lane: lane.ruler, bottom: height, palette, comments: state.comments });
    if (peaks) {
      context.setTransform(1, 0, 0, 1, 0, 0);
      const level = paintWave(context, { peaks, columns, view: state.view, lane: lane.wave, scale, gain, palette });
      context.setTransform(scale, 0, 0, scale, 0, 0);
      peaks.want(level, state.view.startMs, endOf(state.view));
    }
    paintMarks(context, place, state, among);
    for (const painter of painters) painter(context, place, state);
    placePlayhead();
    onPaint();
  }

  function placePlayhead() {
    const { view } = store.get();
    if (!view) return;
    const x = xOf(view, playheadMs, size.width);
    playhead.hidden = x < -1 || x > size.width + 1;
    playhead.style.transform = `translateX(${x.toFixed(2)}px)`;
  }

  const request = () => { if (!frame) frame = requestAnimationFrame(paint); };

  new ResizeObserver(() => { measure(); request(); }).observe(stage);
  new MutationObserver(() => { palette = readPalette(); request(); }).observe(
    document.documentElement, { attributeFilter: ["data-bs-theme"] });
  store.subscribe((_, changed) => { if (PAINTED.some((key) => changed.has(key))) request(); });
  measure();

  return {
    request,
    colors,
    stage,
    /** `painter(context, place, state, tag)` paints with the marks; `tag` writes words that stand clear of theirs. */
    paintAmong(painter) { among.push(painter); request(); },
    /** `painter(context, place, state)` paints over the marks. */
    paintAlso(painter) { painters.push(painter); request(); },
    get width() { return size.width; },
    get height() { return size.height; },
    get palette() { return palette; },
    setPeaks(next, nextGain = 1) { peaks = next; gain = nextGain; request(); },
    setPlayhead(ms) { playheadMs = ms; placePlayhead(); },
  };
}
