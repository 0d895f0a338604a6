// All words of a pool by family, for whoever cannot name the one they mean.

import { families } from "./words_rank.js";
import { h, idFor } from "./dom.js";
import { t } from "./strings.js";

/** {panel, toggle, show(), close()}: built when it is opened first. `seed` gives each person an order of their own. */
export function wordsBrowser({ alias, index, seed, isChosen, onTerm }) {
  const panel = h("div", { class: "wb-word-browse", id: idFor("browse", alias), "data-testid": `browse-panel-${alias}`, hidden: true });
  const toggle = h("button", {
    type: "button", class: "wb-link", "data-testid": `browse-${alias}`, "aria-expanded": "false", "aria-controls": panel.id, onclick: () => flip(),
  }, t("browseWords"));
  let buttons = [];

  function build() {
    const groups = families(index, seed);
    const hasFacets = new Set(groups.map(({ facet }) => facet)).size > 1;
    buttons = [];
    panel.append(...groups.map(({ facet, family, terms }) => {
      const name = `${hasFacets ? `${t(`facet_${facet}`)}: ` : ""}${family || t("noFamily")}`;
      return h("section", { class: "wb-family", role: "group", "aria-label": name }, h("h3", {}, name), h("div", { class: "wb-family-words" }, terms.map((term) => {
        const button = h("button", { type: "button", class: "wb-word", title: term.definition || null, "data-testid": `family-word-${term.code}`, onclick: () => onTerm(term) }, term.label);
        buttons.push({ term, button });
        return button;
      })));
    }));
  }

  function flip() {
    if (!panel.childElementCount) build();
    set(!panel.hidden);
  }

  function set(isHidden) {
    panel.hidden = isHidden;
    toggle.setAttribute("aria-expanded", String(!panel.hidden));
    toggle.textContent = t(panel.hidden ? "browseWords" : "browseWordsClose");
    show();
  }

  function show() {
    if (!panel.hidden) for (const { term, button } of buttons) button.setAttribute("aria-pressed", String(isChosen(term.code)));
  }

  return { panel, toggle, show, close: () => set(true) };
}
