// What a change of people and numbers does to the pool: the same arithmetic as on the server, for an answer without a wait.

/** The number in a field: whole, from 0 on; null where none is given. */
export function numberIn(text) {
  const trimmed = text.trim();
  return /^[0-9]{1,9}$/.test(trimmed) ? Number(trimmed) : null;
}

/** How many more (negative: fewer) are in the pool after one person's change. */
function givenBack({ isChosen, text, base, notBegun, was, isSeated }, someAreNamed) {
  if (!isChosen) return isSeated || someAreNamed ? notBegun : 0;
  const number = numberIn(text);
  if (number === null) return was === "" ? 0 : notBegun;
  const before = was === "" ? base : Number(was);
  if (number > before) return -Math.max(0, number - base);
  return number < before ? Math.min(Math.max(0, base - number), notBegun) : 0;
}

/** What stays in the pool; below 0 it is how many too many were given. */
export function poolAfter(inPool, rows) {
  const someAreNamed = rows.some((row) => row.isChosen);
  return rows.reduce((left, row) => left + givenBack(row, someAreNamed), inPool);
}
