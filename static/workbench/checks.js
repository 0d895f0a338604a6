// What automatic checks found in an answer, beside it: a note for whoever judges, never a verdict.

import { h, hook } from "./dom.js";

const about = ({ meaning, what }) => (meaning ? `${what}: “${meaning}”` : what);

export function showChecks(checks) {
  const root = hook("checks");
  root.hidden = !checks?.length;
  root.querySelector("ul").replaceChildren(...(checks ?? []).map((found) => h("li", { class: `is-${found.outcome}` },
    h("strong", {}, about(found)), h("span", {}, found.sentence),
    h("span", {}, [found.by, found.outcome_label].filter(Boolean).join(" · ")))));
}
