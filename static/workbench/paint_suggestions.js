// Paints what a model suggests: dashed and paler than what a person marked; the selected one stronger.

import { endOf, xOf } from "./viewport.js";
import { overlapping } from "./regions.js";
import { paintThin } from "./paint_marks.js";
import { percent } from "./suggestions.js";
import { questionOf } from "./state.js";
import { shownOf } from "./deciding.js";

const THIN_PX = 3;
const DASH = [5, 4];
const STRENGTH = { fill: 0.07, line: 0.85, thin: 0.3, thick: 0.15 };

/** All edges of one color in one path: thousands of dashed lines one by one would take longer than a frame. */
function outlineInto(paths, key, left, right, { top, bottom }) {
  if (!paths.has(key)) paths.set(key, new Path2D());
  paths.get(key).rect(left + 0.5, top + 1, Math.max(right - left - 1, 1), bottom - top - 2);
}

function stroke(context, paths, { alpha, lineWidth }) {
  context.globalAlpha = alpha;
  context.lineWidth = lineWidth;
  context.setLineDash(DASH);
  for (const [color, path] of paths) {
    context.strokeStyle = color;
    context.stroke(path);
  }
  context.setLineDash([]);
  context.lineWidth = 1;
  context.globalAlpha = 1;
}

function fill(context, color, alpha, left, right, { top, bottom }) {
  context.globalAlpha = alpha;
  context.fillStyle = color;
  context.fillRect(left, top, Math.max(right - left, 1), bottom - top);
  context.globalAlpha = 1;
}

/** `wordOf(fate)` is what stands beside a suggestion that was decided on; `tag` is the one of the marks, so that none covers another. */
export const createSuggestionsPainter = (wordOf) => (context, place, state, tag) => {
  const { suggestions, ghost, selected } = state;
  const question = suggestions && questionOf(state, suggestions.alias);
  if (!question) return;
  const { view, width, lane, colors } = place;
  const inView = overlapping(shownOf(state), view.startMs, endOf(view));
  const isThick = inView.length > width / 16;
  // Lines a few pixels apart are no outlines any more, and dashing them takes longer than a frame.
  const thinPx = inView.length > width / 4 ? Infinity : THIN_PX;
  const pale = state.marking === suggestions.alias ? 1 : 0.5;
  const thin = new Map();
  const lines = { open: new Map(), decided: new Map(), front: new Map() };
  for (const row of inView) {
    if (ghost?.id === row.id) continue;
    const color = colors(question, row.label);
    const left = Math.max(xOf(view, row.start_ms, width), -3);
    const right = Math.min(xOf(view, row.end_ms, width), width + 3);
    const isFront = row.id === selected?.id;
    if (right - left < thinPx && !isFront) {
      if (!thin.has(color)) thin.set(color, new Uint8Array(width + 1));
      thin.get(color).fill(1, Math.max(Math.floor(left), 0), Math.max(Math.floor(right), Math.floor(left)) + 1);
    } else {
      if (!row.fate || isFront) fill(context, color, (isFront ? 0.2 : STRENGTH.fill) * pale, left, right, lane);
      outlineInto(isFront ? lines.front : row.fate ? lines.decided : lines.open, color, left, right, lane);
    }
    if (!isThick || isFront) {
      const words = [row.label, `${percent(row.confidence)} %`, row.fate ? wordOf(row.fate) : ""].filter(Boolean).join(" ");
      tag(xOf(view, row.start_ms, width), words, color, isFront, true);
    }
  }
  paintThin(context, place, thin, (thinPx === THIN_PX ? STRENGTH.thin : STRENGTH.thick) * pale);
  stroke(context, lines.open, { alpha: STRENGTH.line * pale, lineWidth: 1 });
  stroke(context, lines.decided, { alpha: 0.5 * pale, lineWidth: 1 });
  stroke(context, lines.front, { alpha: 1, lineWidth: 2 });
};
