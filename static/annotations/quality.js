// The report's page: a click on a bar opens the clips behind it, and figures that were waited for are shown.

const links = () => JSON.parse(document.getElementById("chart-data").textContent);

function behind(event) {
  const canvas = event.target.closest("canvas[data-chart]");
  const chart = canvas && window.Chart.getChart(canvas);
  const [hit] = chart ? chart.getElementsAtEventForMode(event, "nearest", { intersect: true }, true) : [];
  return hit && links()[canvas.dataset.chart]?.links?.[hit.datasetIndex]?.[hit.index];
}

document.addEventListener("click", (event) => {
  const url = behind(event);
  if (url) location.assign(url);
});
document.addEventListener("pointermove", (event) => {
  if (event.target.matches?.("canvas[data-chart]")) event.target.style.cursor = behind(event) ? "pointer" : "";
});

const status = document.getElementById("status");
new MutationObserver(() => {
  if (status.querySelector("[data-fresh]")) location.reload();
}).observe(status, { childList: true, subtree: true });
