// Files with their labels: each waveform is fetched when it comes into view, and all are played by the page's one player.

import { createWave } from "./canvas.js";
import { peaks, watch } from "./player.js";
import { inside, shareIn } from "./spans.js";

// A playhead before the beginning is not seen.
const NOT_PLAYED = -1;
const waves = new WeakMap();
let playing = { id: null, atMs: 0 };

const fileOf = (element) => element.closest("[data-audio]");
const buttonOf = (element) => fileOf(element).querySelector("[data-play]");

function paint(canvas) {
  const isIt = fileOf(canvas).dataset.audio === playing.id;
  waves.get(canvas)?.paint(isIt ? shareIn(playing.atMs, 0, Number(buttonOf(canvas).dataset.length)) : NOT_PLAYED);
}

async function load(canvas) {
  const wave = createWave(canvas);
  waves.set(canvas, wave);
  const { sha, offset, points } = buttonOf(canvas).dataset;
  wave.setPoints(await peaks(`/audio/${fileOf(canvas).dataset.audio}/peaks/${sha}.pk`, { offset: Number(offset), count: Number(points) }));
  paint(canvas);
}

const inView = new IntersectionObserver((entries) => {
  for (const { target, isIntersecting } of entries) if (isIntersecting && !waves.has(target)) void load(target);
}, { rootMargin: "200px" });

const strips = () => document.querySelectorAll("canvas[data-strip]");
const observe = () => { for (const canvas of strips()) if (!waves.has(canvas)) inView.observe(canvas); };

function onTick(id, atMs) {
  const before = playing.id;
  playing = { id, atMs };
  for (const canvas of strips()) if ([before, id].includes(fileOf(canvas).dataset.audio)) paint(canvas);
}

const player = watch(document.getElementById("player"), { onTick });
// Beside the marks, a click on the waveform plays from there.
document.addEventListener("click", (event) => {
  const strip = event.target.closest("[data-strip-box]");
  if (!strip || event.target.closest("[data-play-from]")) return;
  const box = strip.getBoundingClientRect();
  const button = buttonOf(strip);
  player.playFrom(button, inside((event.clientX - box.left) / box.width, 0, Number(button.dataset.length)));
});
document.addEventListener("htmx:afterSettle", observe);
for (const name of ["resize", "earmark:theme"]) addEventListener(name, () => { for (const canvas of strips()) paint(canvas); });
observe();
