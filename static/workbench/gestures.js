// Pointer and wheel on the detail view. Turns them into what the person means; changes go through `acts`.
//
// A drag shows a ghost and is written once, when it ends: Escape drops it and leaves nothing to undo.

import { RULER } from "./geometry.js";
import { listOf, marksOf, selectedRegion } from "./marks.js";
import { moved, regionAt, span, withEnd, withStart } from "./regions.js";
import { markingQuestion, isMarking } from "./state.js";
import { clampView, msAt, panBy, zoomAt } from "./viewport.js";

const CLICK_PX = 4;
const POINT_PX = 8;

export function createGestures({ stage, store, detail, acts }) {
  let drag = null;
  const touches = new Map();
  let pinch = null;

  const offset = (event) => event.clientX - stage.getBoundingClientRect().left;
  const timeAt = (x) => {
    const { view, durationMs } = store.get();
    return Math.min(Math.max(msAt(view, x, detail.width), 0), durationMs);
  };
  const perPixel = () => store.get().view.spanMs / detail.width;

  /** The point of any marking question within reach, else the region, of the marking question first. */
  function markAt(ms) {
    const state = store.get();
    const marking = state.questions.filter(isMarking);
    const inOrder = [...marking.filter(({ alias }) => alias === state.marking), ...marking.filter(({ alias }) => alias !== state.marking)];
    for (const { alias, type } of inOrder) {
      if (type !== "timestamp") continue;
      const near = marksOf(state, alias).find((point) => Math.abs(point - ms) <= POINT_PX * perPixel());
      if (near !== undefined) return { alias, type, id: near };
    }
    for (const { alias, type } of inOrder) {
      if (type !== "regions") continue;
      const region = regionAt(listOf(state, alias), ms, 2 * perPixel());
      if (region) return { alias, type, id: region.id, isSuggested: Boolean(region.isSuggested) };
    }
    return null;
  }

  /** What a press at this place may become when the pointer moves. */
  function intent(x, y, target) {
    const edge = target.closest?.("[data-edge]")?.dataset.edge;
    const state = store.get();
    const region = selectedRegion(state);
    if (edge && region && !state.isReadOnly) return { kind: "edge", edge, alias: state.selected.alias, region };
    if (y < RULER || target.closest?.(".wb-playhead")) return { kind: "scrub" };
    const ms = timeAt(x);
    if (state.isReadOnly) return { kind: "pan", view: state.view };
    const mark = markAt(ms);
    const isSelected = mark && state.selected?.alias === mark.alias && state.selected.id === mark.id;
    if (isSelected && region) return { kind: "body", alias: mark.alias, region };
    if (isSelected && mark.type === "timestamp") return { kind: "point", alias: mark.alias, id: mark.id };
    return { kind: markingQuestion(state)?.type === "regions" ? "new" : "pan", view: state.view };
  }

  function ghostOf({ what, fromMs }, ms) {
    const { durationMs, labels, marking } = store.get();
    if (what.kind === "new") return { alias: marking, id: null, region: { label: labels[marking], ...span(fromMs, ms, durationMs), note: "" } };
    if (what.kind === "body") return { alias: what.alias, id: what.region.id, region: moved(what.region, ms - fromMs, durationMs) };
    if (what.kind === "point") return { alias: what.alias, id: what.id, ms: Math.round(ms) };
    // The edge keeps its distance from the pointer: it must not jump when it is gripped beside the line.
    const edgeMs = what.edge === "start" ? what.region.start_ms : what.region.end_ms;
    const region = what.edge === "start" ? withStart(what.region, edgeMs + ms - fromMs) : withEnd(what.region, edgeMs + ms - fromMs, durationMs);
    return { alias: what.alias, id: what.region.id, region };
  }

  /** Beyond an edge the view goes on, the faster the further out, for as long as the pointer stays there. */
  function pullView() {
    if (!drag?.isMoved || drag.what.kind === "pan") return;
    const beyond = drag.nowX < 0 ? drag.nowX : Math.max(drag.nowX - detail.width, 0);
    if (!beyond) return;
    const { view, durationMs } = store.get();
    store.set({ view: panBy(view, Math.sign(beyond) * Math.min(Math.abs(beyond), 60) * perPixel() * 0.25, durationMs) });
    update(drag.nowX);
    drag.frame = requestAnimationFrame(pullView);
  }

  function follow(event) {
    const x = offset(event);
    drag.nowX = x;
    if (!drag.isMoved && Math.abs(x - drag.x) < CLICK_PX) return;
    drag.isMoved = true;
    update(x);
    cancelAnimationFrame(drag.frame);
    drag.frame = requestAnimationFrame(pullView);
  }

  function update(x) {
    const ms = timeAt(Math.min(Math.max(x, 0), detail.width));
    if (drag.what.kind === "scrub") acts.seek(ms);
    else if (drag.what.kind === "pan") {
      store.set({ view: panBy(drag.what.view, -(x - drag.x) * perPixel(), store.get().durationMs) });
    } else store.set({ ghost: ghostOf(drag, ms) });
  }

  function click(x, y) {
    const ms = timeAt(x);
    const mark = y < RULER ? null : markAt(ms);
    acts.seek(ms);
    acts.select(mark);
  }

  function finish() {
    const { ghost } = store.get();
    if (!ghost) return;
    if (ghost.id === null) acts.addRegion(ghost.region.start_ms, ghost.region.end_ms);
    else if (ghost.region) acts.editRegion(ghost.alias, ghost.id, { start_ms: ghost.region.start_ms, end_ms: ghost.region.end_ms });
    else acts.movePoint(ghost.alias, ghost.id, ghost.ms);
  }

  function cancel() {
    if (!drag) return false;
    drag = null;
    store.set({ ghost: null });
    return true;
  }

  function startPinch() {
    const [a, b] = [...touches.values()];
    cancel();
    pinch = { distance: Math.max(Math.abs(a - b), 10), ms: timeAt((a + b) / 2), view: store.get().view };
  }

  stage.addEventListener("pointerdown", (event) => {
    if (event.button !== 0 || !store.get().view || event.target.closest("button")) return;
    // The focus leaves a field or a button: Space plays again, and does not press what was used last.
    event.preventDefault();
    acts.focusStage();
    stage.setPointerCapture(event.pointerId);
    const x = offset(event);
    if (event.pointerType === "touch") {
      touches.set(event.pointerId, x);
      if (touches.size === 2) return startPinch();
    }
    const y = event.clientY - stage.getBoundingClientRect().top;
    const what = intent(x, y, event.target);
    drag = { what, x, y, fromMs: timeAt(x), isMoved: false, pointerId: event.pointerId };
    if (what.kind === "scrub" && !event.target.closest(".wb-playhead")) acts.seek(drag.fromMs);
  });

  stage.addEventListener("pointermove", (event) => {
    if (!store.get().view) return;
    if (touches.has(event.pointerId)) touches.set(event.pointerId, offset(event));
    if (pinch && touches.size === 2) {
      const [a, b] = [...touches.values()];
      const factor = Math.max(Math.abs(a - b), 10) / pinch.distance;
      const { durationMs } = store.get();
      const zoomed = zoomAt(pinch.view, factor, pinch.ms, durationMs);
      store.set({ view: clampView({ ...zoomed, startMs: pinch.ms - ((a + b) / 2 / detail.width) * zoomed.spanMs }, durationMs) });
    } else if (drag?.pointerId === event.pointerId) follow(event);
  });

  stage.addEventListener("pointerup", (event) => {
    touches.delete(event.pointerId);
    if (touches.size < 2) pinch = null;
    if (drag?.pointerId !== event.pointerId) return;
    const { isMoved, x, y, what } = drag;
    drag = null;
    if (isMoved) finish();
    else if (what.kind !== "scrub" && what.kind !== "edge") click(x, y);
  });

  stage.addEventListener("pointercancel", (event) => {
    touches.delete(event.pointerId);
    pinch = null;
    cancel();
  });

  stage.addEventListener("dblclick", (event) => {
    if (event.clientY - stage.getBoundingClientRect().top < RULER) return;
    const ms = timeAt(offset(event));
    const mark = event.target.closest("button") ? undefined : markAt(ms);
    if (mark?.isSuggested) acts.acceptMark(mark);
    else if (mark?.type === "regions") acts.playRegion();
    else if (mark === null && markingQuestion(store.get())?.type === "timestamp") acts.addPoint(ms);
  });

  stage.addEventListener("wheel", (event) => {
    const { view, durationMs } = store.get();
    if (!view) return;
    event.preventDefault();
    const unit = event.deltaMode === 1 ? 16 : event.deltaMode === 2 ? 400 : 1;
    const isSideways = event.shiftKey || Math.abs(event.deltaX) > Math.abs(event.deltaY);
    if (isSideways) {
      const delta = (event.deltaX || event.deltaY) * unit;
      store.set({ view: panBy(view, delta * perPixel(), durationMs) });
    } else {
      // A pinch on a trackpad comes as Ctrl+wheel with small deltas.
      const strength = event.ctrlKey && Math.abs(event.deltaY) < 30 ? 0.012 : 0.0022;
      store.set({ view: zoomAt(view, Math.exp(-event.deltaY * unit * strength), timeAt(offset(event)), durationMs) });
    }
  }, { passive: false });

  return { cancel, get isDragging() { return drag !== null && drag.isMoved; } };
}
