// The wizard's steps work without this; with it, sums follow the typing and parts that do not apply are out of sight.

import { narrow } from "./narrowing.js";
import { floorOf, hidesChance, percentText, readNumber, sampleSize, splitEvenly, standing, sumGiven } from "./numbers.js";

const form = document.getElementById("step");
const locale = document.documentElement.lang || "en";

const rowsOf = (kind) => [...document.querySelectorAll(`#seats-${kind} tbody tr`)];
const choice = (row) => row.querySelector("input[type=checkbox]");
const number = (row) => row.querySelector("input[type=number]");

function wantedFor(kind) {
  const items = Number(document.querySelector(`[data-sum="${kind}"]`).dataset.items);
  const people = document.querySelector(`[data-sum="${kind}"]`).dataset.people ?? form.elements.overlap?.value ?? "1";
  const turns = items * Math.min(readNumber(people) ?? 1, 20);
  return { items, wanted: kind === "reviewer" ? toReview(turns) : turns };
}

/** How many verdicts the numbers of the reviewers must have room for. */
function toReview(turns) {
  const mode = form.elements.review_mode.value;
  const asked = mode === "sampled" ? (sampleOf(turns) ?? 0) : mode === "partial" ? floorOf(turns) : turns;
  return asked + Math.ceil((asked * judgedAgain()) / 100);
}

/** Per cent that a second auditor judges. Which ones those are, and so how many, the server's draw decides. */
const judgedAgain = () => readNumber(form.elements.recheck_percent?.value ?? "") ?? 0;

function sampleOf(turns) {
  const { sample_by: by, sample_rate: rate, sample_count: number } = form.elements;
  if (by.value === "number") return sampleSize({ number: readNumber(number.value) }, turns);
  return sampleSize({ percent: rate.value.trim() === "" ? NaN : Number(rate.value) }, turns);
}

// What a batch is taken to have wrong, to say what a sample would hide of it.
const BAD_SHARE = 0.05;

function showSample() {
  const part = form.querySelector("[data-turns]");
  if (!part) return;
  const turns = Number(part.dataset.turns);
  const size = sampleOf(turns);
  const said = document.getElementById("sample-said");
  said.hidden = size === null;
  if (size === null) return;
  const bad = Math.min(turns, Math.ceil(Number((BAD_SHARE * turns).toFixed(6))));
  said.querySelector("[data-size]").textContent = size.toLocaleString(locale);
  said.querySelector("[data-of]").textContent = turns.toLocaleString(locale);
  said.querySelector("[data-bad]").textContent = bad.toLocaleString(locale);
  said.querySelector("[data-hides]").textContent = percentText(hidesChance(turns, bad, size), part.dataset.rare);
}

function showSum(kind) {
  const place = document.querySelector(`[data-sum="${kind}"]`);
  if (!place) return;
  const given = sumGiven(rowsOf(kind).map((row) => ({ isChosen: choice(row).checked, text: number(row).value })));
  const { wanted } = wantedFor(kind);
  place.querySelector("[data-given]").textContent = given.toLocaleString(locale);
  const about = kind === "reviewer" && judgedAgain() ? "≈ " : "";
  place.querySelector("[data-wanted]").textContent = about + wanted.toLocaleString(locale);
  // A reviewer's number is the most they review, so more than there is to review is no mistake.
  place.dataset.standing = kind === "reviewer" && given > wanted ? "exact" : standing(given, wanted);
  // Reviewers need no numbers, so there is no sum to speak of before one is given.
  place.hidden = kind === "reviewer" && given === 0;
}

function showSums() {
  ["annotator", "reviewer"].forEach(showSum);
  showSample();
}

function split(kind) {
  const chosen = rowsOf(kind).filter((row) => choice(row).checked);
  if (!chosen.length) return;
  const { items, wanted } = wantedFor(kind);
  const numbers = splitEvenly(wanted, chosen.length, kind === "annotator" ? items : wanted);
  chosen.forEach((row, index) => { number(row).value = numbers[index] || ""; forget(row); });
  showSum(kind);
}

/** What was wrong with a number is not said of the one that stands there now. */
function forget(row) {
  number(row).removeAttribute("aria-invalid");
  row.querySelector(".errors")?.remove();
}

function showParts() {
  for (const radio of form.querySelectorAll("input[data-shows]:not([data-shows=''])")) {
    const part = document.querySelector(radio.dataset.shows);
    const isWanted = [...form.elements[radio.name]].some((other) => other.checked && other.dataset.shows === radio.dataset.shows);
    part.hidden = !isWanted;
  }
  for (const part of form.querySelectorAll("[data-modes]")) {
    part.hidden = !part.dataset.modes.split(" ").includes(form.elements.review_mode.value);
  }
}

form.addEventListener("input", (event) => {
  if (event.target.matches("[data-narrows]")) return narrow(event.target);
  // Whoever gets a number is chosen, and so is the way to say how much that is typed into.
  if (event.target.matches(".sample input[type=number]")) event.target.closest(".form-check").querySelector("input[type=radio]").checked = true;
  if (event.target.matches(".choose input[type=number]")) {
    const row = event.target.closest("tr");
    if (event.target.value) choice(row).checked = true;
    forget(row);
  }
  return showSums();
});
form.addEventListener("change", () => { showParts(); showSums(); });
form.addEventListener("click", (event) => {
  const button = event.target.closest("[data-split]");
  if (!button || (button.dataset.split === "reviewer" && judgedAgain())) return;
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
