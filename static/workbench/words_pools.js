// The words of pools: one file per version and language, which never changes, fetched once.

const pools = new Map();
const terms = new Map();

async function fetched(url) {
  const response = await fetch(url, { credentials: "same-origin", headers: { Accept: "application/json" } });
  if (!response.ok) throw new Error(`${response.status}`);
  const pool = await response.json();
  terms.set(url, new Map(pool.terms.map((term) => [term.code, term])));
  return pool;
}

/** Fetches the words that an address leads to, unless they are here; tried again the next time when it fails. */
export async function load(url) {
  if (!terms.has(url)) pools.set(url, await fetched(url));
}

export const termsOf = (url) => pools.get(url)?.terms ?? [];
export const termOf = (url, code) => terms.get(url)?.get(code) ?? null;
export const labelOf = (url, code) => termOf(url, code)?.label ?? code;
