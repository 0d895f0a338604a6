// Questions that ask for words of a pool: chips of what was chosen, a field to type in, all words by family.

import { answerOf, indexOf, opposites } from "./words_rank.js";
import { answersOf } from "./state.js";
import { h, icon, idFor } from "./dom.js";
import { labelOf, termOf, termsOf } from "./words_pools.js";
import { personId, recent, remember } from "./words_recent.js";
import { t } from "./strings.js";
import { wordsBox } from "./words_box.js";
import { wordsBrowser } from "./words_browse.js";

function limitsText({ min, max }, n) {
  const most = min ? t("wordsBetween", { min, max }) : t("wordsUpTo", { max });
  return n ? `${t("wordsChosen", { n })} · ${most}` : most;
}

export function words(question, { acts, store, isReadOnly }) {
  const { alias, configuration } = question;
  const { index_url: url, vocabulary, version, max, facets, allow_new: allowsNew } = configuration;
  const index = indexOf(termsOf(url), facets);
  const kept = new Set();

  const given = () => answersOf(store.get())[alias] ?? {};
  const codes = () => given().terms ?? [];
  const free = () => given().words ?? [];
  const isChosen = (code) => codes().includes(code);
  const write = (next) => { acts.setAnswer(alias, answerOf({ terms: codes(), words: free(), ...next })); wrong(""); };

  const complaint = h("p", { class: "wb-error", role: "alert", "data-testid": `words-wrong-${alias}`, hidden: true });
  function wrong(text) {
    complaint.textContent = text;
    complaint.hidden = !text;
  }
  function hasRoom() {
    if (codes().length + free().length < max) return true;
    wrong(t("wordsFull", { max }));
    return false;
  }
  function toggleTerm(term) {
    if (isChosen(term.code)) write({ terms: codes().filter((code) => code !== term.code) });
    else if (hasRoom()) {
      write({ terms: [...codes(), term.code] });
      remember(vocabulary, term.code);
    } else return false;
    return true;
  }
  function addWord(word) {
    if (!allowsNew) wrong(t("wordUnknown", { word }));
    if (!allowsNew || !hasRoom()) return false;
    if (!free().includes(word)) write({ words: [...free(), word] });
    return true;
  }
  function removeLast() {
    if (free().length) write({ words: free().slice(0, -1) });
    else if (codes().length) write({ terms: codes().slice(0, -1) });
  }

  const box = wordsBox({ alias, index, allowsNew, isRequired: question.required, isChosen, onTerm: toggleTerm, onNew: addWord, onBack: removeLast, onWrong: wrong });
  const browser = wordsBrowser({ alias, index, seed: `${personId()}/${vocabulary}/${version}`, isChosen, onTerm: toggleTerm });
  const chips = h("ul", { class: "wb-chips", "aria-label": t("chosenWords"), "data-testid": `chips-${alias}` });
  const about = h("p", { class: "wb-bounds", id: idFor("words-about", alias), "data-testid": `words-about-${alias}` });
  const warning = h("div", { class: "wb-opposites", role: "status", "data-testid": `opposites-${alias}`, hidden: true });
  const recents = h("div", { class: "wb-recent", role: "group", "aria-label": t("recentWords"), "data-testid": `recent-${alias}`, hidden: true });
  const gaveUp = h("input", { type: "checkbox", class: "form-check-input", "data-testid": `cannot-judge-${alias}`, disabled: isReadOnly, onchange: () => { write({ cannotJudge: gaveUp.checked }); box.clear(); } });
  const hopeless = configuration.cannot_judge ? h("label", { class: "wb-cannot" }, gaveUp, h("span", {}, t("cannotJudge"))) : null;

  /** A button that is gone once it was pressed: who pressed it by key goes on in the field. */
  const byKeys = (act) => ({ detail }) => { act(); if (!detail) box.focus(); };

  function chip(label, { title, isNew = false, onRemove }) {
    return h("li", { class: isNew ? "wb-chip is-new" : "wb-chip", title: title || null },
      h("span", {}, label), isNew ? h("span", { class: "wb-chip-new" }, t("newWord")) : null,
      isReadOnly ? null : h("button", { type: "button", class: "wb-chip-remove", "aria-label": t("removeWord", { word: label }), onclick: byKeys(onRemove) }, icon("cross")));
  }

  function showChips() {
    const terms = codes().map((code) => {
      const term = termOf(url, code);
      return chip(labelOf(url, code), { title: [term?.family, term?.definition].filter(Boolean).join(": "), onRemove: () => write({ terms: codes().filter((one) => one !== code) }) });
    });
    const own = free().map((word) => chip(word, { isNew: true, title: t("newWordAbout"), onRemove: () => write({ words: free().filter((one) => one !== word) }) }));
    chips.replaceChildren(...terms, ...own);
    if (isReadOnly && given().cannot_judge) chips.append(h("li", { class: "wb-chip" }, t("cannotJudge")));
    chips.hidden = !chips.childElementCount;
  }

  /** Mixed feelings exist: it asks once, and takes "both" for an answer. */
  function showOpposites() {
    const pair = isReadOnly ? null : opposites(termsOf(url), codes()).find((one) => !kept.has(one.join("/")));
    const key = pair?.join("/") ?? "";
    if (warning.dataset.pair === key) return;
    warning.dataset.pair = key;
    warning.hidden = !pair;
    warning.replaceChildren();
    if (!pair) return;
    const keep = () => { kept.add(key); showOpposites(); box.focus(); };
    const drop = (code) => { write({ terms: codes().filter((one) => one !== code) }); box.focus(); };
    warning.append(h("p", {}, t("areOpposites", { one: labelOf(url, pair[0]), other: labelOf(url, pair[1]) })), h("div", {},
      h("button", { type: "button", class: "wb-link", "data-testid": "keep-both", onclick: keep }, t("keepBoth")),
      pair.map((code) => h("button", { type: "button", class: "wb-link", onclick: () => drop(code) }, t("removeWord", { word: labelOf(url, code) })))));
  }

  function showRecent() {
    const rows = recent(vocabulary).map((code) => termOf(url, code)).filter((term) => term?.active && facets.includes(term.facet) && !isChosen(term.code));
    recents.replaceChildren(h("span", { class: "wb-bounds" }, t("recentWords")), ...rows.map((term) => h("button", { type: "button", class: "wb-word", onclick: byKeys(() => toggleTerm(term)) }, term.label)));
    recents.hidden = isReadOnly || !rows.length || Boolean(given().cannot_judge);
  }

  const typing = h("div", { class: "wb-word-typing" }, box.body, browser.toggle);
  const say = { say: () => wrong(box.problem()), focus: box.focus, problem: box.problem };
  return {
    body: h("div", { class: "wb-words" }, chips, isReadOnly ? null : [typing, about, complaint, warning, recents, browser.panel, hopeless]),
    isTyped: !isReadOnly,
    sync() {
      showChips();
      if (isReadOnly) return;
      gaveUp.checked = Boolean(given().cannot_judge);
      typing.hidden = gaveUp.checked;
      if (gaveUp.checked) browser.close();
      about.textContent = gaveUp.checked ? "" : limitsText(configuration, codes().length + free().length);
      showOpposites();
      showRecent();
      browser.show();
    },
    focus: () => (gaveUp.checked ? gaveUp : box).focus(),
    problem: () => (isReadOnly || box.isEmpty() ? [] : [say]),
  };
}
