// What the pages of models draw and count, without a page. Shares are from 0 to 1, times milliseconds.

/** The row of a curve that holds at a threshold: that of the highest threshold not above it, else the lowest one. */
export function rowAt(rows, threshold) {
  const sorted = [...rows].sort((a, b) => a.threshold - b.threshold);
  return sorted.findLast((row) => row.threshold <= threshold + 1e-9) ?? sorted[0] ?? null;
}

/** The points of precision over recall; what reports nothing has no precision, and no point. */
export function pointsOf(rows) {
  return [...rows].sort((a, b) => a.threshold - b.threshold)
    .filter(({ found, false: wrong }) => found + wrong > 0)
    .map((row) => ({ x: row.recall, y: row.precision, threshold: row.threshold }));
}

/** Datasets for chart.js of one type's curve, with where `threshold` and the best one are. */
export function curveDatasets({ name, color, best, rows }, threshold, { ink, words }) {
  const line = { type: "line", label: name, data: pointsOf(rows), borderColor: color, backgroundColor: color, borderWidth: 2, pointRadius: 2, pointHitRadius: 8, tension: 0, clip: false, order: 2 };
  const mark = (label, at, look) => {
    const row = at === null || at === undefined ? null : rowAt(rows, at);
    return { type: "line", showLine: false, label, data: row ? pointsOf([row]) : [], clip: false, order: 1, ...look };
  };
  return [
    line,
    mark(words.best, best, { pointStyle: "rectRot", pointRadius: 10, borderColor: ink, backgroundColor: "transparent", borderWidth: 2 }),
    mark(words.here, threshold, { pointStyle: "circle", pointRadius: 4, borderColor: ink, backgroundColor: ink }),
  ];
}

const axis = (title, ink, line, more = {}) => ({
  ticks: { color: ink, maxTicksLimit: 6 }, grid: { color: line }, border: { color: line }, title: { display: Boolean(title), text: title, color: ink }, ...more,
});

export function curveOptions({ ink, line, words }) {
  const share = (title) => axis(title, ink, line, { type: "linear", min: 0, max: 1 });
  return {
    animation: false, responsive: true, maintainAspectRatio: false, scales: { x: share(words.recall), y: share(words.precision) },
    plugins: {
      // The head of the panel says which type it is.
      legend: { position: "bottom", labels: { color: ink, boxWidth: 10, boxHeight: 10, usePointStyle: true, filter: ({ datasetIndex }) => datasetIndex > 0 } },
      tooltip: { callbacks: { label: ({ raw }) => `${words.threshold} ${raw.threshold.toFixed(2)}: ${words.precision} ${raw.y.toFixed(2)}, ${words.recall} ${raw.x.toFixed(2)}` } },
    },
  };
}

/** Datasets for chart.js of lines over epochs. `color(look)` gives a colour of the theme; a line may have its own. */
export function lineDatasets({ lines }, { color }) {
  return lines.map(({ label, look, color: own, data, dash }) => {
    const shade = own || color(look ?? "ink");
    return { type: "line", label, data, borderColor: shade, backgroundColor: shade, borderWidth: 2, borderDash: dash, pointRadius: data.length < 2 ? 3 : 0, pointHitRadius: 8, spanGaps: true };
  });
}

export function lineOptions({ axis: title, top }, { ink, line }) {
  return {
    animation: false, responsive: true, maintainAspectRatio: false, interaction: { mode: "index", intersect: false },
    scales: { x: axis(title, ink, line, { grid: { display: false } }), y: axis("", ink, line, { beginAtZero: true, ...(top ? { max: top } : {}) }) },
    plugins: { legend: { position: "bottom", labels: { color: ink, boxWidth: 20, boxHeight: 1 } } },
  };
}

/** Whether a detection is shown: its type is among those chosen, and it is sure enough. */
export function passes({ type, confidence }, { types, least }) {
  return types.has(type) && confidence >= least - 1e-9;
}

/** How many pass, and how long they are together. rows: [{type, confidence, startMs, endMs}] */
export function tally(rows, wish) {
  const shown = rows.filter((row) => passes(row, wish));
  return { shown: shown.length, all: rows.length, lengthMs: shown.reduce((sum, row) => sum + row.endMs - row.startMs, 0) };
}

export const SHORTEST_SPAN_MS = 60;

/** Types that a minimum length cuts into: [[name, low, high]]. usual: {name: [low, high]} */
export function leftOutBy(minimumMs, usual) {
  return Object.entries(usual ?? {}).filter(([, [low]]) => minimumMs > Math.max(SHORTEST_SPAN_MS, low)).map(([name, [low, high]]) => [name, low, high]);
}
