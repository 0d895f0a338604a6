// The strip of the whole file. wavesurfer draws it and owns the <audio> element; the window of the detail view lies on it.

import WaveSurfer from "../vendor/wavesurfer/wavesurfer.esm.min.js";
import { outline } from "./levels.js";
import { marksOf } from "./marks.js";
import { shownOf } from "./deciding.js";
import { isMarking, questionOf } from "./state.js";
import { centreOn, isFit, msAt, panBy } from "./viewport.js";

const HEIGHT = 44;

/** Under a strict Content-Security-Policy wavesurfer's own <style> may be refused: then the same rules are adopted as a sheet. */
function adoptStyles(wavesurfer) {
  const root = wavesurfer.getWrapper().getRootNode();
  const style = root.querySelector("style");
  if (!style || style.sheet?.cssRules.length) return;
  const sheet = new CSSStyleSheet();
  sheet.replaceSync(style.textContent);
  root.adoptedStyleSheets = [sheet];
}

export function createOverview({ strip, audio, store, detail, onSeek }) {
  const frame = strip.querySelector(".wb-window");
  const canvas = strip.querySelector(".wb-ticks");
  const nonce = document.querySelector("script[nonce]")?.nonce;
  const wavesurfer = WaveSurfer.create({
    container: strip.querySelector(".wb-strip"), media: audio, height: HEIGHT, interact: false, hideScrollbar: true,
    cursorWidth: 1, cspNonce: nonce || undefined,
  });
  adoptStyles(wavesurfer);
  // Broken sound is told to the person by whoever listens to the element; here it must only not go unhandled.
  wavesurfer.on("error", () => {});

  function recolour() {
    const { palette } = detail;
    wavesurfer.setOptions({ waveColor: palette.wave, progressColor: palette["wave-rms"], cursorColor: palette.play });
  }

  function placeWindow({ view, durationMs }) {
    frame.hidden = isFit(view, durationMs);
    frame.style.left = `${(view.startMs / durationMs) * 100}%`;
    frame.style.width = `${(view.spanMs / durationMs) * 100}%`;
  }

  /** A round dot at the top for each comment: marks are square and at the bottom. */
  function paintComments(context, { comments, durationMs }, width) {
    context.fillStyle = detail.palette.accent;
    context.strokeStyle = detail.palette.sheet;
    for (const { at_ms: ms } of comments) {
      if (ms === null) continue;
      context.beginPath();
      context.arc(Math.min(Math.max((ms / durationMs) * width, 5), width - 5), 6, 4, 0, 2 * Math.PI);
      context.fill();
      context.stroke();
    }
  }

  /** A hollow square for each suggestion, above those of the marks. */
  function paintSuggestions(context, state, width) {
    const question = state.suggestions && questionOf(state, state.suggestions.alias);
    let last = null;
    for (const row of shownOf(state)) {
      const x = Math.round((row.start_ms / state.durationMs) * width);
      const color = detail.colors(question, row.label);
      if (last === `${x}${color}`) continue;
      last = `${x}${color}`;
      context.strokeStyle = color;
      context.strokeRect(Math.min(x, width - 4) + 0.5, HEIGHT - 11.5, 3, 3);
    }
  }

  /** A small square for each mark, one per pixel and colour at most. */
  function paintTicks(state) {
    const scale = window.devicePixelRatio || 1;
    const width = Math.max(Math.round(strip.clientWidth), 1);
    canvas.width = width * scale;
    canvas.height = HEIGHT * scale;
    const context = canvas.getContext("2d");
    context.scale(scale, scale);
    for (const question of state.questions.filter(isMarking)) {
      let last = null;
      for (const mark of marksOf(state, question.alias)) {
        const ms = typeof mark === "object" ? mark.start_ms : mark;
        const x = Math.round((ms / state.durationMs) * width);
        const color = detail.colors(question, mark.label);
        if (last === `${x}${color}`) continue;
        last = `${x}${color}`;
        context.fillStyle = color;
        context.fillRect(Math.min(x, width - 4), HEIGHT - 5, 4, 4);
      }
    }
    paintSuggestions(context, state, width);
    paintComments(context, state, width);
  }

  let waiting = 0;
  const refresh = () => {
    cancelAnimationFrame(waiting);
    waiting = requestAnimationFrame(() => { if (store.get().view) { placeWindow(store.get()); paintTicks(store.get()); } });
  };

  store.subscribe((state, changed) => {
    if (changed.has("view") || changed.has("durationMs")) placeWindow(state);
    if (["history", "questions", "comments", "showsSuggested"].some((key) => changed.has(key))) refresh();
  });
  new ResizeObserver(refresh).observe(strip);
  new MutationObserver(() => { recolour(); refresh(); }).observe(document.documentElement, { attributeFilter: ["data-bs-theme"] });
  recolour();

  let grip = null;
  const at = (event) => {
    const { left, width } = strip.getBoundingClientRect();
    const { durationMs } = store.get();
    return Math.min(Math.max(msAt({ startMs: 0, spanMs: durationMs }, event.clientX - left, width), 0), durationMs);
  };
  strip.addEventListener("pointerdown", (event) => {
    if (event.button !== 0 || !store.get().view) return;
    event.preventDefault();
    strip.setPointerCapture(event.pointerId);
    const { view, durationMs } = store.get();
    const ms = at(event);
    const isInside = !isFit(view, durationMs) && ms >= view.startMs && ms <= view.startMs + view.spanMs;
    if (!isInside) store.set({ view: centreOn(view, ms, durationMs) });
    grip = { ms, view: store.get().view, isMoved: false, x: event.clientX };
  });
  strip.addEventListener("pointermove", (event) => {
    if (!grip) return;
    if (Math.abs(event.clientX - grip.x) > 3) grip.isMoved = true;
    if (grip.isMoved) store.set({ view: panBy(grip.view, at(event) - grip.ms, store.get().durationMs) });
  });
  strip.addEventListener("pointerup", (event) => {
    if (grip && !grip.isMoved) onSeek(at(event));
    grip = null;
  });
  strip.addEventListener("pointercancel", () => { grip = null; });

  return {
    /** Gives wavesurfer the next file. Without peaks it gets a flat line: it must never fetch and decode the sound itself. */
    async load(url, { bytes, durationMs, gain }) {
      const peaks = bytes ? outline(bytes, 3000, gain) : [new Float32Array(64), new Float32Array(64)];
      try {
        await wavesurfer.load(url, peaks, durationMs / 1000);
      } catch {
        // Superseded by the next file, or the sound is broken: the element tells.
      }
      adoptStyles(wavesurfer);
    },
  };
}
