// Numbers as people type them: read, checked against their bounds, stepped by keys. Pure.

const NUMBER = /^[+-]?(\d+(\.\d*)?|\.\d+)(e[+-]?\d+)?$/i;
const SEQUENCE_MS = 1200;

/** Whether a comma could as well stand between the thousands: 1,250 is one and a quarter to some, and a thousand and more to others. */
export const isUnclear = (text) => /^[+\-−]?[1-9]\d{0,2},\d{3}$/.test(text.trim());

/** What a text means: a number, null for an empty text, NaN for anything else: what is unclear, or too large to be kept exactly. */
export function parse(text) {
  // A comma may stand for the point.
  const plain = text.trim().replace("−", "-").replace(/^([^.,]*),([^.,]*)$/, "$1.$2");
  if (!plain) return null;
  if (isUnclear(text)) return NaN;
  const value = NUMBER.test(plain) ? Number(plain) : NaN;
  return Math.abs(value) <= Number.MAX_SAFE_INTEGER ? value : NaN;
}

/**
 * What keeps a value from being an answer: "" when nothing does, else the name of a sentence.
 * `bounds`: {min, max, above, below, isWhole}; `above` and `below` are themselves not allowed.
 */
export function problemOf(value, { min, max, above, below, isWhole = false } = {}) {
  if (value === null || value === undefined) return "";
  if (Number.isNaN(value)) return "notANumber";
  if (isWhole && !Number.isInteger(value)) return "notWhole";
  if (value < min) return "tooSmall";
  if (value > max) return "tooLarge";
  if (value <= above) return "notAbove";
  if (value >= below) return "notBelow";
  return "";
}

const decimals = (value) => (/e/i.test(String(value)) ? 0 : (String(value).split(".")[1] ?? "").length);

/** The number `delta` away from `value`, kept within the bounds; from nothing, the end where counting begins. */
export function stepped(value, delta, { min, max } = {}) {
  if (value === null || value === undefined || Number.isNaN(value)) return (delta > 0 ? min : max) ?? min ?? max ?? 0;
  const next = Number((value + delta).toFixed(Math.min(decimals(value), 12)));
  return Math.min(Math.max(next, min ?? -Infinity), max ?? Infinity);
}

/**
 * The step that a digit chooses of 1..`steps`: digits that follow each other closely are one number, so that 1 0 is ten.
 * `before` is what this gave for the last digit: {step, at}. Null when there is no such step.
 */
export function stepByDigit(before, digit, steps, now) {
  const isLater = before && now - before.at < SEQUENCE_MS;
  const together = isLater ? before.step * 10 + digit : digit;
  const step = together >= 1 && together <= steps ? together : digit;
  return step >= 1 && step <= steps ? { step, at: now, isLater: step !== digit } : null;
}
