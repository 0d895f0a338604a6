// Starts the workbench: makes the parts and ties them together. The parts do not know each other.

import { answersOf, createStore, errorsByAlias, initialState } from "./state.js";
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
import { createLocalCopies, createSaver } from "./saver.js";
import { createNotices } from "./notices.js";
import { createOverview } from "./overview.js";
import { createPlayer } from "./player.js";
import { createReview } from "./review.js";
import { createSound } from "./sound.js";
import { createStatus } from "./status.js";
import { createTable } from "./table.js";
import { createTransport } from "./transport.js";
import { hook, json } from "./dom.js";
import { showKeycaps } from "./keycaps.js";
import { t } from "./strings.js";

const boot = json("workbench-boot");
const isReview = boot.mode === "review";
const root = hook("workbench");
const stage = hook("detail");

const store = createStore({ payload: null, questions: [], history: { present: {}, past: [], future: [] }, errors: {} });
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
    sound.follow(ms, fromMs);
  },
});
const focusStage = () => hook("stage-focus").focus({ preventScroll: true });
const acts = createActs({ store, player, focusStage, onUndo: (what) => announcer.say(t(what)) });
const detail = createDetail({ stage, store, onPaint: () => handles.place() });
const handles = createHandles({ stage, store, detail, player, acts });
const overview = createOverview({ strip: hook("overview"), audio, store, detail, onSeek: (ms) => acts.seek(ms) });
const sound = createSound({ store, player, detail, overview, notices });
const gestures = createGestures({ stage, store, detail, acts });
const transport = createTransport({ root: hook("transport"), store, player, acts });
const table = createTable({ root: hook("region-table"), store, acts, detail });

const saver = createSaver({
  api: createApi(boot.urls),
  copies: createLocalCopies(window.localStorage),
  getAnswers: () => answersOf(store.get()),
  isPlaying: player.isPlaying,
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
  },
  onSkip: (why) => flow.skip(why),
});
const form = createForm({ root: hook("questions"), store, acts, detail, keysOf: dialogs.keyOf });
const review = createReview({ root: hook("reject-panel"), reasons: boot.reasons ?? [], onReject: (verdict) => flow.reject(verdict) });
const bench = createBench({
  root, boot, store, player, sound, form, table, handles, status, notices, saver, review, dialogs, announcer, initialState, errorsByAlias,
  getFlow: () => flow, focusStage,
});
const flow = createFlow({ boot, api: createApi(boot.urls), saver, notices, bench });
const commands = createCommands({
  acts, gestures, flow, dialogs, review,
  isReadOnly: () => store.get().isReadOnly !== false,
  isReview: () => isReview,
});
commands.onlyWhen(() => Boolean(flow.current));

// Answers that changed are saved; what merely moved on the screen is not.
store.subscribe((state, changed, before) => {
  if (changed.has("payload") || !changed.has("history") || state.isReadOnly) return;
  if (answersOf(state) !== answersOf(before)) saver.changed();
});

// A click with the mouse must not take the keys away from the sound: Space after it plays, arrows after it seek.
root.addEventListener("mousedown", (event) => {
  const control = event.target.closest("button, label.wb-choice, summary");
  if (!control || event.target.closest("dialog")) return;
  event.preventDefault();
  focusStage();
});

const clicks = {
  submit: () => flow.submit(), skip: () => flow.askSkip(), back: () => flow.back(), help: () => dialogs.help(),
  approve: () => flow.approve(), reject: () => review.open(),
};
for (const [name, run] of Object.entries(clicks)) hook(name)?.addEventListener("click", () => run());

// Coming back to a page the browser kept: what it knows may be old.
window.addEventListener("pageshow", (event) => { if (event.persisted && flow.current) flow.reload(); });

showKeycaps(dialogs.keyOf);
flow.start();
