// The stacked lanes below the waveform: a row for each person, one for what most agree on, one for what is kept.

import { h, keycap } from "../workbench/dom.js";
import { t } from "../workbench/strings.js";
import { formatTime } from "../workbench/time.js";
import { isMarks, marksNow } from "./conflicts.js";

const LEAST_PX = 3;

/** The colour of a label in a question with regions; moments have the accent. */
export function colorOf(question, label, palette) {
  const known = question.configuration.labels?.find(({ name }) => name === label);
  return known ? palette.label(known.color) : palette.accent;
}

export function createLanes({ root, getState, getPalette, onChoose, onTake }) {
  let placed = [];

  function mark(question, [label, startMs, endMs], { conflict = null, kind = "" } = {}) {
    const { current } = getState();
    const isPoint = endMs === startMs;
    const name = isPoint ? formatTime(startMs) : t("spanOf", { label: label || question.name, start: formatTime(startMs), end: formatTime(endMs) });
    const element = h(conflict ? "button" : "span", {
      class: `adj-mark${kind ? ` is-${kind}` : ""}${isPoint ? " is-point" : ""}`, title: name,
      ...(conflict && { type: "button", tabindex: -1, "aria-label": name, onclick: () => onChoose(conflict.id) }),
    }, label ? h("span", { class: "adj-mark-name" }, label) : null);
    element.style.setProperty("--mark", colorOf(question, label, getPalette()));
    if (conflict && conflict.id === current) element.classList.add("is-current");
    placed.push({ element, startMs, endMs });
    return element;
  }

  function row({ name, key, note = "", kind = "", onClick = null, marks }) {
    const head = h(onClick ? "button" : "div", { class: "adj-name", ...(onClick && { type: "button", onclick: onClick, title: t("takeThis"), "data-focus": `lane/${kind || key || name}` }) },
      key ? keycap(key) : null, h("span", { class: "adj-who" }, name), note ? h("span", { class: "adj-note" }, note) : null);
    return h("div", { class: `adj-lane${kind ? ` is-${kind}` : ""}`, "data-testid": kind ? `lane-${kind}` : "lane" }, head, h("div", { class: "adj-track" }, marks));
  }

  const clustersOf = (question) => {
    const { conflicts } = getState();
    return question.conflicts.map((cluster, number) => ({ cluster, conflict: conflicts.find(({ id }) => id === `${question.alias}/${number}`) ?? null }));
  };

  function build() {
    const { payload, decisions, mayAdjudicate } = getState();
    const questions = payload.questions.filter(isMarks);
    placed = [];
    root.hidden = !questions.length;
    const ofPerson = (lane) => questions.flatMap((question) => clustersOf(question).flatMap(({ cluster, conflict }) =>
      (cluster.members[lane.assignment] ?? []).map(([start, end]) => mark(question, [cluster.label, start, end], { conflict, kind: conflict?.isOpen ? "open" : conflict ? "differs" : "" }))));
    const agreed = questions.flatMap((question) => clustersOf(question).filter(({ cluster }) => cluster.kept)
      .flatMap(({ cluster, conflict }) => cluster.spans.map(([start, end]) => mark(question, [cluster.label, start, end], { conflict }))));
    const kept = questions.flatMap((question) => marksNow(question, decisions).map((span) => mark(question, span, { kind: "kept" })));
    const take = (decision) => (mayAdjudicate ? () => onTake(decision) : null);
    root.replaceChildren(
      row({ name: t("consensus"), key: mayAdjudicate ? "C" : "", kind: "consensus", marks: agreed, onClick: take({ how: "consensus" }) }),
      ...payload.lanes.map((lane, number) => row({
        name: lane.person.name, note: lane.team?.name ?? "", key: mayAdjudicate && number < 9 ? String(number + 1) : "",
        marks: ofPerson(lane), onClick: take({ how: "answer", assignment: lane.assignment }),
      })),
      row({ name: t("finalLane"), kind: "final", marks: kept }),
    );
  }

  return {
    build,
    /** Where each mark lies in this view. */
    place(view) {
      for (const { element, startMs, endMs } of placed) {
        element.style.left = `${((startMs - view.startMs) / view.spanMs) * 100}%`;
        element.style.width = endMs > startMs ? `max(${LEAST_PX}px, ${((endMs - startMs) / view.spanMs) * 100}%)` : "";
      }
    },
  };
}
