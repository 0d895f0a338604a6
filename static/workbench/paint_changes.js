// Paints what was there before over what is there now: earlier regions dashed, removed ones crossed, each with a word.

import { placeOf, SIGNS } from "./changes.js";
import { isMarking, questionOf } from "./state.js";
import { paintDashes } from "./paint_dashes.js";
import { endOf, xOf } from "./viewport.js";

const HEIGHT = 17;
const ROWS = 3;

/** Words at the lower edge, in the first row from below in which they do not cover the one before. */
function createBadges(context, { width, lane, palette }) {
  const rows = Array(ROWS).fill(-Infinity);
  const badges = [];
  context.font = "600 11px system-ui, sans-serif";
  return {
    add(x, text, isCurrent) {
      const left = Math.max(x, 0);
      const wide = context.measureText(text).width + 10;
      let row = rows.findIndex((end) => end <= left);
      if (row < 0) row = isCurrent ? 0 : -1;
      if (row < 0 || left > width) return;
      rows[row] = left + wide + 2;
      badges.push({ left, wide, text, isCurrent, y: lane.bottom - 4 - (row + 1) * (HEIGHT + 2) });
    },
    paint() {
      context.textAlign = "left";
      context.textBaseline = "middle";
      for (const { left, wide, text, isCurrent, y } of badges) {
        context.fillStyle = isCurrent ? palette.ink : palette.sheet;
        context.strokeStyle = palette.ink;
        context.lineWidth = 1;
        context.beginPath();
        context.roundRect(left + 0.5, y + 0.5, wide - 1, HEIGHT - 1, 3);
        context.fill();
        context.stroke();
        context.fillStyle = isCurrent ? palette.sheet : palette.ink;
        context.fillText(text, left + 5, y + HEIGHT / 2 + 0.5);
      }
    },
  };
}

/** Slanted lines through the whole stretch: it is not there any more. */
function cross(context, left, right, { top, bottom }) {
  context.save();
  context.beginPath();
  context.rect(left, top, right - left, bottom - top);
  context.clip();
  context.beginPath();
  for (let x = left - (bottom - top); x < right; x += 14) {
    context.moveTo(x, bottom);
    context.lineTo(x + bottom - top, top);
  }
  context.globalAlpha *= 0.45;
  context.stroke();
  context.restore();
}

function outline(context, { view, width, lane }, { before, kind }, { color, isCurrent }) {
  const left = Math.max(xOf(view, before.start_ms, width), -2);
  const right = Math.max(Math.min(xOf(view, before.end_ms, width), width + 2), left + 3);
  context.strokeStyle = color;
  context.lineWidth = isCurrent ? 2.5 : 1.5;
  context.setLineDash([5, 4]);
  context.strokeRect(left, lane.top + 1, right - left, lane.bottom - lane.top - 2);
  context.setLineDash([]);
  context.lineWidth = 1;
  if (kind === "removed") cross(context, left, right, lane);
}

/** `words` gives the word of each kind, and "was" for what stood elsewhere. */
export function createChangesPainter(words) {
  return (context, place, state) => {
    if (!state.showsChanges || !state.changes.length) return;
    const { view, width, palette, colors } = place;
    const badges = createBadges(context, place);
    state.changes.forEach((change, index) => {
      const question = questionOf(state, change.alias);
      if (!question || !isMarking(question)) return;
      const where = placeOf(change, question.type);
      if (where.endMs < view.startMs || where.startMs > endOf(view)) return;
      const { kind, before } = change;
      const isCurrent = index === state.change;
      context.globalAlpha = change.alias === state.marking || isCurrent ? 1 : 0.5;
      const color = colors(question, before?.label);
      if (question.type === "timestamp" && kind !== "added") paintDashes(context, place, before, palette.accent);
      else if (before?.start_ms !== undefined && kind !== "noted") outline(context, place, change, { color, isCurrent });
      context.globalAlpha = 1;
      const word = kind === "relabeled" ? `${words.was} ${before.label}` : words[kind];
      const at = kind === "added" || kind === "noted" ? change.after : before;
      badges.add(xOf(view, at.start_ms ?? at, width), `${SIGNS[kind]} ${word}`, isCurrent);
    });
    badges.paint();
  };
}
