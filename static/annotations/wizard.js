// The wizard's steps work without this; with it, sums follow the typing and parts that do not apply are out of sight.

import { readNumber, splitEvenly, standing, sumGiven } from "./numbers.js";

const form = document.getElementById("step");
const locale = document.documentElement.lang || "en";

const rowsOf = (kind) => [...document.querySelectorAll(`#seats-${kind} tbody tr`)];
const choice = (row) => row.querySelector("input[type=checkbox]");
const number = (row) => row.querySelector("input[type=number]");

function wantedFor(kind) {
  const items = Number(document.querySelector(`[data-sum="${kind}"]`).dataset.items);
  const people = document.querySelector(`[data-sum="${kind}"]`).dataset.people ?? form.elements.overlap?.value ?? "1";
  return { items, wanted: items * Math.min(readNumber(people) ?? 1, 20) };
}

function showSum(kind) {
  const place = document.querySelector(`[data-sum="${kind}"]`);
  if (!place) return;
  const given = sumGiven(rowsOf(kind).map((row) => ({ isChosen: choice(row).checked, text: number(row).value })));
  const { wanted } = wantedFor(kind);
  place.querySelector("[data-given]").textContent = given.toLocaleString(locale);
  place.querySelector("[data-wanted]").textContent = wanted.toLocaleString(locale);
  place.dataset.standing = standing(given, wanted);
  // Reviewers need no numbers, so there is no sum to speak of before one is given.
  place.hidden = kind === "reviewer" && given === 0;
}

const showSums = () => ["annotator", "reviewer"].forEach(showSum);

function split(kind) {
  const chosen = rowsOf(kind).filter((row) => choice(row).checked);
  if (!chosen.length) return;
  const { items, wanted } = wantedFor(kind);
  const numbers = splitEvenly(wanted, chosen.length, kind === "annotator" ? items : wanted);
  chosen.forEach((row, index) => { number(row).value = numbers[index] || ""; });
  showSum(kind);
}

function showParts() {
  for (const radio of form.querySelectorAll("input[data-shows]:not([data-shows=''])")) {
    const part = document.querySelector(radio.dataset.shows);
    const isWanted = [...form.elements[radio.name]].some((other) => other.checked && other.dataset.shows === radio.dataset.shows);
    part.hidden = !isWanted;
  }
}

function narrow(field) {
  const wanted = field.value.trim().toLocaleLowerCase(locale);
  for (const row of document.querySelectorAll(`${field.dataset.narrows} tbody tr`)) {
    row.hidden = !row.textContent.toLocaleLowerCase(locale).includes(wanted);
  }
}

form.addEventListener("input", (event) => {
  if (event.target.matches("[data-narrows]")) return narrow(event.target);
  // Whoever gets a number is chosen.
  if (event.target.matches(".choose input[type=number]") && event.target.value) choice(event.target.closest("tr")).checked = true;
  return showSums();
});
form.addEventListener("change", () => { showParts(); showSums(); });
form.addEventListener("click", (event) => {
  const button = event.target.closest("[data-split]");
  if (!button) return;
  event.preventDefault();
  split(button.dataset.split);
});
// Enter while looking for a name must not go on to the next step.
form.addEventListener("keydown", (event) => {
  if (event.key === "Enter" && event.target.matches("[data-narrows]")) event.preventDefault();
});

// After a row came, went or moved, the hands go on where one expects.
document.addEventListener("htmx:afterSettle", (event) => {
  const id = event.detail.requestConfig?.elt?.id ?? "";
  if (id.startsWith("add-")) {
    const names = form.querySelectorAll(".question input[name$='-name']");
    names[names.length - 1]?.focus();
  } else if (id.startsWith("remove-") || document.activeElement?.disabled || document.activeElement === document.body) {
    (document.getElementById(id.replace("remove-", "up-")) ?? form.querySelector(".add-question button:not(:disabled)"))?.focus();
  }
});

const firstError = form.querySelector("[aria-invalid=true], .errors");
firstError?.scrollIntoView({ block: "center" });
if (firstError?.matches("input, textarea, select")) firstError.focus();
showParts();
showSums();
