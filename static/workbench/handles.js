// The sliders of the detail view: the playhead and the two edges of the selected region.
// They are real elements, so that a keyboard and a screen reader reach what the canvas only shows.

import { selectedRegion } from "./marks.js";
import { spoken, t } from "./strings.js";
import { withEnd, withStart } from "./regions.js";
import { xOf } from "./viewport.js";

const STEP_MS = 10;
const PAGE_MS = 1000;
const SAY_EVERY_MS = 500;

/** Where a key moves a slider to, or null when the key is not one of a slider's. */
export function slide(key, { now, min, max }) {
  const to = {
    ArrowLeft: now - STEP_MS, ArrowDown: now - STEP_MS, ArrowRight: now + STEP_MS, ArrowUp: now + STEP_MS,
    PageDown: now - PAGE_MS, PageUp: now + PAGE_MS, Home: min, End: max,
  }[key];
  return to === undefined ? null : Math.min(Math.max(to, min), max);
}

function describe(element, { min, max, now, text, label }) {
  element.setAttribute("aria-valuemin", min);
  element.setAttribute("aria-valuemax", max);
  element.setAttribute("aria-valuenow", now);
  element.setAttribute("aria-valuetext", text);
  if (label) element.setAttribute("aria-label", label);
}

export function createHandles({ stage, store, detail, player, acts }) {
  const playhead = stage.querySelector(".wb-playhead");
  const edges = { start: stage.querySelector('[data-edge="start"]'), end: stage.querySelector('[data-edge="end"]') };
  let saidAt = 0;

  const shown = () => {
    const { ghost } = store.get();
    return ghost?.region && ghost.id !== null ? ghost.region : selectedRegion(store.get());
  };

  function place() {
    const state = store.get();
    const region = state.view && !state.isReadOnly ? shown() : null;
    for (const [edge, element] of Object.entries(edges)) {
      const x = region ? xOf(state.view, edge === "start" ? region.start_ms : region.end_ms, detail.width) : -1;
      const isOut = !region || x < 0 || x > detail.width;
      if (isOut && document.activeElement !== element) element.hidden = true;
      if (isOut) continue;
      element.hidden = false;
      element.style.transform = `translateX(${x.toFixed(1)}px)`;
      element.style.setProperty("--wb-label", detail.colors({ configuration: {}, ...state.questions.find(({ alias }) => alias === state.selected?.alias) }, region.label));
      const [min, max] = edge === "start" ? [0, region.end_ms - 1] : [region.start_ms + 1, state.durationMs];
      const now = edge === "start" ? region.start_ms : region.end_ms;
      describe(element, { min, max, now, text: spoken(now), label: t(edge === "start" ? "edgeStart" : "edgeEnd", { label: region.label }) });
    }
  }

  /** At most twice a second, and only while it stands still or is being listened to by a screen reader. */
  function sayPlayhead(ms, isForced = false) {
    const now = performance.now();
    const isHeard = !player.isPlaying() || document.activeElement === playhead;
    if (!isForced && (!isHeard || now - saidAt < SAY_EVERY_MS)) return;
    saidAt = now;
    const { durationMs } = store.get();
    describe(playhead, { min: 0, max: durationMs, now: Math.round(ms), text: t("ofLength", { time: spoken(ms), length: spoken(durationMs) }) });
  }

  playhead.addEventListener("keydown", (event) => {
    if (event.ctrlKey || event.metaKey || event.altKey || event.shiftKey) return;
    const to = slide(event.key, { now: player.ms, min: 0, max: store.get().durationMs });
    if (to === null) return;
    event.preventDefault();
    acts.seek(to);
    sayPlayhead(to, true);
  });

  for (const [edge, element] of Object.entries(edges)) {
    element.addEventListener("keydown", (event) => {
      const region = selectedRegion(store.get());
      if (!region || event.ctrlKey || event.metaKey || event.altKey || event.shiftKey) return;
      const { durationMs, selected } = store.get();
      const bounds = edge === "start"
        ? { now: region.start_ms, min: 0, max: region.end_ms - 1 }
        : { now: region.end_ms, min: region.start_ms + 1, max: durationMs };
      const to = slide(event.key, bounds);
      if (to === null) return;
      event.preventDefault();
      acts.editRegion(selected.alias, region.id,
        (one) => (edge === "start" ? withStart(one, to) : withEnd(one, to, durationMs)), `slide:${selected.alias}:${region.id}:${edge}`);
    });
  }

  return { place, sayPlayhead };
}
