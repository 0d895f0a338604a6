// The sound above the lanes: ruler, waveform, playhead and playing, made of the workbench's parts.

import { createColumns } from "../workbench/columns.js";
import { icon } from "../workbench/dom.js";
import { gainFor } from "../workbench/levels.js";
import { paintRuler, paintWave } from "../workbench/paint_wave.js";
import { readPalette } from "../workbench/palette.js";
import { createPeaks } from "../workbench/peaks.js";
import { createPlayer } from "../workbench/player.js";
import { t } from "../workbench/strings.js";
import { formatTime } from "../workbench/time.js";
import { clampView, endOf, fit, isVisible, pageTo, panBy, xOf, zoomAt } from "../workbench/viewport.js";

const RULER = 22;
const AIR_MS = 300;

export function createWave({ stage, audio, button, clock, onView }) {
  const canvas = stage.querySelector("canvas");
  const line = stage.querySelector(".adj-playhead");
  const context = canvas.getContext("2d");
  let palette = readPalette();
  let columns = createColumns(1);
  let size = { width: 1, height: 1, scale: 1 };
  let [peaks, gain, durationMs, frame] = [null, 1, 1, 0];
  let view = fit(1);
  let playheadMs = 0;

  const player = createPlayer({
    audio,
    onState: showPlaying,
    onTick(ms, fromMs) {
      playheadMs = ms;
      clock.textContent = formatTime(ms);
      if (fromMs !== null && isVisible(view, fromMs) && !isVisible(view, ms)) setView(pageTo(view, ms, durationMs));
      placePlayhead();
    },
  });

  function showPlaying() {
    const isPlaying = player.isPlaying();
    button.replaceChildren(icon(isPlaying ? "pause" : "play"));
    button.setAttribute("aria-label", t(isPlaying ? "pause" : "play"));
  }

  function placePlayhead() {
    const x = xOf(view, playheadMs, size.width);
    line.hidden = x < -1 || x > size.width + 1;
    line.style.transform = `translateX(${x.toFixed(2)}px)`;
  }

  function measure() {
    const box = canvas.parentElement.getBoundingClientRect();
    size = { width: Math.max(Math.round(box.width), 1), height: Math.max(Math.round(canvas.clientHeight), 1), scale: window.devicePixelRatio || 1 };
    canvas.width = Math.round(size.width * size.scale);
    canvas.height = Math.round(size.height * size.scale);
    columns = createColumns(canvas.width);
  }

  function paint() {
    frame = 0;
    const { width, height, scale } = size;
    const lane = { top: RULER, bottom: height, middle: (RULER + height) / 2, half: (height - RULER) / 2 };
    context.setTransform(scale, 0, 0, scale, 0, 0);
    context.clearRect(0, 0, width, height);
    paintRuler(context, { view, width, lane: { top: 0, bottom: RULER }, bottom: height, palette });
    if (peaks) {
      context.setTransform(1, 0, 0, 1, 0, 0);
      const level = paintWave(context, { peaks, columns, view, lane, scale, gain, palette });
      peaks.want(level, view.startMs, endOf(view));
    }
    placePlayhead();
  }

  const request = () => { if (!frame) frame = requestAnimationFrame(paint); };

  function setView(next) {
    view = clampView(next, durationMs);
    request();
    onView(view);
  }

  async function loadPeaks(file) {
    const mine = createPeaks({ url: file.peaks_url, header: file.peaks, onChange: () => { if (peaks === mine) request(); }, onFail: () => {} });
    peaks = mine;
    try {
      const bytes = await mine.whole();
      if (peaks === mine) gain = gainFor(bytes);
    } catch {
      // Lanes and sound are there without the picture.
      if (peaks === mine) peaks = null;
    }
    request();
  }

  const msAtEvent = (event) => {
    const { left, width } = canvas.getBoundingClientRect();
    return view.startMs + ((event.clientX - left) / width) * view.spanMs;
  };
  canvas.addEventListener("pointerdown", (event) => player.seek(msAtEvent(event)));
  stage.addEventListener("wheel", (event) => {
    if (!event.ctrlKey && !event.shiftKey && Math.abs(event.deltaX) < Math.abs(event.deltaY)) return;
    event.preventDefault();
    if (event.ctrlKey) setView(zoomAt(view, event.deltaY < 0 ? 1.25 : 0.8, msAtEvent(event), durationMs));
    else setView(panBy(view, ((event.deltaX || event.deltaY) / size.width) * view.spanMs, durationMs));
  }, { passive: false });
  new ResizeObserver(() => { measure(); request(); }).observe(canvas);
  new MutationObserver(() => { palette = readPalette(); request(); }).observe(document.documentElement, { attributeFilter: ["data-bs-theme"] });
  showPlaying();

  return {
    player,
    get palette() { return palette; },
    get view() { return view; },
    open(file, length) {
      peaks?.stop();
      peaks = null;
      durationMs = Math.max(length, 1);
      player.reset(durationMs);
      measure();
      setView(fit(durationMs));
      if (!file) return audio.removeAttribute("src");
      audio.src = file.audio_url;
      return file.peaks?.levels?.length ? loadPeaks(file) : undefined;
    },
    show: setView,
    zoom: (factor) => setView(zoomAt(view, factor, isVisible(view, playheadMs) ? playheadMs : view.startMs + view.spanMs / 2, durationMs)),
    fit: () => setView(fit(durationMs)),
    /** Plays what is in question with a little before and after; without one, from where the playhead is. */
    toggle(cluster) {
      if (player.isPlaying()) return player.pause();
      if (!cluster) return player.play();
      return player.playStretch(Math.max(cluster.start_ms - AIR_MS, 0), cluster.end_ms + AIR_MS);
    },
  };
}
