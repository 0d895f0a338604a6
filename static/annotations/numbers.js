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

/** How many of `turns` a sample has: a share in per cent, or a number; null while neither is said. */
export function sampleSize({ percent, number }, turns) {
  if (number !== undefined) return number === null ? null : Math.min(number, turns);
  if (!(percent > 0 && percent <= 100)) return null;
  return Math.ceil(Number(((percent / 100) * turns).toFixed(6)));
}

/** How many items of a partial review are decided one by one before the rest may be approved at once. */
export const floorOf = (turns) => Math.min(turns, Math.max(20, Math.ceil(Number((0.1 * turns).toFixed(6)))));

/** The chance that a sample of `size` out of `turns` shows none of `bad` wrong ones among them. */
export function hidesChance(turns, bad, size) {
  if (size + bad > turns) return 0;
  // None of the wrong ones is drawn, looked at from whichever side is the shorter walk.
  const [steps, drawn] = bad < size ? [bad, size] : [size, bad];
  let chance = 1;
  for (let step = 0; step < steps && chance > 0; step += 1) chance *= (turns - drawn - step) / (turns - step);
  return chance;
}

/** 58 %, 3.4 %, or `rare` for what hardly ever happens. */
export function percentText(chance, rare) {
  if (chance < 0.001) return rare;
  return `${(100 * chance).toFixed(chance >= 0.1 ? 0 : 1)} %`;
}
