// The panel that says what changed since an item was returned, and goes there: by click, or by keys from one to the next.

import { idNow, lineOf, linesOf, placeOf, SIGNS, stepTo } from "./changes.js";
import { h, hook } from "./dom.js";
import { idOf, marksOf } from "./marks.js";
import { labelOf } from "./words_pools.js";
import { questionOf } from "./state.js";
import { sentence } from "./side.js";
import { t } from "./strings.js";

// More than these are counted, not listed: nobody reads them one by one.
const MOST = 300;

export function createChangesPanel({ store, acts, form, say }) {
  const root = hook("changes");
  const list = root.querySelector("ol");
  const toggleButton = hook("toggle-changes", root);
  let buttons = [];

  const typeOf = (change) => questionOf(store.get(), change.alias)?.type;
  function asked(change) {
    const { type, configuration } = questionOf(store.get(), change.alias) ?? {};
    if (type === "words") return [type, t("cannotJudge"), (code) => labelOf(configuration.index_url, code)];
    return [type, t("noAnswer"), configuration?.form_schema];
  }
  const inWords = (change) => `${t(`kind_${change.kind}`)}: ${lineOf(change, ...asked(change))}`;

  function row(change, index, hasMany) {
    const lines = linesOf(change, ...asked(change));
    const button = h("button", { type: "button", class: "wb-change", "data-testid": "change", "data-kind": change.kind, onclick: () => go(index) },
      h("span", { class: "wb-sign", "aria-hidden": "true" }, SIGNS[change.kind]),
      h("span", {}, h("strong", {}, t(`kind_${change.kind}`)), lines.length === 1 ? ` ${lines[0]}` : lines.map((line) => h("span", { class: "wb-part" }, line)),
        hasMany ? h("span", { class: "wb-of" }, questionOf(store.get(), change.alias)?.name ?? change.alias) : null));
    buttons.push(button);
    return h("li", {}, button);
  }

  function mark() {
    const { change, showsChanges } = store.get();
    buttons.forEach((button, index) => button.setAttribute("aria-current", String(index === change)));
    toggleButton.setAttribute("aria-pressed", String(showsChanges));
  }

  function go(index) {
    const change = store.get().changes[index];
    const type = typeOf(change);
    const place = placeOf(change, type);
    store.set({ change: index, showsChanges: true });
    acts.activate(change.alias);
    if (place) {
      const id = idNow(change);
      const isThere = id !== null && marksOf(store.get(), change.alias).some((one) => idOf(one) === id);
      acts.letGo();
      if (isThere) acts.select({ alias: change.alias, id });
      acts.seek(place.startMs);
      acts.showStretch(place.startMs, place.endMs);
    }
    buttons[index]?.scrollIntoView({ block: "nearest" });
    // Last: where its row and the question do not both fit, the question is what one came for.
    if (!place) form.reveal(change.alias);
    say(inWords(change));
    return true;
  }

  store.subscribe((_, changed) => { if (changed.has("change") || changed.has("showsChanges")) mark(); });
  toggleButton.addEventListener("click", () => panel.toggle());
  hook("next-change", root).addEventListener("click", () => panel.step(1));
  hook("previous-change", root).addEventListener("click", () => panel.step(-1));

  const panel = {
    show({ previous, changes = [] }) {
      root.hidden = !previous;
      buttons = [];
      list.replaceChildren();
      if (!previous) return;
      const title = { rejected: "changedSinceReturn", fixed: "changedByFix" }[previous.verdict] ?? "changedSince";
      root.querySelector("h2").textContent = t(title, { n: previous.revision });
      const why = [previous.verdict === "rejected" ? t("returnedBy", { name: previous.reviewer }) : "", sentence(previous)];
      root.querySelector(".wb-why").textContent = why.filter(Boolean).join(" ");
      root.querySelector(".wb-why").hidden = !why.some(Boolean);
      root.querySelector(".wb-none").hidden = changes.length > 0;
      root.querySelector(".wb-change-actions").hidden = !changes.length;
      const hasMany = new Set(changes.map(({ alias }) => alias)).size > 1;
      list.append(...changes.slice(0, MOST).map((change, index) => row(change, index, hasMany)));
      if (changes.length > MOST) list.append(h("li", { class: "wb-of" }, t("moreChanges", { n: changes.length - MOST })));
      mark();
    },
    /** False when there is nothing to go to, so that the key can mean something else. */
    step(direction) {
      const { changes, change } = store.get();
      const index = stepTo(changes.length, change, direction);
      return index === null ? false : go(index);
    },
    toggle() {
      const { changes, showsChanges } = store.get();
      if (!changes.length) return false;
      store.set({ showsChanges: !showsChanges });
      say(t(showsChanges ? "changesHidden" : "changesShown"));
      return true;
    },
  };
  return panel;
}
