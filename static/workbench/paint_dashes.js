// A dashed line over the whole lane: where something begins that has no end yet, or where something was.

import { xOf } from "./viewport.js";

/** Returns where it was drawn, in CSS pixels. */
export function paintDashes(context, { view, width, lane }, ms, color) {
  const x = Math.round(xOf(view, ms, width)) + 0.5;
  context.strokeStyle = color;
  context.lineWidth = 1.5;
  context.setLineDash([5, 4]);
  context.beginPath();
  context.moveTo(x, lane.top);
  context.lineTo(x, lane.bottom);
  context.stroke();
  context.setLineDash([]);
  return x;
}
