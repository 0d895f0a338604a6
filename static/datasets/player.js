// Playing files where they stand: one <audio> for the whole table, one small waveform.

import { t } from "../pages/strings.js";
import { toast } from "../pages/toast.js";
import { createWave } from "./canvas.js";
import { around } from "./spans.js";
import { clock } from "./words.js";

const STEP_S = 1;
// A click of 5 ms by itself says nothing.
const LEAD_MS = 500;

/**
 * Files are [data-audio], with a [data-play] button that says where the peaks lie and, in what has [data-file-name] or
 * is a <th>, its name. What has [data-play-from] and [data-play-to] within plays that stretch with a little around it.
 * `onTick(id, atMs)` is told where it is; the id is null when it closes. Returns {playFrom(button, atMs)}.
 */
export function watch(player, { onTick = () => {} } = {}) {
  const audio = player.querySelector("audio");
  const canvas = player.querySelector("[data-wave]");
  const wave = createWave(canvas);
  const toggle = player.querySelector("[data-toggle]");
  let current = null;
  let lengthMs = 0;
  let stopAtMs = null;

  const fileOf = (from) => from.closest("[data-audio]");
  const idOf = (from) => fileOf(from).dataset.audio;
  const button = () => document.querySelector(`[data-audio="${current}"] [data-play]`);

  function play(from) {
    stopAtMs = null;
    if (idOf(from) !== current) open(from);
    else if (!audio.paused) return audio.pause();
    return void begin();
  }

  function playFrom(from, atMs, toMs = null) {
    if (idOf(from) !== current) open(from);
    seek(atMs / 1000);
    stopAtMs = toMs;
    void begin();
  }

  function playStretch({ dataset }, from) {
    const span = { startMs: Number(dataset.playFrom), endMs: Number(dataset.playTo) };
    playFrom(from, ...around(span, LEAD_MS, Number(from.dataset.length)));
  }

  function open(from) {
    current = idOf(from);
    lengthMs = Number(from.dataset.length);
    player.hidden = false;
    player.querySelector("[data-name]").textContent = fileOf(from).querySelector("[data-file-name], th").textContent.trim();
    wave.setPoints(new Int8Array(0));
    audio.src = `/audio/${current}/sound`;
    mark();
    void load(current, from.dataset);
  }

  async function load(asked, { sha, offset, points }) {
    const loaded = await peaks(`/audio/${asked}/peaks/${sha}.pk`, { offset: Number(offset), count: Number(points) });
    if (asked !== current) return;
    wave.setPoints(loaded);
    paint();
  }

  async function begin() {
    const asked = current;
    try {
      await audio.play();
    } catch (error) {
      if (error.name !== "AbortError" && asked === current) toast(t("cannotPlay"), { kind: "warn" });
    }
  }

  /** Buttons and rows say what plays; the table may have been swapped in between. */
  function mark() {
    const playing = !audio.paused && !audio.ended;
    toggle.setAttribute("aria-pressed", String(playing));
    for (const other of document.querySelectorAll("[data-play]")) {
      const isIt = idOf(other) === current;
      other.setAttribute("aria-pressed", String(isIt && playing));
      fileOf(other).classList.toggle("playing", isIt && !player.hidden);
    }
  }

  function paint() {
    const atMs = Math.min(audio.currentTime * 1000, lengthMs);
    if (stopAtMs !== null && atMs >= stopAtMs && !audio.paused) {
      stopAtMs = null;
      audio.pause();
    }
    wave.paint(lengthMs ? atMs / lengthMs : 0);
    player.querySelector("[data-time]").textContent = `${clock(atMs)} / ${clock(lengthMs)}`;
    if (current) onTick(current, atMs);
    if (!audio.paused) requestAnimationFrame(paint);
  }

  /** What assistive technology is told, seldom: when it stops or is moved. */
  function tell() {
    const seconds = Math.round(audio.currentTime);
    canvas.setAttribute("aria-valuemax", Math.round(lengthMs / 1000));
    canvas.setAttribute("aria-valuenow", seconds);
    canvas.setAttribute("aria-valuetext", t("position", { at: clock(seconds * 1000), length: clock(lengthMs) }));
  }

  function seek(seconds) {
    stopAtMs = null;
    audio.currentTime = Math.max(0, Math.min(seconds, lengthMs / 1000));
    tell();
    paint();
  }

  function close() {
    onTick(null, 0);
    audio.pause();
    audio.removeAttribute("src");
    audio.load();
    const last = button();
    player.hidden = true;
    current = null;
    mark();
    last?.focus();
  }

  document.addEventListener("click", (event) => {
    const from = event.target.closest("[data-play], [data-play-from]");
    if (!from) return;
    if (from.matches("[data-play]")) play(from);
    else playStretch(from, fileOf(from).querySelector("[data-play]"));
  });
  document.addEventListener("htmx:afterSettle", mark);
  toggle.addEventListener("click", () => (audio.paused ? void begin() : audio.pause()));
  player.querySelector("[data-close]").addEventListener("click", close);
  for (const name of ["play", "pause", "ended"]) audio.addEventListener(name, () => { mark(); tell(); paint(); });
  audio.addEventListener("seeked", paint);
  audio.addEventListener("error", () => { if (audio.getAttribute("src")) toast(t("cannotPlay"), { kind: "warn" }); });
  addEventListener("resize", paint);
  addEventListener("earmark:theme", paint);
  watchSeeking(canvas, { seek, at: () => audio.currentTime, length: () => lengthMs / 1000, toggle: () => toggle.click() });
  return { playFrom };
}

function watchSeeking(canvas, { seek, at, length, toggle }) {
  const to = (event) => {
    const box = canvas.getBoundingClientRect();
    seek(((event.clientX - box.left) / box.width) * length());
  };
  canvas.addEventListener("pointerdown", (event) => { canvas.setPointerCapture(event.pointerId); to(event); });
  canvas.addEventListener("pointermove", (event) => { if (event.buttons) to(event); });
  const keys = {
    ArrowLeft: () => seek(at() - STEP_S),
    ArrowRight: () => seek(at() + STEP_S),
    PageUp: () => seek(at() - 10 * STEP_S),
    PageDown: () => seek(at() + 10 * STEP_S),
    Home: () => seek(0),
    End: () => seek(length()),
    " ": toggle,
  };
  canvas.addEventListener("keydown", (event) => {
    const act = keys[event.key];
    if (!act || event.ctrlKey || event.metaKey || event.altKey) return;
    event.preventDefault();
    act();
  });
}

/** One level of a peaks file: `count` points from byte `offset` on. An empty one when it cannot be had. */
export async function peaks(url, { offset, count }) {
  const nothing = new Int8Array(0);
  if (!count) return nothing;
  try {
    const response = await fetch(url, { headers: { Range: `bytes=${offset}-${offset + 3 * count - 1}` } });
    if (!response.ok) return nothing;
    const bytes = new Int8Array(await response.arrayBuffer());
    // Storage that knows no ranges sends the whole file.
    return response.status === 206 ? bytes : bytes.subarray(offset, offset + 3 * count);
  } catch {
    return nothing;
  }
}
