// A recording on a page: its waveform or a part of it, what is marked in it, and playing. Milliseconds throughout.

import { t } from "../pages/strings.js";
import { toast } from "../pages/toast.js";
import { chooseLevel, pointAt } from "../workbench/levels.js";
import { createWave } from "./canvas.js";
import { peaks } from "./player.js";
import { around, boxOf, inside, isWithin, shareIn } from "./spans.js";
import { clock } from "./words.js";

// What was found is heard with what is around it: a click of 5 ms by itself says nothing.
const LEAD_MS = 500;
const all = new Set();

/** `root` holds <audio>, [data-toggle], canvas[data-wave], [data-marks] and [data-time]; see datasets/_track.html. */
export class Recording {
  constructor(root) {
    this.root = root;
    this.audio = root.querySelector("audio");
    this.canvas = root.querySelector("[data-wave]");
    this.wave = createWave(this.canvas);
    this.toggle = root.querySelector("[data-toggle]");
    this.layer = root.querySelector("[data-marks]");
    this.lengthMs = 0;
    this.stopAtMs = null;
    this.spans = [];
    this.listen();
    all.add(this);
    const { recording, sha, header, length } = root.dataset;
    if (recording) this.open({ id: recording, sha, header: JSON.parse(header), lengthMs: Number(length) });
  }

  /** Show another file: {id, sha, header: {sample_rate, levels}, lengthMs}. */
  open(file) {
    if (this.file?.id === file.id) return;
    this.audio.pause();
    Object.assign(this, { file, lengthMs: file.lengthMs, stopAtMs: null });
    this.audio.src = `/audio/${file.id}/sound`;
    this.mark([]);
    this.look(0, file.lengthMs);
  }

  /** Draw the part from one moment to another. */
  look(fromMs, toMs) {
    this.view = [fromMs, toMs];
    this.wave.setPoints(new Int8Array(0));
    this.placeSpans();
    this.show();
    void this.load();
  }

  lookAtAll() {
    this.look(0, this.lengthMs);
  }

  get showsAll() {
    return this.view[0] <= 0 && this.view[1] >= this.lengthMs;
  }

  get atMs() {
    return Math.min(this.audio.currentTime * 1000, this.lengthMs);
  }

  async load() {
    const { file, view: [fromMs, toMs] } = this;
    const { levels, sample_rate: rate } = file.header;
    if (!levels?.length) return;
    const level = levels[chooseLevel(levels, ((toMs - fromMs) * rate) / 1000 / Math.max(this.canvas.clientWidth, 1))];
    const first = Math.max(0, Math.floor(pointAt(level, fromMs, rate)));
    const count = Math.min(level.points, Math.ceil(pointAt(level, toMs, rate))) - first;
    const points = await peaks(`/audio/${file.id}/peaks/${file.sha}.pk`, { offset: level.offset + 3 * first, count });
    if (file !== this.file || fromMs !== this.view[0] || toMs !== this.view[1]) return;
    this.wave.setPoints(points);
    this.paint();
  }

  /** Mark these spans: [{key, startMs, endMs, color, look, title}]. A click on one plays it. */
  mark(spans) {
    this.spans = spans;
    this.placeSpans();
  }

  placeSpans() {
    const [fromMs, toMs] = this.view ?? [0, 0];
    this.layer.replaceChildren(...this.spans.filter((span) => isWithin(span, fromMs, toMs)).map((span) => {
      const button = Object.assign(document.createElement("button"), { type: "button", tabIndex: -1, title: span.title, className: `span ${span.look ?? ""}` });
      const { left, width } = boxOf(span, fromMs, toMs);
      button.dataset.span = span.key;
      button.style.left = `${100 * left}%`;
      button.style.width = `${100 * width}%`;
      button.style.setProperty("--label", span.color);
      return button;
    }));
  }

