// The table of files: choosing several, rows that come alive when their file is read, the dialog of one file.

import { poll } from "../pages/polling.js";
import { t } from "../pages/strings.js";
import { progress } from "./network.js";

const ASKED_AT_ONCE = 100;

export function watchChoosing() {
  document.addEventListener("change", (event) => {
    const table = event.target.closest("#audio-table");
    if (!table) return;
    if (event.target.matches("[data-choose-all]")) {
      for (const box of table.querySelectorAll("[name=ids]")) box.checked = event.target.checked;
    }
    show(table);
  });
}

function show(table) {
  const boxes = [...table.querySelectorAll("[name=ids]")];
  const n = boxes.filter((box) => box.checked).length;
  for (const box of boxes) box.closest("tr").setAttribute("aria-selected", String(box.checked));
  const all = table.querySelector("[data-choose-all]");
  all.checked = n > 0 && n === boxes.length;
  all.indeterminate = n > 0 && n < boxes.length;
  table.querySelector("[data-chosen]").hidden = !n;
  table.querySelector("[data-chosen-words]").textContent = n === 1 ? t("chosenOne") : t("chosen", { n });
}

/** Ask about the rows that wait, and fetch a row anew when its file has come to an end. Choices are kept. */
export function watchReading() {
  poll(async () => {
    const table = document.getElementById("audio-table");
    const rows = new Map([...(table?.querySelectorAll("tr[data-live]") ?? [])].map((row) => [row.dataset.audio, row]));
    if (!rows.size) return false;
    for (const state of await progress(table.dataset.progressUrl, [...rows.keys()].slice(0, ASKED_AT_ONCE))) {
      const row = rows.get(state.id);
      if (["ready", "failed"].includes(state.processing_status)) await replace(row);
      else drawProgress(row, state.percent);
    }
    return false;
  }, { everyMs: 2000 });
}

function drawProgress(row, percent) {
  const bar = row.querySelector("progress");
  bar.hidden = !percent;
  bar.value = percent;
  bar.title = t("readSoFar", { percent });
}

async function replace(row) {
  const chosen = row.querySelector("[name=ids]")?.checked;
  const answer = await fetch(`${row.closest("#audio-table").dataset.here}audio/${row.dataset.audio}/row/`, { credentials: "same-origin" });
  if (!answer.ok || !row.isConnected) return;
  const fresh = new DOMParser().parseFromString(`<table>${await answer.text()}</table>`, "text/html").querySelector("tr");
  row.replaceWith(fresh);
  if (chosen) fresh.querySelector("[name=ids]").checked = true;
  globalThis.htmx?.process(fresh);
}

/** Filters that are not set stay out of the address. */
export function watchFilters() {
  document.addEventListener("htmx:configRequest", (event) => {
    if (event.detail.elt.id !== "filters") return;
    for (const name of [...event.detail.formData.keys()]) if (!event.detail.formData.get(name)) event.detail.formData.delete(name);
  });
}

/** A click on a name opens what is known of the file. The link itself serves those without scripts. */
export function watchDetails(dialog) {
  document.addEventListener("click", (event) => {
    const link = event.target.closest("#audio-table tbody th a");
    if (!link || event.ctrlKey || event.metaKey || event.shiftKey) return;
    event.preventDefault();
    void globalThis.htmx.ajax("GET", link.href, { target: dialog, swap: "innerHTML" });
  });
  document.addEventListener("htmx:afterSwap", (event) => {
    if (event.detail.target === dialog && !dialog.open) dialog.showModal();
  });
  document.addEventListener("audio-described", () => dialog.close());
  dialog.addEventListener("click", (event) => {
    if (event.target !== dialog && !event.target.closest("[data-close]")) return;
    event.preventDefault();
    dialog.close();
  });
}

/** Show what has come, on the first page of an unsorted table, and not under somebody's hands. */
export function refresh() {
  const table = document.getElementById("audio-table");
  if (!table || table.querySelector("[name=ids]:checked") || /[?&](after|before)=/.test(location.search)) return;
  globalThis.htmx?.trigger(table, "refresh");
}
