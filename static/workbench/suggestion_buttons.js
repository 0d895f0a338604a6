// Two buttons on the sound, at the selected suggestion: with the mouse there it is accepted or dismissed without a way to the table.

import { h, icon } from "./dom.js";
import { canDecide, suggestionOf } from "./deciding.js";
import { t } from "./strings.js";
import { xOf } from "./viewport.js";

export function createSuggestionButtons({ store, detail, decisions, acts }) {
  const on = (decide) => () => {
    const { selected } = store.get();
    if (selected) decide(selected.id);
    acts.focusStage();
  };
  // The keyboard has its keys and the table's buttons: these would be a second way through the same row.
  const button = (name, words, run) => h("button", { type: "button", class: "wb-mini", tabindex: -1, title: words, "aria-label": words, "data-testid": `here-${name}`, onclick: run });
  const accept = button("accept", t("accept"), on(decisions.accept));
  const dismiss = button("dismiss", t("dismiss"), on(decisions.dismiss));
  accept.append(icon("check"));
  dismiss.append(icon("cross"));
  const box = h("div", { class: "wb-here", "data-testid": "suggestion-here", hidden: true }, accept, dismiss);
  detail.stage.append(box);
  // Asked of the page only when they appear: to ask at each step of a pan would lay the page out anew each time.
  let wide = 0;

  function place() {
    const state = store.get();
    const row = canDecide(state) && !state.ghost ? suggestionOf(state, state.selected?.id) : null;
    const left = row ? xOf(state.view, row.start_ms, detail.width) : 0;
    const right = row ? xOf(state.view, row.end_ms, detail.width) : 0;
    const wasHidden = box.hidden;
    box.hidden = !row || Boolean(row.fate) || right < 0 || left > detail.width;
    if (box.hidden) return;
    const middle = (Math.max(left, 0) + Math.min(right, detail.width)) / 2;
    if (wasHidden) wide = box.offsetWidth;
    box.style.transform = `translateX(${Math.min(Math.max(middle - wide / 2, 4), detail.width - wide - 4).toFixed(1)}px)`;
  }

  store.subscribe((_, changed) => {
    if (["payload", "history", "selected", "view", "ghost", "isReadOnly", "showsSuggested"].some((key) => changed.has(key)) && store.get().view) place();
  });
}
