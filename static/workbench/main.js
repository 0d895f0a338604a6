// Starts the workbench: makes the parts and ties them together. The parts do not know each other.

import { answersOf, createStore, initialState, presentOf, workOf } from "./state.js";
import { createActs } from "./acts.js";
import { createAnnouncer } from "./announce.js";
import { createApi } from "./api.js";
import { createBench } from "./bench.js";
import { createCommands } from "./commands.js";
import { createDetail } from "./detail.js";
import { createDialogs } from "./dialogs.js";
import { createFlow } from "./flow.js";
import { createForm } from "./form.js";
import { createGestures } from "./gestures.js";
import { createHandles } from "./handles.js";
import { createLayout } from "./layout_view.js";
import { createLocalCopies, createSaver } from "./saver.js";
import { createNotices } from "./notices.js";
import { createOverview } from "./overview.js";
import { createPlayer } from "./player.js";
import { createSound } from "./sound.js";
import { createStatus } from "./status.js";
import { createTable } from "./table.js";
import { createTransport } from "./transport.js";
import { errorsByAlias } from "./errors.js";
import { hook, json } from "./dom.js";
import { showKeycaps } from "./keycaps.js";
import { t } from "./strings.js";
import { builderOf, withNeeds } from "./needed.js";

const boot = json("workbench-boot");
const bringing = ["next", "nextReview", "read", "open", "submit", "skip", "approve", "fix", "drop", "letGo", "reject"];
const api = withNeeds(createApi(boot.urls), bringing);
const root = hook("workbench");
const stage = hook("detail");

const store = createStore({ payload: null, questions: [], history: { present: { answers: {}, dismissed: [] }, past: [], future: [] }, errors: {}, prefilled: {} });
const announcer = createAnnouncer({ element: hook("announcer"), store });
const notices = createNotices(hook("notices"));
const status = createStatus();
const audio = hook("audio");

const player = createPlayer({
  audio,
  onState: () => transport.showPlaying(),
  onTick: (ms, fromMs) => {
    if (fromMs !== null) saver.heard(fromMs, ms);
    detail.setPlayhead(ms);
    transport.showTime(ms);
    handles.sayPlayhead(ms);
    comments?.showTime(ms);
    sound.follow(ms, fromMs);
  },
});
const layout = createLayout({ root: hook("layout"), player });
const focusStage = () => hook("stage-focus").focus({ preventScroll: true });
const acts = createActs({ store, player, focusStage, isHeld: () => flow.isBusy, onUndo: (what) => announcer.say(t(what)) });
const detail = createDetail({ stage, store, onPaint: () => handles.place() });
const handles = createHandles({ stage, store, detail, player, acts });
const overview = createOverview({ strip: hook("overview"), audio, store, detail, onSeek: (ms) => acts.seek(ms) });
const sound = createSound({ store, player, detail, overview, notices });
const gestures = createGestures({ stage, store, detail, acts });
const transport = createTransport({ root: hook("transport"), store, player, acts });
// What there is to do with a model's suggestions, once an item has some.
let suggesting = null;
const getSuggesting = () => (suggesting ??= builderOf("suggestions")?.({ store, acts, detail, player, say: announcer.say, keysOf: dialogs.keyOf }) ?? null);
const table = createTable({ root: hook("region-table"), store, acts, detail, getSuggesting });

const saver = createSaver({
  api,
  copies: createLocalCopies(window.localStorage),
  getWork: () => workOf(store.get()),
  isPlaying: () => player.isPlaying() || layout.isPlaying(),
  onHeard: (listened) => status.heard(listened, store.get().durationMs),
  onPhase: (phase, answer) => {
    status.phase(phase, announcer.say);
    bench.savePhase(phase, answer);
  },
});

const dialogs = createDialogs({
  onKeys: (settings) => {
    commands.remap(settings);
    showKeycaps(dialogs.keyOf);
    form.build();
    table.request();
  },
  onSkip: (why) => flow.skip(why),
});
const form = createForm({ root: hook("questions"), store, acts, detail, keysOf: dialogs.keyOf });
// What is not needed to draw and to play arrives while the item is on its way.
let comments = null;
if (boot.has_comments !== false) import("./comments.js").then(({ createComments }) => {
  comments = createComments({ root: hook("comments"), store, api, player, acts, notices, say: announcer.say });
  if (flow.current) comments.show();
});
const bench = createBench({
  root, boot, store, player, sound, detail, layout, form, table, handles, status, notices, saver, dialogs, announcer, initialState, errorsByAlias,
  getFlow: () => flow, getCommands: () => commands, getJudging: () => judging, getComments: () => comments, getSuggesting, focusStage,
});
const flow = createFlow({ boot, api, saver, notices, bench, guard: (goOn) => comments?.guard(goOn) ?? false });
// Whoever labels does not wait for what auditors need.
const judging = boot.mode === "label" ? null : (await import("./judging.js")).createJudging({
  boot, store, acts, detail, form, saver, notices, bench, announcer, getFlow: () => flow,
});
const commands = createCommands({
  acts, form, gestures, flow, dialogs, judging,
  getComments: () => comments,
  getSuggesting,
  isReadOnly: () => store.get().isReadOnly !== false,
  hasSound: () => Boolean(store.get().file),
});
commands.onlyWhen(() => Boolean(flow.current));

// Answers that changed are saved; what merely moved on the screen is not.
store.subscribe((state, changed, before) => {
  if (changed.has("payload") || !changed.has("history") || state.isReadOnly) return;
  if (presentOf(state) !== presentOf(before)) saver.changed();
});

// Handing in nothing can be an answer: the button says so while nothing is there.
if (boot.words?.submitEmpty) {
  store.subscribe((state) => { hook("submit-words").textContent = Object.keys(answersOf(state)).length ? boot.words.submit : boot.words.submitEmpty; });
}

// A click with the mouse must not take the keys away from the sound: Space after it plays, arrows after it seek.
root.addEventListener("mousedown", (event) => {
  const control = event.target.closest("button, label.wb-choice, summary");
  if (!control || event.target.closest("dialog")) return;
  event.preventDefault();
  focusStage();
});

const clicks = {
  submit: () => flow.submit(), skip: () => flow.askSkip(), back: () => flow.back(), help: () => dialogs.help(),
};
// The second half of a double click would do the same to the next item.
for (const [name, run] of Object.entries(clicks)) hook(name)?.addEventListener("click", ({ detail }) => { if (detail < 2) run(); });

// Coming back to a page the browser kept: what it knows may be old.
window.addEventListener("pageshow", (event) => { if (event.persisted && flow.current) flow.reload(); });

showKeycaps(dialogs.keyOf);
flow.start();
