// Finding words of a pool: how well each fits what is typed. Pure: no DOM, no words of its own.
//
// A term is {code, label, facet, family, definition, synonyms: [text], opposites: [code], active}.

export const RANKS = ["exact", "prefix", "wordPrefix", "synonym", "substring", "near"];
const NEAR_FROM = 5;
const EDGES = /^[^\p{L}\p{M}\p{N}]+|[^\p{L}\p{M}\p{N}]+$/gu;

/** A word as it is compared: see `normalised` in annotations/words/reading.py. */
export const normalised = (text) => text.normalize("NFKC").toLowerCase().normalize("NFKC").replace(/\s+/g, " ").trim().replace(EDGES, "");

/** Whether one letter was mistyped, left out, put in, or swapped with the next. */
export function isNear(a, b) {
  if (a === b) return true;
  if (Math.abs(a.length - b.length) > 1) return false;
  let start = 0;
  while (start < a.length && a[start] === b[start]) start += 1;
  let end = 0;
  while (end < Math.min(a.length, b.length) - start && a.at(-1 - end) === b.at(-1 - end)) end += 1;
  const [restA, restB] = [a.slice(start, a.length - end), b.slice(start, b.length - end)];
  if (restA.length <= 1 && restB.length <= 1) return true;
  return restA.length === 2 && restB.length === 2 && restA[0] === restB[1] && restA[1] === restB[0];
}

/** The terms of these facets that may be chosen, ready to be searched. Built once per version. */
export function indexOf(terms, facets) {
  return terms.filter(({ active, facet }) => active && facets.includes(facet)).map((term) => {
    const name = normalised(term.label);
    return { term, name, parts: name.split(/[ -]/), synonyms: term.synonyms.map((text) => ({ text, name: normalised(text) })) };
  });
}

function rankOf({ name, parts, synonyms }, typed) {
  if (name === typed) return { rank: 0 };
  if (name.startsWith(typed)) return { rank: 1 };
  if (parts.some((part) => part.startsWith(typed))) return { rank: 2 };
  const synonym = synonyms.find((one) => one.name === typed) ?? synonyms.find((one) => one.name.startsWith(typed));
  if (synonym) return { rank: 3, via: synonym.text };
  if (name.includes(typed)) return { rank: 4 };
  return typed.length >= NEAR_FROM && isNear(name, typed) ? { rank: 5 } : null;
}

/** What fits `text`, the best first: [{term, rank, via}]; `via` is the synonym that fitted. Nothing for no letter. */
export function search(index, text, { most = 30 } = {}) {
  const typed = normalised(text);
  if (!typed) return [];
  const found = [];
  for (const entry of index) {
    const fit = rankOf(entry, typed);
    if (fit) found.push({ term: entry.term, rank: RANKS[fit.rank], via: fit.via ?? "", order: fit.rank });
  }
  found.sort((a, b) => a.order - b.order || a.term.label.length - b.term.label.length || (a.term.label < b.term.label ? -1 : 1));
  return found.slice(0, most).map(({ order, ...row }) => row);
}

/** The term that a text names, by its name or a synonym; null: it is a word of its own. */
export function named(index, text) {
  const typed = normalised(text);
  if (!typed) return null;
  const entry = index.find(({ name }) => name === typed) ?? index.find(({ synonyms }) => synonyms.some(({ name }) => name === typed));
  return entry?.term ?? null;
}

/** Pairs of chosen codes that are opposites, each once, as chosen. */
export function opposites(terms, codes) {
  const byCode = new Map(terms.map((term) => [term.code, term]));
  return codes.flatMap((one, i) => codes.slice(i + 1)
    .filter((other) => byCode.get(one)?.opposites.includes(other) || byCode.get(other)?.opposites.includes(one))
    .map((other) => [one, other]));
}

/** A number from a text, the same every time (FNV-1a). */
function hashOf(text) {
  let hash = 2166136261;
  for (const letter of text) hash = Math.imul(hash ^ letter.codePointAt(0), 16777619);
  return hash >>> 0;
}

/** The rows in an order of their own for each seed: nobody's first word is everybody's first. */
export const shuffled = (rows, seed, keyOf) =>
  rows.map((row) => ({ row, at: hashOf(`${seed}/${keyOf(row)}`) })).sort((a, b) => a.at - b.at).map(({ row }) => row);

/** Terms by facet and family, families by name, the words inside shuffled: [{facet, family, terms}]. */
export function families(index, seed) {
  const groups = new Map();
  for (const { term } of index) {
    const key = `${term.facet}/${term.family}`;
    if (!groups.has(key)) groups.set(key, { facet: term.facet, family: term.family, terms: [] });
    groups.get(key).terms.push(term);
  }
  const sorted = [...groups.entries()].sort(([a], [b]) => (a < b ? -1 : 1));
  return sorted.map(([key, group]) => ({ ...group, terms: shuffled(group.terms, `${seed}/${key}`, ({ code }) => code) }));
}

/** The answer with its empty parts left out; null when nothing is said. */
export function answerOf({ terms = [], words = [], cannotJudge = false }) {
  if (cannotJudge) return { cannot_judge: true };
  const kept = { ...(terms.length && { terms }), ...(words.length && { words }) };
  return Object.keys(kept).length ? kept : null;
}

/** The newest first, each once. */
export const remembered = (codes, code, most = 6) => [code, ...codes.filter((one) => one !== code)].slice(0, most);
