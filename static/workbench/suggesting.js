// What a person does with a model's suggestions: the bar above the table, the buttons on the sound, and what is said of it.
// Arrives with the first item that has suggestions.

import * as deciding from "./deciding.js";
import { percent } from "./suggestions.js";
import { createSuggestionRow } from "./suggestion_row.js";
import { createSuggestionsPainter } from "./paint_suggestions.js";
import { createSuggestionButtons } from "./suggestion_buttons.js";
import { createSuggestionsBar } from "./suggestions_bar.js";
import { presentOf } from "./state.js";
import { selectedMark, startOf } from "./marks.js";
import { spoken, t } from "./strings.js";

export function createSuggesting({ store, acts, detail, player, say, keysOf }) {
  const now = () => ({ now: Date.now() });
  const state = () => store.get();
  const selectedRow = () => deciding.suggestionOf(state(), state().selected?.id);
  const go = (row) => acts.selectFromTable(state().suggestions.alias, row.id);
  // What was decided a moment ago, for as long as it takes to go on to the next.
  let news = "";

  /** Whoever cannot see that nothing happened is told why. */
  function nothing(why) {
    if (deciding.canDecide(state())) say(t(why, { percent: `${bar.least} %` }));
    return false;
  }

  const decisions = {
    accept: (id) => acts.change(deciding.accept, id, {}, now()),
    dismiss: (id) => acts.change(deciding.dismiss, id, now()),
    restore: (id) => acts.change(deciding.restore, id, now()),
  };

  /** Runs a decision on the selected suggestion and goes on; without one it only goes there: nothing is accepted unseen. */
  function decideAndGoOn(decide) {
    const row = selectedRow();
    if (!row || row.fate) return suggesting.step(1);
    const next = deciding.neighbourOf(state(), 1, row.start_ms);
    const isDone = decide(row.id);
    if (isDone && next && next.id !== row.id) go(next);
    return isDone;
  }

  function tellDecided(before) {
    const open = new Set(deciding.openOf(state()));
    const then = deciding.openOf(before);
    const gone = then.filter((row) => !open.has(row));
    const left = t("suggestionsLeft", { n: open.size });
    if (!gone.length) return open.size > then.length ? say(`${t("suggestionsBack", { n: open.size - then.length })} ${left}`) : undefined;
    const isDismissed = presentOf(state()).dismissed.length > presentOf(before).dismissed.length;
    const [{ label }] = gone;
    const one = t(isDismissed ? "suggestionDismissed" : "suggestionAccepted", { label });
    news = `${gone.length > 1 ? t("suggestionsAccepted", { n: gone.length }) : one} ${left}`;
    queueMicrotask(() => { news = ""; });
    return say(news);
  }

  function tellSelected() {
    const row = selectedRow();
    if (!row) return;
    const words = t("suggestionChosen", { label: row.label, percent: `${percent(row.confidence)} %`, start: spoken(row.start_ms), end: spoken(row.end_ms) });
    say([news, words, row.fate ? t(`fate_${row.fate}`) : ""].filter(Boolean).join(" "));
  }

  const suggesting = {
    createRow: (options) => createSuggestionRow({ ...options, isReadOnly: !deciding.canDecide(state()), decisions, keysOf }),

    /** To the next (1) or previous (-1) open one; false when there is none. */
    step(direction) {
      const mark = selectedMark(state());
      const row = deciding.neighbourOf(state(), direction, mark === null ? player.ms : startOf(mark));
      if (!row) return nothing("noneOpen");
      go(row);
      return true;
    },
    accept: () => decideAndGoOn(decisions.accept),
    dismiss: () => decideAndGoOn(decisions.dismiss),
    /** All from the bar's limit up, and on to the first of what is left. */
    acceptAbove() {
      if (!acts.change(deciding.acceptAbove, bar.least, now())) return nothing("noneAbove");
      const [next] = deciding.openOf(state());
      if (next) go(next);
      return true;
    },
    chooseLeast: () => bar.focus(),
    toggle() {
      const { suggestions, showsSuggested } = state();
      if (!suggestions) return false;
      const selected = showsSuggested && selectedRow()?.fate ? null : state().selected;
      store.set({ showsSuggested: !showsSuggested, selected });
      say(t(showsSuggested ? "suggestedHidden" : "suggestedShown"));
      return true;
    },
  };

  const bar = createSuggestionsBar({ store, suggesting, acts });
  createSuggestionButtons({ store, detail, decisions, acts });
  detail.paintAmong(createSuggestionsPainter((fate) => t(`fate_${fate}`)));

  store.subscribe((current, changed, before) => {
    if (!current.suggestions || changed.has("payload")) return;
    if (changed.has("history") && presentOf(current) !== presentOf(before)) tellDecided(before);
    if (changed.has("selected")) tellSelected();
  });
  return suggesting;
}
