// Items chosen in a table, and what to do with them: ticks, "all that match", the bar of actions, and its question.

import { t } from "../pages/strings.js";

/** What is chosen among rows [{moves, isTicked}], and per move how many of the chosen can make it. `all` counts as `total`. */
export function tally(rows, { isAll, total }) {
  const ticked = rows.filter((row) => row.isTicked);
  const possible = new Map();
  for (const row of ticked) for (const move of row.moves) possible.set(move, (possible.get(move) ?? 0) + 1);
  return { count: isAll ? total : ticked.length, possible: (move) => (isAll ? total : possible.get(move) ?? 0) };
}

function watch(form) {
  const bar = form.querySelector("#bulk-bar");
  const dialog = form.querySelector("#bulk-ask");
  const page = document.querySelector("#turns [data-page]");
  const boxes = [...document.querySelectorAll("#turns [name=ids]")];
  const one = form.querySelector("[data-one]");
  const everything = form.elements.namedItem("all");
  const total = Number(bar.dataset.total);
  let last = null;

  const chosen = () => tally(boxes.map((box) => ({ moves: box.dataset.moves.trim().split(" "), isTicked: box.checked })), { isAll: !everything.disabled, total });

  function show() {
    const { count, possible } = chosen();
    const isAll = !everything.disabled;
    bar.hidden = !count;
    bar.querySelector("[data-chosen]").textContent = isAll ? t("chosenAll", { n: count }) : count === 1 ? t("chosenOne") : t("chosen", { n: count });
    for (const button of bar.querySelectorAll("[data-asks]")) button.disabled = !possible(button.dataset.asks);
    const all = bar.querySelector("[data-all]");
    if (all) all.hidden = isAll;
    page.checked = boxes.length > 0 && boxes.every((box) => box.checked);
    page.indeterminate = !page.checked && boxes.some((box) => box.checked);
    for (const box of boxes) box.closest("tr").setAttribute("aria-selected", String(box.checked));
  }

  function tick(which, isTicked) {
    for (const box of which) box.checked = isTicked;
    everything.disabled = true;
    show();
  }

  /** Ask about a move, with what is chosen or with a single item. */
  function ask(move, id) {
    const now = chosen();
    const n = id ? 1 : now.possible(move);
    const count = id ? 1 : now.count;
    one.disabled = !id;
    one.value = id ?? "";
    form.elements.namedItem("move").value = move;
    dialog.querySelector("h2").textContent = t(`${move}Title`);
    dialog.querySelector("[data-sentence]").textContent = `${t(n < count ? "some" : n === 1 ? "one" : "many", { n, count })} ${t(`${move}Ask`)}`;
    dialog.querySelector("[data-go]").textContent = t(`${move}Go`);
    for (const part of dialog.querySelectorAll("[data-to]")) part.hidden = part.dataset.to !== move;
    dialog.querySelector("[name=to_reassign]").required = move === "reassign";
    dialog.showModal();
  }

  page.hidden = !boxes.length;
  page.addEventListener("change", () => tick(boxes, page.checked));
  document.addEventListener("click", (event) => {
    const box = event.target.closest("#turns [name=ids]");
    if (!box) return;
    // With Shift, everything between this tick and the last one follows.
    const [from, to] = [boxes.indexOf(last), boxes.indexOf(box)].sort((a, b) => a - b);
    tick(event.shiftKey && from >= 0 ? boxes.slice(from, to + 1) : [box], box.checked);
    last = box;
  });
  bar.querySelector("[data-all]")?.addEventListener("click", () => {
    tick(boxes, true);
    everything.disabled = false;
    show();
    bar.querySelector("[data-asks]:not(:disabled)")?.focus();
  });
  bar.querySelector("[data-none]").addEventListener("click", () => {
    tick(boxes, false);
    page.focus();
  });
  document.addEventListener("click", (event) => {
    const button = event.target.closest("[data-asks]");
    if (button) ask(button.dataset.asks, button.dataset.id);
  });
  form.addEventListener("submit", () => {
    // What cannot make the move stays here, and a single item goes alone.
    const move = form.elements.namedItem("move").value;
    const isAll = !everything.disabled && one.disabled;
    everything.disabled = !isAll;
    for (const box of boxes) box.disabled = !one.disabled || isAll || !box.dataset.moves.split(" ").includes(move);
  });
  addEventListener("pageshow", () => {
    for (const box of boxes) box.disabled = false;
    show();
  });
  show();
}

const form = document.getElementById("bulk");
if (form) watch(form);
