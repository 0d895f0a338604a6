// The People tab works without this; with it, what stays in the pool follows the typing, and people are found by name.

import { narrow } from "./narrowing.js";
import { poolAfter } from "./staff_numbers.js";

const form = document.getElementById("staff");
const locale = document.documentElement.lang || "en";
const left = form.querySelector("[data-left]");

function rowsOf(kind) {
  return [...form.querySelectorAll(`#staff-${kind} tbody tr`)].map((row) => ({
    isChosen: row.querySelector("[type=checkbox]").checked,
    text: row.querySelector("[type=number]").value,
    base: Number(row.dataset.base),
    notBegun: Number(row.dataset.notBegun),
    was: row.dataset.was,
    isSeated: "seated" in row.dataset,
  }));
}

function showLeft() {
  // Where teams label, nobody has a number.
  if (!left) return;
  const n = poolAfter(Number(left.dataset.left), rowsOf("labeling"));
  const [enough, tooMany] = [left.querySelector("[data-enough]"), left.querySelector("[data-too-many]")];
  enough.hidden = n < 0;
  tooMany.hidden = n >= 0;
  (n < 0 ? tooMany : enough).querySelector("[data-n]").textContent = Math.abs(n).toLocaleString(locale);
}

form.addEventListener("input", (event) => {
  if (event.target.matches("[data-narrows]")) return narrow(event.target);
  // Whoever gets a number is named.
  if (event.target.matches("[type=number]") && event.target.value) event.target.closest("tr").querySelector("[type=checkbox]").checked = true;
  return showLeft();
});
form.addEventListener("keydown", (event) => {
  if (event.key === "Enter" && event.target.matches("[data-narrows]")) event.preventDefault();
});

const firstError = form.querySelector("[aria-invalid=true], .errors");
firstError?.scrollIntoView({ block: "center" });
if (firstError?.matches("input")) firstError.focus();
showLeft();
