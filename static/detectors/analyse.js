// Choosing what is analysed: uploads become part of the form, and settings say what they leave out.

import { narrow } from "../annotations/narrowing.js";
import { start } from "../datasets/upload.js";
import { leftOutBy } from "./plots.js";

const form = document.getElementById("analyse-form");
const uploaded = form.querySelector("[data-uploaded]");
const still = document.getElementById("still-sending");

function addUploaded(audio) {
  if (uploaded.querySelector(`[value="${audio.id}"]`)) return;
  uploaded.append(Object.assign(document.createElement("input"), { type: "hidden", name: "uploaded", value: audio.id }));
  still.textContent = "";
}

const queue = start(document.getElementById("upload"), { onArrived: addUploaded });

form.addEventListener("submit", (event) => {
  if (form.elements.source.value !== "upload" || !queue.wouldLose) return;
  event.preventDefault();
  still.textContent = still.dataset.sentence.replace("{n}", queue.summary.unsent);
});

const usual = JSON.parse(document.getElementById("usual").textContent);
const cuts = document.getElementById("cuts");

function showCuts() {
  const found = leftOutBy(Number(form.elements.min_duration_ms.value), usual[form.elements.model.value]);
  cuts.hidden = !found.length;
  cuts.replaceChildren(...found.map(([type, low, high]) => Object.assign(document.createElement("li"), {
    textContent: cuts.dataset.sentence.replace("{type}", type).replace("{low}", low).replace("{high}", high),
  })));
}

form.addEventListener("input", (event) => {
  if (event.target.matches("[data-narrows]")) narrow(event.target);
  else showCuts();
});
// What is chosen below a choice chooses it.
document.getElementById("of-dataset").addEventListener("change", () => { form.elements.source.value = "dataset"; });
document.getElementById("uploads").addEventListener("change", () => { form.elements.source.value = "upload"; });
showCuts();
