// What a model suggests for one question of an item, as it came with the item. Pure: no state, no DOM.
//
// A suggestion looks like a region, {id, label, start_ms, end_ms}, so that it is drawn, hit and listened to like one; its id
// is "suggested/" and the one that the server knows, which is `suggestion`. Besides it has a `confidence` of 0 to 1.

import { sorted } from "./regions.js";

const OWN = "suggested/";

/** Whole per cent, rounded down: what reads 90 % is never less than that. */
export const percent = (confidence) => Math.floor(confidence * 100 + 1e-9);

/** The suggestions of an item, sorted; null where no model was asked or its question is not among those of the item. */
export function suggestedIn({ suggestions, questions }, { durationMs, canDecide }) {
  const question = questions.find(({ alias, type }) => alias === suggestions?.alias && type === "regions");
  if (!suggestions || !question) return null;
  const rows = suggestions.rows
    .map((row) => ({ ...row, end_ms: Math.min(row.end_ms, durationMs) }))
    .filter(({ start_ms: start, end_ms: end, confidence }) => start < end && confidence >= suggestions.threshold - 1e-9)
    .map((row) => ({ ...row, id: OWN + row.id, suggestion: row.id, isSuggested: true, note: "" }));
  return { model: suggestions.model, alias: question.alias, threshold: suggestions.threshold, canDecide, rows: sorted(rows) };
}

const opened = new WeakMap();

/** Those that nobody has accepted or dismissed. `present` is {answers, dismissed}; asked of the same one again, the same list. */
export function openIn(suggestions, present) {
  if (!suggestions) return [];
  const kept = opened.get(present);
  if (kept?.of === suggestions) return kept.rows;
  const decided = new Set(present.dismissed);
  for (const { suggestion } of present.answers[suggestions.alias] ?? []) if (suggestion) decided.add(suggestion);
  const rows = suggestions.rows.filter(({ suggestion }) => !decided.has(suggestion));
  opened.set(present, { of: suggestions, rows });
  return rows;
}

/** Whether a region that was made from one still says what the model did. */
export const isAsSuggested = (region, row) => ["label", "start_ms", "end_ms"].every((key) => region[key] === row[key]);

/** What became of one: "accepted", "adjusted", "dismissed" or "left". The server's word goes first. */
export function fateOf(row, { answers, dismissed }, alias) {
  if (row.fate) return row.fate;
  const region = (answers[alias] ?? []).find(({ suggestion }) => suggestion === row.suggestion);
  if (!region) return dismissed.includes(row.suggestion) ? "dismissed" : "left";
  return isAsSuggested(region, row) ? "accepted" : "adjusted";
}

/** How many of each fate: {accepted, adjusted, dismissed, left}. */
export function countFates(suggestions, present) {
  const counts = { accepted: 0, adjusted: 0, dismissed: 0, left: 0 };
  for (const row of suggestions.rows) counts[fateOf(row, present, suggestions.alias)] += 1;
  return counts;
}
