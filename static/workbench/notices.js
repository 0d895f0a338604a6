// Sentences above the sound: what went wrong and what can be done about it. One per name, the newest last.

import { h } from "./dom.js";

export function createNotices(root) {
  const shown = new Map();

  function clear(name) {
    shown.get(name)?.remove();
    shown.delete(name);
  }

  return {
    clear,
    clearAll() { for (const name of [...shown.keys()]) clear(name); },
    /** actions: [[text, function], ...]; the notice goes when one is chosen. */
    show(name, text, { tone = "warn", actions = [] } = {}) {
      clear(name);
      const buttons = actions.map(([label, run, testid]) =>
        h("button", { type: "button", class: "btn btn-plain btn-sm", "data-testid": testid ?? null, onclick: () => { clear(name); run(); } }, label));
      const notice = h("div", { class: `notice notice-${tone} wb-notice`, role: "alert", "data-testid": `notice-${name}` }, h("p", {}, text), h("div", { class: "wb-notice-actions" }, buttons));
      shown.set(name, notice);
      root.append(notice);
      return notice;
    },
  };
}
