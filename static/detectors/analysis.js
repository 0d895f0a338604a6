// What was found: each file with its waveform, detections to be played, and what to show of them.

import { Recording, watchKeys } from "../datasets/recording.js";
import { closeUp } from "../datasets/spans.js";
import { passes, tally } from "./plots.js";

const CLOSE_MS = 10_000;
const files = new Map();
const recordings = [];
const form = document.getElementById("narrow");

function wish() {
  const chosen = new FormData(form);
  return { types: new Set(chosen.getAll("type")), least: Number(chosen.get("least")) / 100, isOnlyFound: chosen.has("only") };
}

class FileFound {
  constructor(section) {
    this.section = section;
    const body = section.querySelector(".found");
    this.rows = [...body.querySelectorAll("[data-detection]")].map((tr) => {
      const { detection, type, start, end, color, confidence } = tr.dataset;
      return { tr, key: detection, type, color, confidence: Number(confidence), startMs: Number(start), endMs: Number(end), title: `${type} ${Number(confidence).toFixed(2)}` };
    });
    this.none = body.querySelector("[data-none]");
    this.all = body.querySelector("[data-all]");
    if (body.dataset.recording) this.listenTo(body);
    this.narrow();
  }

  listenTo(body) {
    this.recording = new Heard(body, (key) => this.choose(this.rows.find((row) => row.key === key)));
    recordings.push(this.recording);
    body.addEventListener("click", (event) => {
      const tr = event.target.closest("[data-hear]")?.closest("tr");
      if (tr) this.hear(this.rows.find((row) => row.tr === tr));
    });
    this.all.addEventListener("click", () => {
      this.recording.lookAtAll();
      this.all.hidden = true;
    });
  }

  /** A row is played from near by, so that its edges are seen. */
  hear(row) {
    this.recording.look(...closeUp(row, CLOSE_MS, this.recording.lengthMs));
    this.all.hidden = this.recording.showsAll;
    this.recording.playSpan(row);
    this.choose(row);
  }

  choose(chosen) {
    for (const row of this.rows) row.tr.setAttribute("aria-selected", String(row === chosen));
  }

  narrow() {
    const wanted = wish();
    for (const row of this.rows) row.tr.hidden = !passes(row, wanted);
    this.recording?.mark(this.rows.filter((row) => !row.tr.hidden));
    const isAny = this.rows.some((row) => !row.tr.hidden);
    if (this.none) this.none.hidden = isAny;
    this.section.hidden = wanted.isOnlyFound && !isAny;
  }
}

class Heard extends Recording {
  constructor(root, onChosen) {
    super(root);
    this.onChosen = onChosen;
  }

  playSpan(span) {
    super.playSpan(span);
    this.onChosen(span.key);
  }
}

function narrowAll() {
  for (const file of files.values()) file.narrow();
  tell();
}

function tell() {
  const { shown, all, lengthMs } = tally([...files.values()].flatMap(({ rows }) => rows), wish());
  const words = document.getElementById("shown");
  words.textContent = words.dataset.sentence.replace("{shown}", shown).replace("{all}", all).replace("{length}", (lengthMs / 1000).toFixed(1));
  document.getElementById("least-value").textContent = wish().least.toFixed(2);
}

/** Take in a file that has come to an end; one that ended while the page was open is fetched. */
async function take(section) {
  if (files.has(section.id) || section.querySelector("[data-state]")?.dataset.state !== "completed") return;
  const body = section.querySelector("[data-body]");
  if (!body.querySelector(".found")) {
    if (section.dataset.asked) return;
    section.dataset.asked = "yes";
    const answer = await fetch(section.dataset.url, { credentials: "same-origin" }).catch(() => null);
    delete section.dataset.asked;
    if (!answer?.ok) return;
    body.innerHTML = await answer.text();
  }
  files.set(section.id, new FileFound(section));
  tell();
}

function takeAll() {
  for (const section of document.querySelectorAll("#files [data-file]")) void take(section);
}

if (form) {
  form.addEventListener("input", narrowAll);
  form.addEventListener("submit", (event) => event.preventDefault());
  takeAll();
  tell();
  watchKeys(recordings);
  new MutationObserver(takeAll).observe(document.getElementById("files"), { childList: true, subtree: true, attributes: true, attributeFilter: ["data-state"] });
}
