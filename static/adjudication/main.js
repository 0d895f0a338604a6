// Starts the page on which an auditor settles items: loads one, ties the parts together, keeps and goes on.

import { call, sentenceOf } from "../workbench/api.js";
import { controlKind, h, hook, json } from "../workbench/dom.js";
import { t } from "../workbench/strings.js";
import { formatTime } from "../workbench/time.js";
import { frame } from "../workbench/viewport.js";
import { canTake, conflictsOf, firstDecisions, isMarks, settled, stepFrom, undecided, valueNow } from "./conflicts.js";
import { createLanes } from "./lanes.js";
import { said } from "./said.js";
import { createTable } from "./table.js";
import { createWave } from "./wave.js";

const boot = json("workbench-boot");
const root = hook("adjudication");
const MOST_ACTIVE_MS = 60_000;

let state = { payload: null, conflicts: [], decisions: {}, current: null, mayAdjudicate: false };
let isBusy = false;
let activeMs = 0;
let lastActAt = 0;
const getState = () => state;

const wave = createWave({
  stage: hook("stage"), audio: hook("audio"), button: hook("play"), clock: hook("time"), onView: (view) => lanes.place(view),
});
const shared = { getState, getPalette: () => wave.palette, onChoose: choose, onTake: take };
const lanes = createLanes({ root: hook("lanes"), ...shared });
const table = createTable({ root: hook("conflicts"), ...shared });

const currentOf = () => state.conflicts.find(({ id }) => id === state.current) ?? null;
const tell = (text, kind = "") => { hook("message").textContent = text; hook("message").dataset.kind = kind; };

/** Time at work: pauses longer than a minute are none. */
function act() {
  const now = performance.now();
  if (lastActAt) activeMs += Math.min(now - lastActAt, MOST_ACTIVE_MS);
  lastActAt = now;
}

/** What is drawn anew keeps the focus of whoever goes by Tab: the same button of the new list has it. */
function draw() {
  const focused = document.activeElement?.dataset.focus;
  lanes.build();
  lanes.place(wave.view);
  table.build();
  hook("agreed").replaceChildren(...state.payload.questions.filter((question) => !isMarks(question) && !state.conflicts.some(({ id }) => id === question.alias))
    .map((question) => h("div", {}, h("dt", {}, question.name), h("dd", {}, said(question, valueNow(state.payload, question, state.decisions))))));
  if (focused) root.querySelector(`[data-focus="${CSS.escape(focused)}"]`)?.focus({ preventScroll: true });
}

function choose(id) {
  act();
  state = { ...state, current: id };
  const cluster = currentOf()?.cluster;
  if (cluster) wave.show(frame(cluster.start_ms - 1000, cluster.end_ms + 1000, lengthOf(state.payload)));
  draw();
}

function take(decision, id = state.current) {
  const conflict = state.conflicts.find((one) => one.id === id);
  if (!state.mayAdjudicate || !conflict || isBusy) return;
  act();
  if (!canTake(state.payload, conflict, decision)) return tell(t("cannotTake"), "warn");
  tell("");
  state = { ...state, current: id, decisions: { ...state.decisions, [id]: decision } };
  draw();
}

const lengthOf = (payload) => Math.max(payload.item.files[0]?.duration_ms ?? 1, 1);

function open(payload) {
  const conflicts = conflictsOf(payload);
  const decisions = firstDecisions(payload, conflicts);
  state = { payload, conflicts, decisions, current: null, mayAdjudicate: payload.moves.includes("adjudicate") };
  [activeMs, lastActAt] = [0, performance.now()];
  root.dataset.screen = "item";
  root.dataset.readonly = String(!state.mayAdjudicate);
  hook("item-name").textContent = payload.item.files[0]?.filename ?? t("itemNo", { n: payload.item.position });
  hook("left").textContent = t("left", { n: payload.left });
  hook("length").textContent = `/ ${formatTime(lengthOf(payload))}`;
  hook("settled").hidden = !payload.adjudication;
  if (payload.adjudication) hook("settled").textContent = t("settledBy", { name: payload.adjudication.by.name });
  hook("stage").hidden = !payload.item.files.length;
  hook("note").value = payload.adjudication?.note ?? "";
  for (const name of ["save", "pass"]) hook(name).hidden = !state.mayAdjudicate;
  wave.open(payload.item.files[0], lengthOf(payload));
  choose((undecided(conflicts, decisions) ?? conflicts[0])?.id ?? null);
  hook("focus").focus({ preventScroll: true });
}

