// How items are given to people. The same arithmetic as on the server, for an answer without a wait.

/** `total` as equally as can be among `people`, at most `most` each; the first ones get one more. */
export function splitEvenly(total, people, most = Infinity) {
  const base = Math.floor(total / people);
  const rest = total % people;
  return Array.from({ length: people }, (_, index) => Math.min(base + (index < rest ? 1 : 0), most));
}

/** The number somebody typed, or null: whole, from 1 on. */
export function readNumber(text) {
  const trimmed = text.trim();
  return /^[0-9]{1,9}$/.test(trimmed) && Number(trimmed) >= 1 ? Number(trimmed) : null;
}

/** The sum over the people who are chosen. rows: [{isChosen, text}] */
export function sumGiven(rows) {
  return rows.reduce((sum, { isChosen, text }) => sum + (isChosen ? (readNumber(text) ?? 0) : 0), 0);
}

/** How the sum stands against what is needed: "exact", "under" or "over". */
export function standing(given, wanted) {
  if (given === wanted) return "exact";
  return given < wanted ? "under" : "over";
}
