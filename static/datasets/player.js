// Playing files where they stand: one <audio> for the whole table, one small waveform.

import { t } from "../pages/strings.js";
import { toast } from "../pages/toast.js";
import { draw, toColumns } from "./wave.js";
import { clock } from "./words.js";

const STEP_S = 1;

export function watch(player) {
  const audio = player.querySelector("audio");
  const canvas = player.querySelector("[data-wave]");
  const context = canvas.getContext("2d");
  const toggle = player.querySelector("[data-toggle]");
  let current = null;
  let points = new Int8Array(0);
  let columns = null;
  let lengthMs = 0;

  const idOf = (from) => from.closest("tr").dataset.audio;
  const button = () => document.querySelector(`tr[data-audio="${current}"] [data-play]`);

  async function play(from) {
    if (idOf(from) === current) {
      if (audio.paused) void begin();
      else audio.pause();
      return;
    }
    current = idOf(from);
    lengthMs = Number(from.dataset.length);
    player.hidden = false;
    player.querySelector("[data-name]").textContent = from.closest("tr").querySelector("th").textContent.trim();
    points = new Int8Array(0);
    columns = null;
    const asked = current;
    audio.src = `/audio/${asked}/sound`;
    void begin();
    mark();
    const loaded = await peaks(`/audio/${asked}/peaks/${from.dataset.sha}.pk`, { offset: Number(from.dataset.offset), count: Number(from.dataset.points) });
    if (asked !== current) return;
    points = loaded;
    columns = null;
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
      other.closest("tr").classList.toggle("playing", isIt && !player.hidden);
    }
  }

  function paint() {
    const atMs = Math.min(audio.currentTime * 1000, lengthMs);
    const scale = devicePixelRatio || 1;
    const width = Math.round(canvas.clientWidth * scale);
    const height = Math.round(canvas.clientHeight * scale);
    if (!width) return;
    if (canvas.width !== width || canvas.height !== height) {
      Object.assign(canvas, { width, height });
      columns = null;
    }
    columns ??= toColumns(points, width);
    const style = getComputedStyle(canvas);
    const color = (name) => style.getPropertyValue(`--${name}`).trim();
    const colors = { wave: color("wave"), rms: color("wave-rms"), accent: color("accent"), play: color("play") };
    draw(context, columns, { width, height, played: lengthMs ? atMs / lengthMs : 0, colors });
    player.querySelector("[data-time]").textContent = `${clock(atMs)} / ${clock(lengthMs)}`;
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
    audio.currentTime = Math.max(0, Math.min(seconds, lengthMs / 1000));
    tell();
    paint();
  }

  function close() {
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
    const from = event.target.closest("[data-play]");
    if (from) void play(from);
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
