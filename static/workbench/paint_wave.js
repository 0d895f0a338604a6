// Paints the ruler and the waveform. State in, pixels out.

import { fillColumns, linePoints } from "./columns.js";
import { formatTick } from "./time.js";
import { ticks, xOf } from "./viewport.js";

// From here on single points are further apart than pixels and are joined by lines.
const LINES_FROM = 2;

/** A speech bubble at the ruler's lower edge for each comment in view, its tip on the moment, and a thin line below it. */
function paintComments(context, { view, width, lane, bottom, palette, comments }) {
  for (const { at_ms: ms } of comments) {
    const x = ms === null ? -99 : Math.round(xOf(view, ms, width));
    if (x < -8 || x > width + 8) continue;
    context.fillStyle = palette.accent;
    context.globalAlpha = 0.5;
    for (let y = lane.bottom + 2; y < bottom; y += 6) context.fillRect(x, y, 1, 2);
    context.globalAlpha = 1;
    context.strokeStyle = palette.sheet;
    context.lineWidth = 2;
    context.beginPath();
    context.roundRect(x - 7, lane.bottom - 13, 14, 9, 3);
    context.moveTo(x - 3, lane.bottom - 5);
    context.lineTo(x, lane.bottom);
    context.lineTo(x + 3, lane.bottom - 5);
    context.stroke();
    context.fill();
  }
}

export function paintRuler(context, { view, width, lane, bottom, palette, comments = [] }) {
  const { stepMs, times } = ticks(view, width);
  context.font = "11px system-ui, sans-serif";
  context.textBaseline = "middle";
  context.textAlign = "center";
  context.fillStyle = palette.line;
  for (const ms of times) context.fillRect(Math.round(xOf(view, ms, width)), lane.top + 16, 1, bottom - 16);
  context.fillRect(0, lane.bottom - 1, width, 1);
  context.fillStyle = palette["ink-2"];
  for (const ms of times) {
    const text = formatTick(ms, stepMs);
    const half = context.measureText(text).width / 2 + 2;
    const x = xOf(view, ms, width);
    // A label that would be cut off says less than none; the one at zero moves inside.
    if (ms === 0) context.fillText(text, Math.max(x, half), lane.top + 9);
    else if (x >= half && x <= width - half) context.fillText(text, x, lane.top + 9);
  }
  paintComments(context, { view, width, lane, bottom, palette, comments });
}

function paintBars(context, columns, values, { scale, middle, half, gain }) {
  for (let x = 0; x < columns.width; x += 1) {
    const [low, high] = values(x);
    const top = middle - Math.min(high * gain, 1) * half;
    const height = Math.max(middle - Math.max(low * gain, -1) * half - top, scale);
    context.fillRect(x, top, 1, height);
  }
}

function paintLines(context, points, { scale, middle, half, gain, palette }) {
  const y = (value) => middle - Math.max(-1, Math.min(1, value * gain)) * half;
  const area = (upper, lower, color) => {
    context.fillStyle = color;
    context.strokeStyle = color;
    context.lineWidth = scale;
    context.beginPath();
    points.forEach((point, i) => (i ? context.lineTo(point[0], y(upper(point))) : context.moveTo(point[0], y(upper(point)))));
    for (let i = points.length - 1; i >= 0; i -= 1) context.lineTo(points[i][0], y(lower(points[i])));
    context.closePath();
    context.fill();
    context.stroke();
  };
  area((point) => point[2], (point) => point[1], palette.wave);
  area((point) => Math.min(point[3], point[2]), (point) => Math.max(-point[3], point[1]), palette["wave-rms"]);
}

/** The waveform in device pixels (`scale` of them to a CSS pixel). Returns the level that was wanted. */
export function paintWave(context, { peaks, columns, view, lane, scale, gain, palette }) {
  const place = { scale, middle: lane.middle * scale, half: lane.half * scale * 0.96, gain, palette };
  const { level, pixelsPerPoint } = fillColumns(columns, peaks, view);
  const points = pixelsPerPoint > LINES_FROM * scale ? linePoints(peaks, level, view, columns.width) : null;
  if (points?.length) {
    paintLines(context, points, place);
    return level;
  }
  context.fillStyle = palette.wave;
  paintBars(context, columns, (x) => [columns.low[x], columns.high[x]], place);
  context.fillStyle = palette["wave-rms"];
  paintBars(context, columns, (x) => [Math.max(-columns.rms[x], columns.low[x]), Math.min(columns.rms[x], columns.high[x])], place);
  return level;
}
