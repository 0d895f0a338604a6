// One row of the table of marks: a region or a point, editable in place.

import { endOf, idOf, startOf } from "./marks.js";
import { formatLength, formatTime, parseTime } from "./time.js";
import { h, icon } from "./dom.js";
import { isAsSuggested } from "./suggestions.js";
import { t } from "./strings.js";

const STEP_MS = 10;

/** Why a typed time cannot be taken, as a sentence, or "". */
function refusal(ms, edge, mark, durationMs) {
  if (ms === null) return t("notATime");
  if (ms > durationMs) return t("beyondEnd", { length: formatTime(durationMs) });
  if (typeof mark !== "object") return "";
  if (edge === "start" && ms >= mark.end_ms) return t("startAfterEnd", { end: formatTime(mark.end_ms) });
  if (edge === "end" && ms <= mark.start_ms) return t("endBeforeStart", { start: formatTime(mark.start_ms) });
  return "";
}

/** A field for one edge. What cannot be taken stays there, marked, until it is mended or Escape brings the old time back. */
function timeField(edge, { read, commit, complain }) {
  const field = h("input", { type: "text", inputmode: "decimal", class: "wb-cell wb-time-cell", autocomplete: "off", spellcheck: "false", "data-testid": `region-${edge}` });
  const timeOf = ({ mark }) => (edge === "start" ? startOf(mark) : endOf(mark));
  let written = "";
  const write = (ms) => { field.value = written = formatTime(ms); };

  function take() {
    const { mark, durationMs } = read();
    if (field.value === written) return settle();
    const ms = parseTime(field.value);
    const reason = refusal(ms, edge, mark, durationMs);
    field.setAttribute("aria-invalid", String(Boolean(reason)));
    complain(reason);
    if (!reason) {
      commit(ms);
      write(ms);
    }
  }

  function settle() {
    field.removeAttribute("aria-invalid");
    complain("");
    write(timeOf(read()));
  }

  field.addEventListener("change", take);
  // Done with the field, by Enter or Escape, the single keys act on the sound again.
  field.addEventListener("keydown", (event) => {
    if (event.key === "Enter" && !event.ctrlKey && !event.metaKey) {
      take();
      if (field.getAttribute("aria-invalid") !== "true") field.blur();
    } else if (event.key === "Escape") {
      settle();
      field.blur();
    } else if ((event.key === "ArrowUp" || event.key === "ArrowDown") && !event.altKey) {
      event.preventDefault();
      field.value = formatTime(Math.max(timeOf(read()) + (event.key === "ArrowUp" ? STEP_MS : -STEP_MS), 0));
      take();
    } else return;
    event.stopPropagation();
  });
  // What somebody is typing is not overwritten; a time that is only looked at follows the mark.
  return { field, follow() { if (field.value === written) write(timeOf(read())); } };
}

