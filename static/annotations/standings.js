// Quality > People: warns, pauses, stops and puts back in a dialog, without a reload; and rules show the fields they use.

import { morphChildren } from "../pages/morph.js";
import { refusal, send } from "../pages/request.js";

const dialog = document.getElementById("standing-move");
const live = document.getElementById("standings");
const reason = document.getElementById("standing-reason");
const hours = document.getElementById("standing-hours");
let asked = null;

function sayError(text) {
  const errors = document.getElementById("standing-error");
  errors.hidden = !text;
  errors.firstElementChild.textContent = text;
  if (text) reason.focus();
}

function open({ move, name, url }) {
  asked = { move, url };
  const words = (kind) => dialog.getAttribute(`data-${kind}-${move}`);
  document.getElementById("standing-title").textContent = words("title").replace("{name}", name);
  dialog.querySelector("[data-means]").textContent = words("means");
  dialog.querySelector("[data-go]").textContent = words("go");
  dialog.querySelector("[data-hours]").hidden = move !== "pause";
  dialog.querySelector("[data-optional]").hidden = move !== "undo";
  reason.value = "";
  sayError("");
  dialog.showModal();
  reason.focus();
}

async function refresh() {
  const response = await fetch(live.dataset.live, { headers: { "HX-Request": "true" }, credentials: "same-origin" });
  if (!response.ok || response.redirected) return;
  const source = document.createElement("template");
  source.innerHTML = await response.text();
  morphChildren(live, source.content);
}

async function go() {
  const button = dialog.querySelector("[data-go]");
  button.disabled = true;
  const body = { reason: reason.value, ...(asked.move === "pause" ? { hours: Number(hours.value) } : {}) };
  const answer = await send("POST", asked.url, body).catch(() => ({ status: 0, body: null }));
  button.disabled = false;
  if (answer.status !== 200) return sayError(refusal(answer.body, dialog.dataset.failed));
  dialog.close();
  return refresh();
}

live?.addEventListener("click", (event) => {
  const button = event.target.closest("[data-move]");
  if (button) open(button.dataset);
});
dialog?.querySelector("form").addEventListener("submit", (event) => {
  event.preventDefault();
  go();
});

const OF_SHARES = ["controls", "majority", "too_fast"];

function showFields(rule) {
  const kind = rule.querySelector("[data-rule-kind]").value;
  const isCap = kind === "daily_cap";
  for (const part of rule.querySelectorAll(".of-shares")) part.hidden = !OF_SHARES.includes(kind);
  rule.querySelector(".acted").hidden = isCap;
  rule.querySelector(".of-pauses").hidden = isCap || rule.querySelector("[data-rule-action]").value !== "pause";
}

for (const rule of document.querySelectorAll("[data-rule]")) {
  rule.addEventListener("change", () => showFields(rule));
  showFields(rule);
}