function end(title, text) {
  wave.player.pause();
  root.dataset.screen = "end";
  hook("end-title").textContent = title;
  hook("end-text").textContent = text;
  hook("end-title").focus();
}

function arrived(answer) {
  isBusy = false;
  if (answer.status === 204 || (answer.ok && !answer.data)) return end(t("allSettled"), t("allSettledText"));
  if (!answer.ok) return state.payload ? tell(sentenceOf(answer), "warn") : end(t("notOpened"), sentenceOf(answer));
  tell("");
  return open(answer.data);
}

async function next(after = null) {
  if (isBusy) return;
  isBusy = true;
  arrived(await call("POST", boot.urls.next, after ? { after } : {}));
}

async function save() {
  if (!state.mayAdjudicate || isBusy) return;
  act();
  const missing = undecided(state.conflicts, state.decisions);
  if (missing) {
    choose(missing.id);
    return tell(t("decideFirst"), "warn");
  }
  isBusy = true;
  const { payload } = state;
  const body = { ...settled(payload, state.decisions), seen: payload.seen, note: hook("note").value, active_ms: Math.round(activeMs), next: !boot.item_id };
  const answer = await call("POST", boot.urls.item.replace("{id}", payload.item.id), body);
  isBusy = false;
  if (!answer.ok) return tell(sentenceOf(answer), "warn");
  if (boot.item_id) {
    arrived(await call("GET", boot.urls.item.replace("{id}", boot.item_id)));
    return tell(t("saved"));
  }
  return answer.data.next ? open(answer.data.next) : end(t("allSettled"), t("allSettledText"));
}

const KEYS = {
  c: () => take({ how: "consensus" }), m: () => take({ how: "median" }), u: () => take({ how: "union" }),
  n: () => move(1), p: () => move(-1), arrowdown: () => move(1), arrowup: () => move(-1),
  " ": () => wave.toggle(currentOf()?.cluster), enter: save, s: () => pass(),
  "+": () => wave.zoom(1.6), "=": () => wave.zoom(1.6), "-": () => wave.zoom(1 / 1.6), 0: () => wave.fit(),
};

function move(step) {
  const id = stepFrom(state.conflicts, state.current, step);
  if (id) choose(id);
}

function pass() {
  if (state.mayAdjudicate && !boot.item_id) next(state.payload.item.id);
}

document.addEventListener("keydown", (event) => {
  if (event.ctrlKey || event.metaKey || event.altKey || root.dataset.screen !== "item") return;
  const kind = controlKind(document.activeElement);
  if (event.key === "Escape" && ["text", "select"].includes(kind)) return hook("focus").focus({ preventScroll: true });
  if (["text", "select"].includes(kind) || (kind === "button" && ["Enter", " "].includes(event.key))) return;
  const lane = /^[1-9]$/.test(event.key) ? state.payload.lanes[Number(event.key) - 1] : null;
  const run = lane ? () => take({ how: "answer", assignment: lane.assignment }) : KEYS[event.key.toLowerCase()];
  if (!run || (event.repeat && event.key === "Enter")) return;
  event.preventDefault();
  run();
});

const clicks = { save, pass, play: () => wave.toggle(currentOf()?.cluster), "zoom-in": () => wave.zoom(1.6), "zoom-out": () => wave.zoom(1 / 1.6), fit: wave.fit, "next-conflict": () => move(1), "previous-conflict": () => move(-1) };
for (const [name, run] of Object.entries(clicks)) hook(name).addEventListener("click", ({ detail }) => { if (detail < 2 || !["save", "pass", "play"].includes(name)) run(); });
// A click must not take the keys away: after it Space plays and Enter keeps.
root.addEventListener("mousedown", (event) => {
  if (!event.target.closest("button")) return;
  event.preventDefault();
  hook("focus").focus({ preventScroll: true });
});

if (boot.item_id) arrived(await call("GET", boot.urls.item.replace("{id}", boot.item_id)));
else next();
