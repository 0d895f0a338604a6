// The bar above the table: how many suggestions are open, the way to the next, and "accept all" with its limit.

import { above, canDecide, openOf } from "./deciding.js";
import { countFates } from "./suggestions.js";
import { hook } from "./dom.js";
import { presentOf } from "./state.js";
import { t } from "./strings.js";

const STORE = "earmark.acceptAbove";
const USUAL = 90;
const FATES = ["accepted", "adjusted", "dismissed", "left"];

function lastUsed() {
  try { return JSON.parse(localStorage.getItem(STORE)) ?? USUAL; } catch { return USUAL; }
}

function remember(least) {
  try { localStorage.setItem(STORE, JSON.stringify(least)); } catch { /* it holds for this page */ }
}

export function createSuggestionsBar({ store, suggesting, acts }) {
  const root = hook("suggesting");
  const [count, model, next, field, all, toggle, undecided] =
    ["suggestion-count", "suggestion-model", "next-suggestion", "accept-least", "accept-all", "toggle-suggested", "undecided"].map((name) => hook(name));
  let least = lastUsed();
  let before = least;
  field.value = least;

  /** What is typed, where it is a limit. */
  function typed() {
    const given = Number.parseInt(field.value, 10);
    return given >= 0 && given <= 100 ? given : null;
  }

  const take = () => {
    if (typed() === null) return;
    least = typed();
    remember(least);
    sync();
  };

  /** What was begun to be typed is no limit: 150 went through 15. */
  function putBack() {
    field.value = before;
    take();
  }

  /** How it stands: while one decides, what is open; later, what became of all. */
  function words(state, open) {
    const { suggestions } = state;
    if (!suggestions.rows.length) return t("suggestsNothing");
    if (canDecide(state)) return t({ 0: "noneOpen", 1: "suggestionOpen" }[open] ?? "suggestionsOpen", { n: open });
    const counts = countFates(suggestions, presentOf(state));
    return FATES.filter((fate) => counts[fate]).map((fate) => `${counts[fate]} ${t(`fate_${fate}`)}`).join(" · ");
  }

  function syncToggle(state, isDeciding) {
    const { dismissed } = countFates(state.suggestions, presentOf(state));
    const name = toggle.querySelector("span");
    name.textContent = isDeciding ? t("dismissedN", { n: dismissed }) : t("showSuggested");
    toggle.hidden = !state.suggestions.rows.length || (isDeciding && !dismissed && !state.showsSuggested);
    toggle.setAttribute("aria-pressed", String(state.showsSuggested));
  }

  function sync() {
    const state = store.get();
    const { suggestions } = state;
    root.hidden = !suggestions;
    if (undecided) undecided.hidden = true;
    if (!suggestions) return;
    const isDeciding = canDecide(state);
    const open = openOf(state).length;
    const taken = above(state, least).length;
    count.textContent = words(state, open);
    model.textContent = t("suggestedBy", { name: suggestions.model?.name ?? "" });
    for (const control of [next, field.parentElement, all]) control.hidden = !isDeciding || !open;
    all.querySelector("span").textContent = t("acceptAllN", { n: taken });
    all.disabled = !taken;
    syncToggle(state, isDeciding);
    if (!undecided) return;
    undecided.hidden = !isDeciding || !open;
    undecided.textContent = t(open === 1 ? "undecidedOne" : "undecided", { n: open });
  }

  next.addEventListener("click", () => suggesting.step(1));
  all.addEventListener("click", () => suggesting.acceptAbove());
  toggle.addEventListener("click", () => suggesting.toggle());
  field.addEventListener("input", take);
  field.addEventListener("focus", () => { before = least; });
  field.addEventListener("change", () => {
    if (typed() === null) putBack();
    else field.value = least;
  });
  field.addEventListener("keydown", (event) => {
    if (event.key !== "Enter" || event.ctrlKey || event.metaKey) return;
    event.preventDefault();
    event.stopPropagation();
    // Nothing is accepted from another limit than the one that is read there.
    if (typed() === null) {
      putBack();
      field.select();
      return;
    }
    suggesting.acceptAbove();
    acts.focusStage();
  });
  store.subscribe((_, changed) => {
    if (["payload", "history", "isReadOnly", "showsSuggested"].some((key) => changed.has(key))) sync();
  });
  sync();

  return {
    get least() { return least; },
    /** False when there is nothing to accept. */
    focus() {
      if (field.parentElement.hidden || root.hidden) return false;
      field.focus();
      field.select();
      return true;
    },
  };
}
