// The list of what is to be decided: each with who said what, and buttons that take one of it.

import { h, keycap } from "../workbench/dom.js";
import { t } from "../workbench/strings.js";
import { formatTime } from "../workbench/time.js";
import { canTake, valueNow } from "./conflicts.js";
import { colorOf } from "./lanes.js";
import { kindsOf, percent, said } from "./said.js";

export function createTable({ root, getState, getPalette, onChoose, onTake }) {
  const isTaken = (decision, wish) => decision && decision.how === wish.how && (decision.assignment ?? "") === (wish.assignment ?? "");

  function choice(conflict, { key, name, what, note = "", wish }) {
    const { payload, decisions, mayAdjudicate } = getState();
    const can = canTake(payload, conflict, wish);
    const pressed = isTaken(decisions[conflict.id], wish);
    const inside = [key ? keycap(key) : null, h("span", { class: "adj-choice-who" }, name), h("span", { class: "adj-choice-what" }, what), note ? h("span", { class: "adj-note" }, note) : null];
    if (!mayAdjudicate) return h("div", { class: "adj-choice" }, inside);
    return h("button", {
      class: "adj-choice", type: "button", disabled: !can, "aria-pressed": String(Boolean(pressed)), "data-testid": `take-${key}`, "data-focus": `${conflict.id}/${wish.assignment ?? wish.how}`,
      onclick: () => onTake(wish, conflict.id),
    }, inside);
  }

  const ofCluster = (spans) => (spans?.length ? spans.map(([start, end]) => (end > start ? `${formatTime(start)} – ${formatTime(end)}` : formatTime(start))).join(", ") : t("nothingThere"));

  function choices(conflict) {
    const { payload } = getState();
    const { question, cluster } = conflict;
    const people = payload.lanes.map((lane, number) => choice(conflict, {
      key: number < 9 ? String(number + 1) : "", name: lane.person.name, note: lane.team?.name ?? "", wish: { how: "answer", assignment: lane.assignment },
      what: cluster ? ofCluster(cluster.members[lane.assignment]) : said(question, lane.answers[question.alias]),
    }));
    const sure = cluster ? t("supportOf", { n: cluster.support, all: payload.lanes.length }) : [percent(question.consensus.confidence), question.consensus.method].filter(Boolean).join(" · ");
    const ways = [choice(conflict, {
      key: "C", name: t("consensus"), note: sure, wish: { how: "consensus" },
      what: cluster ? ofCluster(cluster.kept ? cluster.spans : []) : said(question, question.consensus.value),
    })];
    if (cluster || question.median !== null) ways.push(choice(conflict, { key: "M", name: t("median"), wish: { how: "median" }, what: cluster ? ofCluster(cluster.spans) : said(question, question.median) }));
    if (cluster || question.union) ways.push(choice(conflict, { key: "U", name: t("union"), wish: { how: "union" }, what: cluster ? ofCluster([[cluster.start_ms, cluster.end_ms]]) : said(question, question.union) }));
    return [...people, ...ways, ...ownChoice(conflict)];
  }

  /** Where nobody is right: another of a few values. */
  function ownChoice(conflict) {
    const { decisions, mayAdjudicate } = getState();
    const { question, cluster } = conflict;
    const { choices: words, multi, steps } = question.configuration;
    const values = question.type === "rating" ? Array.from({ length: steps }, (_, n) => n + 1) : question.type === "categorical" && !multi ? words : [];
    if (cluster || !mayAdjudicate || !values.length) return [];
    const decision = decisions[conflict.id];
    const chosen = decision?.how === "own" ? values.indexOf(decision.value) : -1;
    const select = h("select", { class: "form-select form-select-sm", "aria-label": t("another"), "data-testid": "take-own", "data-focus": `${conflict.id}/own` },
      h("option", { value: "" }, t("another")), values.map((value, n) => h("option", { value: String(n) }, String(value))));
    select.value = chosen < 0 ? "" : String(chosen);
    select.addEventListener("change", () => { if (select.value !== "") onTake({ how: "own", value: values[Number(select.value)] }, conflict.id); });
    return [select];
  }

  function titleOf({ question, cluster }) {
    if (!cluster) return [h("strong", {}, question.name)];
    const dot = h("span", { class: "adj-dot", "aria-hidden": "true" });
    dot.style.background = colorOf(question, cluster.label, getPalette());
    return [dot, h("strong", {}, cluster.label || question.name), h("span", { class: "adj-time" }, formatTime(cluster.start_ms))];
  }

  function one(conflict, number) {
    const { payload, decisions, current } = getState();
    const isCurrent = conflict.id === current;
    const decision = decisions[conflict.id];
    const state = decision ? (conflict.cluster ? t(`took_${decision.how}`) : said(conflict.question, valueNow(payload, conflict.question, decisions))) : t("undecided");
    const head = h("button", { class: "adj-conflict-head", type: "button", "aria-expanded": String(isCurrent), "data-focus": conflict.id, onclick: () => onChoose(conflict.id) },
      h("span", { class: "adj-number" }, String(number + 1)), titleOf(conflict),
      h("span", { class: "adj-kinds" }, kindsOf(conflict).map((kind) => h("span", { class: conflict.isOpen ? "pill pill-warn" : "pill" }, kind))),
      h("span", { class: decision ? "adj-state" : "adj-state is-open" }, state));
    return h("li", { class: `adj-conflict${isCurrent ? " is-current" : ""}`, "data-testid": "conflict", "data-id": conflict.id, "data-decided": decision ? decision.how : "" },
      head, isCurrent ? h("div", { class: "adj-choices" }, choices(conflict)) : null);
  }

  return {
    build() {
      const { conflicts } = getState();
      root.replaceChildren(...(conflicts.length ? conflicts.map(one) : [h("li", { class: "adj-none" }, t("noConflicts"))]));
      root.querySelector(".is-current")?.scrollIntoView({ block: "nearest" });
    },
  };
}