  listen() {
    this.toggle.addEventListener("click", () => this.playOrPause());
    for (const name of ["play", "pause", "ended", "seeked"]) this.audio.addEventListener(name, () => this.show());
    this.audio.addEventListener("timeupdate", () => this.stopInTime());
    this.audio.addEventListener("error", () => { if (this.audio.getAttribute("src")) toast(t("cannotPlay"), { kind: "warn" }); });
    this.layer.addEventListener("click", (event) => {
      const key = event.target.closest("[data-span]")?.dataset.span;
      if (key) this.playSpan(this.spans.find((span) => span.key === key));
    });
    const to = (event) => {
      const box = this.canvas.getBoundingClientRect();
      this.stopAtMs = null;
      this.seek(inside((event.clientX - box.left) / box.width, ...this.view));
    };
    this.canvas.addEventListener("pointerdown", (event) => { this.canvas.setPointerCapture(event.pointerId); to(event); });
    this.canvas.addEventListener("pointermove", (event) => { if (event.buttons) to(event); });
  }

  async play() {
    for (const other of all) if (other !== this) other.audio.pause();
    try {
      await this.audio.play();
    } catch (error) {
      if (error.name !== "AbortError") toast(t("cannotPlay"), { kind: "warn" });
    }
  }

  playOrPause() {
    this.stopAtMs = null;
    if (this.audio.paused) void this.play();
    else this.audio.pause();
  }

  playFrom(atMs) {
    this.stopAtMs = null;
    this.seek(atMs);
    void this.play();
  }

  /** Play one span with a little of what is around it, then stop. */
  playSpan(span) {
    const [fromMs, toMs] = around(span, LEAD_MS, this.lengthMs);
    this.seek(fromMs);
    this.stopAtMs = toMs;
    void this.play();
  }

  stopInTime() {
    if (this.stopAtMs === null || this.atMs < this.stopAtMs) return;
    this.stopAtMs = null;
    this.audio.pause();
  }

  seek(atMs) {
    this.audio.currentTime = Math.max(0, Math.min(atMs, this.lengthMs)) / 1000;
    this.show();
  }

  show() {
    this.toggle.setAttribute("aria-pressed", String(!this.audio.paused && !this.audio.ended));
    this.canvas.setAttribute("aria-valuemax", Math.round(this.lengthMs / 1000));
    this.canvas.setAttribute("aria-valuenow", Math.round(this.atMs / 1000));
    this.canvas.setAttribute("aria-valuetext", t("position", { at: clock(this.atMs), length: clock(this.lengthMs) }));
    this.paint();
  }

  paint() {
    if (!this.file) return;
    this.wave.paint(shareIn(this.atMs, ...this.view));
    this.root.querySelector("[data-time]").textContent = `${clock(this.atMs)} / ${clock(this.lengthMs)}`;
    this.stopInTime();
    if (!this.audio.paused) requestAnimationFrame(() => this.paint());
  }
}

const STEP_MS = 1000;
const BACK_MS = 2000;
export const KEYS = {
  " ": (recording) => recording.playOrPause(),
  ArrowLeft: (recording) => recording.seek(recording.atMs - STEP_MS),
  ArrowRight: (recording) => recording.seek(recording.atMs + STEP_MS),
  Home: (recording) => recording.seek(0),
  End: (recording) => recording.seek(recording.lengthMs),
  Backspace: (recording) => recording.seek(recording.atMs - BACK_MS),
};

/**
 * Keys act on the recording that has the focus, else on the first one of the page. `more` are further keys; those act
 * while a button has the focus too.
 */
export function watchKeys(recordings, more = {}) {
  document.addEventListener("keydown", (event) => {
    const act = more[event.key] ?? KEYS[event.key];
    if (!act || event.ctrlKey || event.metaKey || event.altKey) return;
    // What is focused keeps its own keys: space on a button or an arrow in a menu.
    if (event.target.closest("button, a, input, select, textarea, summary, dialog, [tabindex]:not(canvas)")) {
      if (!more[event.key] || event.target.closest("input, textarea, select")) return;
    }
    const recording = recordings.find(({ root }) => root.contains(event.target)) ?? recordings[0];
    if (!recording?.file) return;
    event.preventDefault();
    act(recording);
  });
}

for (const name of ["resize", "earmark:theme"]) addEventListener(name, () => { for (const recording of all) recording.paint(); });
