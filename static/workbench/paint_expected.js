// Paints what was expected below what was marked: a thin line from edge to edge, in ink, with one word.

import { endOf, xOf } from "./viewport.js";
import { questionOf } from "./state.js";

const HIGH = 6;

export const createExpectedPainter = (word) => (context, { view, width, lane, palette, colors }, state) => {
  for (const { alias, expected } of state.expected ?? []) {
    const question = questionOf(state, alias);
    for (const mark of [expected ?? []].flat()) {
      const [start, end] = typeof mark === "object" ? [mark.start_ms, mark.end_ms] : [mark, mark];
      if (end < view.startMs || start > endOf(view)) continue;
      const left = Math.max(xOf(view, start, width), -2);
      const right = Math.max(Math.min(xOf(view, end, width), width + 2), left + 2);
      const bottom = lane.bottom - 3;
      context.strokeStyle = palette.ink;
      context.fillStyle = colors(question, mark.label);
      context.setLineDash([]);
      context.lineWidth = 1;
      context.fillRect(left, bottom - HIGH, right - left, HIGH);
      context.strokeRect(left + 0.5, bottom - HIGH + 0.5, right - left - 1, HIGH - 1);
      context.globalAlpha = 0.5;
      context.setLineDash([2, 3]);
      for (const x of [left, right]) {
        context.beginPath();
        context.moveTo(x + 0.5, lane.top);
        context.lineTo(x + 0.5, bottom - HIGH);
        context.stroke();
      }
      context.setLineDash([]);
      context.globalAlpha = 1;
      context.font = "600 11px system-ui, sans-serif";
      context.textAlign = "left";
      context.textBaseline = "bottom";
      const text = mark.label ? `${word}: ${mark.label}` : word;
      const x = Math.max(left, 0) + 3;
      context.fillStyle = palette.sheet;
      context.globalAlpha = 0.85;
      context.fillRect(x - 2, bottom - HIGH - 16, context.measureText(text).width + 4, 14);
      context.globalAlpha = 1;
      context.fillStyle = palette.ink;
      context.fillText(text, x, bottom - HIGH - 3);
    }
  }
};
