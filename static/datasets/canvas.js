// A small waveform on a <canvas>: its size, the colours of the theme, and columns that are computed once per width.

import { draw, toColumns } from "./wave.js";

const NAMES = { wave: "wave", rms: "wave-rms", accent: "accent", play: "play" };

/** `setPoints(points)` takes one level of a peaks file; `paint(share)` draws it with what was played, 0 to 1. */
export function createWave(canvas) {
  const context = canvas.getContext("2d");
  let points = new Int8Array(0);
  let columns = null;

  function fit() {
    const scale = devicePixelRatio || 1;
    const width = Math.round(canvas.clientWidth * scale);
    const height = Math.round(canvas.clientHeight * scale);
    if (canvas.width !== width || canvas.height !== height) {
      Object.assign(canvas, { width, height });
      columns = null;
    }
    return { width, height };
  }

  return {
    setPoints(next) {
      points = next;
      columns = null;
    },
    paint(share) {
      // What is not shown has no width; it is painted when it is.
      if (!canvas.clientWidth) return;
      const { width, height } = fit();
      columns ??= toColumns(points, width);
      const style = getComputedStyle(canvas);
      const colors = Object.fromEntries(
        Object.entries(NAMES).map(([key, name]) => [key, style.getPropertyValue(`--${name}`).trim()]));
      draw(context, columns, { width, height, played: share, colors });
    },
  };
}
