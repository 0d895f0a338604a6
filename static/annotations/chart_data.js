// What the charts draw, from the figures that the server sends, without a page: settings for chart.js.

/** Shades that differ in more than colour: what fills a bar of each look. */
export const PATTERNS = { ok: "full", accent: "slanted", warn: "dotted", busy: "full", rest: "full", aside: "crossed", ink: "full" };

/** The part of the theme that a look stands for. */
export const TOKENS = { ok: "--ok", accent: "--accent", warn: "--warn", busy: "--wave", rest: "--line", aside: "--ink-2", ink: "--ink" };

/** Whether there is anything but zeros to draw. */
export function isEmpty({ bars, lines = [] }) {
  return ![...bars, ...lines.filter((line) => !line.is_dashed)].some(({ data }) => data.some((value) => value > 0));
}

/** Datasets for chart.js. `paint(look)` gives the filling of a bar, `color(look)` a plain colour. */
export function datasetsOf(chart, { paint, color }) {
  const bars = chart.bars.map(({ label, look, data }) => ({
    type: "bar", label, data, backgroundColor: chart.bars.length > 1 ? paint(look) : color(look), borderColor: color(look), borderWidth: 1, order: 1,
    // Bars of a histogram touch: each stands for a stretch of the axis, not for a thing.
    ...(chart.is_dense ? { categoryPercentage: 1, barPercentage: 0.96 } : { maxBarThickness: 22 }),
  }));
  const lines = (chart.lines ?? []).map(({ label, look, data, is_dashed: isDashed }) => ({
    type: "line", label, data, yAxisID: "total", borderColor: color(look), backgroundColor: color(look), borderWidth: isDashed ? 1.5 : 2,
    borderDash: isDashed ? [6, 4] : [], pointRadius: 0, pointHitRadius: 8, order: 0,
  }));
  return [...bars, ...lines];
}

/** Options for chart.js. `ink` and `line` are colours, `narrow` says that there is little room. */
export function optionsOf(chart, { ink, line, narrow }) {
  const stacked = Boolean(chart.is_stacked);
  const numbers = { beginAtZero: true, stacked, ticks: { color: ink, precision: 0, maxTicksLimit: 6 }, grid: { color: line }, border: { color: line } };
  const names = {
    stacked, grid: { display: false }, border: { color: line },
    ticks: { color: ink, autoSkip: !chart.is_horizontal, maxRotation: 0, ...(chart.is_horizontal ? { callback: shortened(narrow ? 12 : 26) } : {}) },
  };
  const scales = chart.is_horizontal ? { x: numbers, y: names } : { x: names, y: numbers };
  if (chart.lines) scales.total = { ...numbers, stacked: false, position: "right", grid: { display: false } };
  return {
    animation: false, responsive: true, maintainAspectRatio: false, indexAxis: chart.is_horizontal ? "y" : "x", scales,
    interaction: { mode: "index", intersect: false, axis: chart.is_horizontal ? "y" : "x" },
    plugins: { legend: { display: chart.bars.length + (chart.lines ?? []).length > 1, position: "bottom", labels: { color: ink, boxWidth: 14, boxHeight: 10 } } },
  };
}

function shortened(most) {
  return function (value) {
    const label = String(this.getLabelForValue(value));
    return label.length > most ? `${label.slice(0, most - 1)}…` : label;
  };
}
