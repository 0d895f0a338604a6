// What a person can do, whichever way: by mouse, key, table or screen reader. Joins the pure changes with the player.

import { accept } from "./deciding.js";
import * as marks from "./marks.js";
import * as st from "./state.js";
import { stepByDigit } from "./numbers.js";
import { endOf, fit, frame, pageTo, reveal, zoomAt } from "./viewport.js";

const POINT_AROUND_MS = 300;

/** While `isHeld()` nothing of the item changes: what was handed in a moment ago must not. */
export function createActs({ store, player, onUndo, focusStage, isHeld = () => false }) {
  const now = () => Date.now();
  const act = (change, ...args) => {
    if (isHeld()) return false;
    const patch = change(store.get(), ...args);
    if (patch) store.set(patch);
    return patch !== null && patch !== undefined;
  };
  const at = () => ({ now: now() });
  // The step that digits have chosen so far: 1 and 0 in a row are ten.
  let byDigits = null;

  function revealMark(mark) {
    if (mark !== null && mark !== undefined) showStretch(marks.startOf(mark), marks.endOf(mark));
  }

  const showStretch = (startMs, endMs) => {
    const { view, durationMs } = store.get();
    store.set({ view: reveal(view, startMs, endMs, durationMs) });
  };

  /** The stretch to loop: the selected region, else what is in view. */
  function loopRange() {
    const state = store.get();
    const region = marks.selectedRegion(state);
    return region
      ? { startMs: region.start_ms, endMs: region.end_ms }
      : { startMs: state.view.startMs, endMs: endOf(state.view) };
  }

  store.subscribe((state, changed, before) => {
    if (!state.view || !(changed.has("loop") || (state.loop && (changed.has("selected") || changed.has("history"))))) return;
    player.setLoop(state.loop ? loopRange() : null);
    if (state.rate !== before.rate) player.setRate(state.rate);
  });

  const acts = {
    focusStage, showStretch,
    /** Any pure change of the state; false while nothing may change. */
    change: act,
    seek(ms) {
      player.seek(ms);
      const { view, durationMs } = store.get();
      store.set({ view: pageTo(view, player.ms, durationMs) });
    },
    seekBy: (deltaMs) => acts.seek(player.ms + deltaMs),

    isPlaying: () => player.isPlaying(),
    async play() {
      if (player.isPlaying()) return player.pause();
      const { loop, view, durationMs } = store.get();
      const range = loopRange();
      if (loop && (player.ms < range.startMs || player.ms >= range.endMs - 1)) return player.playStretch(range.startMs, range.endMs, { isLoop: true });
      player.setLoop(loop ? range : null);
      store.set({ view: pageTo(view, player.ms, durationMs) });
      return player.play();
    },
    playMark(mark) {
      const { loop, durationMs } = store.get();
      if (typeof mark === "object") return player.playStretch(mark.start_ms, mark.end_ms, { isLoop: loop });
      return player.playStretch(Math.max(mark - POINT_AROUND_MS, 0), Math.min(mark + POINT_AROUND_MS, durationMs));
    },
    playRegion() {
      const mark = marks.selectedMark(store.get());
      if (mark === null) return false;
      revealMark(mark);
      acts.playMark(mark);
      return true;
    },
    toggleLoop() { store.set({ loop: !store.get().loop }); },
    setRate(rate) { player.setRate(rate); store.set({ rate }); },
    speed: (steps) => acts.setRate(steps === 0 ? 1 : st.speedStep(store.get().rate, steps)),

    zoom(factor) {
      const { view, durationMs } = store.get();
      const inView = player.ms >= view.startMs && player.ms <= endOf(view);
      store.set({ view: zoomAt(view, factor, inView ? player.ms : view.startMs + view.spanMs / 2, durationMs) });
    },
    fit() { store.set({ view: fit(store.get().durationMs) }); },
    zoomRegion() {
      const region = marks.selectedRegion(store.get());
      if (!region) return false;
      store.set({ view: frame(region.start_ms, region.end_ms, store.get().durationMs) });
      return true;
    },

    activate: (alias) => act(st.activate, alias),
    nextQuestion: () => act(st.activateNext),
    select: (mark) => (mark ? act(marks.select, mark.alias, mark.id) : act(marks.letGo)),
    /** Reaching a row with Tab selects its mark, but only choosing it moves the playhead there. */
    selectFromTable(alias, id, { isSeeking = true } = {}) {
      act(marks.select, alias, id);
      const mark = marks.selectedMark(store.get());
      if (isSeeking && !player.isPlaying() && mark !== null) player.seek(marks.startOf(mark));
      revealMark(mark);
    },
    step(direction) {
      if (!act(marks.step, direction, player.ms)) return;
      const mark = marks.selectedMark(store.get());
      if (!player.isPlaying()) player.seek(marks.startOf(mark));
      revealMark(mark);
    },
    letGo: () => act(marks.letGo),

    addRegion: (aMs, bMs) => act(marks.addRegion, aMs, bMs, at()),
    editRegion: (alias, id, change, key = null) => act(marks.editRegion, alias, id, change, { ...at(), key }),
    addPoint: (ms) => act(marks.addPoint, ms, at()),
    addPointTo(alias) { act(st.activate, alias); act(marks.addPoint, player.ms, at()); },
    acceptMark: ({ id }) => act(accept, id, {}, at()),
    movePoint: (alias, from, ms) => act(marks.movePoint, alias, from, ms, at()),
    removeMark: (alias, id) => act(marks.removeMark, alias, id, at()),
    removeSelected() {
      const { selected } = store.get();
      return selected ? act(marks.removeMark, selected.alias, selected.id, at()) : false;
    },
    markStart: () => act(marks.markStart, player.ms, at()),
    markEnd: () => act(marks.markEnd, player.ms, at()),
    newMark: () => act(marks.newMark, player.ms, at()),
    nudge: (edge, deltaMs) => act(marks.nudge, edge, deltaMs, at()),
    setLabel: (alias, label) => act(marks.setLabel, alias, label, at()),

    choose: (alias, value) => act(st.choose, alias, value, at()),
    setAnswer: (alias, value, options = {}) => act(st.answer, alias, value, { ...at(), ...options }),
    rate: (alias, value) => act(st.rate, alias, value, at()),
    writeText: (alias, text) => act(st.writeText, alias, text, at()),

    /** Digit n: the nth label, choice or step of the active question. */
    digit(n) {
      const question = st.activeQuestion(store.get());
      if (question?.type === "rating") return acts.rateByDigit(question, n);
      const label = question?.configuration.labels?.[n - 1];
      const choice = question?.configuration.choices?.[n - 1];
      if (label) acts.setLabel(question.alias, label.name);
      else if (choice !== undefined) acts.choose(question.alias, choice);
      return Boolean(label) || choice !== undefined;
    },

    rateByDigit({ alias, configuration: { steps } }, n) {
      const last = byDigits?.alias === alias ? byDigits : null;
      const next = stepByDigit(last, n, steps, now());
      byDigits = next && { ...next, alias };
      return Boolean(next) && act(st.rate, alias, next.step, { ...at(), isKept: next.isLater });
    },

    undo() { if (act(st.undo)) onUndo("undone"); },
    redo() { if (act(st.redo)) onUndo("redone"); },
  };
  return acts;
}
