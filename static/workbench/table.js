// The table of marks: a real table, since it is the editor for keyboards and screen readers. Only the rows in view exist.

import { markingQuestion } from "./state.js";
import { createRow } from "./table_row.js";
import { h } from "./dom.js";
import { idOf, listOf } from "./marks.js";
import { t } from "./strings.js";

const SPARE = 8;

const suggestedFor = ({ suggestions }, { suggestion }) =>
  (suggestion && suggestions?.rows.find((row) => row.suggestion === suggestion)) || null;

export function createTable({ root, store, acts, detail, getSuggesting }) {
  const scroller = root.querySelector(".wb-rows");
  const body = root.querySelector("tbody");
  const table = root.querySelector("table");
  const empty = root.querySelector(".wb-empty");
  const complaint = root.querySelector(".wb-complaint");
  const spacer = () => h("tr", { class: "wb-spacer", "aria-hidden": "true" }, h("td", { colspan: 7 }));
  const before = spacer();
  const after = spacer();
  let rows = new Map();
  let rowHeight = 34;
  let isMeasured = false;

  const complain = (text) => {
    complaint.textContent = text;
    complaint.hidden = !text;
  };

  function place(elements) {
    const focused = document.activeElement;
    let at = before;
    for (const element of elements) {
      if (at.nextSibling !== element) at.after(element);
      at = element;
    }
    // Moving a row takes the focus from what is in it.
    if (focused && focused !== document.activeElement && focused.isConnected) focused.focus();
  }

  function render() {
    const state = store.get();
    const question = markingQuestion(state);
    root.hidden = !question;
    if (!question) return;
    const marks = listOf(state, question.alias);
    const first = Math.max(Math.floor(scroller.scrollTop / rowHeight) - SPARE, 0);
    const last = Math.min(first + Math.ceil(scroller.clientHeight / rowHeight) + 2 * SPARE, marks.length);
    before.firstChild.style.height = `${first * rowHeight}px`;
    after.firstChild.style.height = `${(marks.length - last) * rowHeight}px`;
    before.hidden = first === 0;
    after.hidden = last === marks.length;
    table.setAttribute("aria-rowcount", marks.length + 1);
    empty.hidden = marks.length > 0;
    table.classList.toggle("is-points", question.type === "timestamp");

    const kept = new Map();
    const shown = marks.slice(first, last).map((mark, i) => {
      const key = `${question.alias}/${idOf(mark)}`;
      const make = mark.isSuggested ? getSuggesting().createRow : createRow;
      const row = rows.get(key) ?? make({ question, acts, detail, complain, isReadOnly: state.isReadOnly });
      kept.set(key, row);
      const { ghost, selected } = state;
      const live = ghost?.region && ghost.alias === question.alias && ghost.id === idOf(mark) ? ghost.region : mark;
      row.show(live, { number: first + i + 1, isSelected: selected?.alias === question.alias && selected.id === idOf(mark), durationMs: state.durationMs, suggested: suggestedFor(state, live) });
      return row.element;
    });
    for (const [key, row] of rows) if (!kept.has(key)) row.element.remove();
    rows = kept;
    place(shown);
    if (!isMeasured && shown.length) {
      isMeasured = true;
      const height = shown[0].offsetHeight;
      if (height && height !== rowHeight) {
        rowHeight = height;
        request();
      }
    }
  }

  let frame = 0;
  function request() {
    if (!frame) frame = requestAnimationFrame(() => { frame = 0; render(); });
  }

  function revealSelected(state) {
    if (state.selected?.alias !== state.marking) return;
    const at = listOf(state, state.marking).findIndex((mark) => idOf(mark) === state.selected.id);
    if (at < 0) return;
    const head = table.tHead.offsetHeight;
    if (at * rowHeight < scroller.scrollTop) scroller.scrollTop = at * rowHeight;
    else if ((at + 1) * rowHeight + head > scroller.scrollTop + scroller.clientHeight) {
      scroller.scrollTop = (at + 1) * rowHeight + head - scroller.clientHeight;
    }
  }

  body.append(before, after);
  scroller.addEventListener("scroll", request, { passive: true });
  new ResizeObserver(() => { isMeasured = false; request(); }).observe(scroller);
  store.subscribe((state, changed, before) => {
    const isDragged = changed.has("ghost") && (state.ghost ?? before.ghost)?.id !== null;
    if (isDragged || ["history", "selected", "marking", "payload", "showsSuggested"].some((key) => changed.has(key))) request();
    if (changed.has("selected") && state.selected) requestAnimationFrame(() => revealSelected(store.get()));
  });

  return {
    rebuild() {
      for (const row of rows.values()) row.element.remove();
      rows = new Map();
      scroller.scrollTop = 0;
      complain("");
      render();
      table.setAttribute("aria-label", t("tableOf", { name: markingQuestion(store.get())?.name ?? "" }));
    },
    request,
    /** Takes what is being typed in a cell. True when a cell holds what cannot be taken: it says so, and the focus is there. */
    hasUnread() {
      const typed = document.activeElement;
      if (body.contains(typed) && typed.matches("input")) typed.dispatchEvent(new Event("change"));
      const wrong = body.querySelector("[aria-invalid='true']");
      wrong?.dispatchEvent(new Event("change"));
      wrong?.focus();
      return Boolean(wrong);
    },
  };
}