export function createRow({ question, acts, detail, complain, isReadOnly }) {
  const { alias } = question;
  let shown = { mark: null, number: 0, durationMs: 0 };
  let wasSelected = null;
  const read = () => shown;
  const edit = (edge) => (ms) => (typeof shown.mark === "object"
    ? acts.editRegion(alias, shown.mark.id, edge === "start" ? { start_ms: ms } : { end_ms: ms })
    : acts.movePoint(alias, shown.mark, ms));

  const number = h("button", { type: "button", class: "wb-number", onclick: () => acts.selectFromTable(alias, idOf(shown.mark)) });
  const swatch = h("span", { class: "wb-swatch" });
  const labels = question.configuration.labels ?? [];
  const label = question.type !== "regions" || isReadOnly
    ? h("span", { class: "wb-label-text" })
    : h("select", { class: "wb-cell wb-label-cell", "data-testid": "region-label", onchange: () => acts.editRegion(alias, shown.mark.id, { label: label.value }) },
      labels.map(({ name }) => h("option", { value: name }, name)));
  const start = isReadOnly ? null : timeField("start", { read, commit: edit("start"), complain });
  const end = isReadOnly || question.type !== "regions" ? null : timeField("end", { read, commit: edit("end"), complain });
  const startText = start?.field ?? h("span", { "data-testid": "region-start" });
  const endText = end?.field ?? h("span", { "data-testid": "region-end" });
  const length = h("td", { class: "wb-num wb-end" });
  const note = isReadOnly || question.type !== "regions" ? h("span", { class: "wb-note-text" })
    : h("input", { type: "text", class: "wb-cell wb-note-cell", maxlength: 500, "data-testid": "region-note", onchange: () => acts.editRegion(alias, shown.mark.id, { note: note.value }) });
  const origin = h("span", { class: "wb-origin", "data-testid": "region-origin", hidden: true });
  const play = h("button", { type: "button", class: "wb-mini", "data-testid": "region-play", onclick: () => acts.playMark(shown.mark) }, icon("play"));
  const remove = isReadOnly ? null
    : h("button", { type: "button", class: "wb-mini", "data-testid": "region-delete", onclick: () => acts.removeMark(alias, idOf(shown.mark)) }, icon("trash"));

  const element = h("tr", { "data-testid": "region-row" },
    h("td", { class: "wb-n" }, number), h("td", {}, h("div", { class: "wb-label-box" }, swatch, label)),
    h("td", { class: "wb-num" }, startText), h("td", { class: "wb-num wb-end" }, endText), length,
    h("td", { class: "wb-note" }, h("div", { class: "wb-note-box" }, note, origin)), h("td", { class: "wb-actions" }, play, remove));
  element.addEventListener("click", (event) => {
    if (!event.target.closest("button, input, select")) acts.selectFromTable(alias, idOf(shown.mark));
  });
  element.addEventListener("focusin", (event) => {
    if (event.target.matches("input, select")) acts.selectFromTable(alias, idOf(shown.mark), { isSeeking: false });
  });

  const text = (control, value) => {
    if ("value" in control) {
      if (document.activeElement !== control) control.value = value;
    } else control.textContent = value;
  };

  function name(value) {
    if (label.tagName === "SELECT" && ![...label.options].some((option) => option.value === value)) label.append(h("option", { value }, value));
    text(label, value);
    if (label.tagName === "SELECT") label.value = value;
  }

  return {
    element,
    /** `suggested` is what the mark was made from; null for a person's own. */
    show(mark, { number: n, isSelected, durationMs, suggested = null }) {
      const isRegion = typeof mark === "object";
      if (shown.mark === mark && shown.number === n && wasSelected === isSelected) return;
      wasSelected = isSelected;
      shown = { mark, number: n, durationMs };
      element.setAttribute("aria-rowindex", n + 1);
      element.setAttribute("aria-current", String(isSelected));
      element.dataset.id = idOf(mark);
      number.textContent = n;
      number.setAttribute("aria-label", t("selectMark", { n }));
      swatch.style.background = detail.colors(question, mark.label);
      name(isRegion ? mark.label : question.name);
      if (!start) text(startText, formatTime(startOf(mark)));
      else start.follow();
      if (isRegion && !end) text(endText, formatTime(mark.end_ms));
      else end?.follow();
      length.textContent = isRegion ? formatLength(mark.end_ms - mark.start_ms) : "";
      text(note, isRegion ? mark.note ?? "" : "");
      origin.hidden = !mark.suggestion;
      origin.textContent = t(suggested && !isAsSuggested(mark, suggested) ? "fate_adjusted" : "fromModel");
      start?.field.setAttribute("aria-label", t("startOf", { n }));
      end?.field.setAttribute("aria-label", t("endOf", { n }));
      label.setAttribute?.("aria-label", t("labelOf", { n }));
      note.setAttribute?.("aria-label", t("noteOf", { n }));
      play.setAttribute("aria-label", t("playMark", { n }));
      remove?.setAttribute("aria-label", t("deleteMarkN", { n }));
    },
  };
}
