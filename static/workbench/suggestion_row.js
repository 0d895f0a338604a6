// A row of the table that is no mark yet: what a model suggests, with its confidence, to be accepted or dismissed.

import { formatLength, formatTime } from "./time.js";
import { h, icon, keycap } from "./dom.js";
import { percent } from "./suggestions.js";
import { t } from "./strings.js";

/** `decisions` are {accept(id), dismiss(id), restore(id)}; `keysOf(command)` is what stands on its keycap. */
export function createSuggestionRow({ question, acts, detail, isReadOnly, decisions, keysOf }) {
  const { alias } = question;
  let shown = null;
  const number = h("button", { type: "button", class: "wb-number", onclick: () => acts.selectFromTable(alias, shown.id) });
  const swatch = h("span", { class: "wb-swatch is-suggested" });
  const label = h("span", { class: "wb-label-text" });
  const start = h("td", { class: "wb-num", "data-testid": "suggestion-start" });
  const end = h("td", { class: "wb-num wb-end", "data-testid": "suggestion-end" });
  const length = h("td", { class: "wb-num wb-end" });
  const word = h("span", { class: "wb-suggested", "data-testid": "suggestion-words" });
  const caps = { accept: keycap(""), dismiss: keycap("") };
  const button = (name, run, ...children) =>
    h("button", { type: "button", class: "wb-mini", "data-testid": `suggestion-${name}`, onclick: () => run() }, children);
  const play = button("play", () => acts.playMark(shown), icon("play"));
  const accept = isReadOnly ? null : button("accept", () => decisions.accept(shown.id), icon("check"), caps.accept);
  const dismiss = isReadOnly ? null : button("dismiss", () => decisions.dismiss(shown.id), icon("cross"), caps.dismiss);
  const restore = isReadOnly ? null : button("restore", () => decisions.restore(shown.id), icon("undo"));

  const element = h("tr", { class: "is-suggested", "data-testid": "suggestion-row" },
    h("td", { class: "wb-n" }, number), h("td", {}, h("div", { class: "wb-label-box" }, swatch, label)), start, end, length,
    h("td", { class: "wb-deciding", colspan: 2 }, h("div", { class: "wb-deciding-box" }, word, play, accept, dismiss, restore)));
  element.addEventListener("click", (event) => {
    if (!event.target.closest("button")) acts.selectFromTable(alias, shown.id);
  });

  function showButtons(row, n, isSelected) {
    play.setAttribute("aria-label", t("playMark", { n }));
    if (isReadOnly) return;
    accept.setAttribute("aria-label", t("acceptN", { n }));
    dismiss.setAttribute("aria-label", t("dismissN", { n }));
    restore.setAttribute("aria-label", t("restoreN", { n }));
    dismiss.hidden = row.fate === "dismissed";
    restore.hidden = !dismiss.hidden;
    // Keys act on the selected row alone, so only there they are shown.
    for (const [name, command] of [["accept", "acceptSuggestion"], ["dismiss", "dismissSuggestion"]]) {
      caps[name].textContent = keysOf(command);
      caps[name].hidden = !isSelected || Boolean(row.fate) || !caps[name].textContent;
    }
  }

  return {
    element,
    show(row, { number: n, isSelected }) {
      shown = row;
      element.setAttribute("aria-rowindex", n + 1);
      element.setAttribute("aria-current", String(isSelected));
      element.dataset.id = row.suggestion;
      element.dataset.fate = row.fate ?? "open";
      number.textContent = n;
      number.setAttribute("aria-label", t("selectSuggestion", { n }));
      swatch.style.borderColor = detail.colors(question, row.label);
      label.textContent = row.label;
      start.textContent = formatTime(row.start_ms);
      end.textContent = formatTime(row.end_ms);
      length.textContent = formatLength(row.end_ms - row.start_ms);
      word.textContent = [`${percent(row.confidence)} %`, row.fate ? t(`fate_${row.fate}`) : t("suggested")].join(" · ");
      showButtons(row, n, isSelected);
    },
  };
}
