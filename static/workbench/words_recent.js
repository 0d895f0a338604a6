// The words that this person chose last in a pool, kept in their browser. Never what others chose.

import { json } from "./dom.js";
import { remembered } from "./words_rank.js";

export const personId = () => json("workbench-boot").person?.id ?? "";
const keyOf = (vocabulary) => `earmark.words.${personId()}.${vocabulary}`;

export function recent(vocabulary) {
  try {
    const codes = JSON.parse(window.localStorage.getItem(keyOf(vocabulary)));
    return Array.isArray(codes) ? codes.filter((code) => typeof code === "string") : [];
  } catch {
    return [];
  }
}

export function remember(vocabulary, code) {
  try {
    window.localStorage.setItem(keyOf(vocabulary), JSON.stringify(remembered(recent(vocabulary), code)));
  } catch {
    // A browser that keeps nothing has no recent words.
  }
}
