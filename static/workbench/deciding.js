// Deciding on what a model suggests: accept, adjust, dismiss. Pure: every function takes the state and gives a patch of it.
//
// A region made from a suggestion names it; a suggestion is open until a region does or it is among the dismissed.

import { activate, answersOf, presentOf } from "./state.js";
import { freshId, lowerBound, sorted } from "./regions.js";
import { fateOf, openIn, percent } from "./suggestions.js";
import { push } from "./history.js";

/** Whether this person decides on suggestions: an auditor who fixes only sees them. */
export const canDecide = (state) => Boolean(state.suggestions?.canDecide) && !state.isReadOnly;

/** The suggestions that are still to be decided on, in order of time. */
export const openOf = (state) => (canDecide(state) ? openIn(state.suggestions, presentOf(state)) : []);

const shown = new WeakMap();

/** The suggestions to be seen beside the marks: the open ones, and when asked for the others too, each with its `fate`. */
export function shownOf(state) {
  const { suggestions, showsSuggested } = state;
  if (!suggestions) return [];
  const isDeciding = canDecide(state);
  if (!showsSuggested) return isDeciding ? openOf(state) : [];
  const present = presentOf(state);
  const kept = shown.get(present);
  if (kept?.of === suggestions && kept.isDeciding === isDeciding) return kept.rows;
  // What was accepted as it stood is there as a region.
  const hidden = isDeciding ? ["accepted", "adjusted"] : ["accepted"];
  const rows = suggestions.rows.map((row) => ({ ...row, fate: fateOf(row, present, suggestions.alias) })).filter(({ fate }) => !hidden.includes(fate))
    .map(({ fate, ...row }) => (isDeciding && fate === "left" ? row : { ...row, fate }));
  shown.set(present, { of: suggestions, isDeciding, rows });
  return rows;
}

/** One of those to be seen; null for any other id. */
export const suggestionOf = (state, id) => (typeof id === "string" ? shownOf(state).find((row) => row.id === id) ?? null : null);

const merged = new WeakMap();

/** The marks of a question and what is suggested for it, in order of time. */
export function rowsOf(state, alias, marks) {
  const suggested = state.suggestions?.alias === alias ? shownOf(state) : [];
  if (!suggested.length) return marks;
  const kept = merged.get(suggested);
  if (kept && (kept.marks === marks || kept.marks.length + marks.length === 0)) return kept.rows;
  const rows = sorted([...marks, ...suggested]);
  merged.set(suggested, { marks, rows });
  return rows;
}

const regionsOf = (state) => answersOf(state)[state.suggestions.alias] ?? [];

/** Both sides of a decision in one step back. */
function decide(state, { regions = regionsOf(state), dismissed }, { key = null, now = 0 } = {}) {
  const { [state.suggestions.alias]: _, ...rest } = answersOf(state);
  const answers = regions.length ? { ...rest, [state.suggestions.alias]: regions } : rest;
  return { history: push(state.history, { answers, dismissed }, { key, now }), ghost: null };
}

const without = (dismissed, ids) => (dismissed.some((id) => ids.has(id)) ? dismissed.filter((id) => !ids.has(id)) : dismissed);

function regionFrom({ suggestion, label, start_ms, end_ms }, id, change = {}) {
  return { id, label, start_ms, end_ms, note: "", ...change, suggestion };
}

/** A suggestion becomes a region, selected; with `change`, one of another label or other edges. */
export function accept(state, id, change = {}, options = {}) {
  const row = canDecide(state) ? suggestionOf(state, id) : null;
  if (!row) return null;
  const { alias } = state.suggestions;
  const region = regionFrom(row, freshId(regionsOf(state)), change);
  const dismissed = without(presentOf(state).dismissed, new Set([row.suggestion]));
  return {
    ...activate(state, alias), ...decide(state, { regions: sorted([...regionsOf(state), region]), dismissed }, options),
    selected: { alias, id: region.id }, pending: null,
  };
}

/** The open ones that "accept all" would take at so many per cent. */
export const above = (state, least) => openOf(state).filter(({ confidence }) => percent(confidence) >= least);

/** Accepts all open ones of at least so many per cent, in one step. */
export function acceptAbove(state, least, options = {}) {
  const rows = above(state, least);
  if (!rows.length) return null;
  const first = Number(freshId(regionsOf(state)).slice(1));
  const regions = rows.map((row, i) => regionFrom(row, `r${first + i}`));
  const isGone = rows.some(({ id }) => id === state.selected?.id);
  return {
    ...decide(state, { regions: sorted([...regionsOf(state), ...regions]), dismissed: presentOf(state).dismissed }, options),
    ...(isGone ? { selected: null } : null),
  };
}

/** A suggestion is put aside. */
export function dismiss(state, id, options = {}) {
  const row = canDecide(state) ? suggestionOf(state, id) : null;
  if (!row || row.fate) return null;
  const isSelected = state.selected?.id === id;
  return { ...decide(state, { dismissed: [...presentOf(state).dismissed, row.suggestion] }, options), ...(isSelected && !state.showsSuggested ? { selected: null } : null) };
}

/** One that was dismissed is open again, and selected. */
export function restore(state, id, options = {}) {
  const row = canDecide(state) ? suggestionOf(state, id) : null;
  if (row?.fate !== "dismissed") return null;
  const { alias } = state.suggestions;
  return { ...activate(state, alias), ...decide(state, { dismissed: without(presentOf(state).dismissed, new Set([row.suggestion])) }, options), selected: { alias, id } };
}

/** What deleting a mark does to the suggestion it was made from: it is dismissed. */
export function dismissedWith(state, alias, mark) {
  const { dismissed } = presentOf(state);
  const isOurs = canDecide(state) && alias === state.suggestions.alias && state.suggestions.rows.some(({ suggestion }) => suggestion === mark.suggestion);
  return isOurs && !dismissed.includes(mark.suggestion) ? [...dismissed, mark.suggestion] : dismissed;
}

/** The open suggestion `direction` (1 or -1) of the selected mark, or of a moment when none is; around the ends. Null when none is open. */
export function neighbourOf(state, direction, ms) {
  const rows = openOf(state);
  if (!rows.length) return null;
  const at = rows.findIndex(({ id }) => id === state.selected?.id);
  if (at >= 0) return rows[(at + direction + rows.length) % rows.length];
  const after = lowerBound(rows, ms);
  return rows[(direction > 0 ? after : after - 1 + rows.length) % rows.length];
}
