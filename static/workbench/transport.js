// The bar below the waveform: play, time, marking, loop, speed, zoom.

import { canRedo, canUndo, markingQuestion, SPEEDS } from "./state.js";
import { formatTime } from "./time.js";
import { h, hook, icon } from "./dom.js";
import { t } from "./strings.js";

export function createTransport({ root, store, player, acts }) {
  const play = hook("play", root);
  const time = hook("time", root);
  const length = hook("length", root);
  const speed = hook("speed", root);
  const loop = hook("loop", root);
  let written = "";

  const clicks = {
    play: acts.play, "start-here": acts.markStart, "end-here": acts.markEnd, "new-mark": acts.newMark, loop: acts.toggleLoop,
    "zoom-out": () => acts.zoom(1 / 1.6), fit: acts.fit, "zoom-in": () => acts.zoom(1.6), undo: acts.undo, redo: acts.redo,
  };
  for (const [name, run] of Object.entries(clicks)) hook(name, root)?.addEventListener("click", () => run());
  speed.append(...SPEEDS.map((rate) => h("option", { value: rate }, `${rate}×`)));
  speed.addEventListener("change", () => acts.setRate(Number(speed.value)));

  function showPlaying() {
    const isPlaying = player.isPlaying();
    play.replaceChildren(icon(isPlaying ? "pause" : "play"));
    play.setAttribute("aria-label", t(isPlaying ? "pause" : "play"));
  }

  function sync(state) {
    if (!state.view) return;
    const type = markingQuestion(state)?.type;
    const isEditing = !state.isReadOnly;
    hook("start-here", root).hidden = hook("end-here", root).hidden = !(isEditing && type === "regions");
    hook("new-mark", root).hidden = !(isEditing && type === "timestamp");
    hook("undo", root).hidden = hook("redo", root).hidden = !isEditing;
    hook("undo", root).disabled = !canUndo(state);
    hook("redo", root).disabled = !canRedo(state);
    hook("start-here", root).setAttribute("aria-pressed", String(state.pending !== null));
    loop.setAttribute("aria-pressed", String(state.loop));
    speed.value = String(state.rate);
    length.textContent = `/ ${formatTime(state.durationMs)}`;
  }

  store.subscribe((state, changed) => {
    if (["history", "marking", "loop", "rate", "pending", "payload", "isReadOnly"].some((key) => changed.has(key))) sync(state);
  });
  showPlaying();

  return {
    showPlaying,
    showTime(ms) {
      const text = formatTime(ms);
      if (text !== written) time.textContent = written = text;
    },
  };
}
