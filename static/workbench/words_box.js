// The field in which words of a pool are typed: a combobox with a list of what fits (ARIA combobox and listbox).

import { h, idFor } from "./dom.js";
import { named, normalised, search } from "./words_rank.js";
import { t } from "./strings.js";

const OPTION_H = "wb-word-option";
// No word is longer: see MAX_WORD in annotations/words/reading.py.
const MOST_LETTERS = 100;

/**
 * {body, focus(), show(), problem()}. `isChosen(code)`, `onTerm(term)` toggles one, `onNew(word)` adds a free word or says
 * why not, `onBack()` takes the last away.
 */
export function wordsBox({ alias, index, allowsNew, isRequired, isChosen, onTerm, onNew, onBack, onWrong }) {
  const listId = idFor("words", alias);
  let rows = [];
  let active = -1;

  const status = h("span", { class: "visually-hidden", role: "status", "aria-live": "polite", "data-testid": `words-count-${alias}` });
  const list = h("ul", { class: "wb-word-list", id: listId, role: "listbox", "aria-multiselectable": "true", "aria-label": t("wordsThatFit"), "data-testid": `words-list-${alias}`, hidden: true });
  const input = h("input", {
    class: "form-control wb-text", type: "text", role: "combobox", autocomplete: "off", autocapitalize: "none", spellcheck: "false", maxlength: MOST_LETTERS, id: idFor("field", alias),
    "data-testid": `words-${alias}`, placeholder: t("typeAWord"), "aria-autocomplete": "list", "aria-expanded": "false", "aria-controls": listId,
    "aria-labelledby": idFor("name", alias), "aria-describedby": `${idFor("words-about", alias)} ${idFor("error", alias)}`, "aria-required": isRequired ? "true" : null,
    oninput: () => { onWrong(""); open(); }, onkeydown: press, onblur: close,
  });

  const isOpen = () => !list.hidden;

  function open() {
    const fitting = search(index, input.value);
    rows = fitting.map(({ term, via }) => ({ term, via }));
    const word = normalised(input.value);
    if (allowsNew && word && !named(index, word)) rows.push({ word });
    if (!word) return close();
    list.replaceChildren(...rows.map(option));
    const isNew = list.hidden && rows.length > 0;
    list.hidden = !rows.length;
    // No bar of a small screen may cover it.
    if (isNew) list.scrollIntoView({ block: "nearest" });
    input.setAttribute("aria-expanded", String(isOpen()));
    status.textContent = t(fitting.length === 1 ? "wordResult" : "wordResults", { n: fitting.length });
    choose(rows.length ? 0 : -1);
    return undefined;
  }

  function close() {
    rows = [];
    list.hidden = true;
    input.setAttribute("aria-expanded", "false");
    status.textContent = "";
    choose(-1);
  }

  function option(row, number) {
    const { term, word, via } = row;
    const chosen = term ? isChosen(term.code) : false;
    const about = term ? [term.family, via ? t("wordVia", { word: via }) : "", term.definition].filter(Boolean).join(" · ") : t("newWordAbout");
    return h("li", {
      class: OPTION_H, id: `${listId}-${number}`, role: "option", "aria-selected": String(chosen), "data-testid": term ? `word-${term.code}` : "word-new",
      onpointerdown: (event) => event.preventDefault(), onclick: () => take(row),
    }, h("span", { class: "wb-word-name" }, term ? term.label : t("addNewWord", { word })), h("span", { class: "wb-word-about" }, about));
  }

  function choose(next) {
    list.children[active]?.classList.remove("is-active");
    active = next;
    const row = list.children[active];
    row?.classList.add("is-active");
    row?.scrollIntoView({ block: "nearest" });
    if (row && isOpen()) input.setAttribute("aria-activedescendant", row.id);
    else input.removeAttribute("aria-activedescendant");
  }

  function take({ term, word }) {
    const isTaken = term ? onTerm(term) : onNew(word);
    if (isTaken === false) return;
    input.value = "";
    close();
  }

  /** What stands there, by its name; a word nobody knows is a free word. */
  function commit() {
    const word = normalised(input.value);
    if (!word) return;
    const term = named(index, word);
    if (!term) take({ word });
    else if (isChosen(term.code)) { input.value = ""; close(); }
    else take({ term });
  }

  function press(event) {
    if (event.isComposing || event.ctrlKey || event.metaKey || event.altKey) return;
    const { key } = event;
    if (key === "ArrowDown" || key === "ArrowUp") {
      if (!isOpen()) open();
      if (isOpen()) choose((active + (key === "ArrowDown" ? 1 : -1) + rows.length) % rows.length);
    } else if (key === "Enter") {
      if (isOpen() && rows[active]) take(rows[active]);
      else commit();
    } else if (key === "," || key === ";") commit();
    else if (key === "Escape" && isOpen()) { close(); event.stopPropagation(); }
    else if (key === "Backspace" && !input.value) { onBack(); }
    else return;
    event.preventDefault();
  }

  return {
    body: h("div", { class: "wb-word-box" }, input, list, status),
    input,
    focus: () => input.focus(),
    clear() { input.value = ""; close(); },
    isEmpty: () => !input.value.trim(),
    /** What is typed and not yet taken is no answer: it says so before anything is sent. */
    problem: () => (input.value.trim() ? t("wordNotTaken", { word: input.value.trim() }) : ""),
  };
}
