// Paints regions, points and what is half made. Only what is in view; below a pixel apart, one stands for many.

import { marksOf } from "./marks.js";
import { overlapping } from "./regions.js";
import { isMarking } from "./state.js";
import { endOf, xOf } from "./viewport.js";
import { TAG } from "./geometry.js";
import { paintDashes } from "./paint_dashes.js";
import { textOn } from "./palette.js";

const TAG_ROWS = 3;
const THIN_PX = 3;
const widths = new Map();

function tagWidth(context, text) {
  if (!widths.has(text)) widths.set(text, context.measureText(text).width);
  return widths.get(text) + 10;
}

/**
 * Tags stand in the first row in which they do not cover the one before; without room there is none.
 * They are painted last (call the result's `paint`), so that no region runs through a word.
 */
function createTags(context, top, width, palette) {
  const rows = Array(TAG_ROWS).fill(-Infinity);
  const tags = [];
  context.font = "600 11px system-ui, sans-serif";
  const tag = (x, text, color, isForced, isHollow = false) => {
    const left = Math.max(x, 0);
    const wide = tagWidth(context, text);
    let row = rows.findIndex((end) => end <= left);
    if (row < 0) row = isForced ? 0 : -1;
    if (row < 0 || left > width) return;
    rows[row] = left + wide + 2;
    tags.push({ left, wide, text, color, isHollow, y: top + 2 + row * (TAG + 2) });
  };
  tag.paint = () => {
    for (const { left, wide, text, color, isHollow, y } of tags) {
      const inset = isHollow ? 0.5 : 0;
      context.fillStyle = isHollow ? palette.sheet : color;
      context.strokeStyle = color;
      context.beginPath();
      context.roundRect(left + inset, y + inset, wide - 2 * inset, TAG - 2 * inset, [0, 3, 3, 3]);
      context.fill();
      context.setLineDash([3, 2]);
      if (isHollow) context.stroke();
      context.setLineDash([]);
      context.fillStyle = isHollow ? palette.ink : textOn(color);
      context.fillText(text, left + 5, y + TAG / 2 + 0.5);
    }
  };
  return tag;
}

function paintRegion(context, place, region, { color, strength, edge }) {
  const { view, width, lane } = place;
  const left = Math.max(xOf(view, region.start_ms, width), -2);
  const right = Math.min(xOf(view, region.end_ms, width), width + 2);
  context.globalAlpha = strength;
  context.fillStyle = color;
  context.fillRect(left, lane.top, Math.max(right - left, 1), lane.bottom - lane.top);
  context.globalAlpha = Math.min(strength * 4, 1);
  context.fillRect(left - (edge - 1) / 2, lane.top, edge, lane.bottom - lane.top);
  if (right - left > 1) context.fillRect(right - (edge + 1) / 2, lane.top, edge, lane.bottom - lane.top);
  context.globalAlpha = 1;
}

/** Regions thinner than a few pixels, thousands of them at a glance: one rectangle for each run of columns and colour. */
export function paintThin(context, { lane }, thin, strength) {
  context.globalAlpha = strength;
  for (const [color, columns] of thin) {
    context.fillStyle = color;
    for (let x = columns.indexOf(1); x >= 0;) {
      const end = columns.indexOf(0, x);
      context.fillRect(x, lane.top, (end < 0 ? columns.length : end) - x, lane.bottom - lane.top);
      x = end < 0 ? -1 : columns.indexOf(1, end);
    }
  }
  context.globalAlpha = 1;
}

function paintPoint(context, { view, width, lane }, ms, { color, isSelected }) {
  const x = Math.round(xOf(view, ms, width));
  context.fillStyle = color;
  context.fillRect(x - (isSelected ? 1 : 0), lane.top, isSelected ? 3 : 1, lane.bottom - lane.top);
  const size = isSelected ? 7 : 5;
  context.beginPath();
  context.moveTo(x, lane.bottom - 2 * size - 2);
  context.lineTo(x + size, lane.bottom - size - 2);
  context.lineTo(x, lane.bottom - 2);
  context.lineTo(x - size, lane.bottom - size - 2);
  context.fill();
}

function paintRegions(context, place, state, question, { isActive, tag }) {
  const { view, palette, colors } = place;
  const selected = state.selected?.alias === question.alias ? state.selected.id : null;
  const ghost = state.ghost?.alias === question.alias ? state.ghost : null;
  const strength = isActive ? 0.17 : 0.08;
  const thin = new Map();
  let front = null;
  const inView = overlapping(marksOf(state, question.alias), view.startMs, endOf(view));
  // Where they lie thick, tags would hide the sound and colours must let it through.
  const isThick = inView.length > place.width / 16;
  for (const region of inView) {
    if (ghost?.id === region.id) continue;
    if (region.id === selected) {
      front = region;
      continue;
    }
    const color = colors(question, region.label);
    const left = xOf(view, region.start_ms, place.width);
    const right = xOf(view, region.end_ms, place.width);
    if (right - left < THIN_PX) {
      if (!thin.has(color)) thin.set(color, new Uint8Array(place.width + 1));
      thin.get(color).fill(1, Math.max(Math.floor(left), 0), Math.max(Math.floor(right), Math.floor(left)) + 1);
    } else paintRegion(context, place, region, { color, strength, edge: 1 });
    if (isActive && !(isThick && right - left < THIN_PX)) tag(left, region.label || question.name, color, false);
  }
  paintThin(context, place, thin, strength * (isThick ? 1.6 : 3));
  front = ghost ? ghost.region : front;
  if (!front) return;
  const color = colors(question, front.label) ?? palette.accent;
  paintRegion(context, place, front, { color, strength: 0.3, edge: 2 });
  if (front.end_ms >= view.startMs && front.start_ms <= endOf(view)) tag(xOf(view, front.start_ms, place.width), front.label || question.name, color, true);
}

/** Everything marked that is in view; the marking question's marks are strong, the others pale. `painters` add to it. */
export function paintMarks(context, place, state, painters = []) {
  const { view, width, lane, palette } = place;
  const tag = createTags(context, lane.top, width, palette);
  context.textAlign = "left";
  context.textBaseline = "middle";
  const marking = state.questions.filter(isMarking);
  for (const question of [...marking.filter(({ alias }) => alias !== state.marking), ...marking.filter(({ alias }) => alias === state.marking)]) {
    const isActive = question.alias === state.marking;
    if (question.type === "regions") {
      paintRegions(context, place, state, question, { isActive, tag });
      continue;
    }
    const ghost = state.ghost?.alias === question.alias ? state.ghost : null;
    for (const ms of marksOf(state, question.alias)) {
      const at = ghost?.id === ms ? ghost.ms : ms;
      if (at < view.startMs || at > endOf(view)) continue;
      const isSelected = state.selected?.alias === question.alias && state.selected.id === ms;
      context.globalAlpha = isActive ? 1 : 0.5;
      paintPoint(context, place, at, { color: palette.accent, isSelected });
      context.globalAlpha = 1;
    }
  }
  for (const painter of painters) painter(context, place, state, tag);
  if (state.pending !== null) {
    const x = paintDashes(context, place, state.pending, palette.accent);
    tag(x, "[", palette.accent, true);
  }
  tag.paint();
}
