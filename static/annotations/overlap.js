// Who labels an item together: sums follow the typing, and what does not apply is out of sight. It works without this.

import { readNumber } from "./numbers.js";

const form = document.getElementById("step");
const locale = document.documentElement.lang || "en";
const MOST = 20;

const isForTeams = () => form.elements.staffing?.value === "teams";
const rows = () => [...document.querySelectorAll("#team-seats tbody tr")];
const choice = (row) => row.querySelector("input[type=checkbox]");
const number = (row) => row.querySelector("input[type=number]");

/** How many label an item, of all chosen teams. */
function ofTeams() {
  return rows().filter((row) => choice(row).checked).reduce((sum, row) => sum + (readNumber(number(row).value) ?? 0), 0);
}

/** Answers that are asked for at first: everybody on a share of the items, one person on the others. */
function answers(items, people, percent) {
  return items + Math.ceil(Number(((items * percent) / 100).toFixed(6))) * (people - 1);
}

function show() {
  const part = document.getElementById("overlap");
  if (!part) return;
  const people = isForTeams() ? ofTeams() : (readNumber(form.elements.overlap.value) ?? 1);
  const shown = Math.max(1, Math.min(people, MOST));
  const percent = Math.min(100, readNumber(form.elements.overlap_percent.value) ?? 100);
  const isDynamic = form.elements.dynamic.checked;
  for (const place of document.querySelectorAll("[data-people]:not([data-sum])")) place.textContent = people.toLocaleString(locale);
  part.querySelector("[data-answers]").textContent = answers(Number(part.dataset.items), shown, percent).toLocaleString(locale);
  part.querySelector("[data-several]").hidden = shown < 2;
  part.querySelector("[data-dynamic]").hidden = !isDynamic;
  for (const other of form.querySelectorAll("[data-unless]")) other.hidden = other.dataset.unless === form.elements.staffing.value;
}

form.addEventListener("input", (event) => {
  const row = event.target.closest("#team-seats tbody tr");
  // Whoever says how many, or that it decides, means the team.
  if (row && event.target !== choice(row) && event.target.value) choice(row).checked = true;
  show();
});
form.addEventListener("change", show);
show();
