// The small waveform of the player: points of a peaks file to columns of pixels. No DOM.

/** Points of [min, max, rms] (int8, interleaved) as `columns` of the same, each covering an equal share of the points. */
export function toColumns(points, columns) {
  const count = Math.floor(points.length / 3);
  const out = new Int8Array(3 * columns);
  if (!count) return out;
  for (let column = 0; column < columns; column += 1) {
    const from = Math.floor((column * count) / columns);
    const to = Math.max(from + 1, Math.floor(((column + 1) * count) / columns));
    let low = 127;
    let high = -127;
    let square = 0;
    for (let i = from; i < to; i += 1) {
      low = Math.min(low, points[3 * i]);
      high = Math.max(high, points[3 * i + 1]);
      square += points[3 * i + 2] ** 2;
    }
    out.set([low, high, Math.round(Math.sqrt(square / (to - from)))], 3 * column);
  }
  return out;
}

/** Draw columns on a canvas's context of width x height device pixels; up to `played` (0 to 1) in another colour. */
export function draw(context, columns, { width, height, played, colors }) {
  const middle = height / 2;
  const scale = (middle - 1) / 127;
  context.clearRect(0, 0, width, height);
  for (let x = 0; x < width; x += 1) {
    const [low, high, rms] = columns.subarray(3 * x, 3 * x + 3);
    const isPlayed = x < played * width;
    context.fillStyle = isPlayed ? colors.accent : colors.wave;
    context.fillRect(x, middle - high * scale, 1, Math.max(1, (high - low) * scale));
    context.fillStyle = isPlayed ? colors.accent : colors.rms;
    context.fillRect(x, middle - rms * scale, 1, Math.max(1, 2 * rms * scale));
  }
  context.fillStyle = colors.play;
  context.fillRect(Math.round(played * (width - 1)), 0, Math.max(1, Math.round(height / 40)), height);
}
