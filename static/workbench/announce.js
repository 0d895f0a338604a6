// One polite live region that tells events, never the running time.

import { endOf, idOf, listOf, marksOf, startOf } from "./marks.js";
import { answersOf, isMarking, questionOf } from "./state.js";
import { spoken, t } from "./strings.js";

const QUIET_MS = 350;

export function createAnnouncer({ element, store }) {
  let timer = null;

  /** Says the last of several things that happen at once. */
  function say(text) {
    clearTimeout(timer);
    timer = setTimeout(() => { element.textContent = element.textContent === text ? `${text}\u00a0` : text; }, QUIET_MS);
  }

  function describe(mark, number, key) {
    const isRegion = typeof mark === "object";
    return t(isRegion ? key : `point${key[0].toUpperCase()}${key.slice(1)}`, {
      n: number, label: isRegion ? mark.label : "", start: spoken(startOf(mark)), end: spoken(endOf(mark)),
    });
  }

  function tellMarks(state, before, { alias }) {
    const now = marksOf(state, alias);
    const then = marksOf(before, alias);
    if (now === then) return;
    if (now.length < then.length) say(t("markRemoved", { n: now.length }));
    else {
      const old = new Map(then.map((mark) => [idOf(mark), mark]));
      const mark = now.find((one) => old.get(idOf(one)) !== one);
      if (mark !== undefined) say(describe(mark, listOf(state, alias).indexOf(mark) + 1, now.length > then.length ? "added" : "changed"));
    }
  }

  /** A step chosen by a digit, while the focus is elsewhere, is heard of in no other way. */
  function tellRating(state, before, { alias, name, configuration }) {
    const step = answersOf(state)[alias];
    if (step !== answersOf(before)[alias]) say(step ? t("rated", { name, n: step, steps: configuration.steps }) : t("unrated", { name }));
  }

  store.subscribe((state, changed, before) => {
    if (changed.has("payload") || !before.payload) return;
    if (changed.has("history") && answersOf(state) !== answersOf(before)) {
      state.questions.filter(isMarking).forEach((question) => tellMarks(state, before, question));
      state.questions.filter(({ type }) => type === "rating").forEach((question) => tellRating(state, before, question));
    } else if (changed.has("selected") && state.selected) {
      const marks = listOf(state, state.selected.alias);
      const at = marks.findIndex((mark) => idOf(mark) === state.selected.id);
      if (at >= 0 && !marks[at].isSuggested) say(describe(marks[at], at + 1, "chosen"));
    } else if (changed.has("pending") && state.pending !== null) say(t("begun", { start: spoken(state.pending) }));
    else if (changed.has("active") && state.active) say(t("questionIs", { name: questionOf(state, state.active)?.name ?? "" }));
    else if (changed.has("rate")) say(t("speedIs", { rate: state.rate }));
    else if (changed.has("loop")) say(t(state.loop ? "loopOn" : "loopOff"));
  });

  return { say };
}
