// The recordings of a row: each with its waveform, and the answers' moments on it to be played from.

import { peaks } from "../datasets/player.js";
import { draw, toColumns } from "../datasets/wave.js";
import { clock } from "../datasets/words.js";
import { t } from "../pages/strings.js";
import { toast } from "../pages/toast.js";
import { inOrder, neighbour, passed, shareOf } from "./marks.js";

const STEP_MS = 1000;
const BACK_MS = 2000;
const recordings = [];

class Recording {
  constructor(root) {
    this.root = root;
    this.audio = root.querySelector("audio");
    this.canvas = root.querySelector("[data-wave]");
    this.toggle = root.querySelector("[data-toggle]");
    this.lengthMs = Number(root.dataset.length);
    this.points = new Int8Array(0);
    this.columns = null;
    this.buttons = [...root.querySelectorAll("[data-mark]")];
    this.moments = inOrder(this.buttons.map((button) => Number(button.dataset.mark)));
    this.audio.src = `/audio/${root.dataset.recording}/sound`;
    this.placeMarks();
    this.listen();
    this.paint();
    void this.load();
  }

  get atMs() {
    return Math.min(this.audio.currentTime * 1000, this.lengthMs);
  }

  async load() {
    const { recording, sha, offset, points } = this.root.dataset;
    this.points = await peaks(`/audio/${recording}/peaks/${sha}.pk`, { offset: Number(offset), count: Number(points) });
    this.columns = null;
    this.paint();
  }

  /** A handle for the pointer on the waveform for each moment; the list below has them for everybody else. */
  placeMarks() {
    const layer = this.root.querySelector("[data-marks]");
    for (const atMs of this.moments) {
      const handle = Object.assign(document.createElement("button"), { type: "button", tabIndex: -1, title: clock(atMs) });
      handle.dataset.at = String(atMs);
      handle.style.left = `${100 * shareOf(atMs, this.lengthMs)}%`;
      layer.append(handle);
    }
    layer.addEventListener("click", (event) => {
      const handle = event.target.closest("[data-at]");
      if (handle) this.playFrom(Number(handle.dataset.at));
    });
  }

  listen() {
    this.toggle.addEventListener("click", () => this.playOrPause());
    for (const button of this.buttons) button.addEventListener("click", () => this.playFrom(Number(button.dataset.mark)));
    for (const name of ["play", "pause", "ended", "seeked"]) this.audio.addEventListener(name, () => this.show());
    this.audio.addEventListener("error", () => toast(t("cannotPlay"), { kind: "warn" }));
    const to = (event) => {
      const box = this.canvas.getBoundingClientRect();
      this.seek(((event.clientX - box.left) / box.width) * this.lengthMs);
    };
    this.canvas.addEventListener("pointerdown", (event) => { this.canvas.setPointerCapture(event.pointerId); to(event); });
    this.canvas.addEventListener("pointermove", (event) => { if (event.buttons) to(event); });
  }

  async play() {
    for (const other of recordings) if (other !== this) other.audio.pause();
    try {
      await this.audio.play();
    } catch (error) {
      if (error.name !== "AbortError") toast(t("cannotPlay"), { kind: "warn" });
    }
  }

  playOrPause() {
    if (this.audio.paused) void this.play();
    else this.audio.pause();
  }

  playFrom(atMs) {
    this.seek(atMs);
    void this.play();
  }

  seek(atMs) {
    this.audio.currentTime = Math.max(0, Math.min(atMs, this.lengthMs)) / 1000;
    this.show();
  }

  toMark(step) {
    const mark = neighbour(this.moments, this.atMs, step);
    if (mark !== null) this.seek(mark);
  }

  show() {
    this.toggle.setAttribute("aria-pressed", String(!this.audio.paused && !this.audio.ended));
    this.canvas.setAttribute("aria-valuemax", Math.round(this.lengthMs / 1000));
    this.canvas.setAttribute("aria-valuenow", Math.round(this.atMs / 1000));
    this.canvas.setAttribute("aria-valuetext", t("position", { at: clock(this.atMs), length: clock(this.lengthMs) }));
    this.paint();
  }

  paint() {
    const scale = devicePixelRatio || 1;
    const width = Math.round(this.canvas.clientWidth * scale);
    const height = Math.round(this.canvas.clientHeight * scale);
    if (!width) return;
    if (this.canvas.width !== width || this.canvas.height !== height) {
      Object.assign(this.canvas, { width, height });
      this.columns = null;
    }
    this.columns ??= toColumns(this.points, width);
    const style = getComputedStyle(this.canvas);
    const color = (name) => style.getPropertyValue(`--${name}`).trim();
    const colors = { wave: color("wave"), rms: color("wave-rms"), accent: color("accent"), play: color("play") };
    draw(this.canvas.getContext("2d"), this.columns, { width, height, played: shareOf(this.atMs, this.lengthMs), colors });
    this.root.querySelector("[data-time]").textContent = `${clock(this.atMs)} / ${clock(this.lengthMs)}`;
    const current = passed(this.moments, this.atMs);
    for (const button of this.buttons) button.setAttribute("aria-current", String(Number(button.dataset.mark) === current));
    if (!this.audio.paused) requestAnimationFrame(() => this.paint());
  }
}

/** Keys act on the recording that has the focus, else on the first, which is the one that marks are set in. */
function watchKeys() {
  const keys = {
    " ": (recording) => recording.playOrPause(),
    ArrowLeft: (recording) => recording.seek(recording.atMs - STEP_MS),
    ArrowRight: (recording) => recording.seek(recording.atMs + STEP_MS),
    Home: (recording) => recording.seek(0),
    End: (recording) => recording.seek(recording.lengthMs),
    Backspace: (recording) => recording.seek(recording.atMs - BACK_MS),
    ",": (recording) => recording.toMark(-1),
    ".": (recording) => recording.toMark(1),
  };
  document.addEventListener("keydown", (event) => {
    const act = keys[event.key];
    if (!act || event.ctrlKey || event.metaKey || event.altKey) return;
    // What is focused keeps its own keys: space on a button or an arrow in a menu.
    if (event.target.closest("button, a, input, select, textarea, summary, dialog, [tabindex]:not(canvas)")) {
      if (![",", "."].includes(event.key) || event.target.closest("input, textarea, select")) return;
    }
    const recording = recordings.find(({ root }) => root.contains(event.target)) ?? recordings[0];
    if (!recording) return;
    event.preventDefault();
    act(recording);
  });
}

for (const root of document.querySelectorAll("[data-recording][data-sha]")) recordings.push(new Recording(root));
for (const name of ["resize", "earmark:theme"]) addEventListener(name, () => { for (const recording of recordings) recording.paint(); });
watchKeys();
