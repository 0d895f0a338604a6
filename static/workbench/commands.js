// From keys to acts. The command names are those of keys.js; one that cannot act now returns false, and the next is tried.

import { combinations, commandsFor, keymap } from "./keys.js";
import { controlKind } from "./dom.js";

const SECOND = 1000;
// An item that came so short a time ago and was not touched is not handed in: the key was pressed twice for the one before.
const SLIP_MS = 500;
const MODIFIERS = ["Control", "Meta", "Shift", "Alt"];
// Kinds of controls that keep keys for themselves, and that Escape takes them from.
const KEEPERS = ["text", "select", "radio", "checkbox", "media", "scroll"];

/** `judging` is what auditors and onlookers have besides, and null for whoever labels; comments may still be on their way. */
export function createCommands({ acts, form, gestures, flow, dialogs, judging, getComments, getSuggesting, isReadOnly, hasSound }) {
  const review = judging?.review ?? { isOpen: false, close: () => false };
  const edit = (run) => () => (isReadOnly() ? false : run());
  const nudge = (edge, ms) => edit(() => acts.nudge(edge, ms));
  const suggested = (act, ...given) => () => getSuggesting()?.[act](...given) ?? false;
  // What needs a recording; without one these keys are left to the browser.
  const onSound = {
    play: () => acts.play(),
    playRegion: () => acts.playRegion(),
    loop: () => acts.toggleLoop(),
    back: () => acts.seekBy(-SECOND), forward: () => acts.seekBy(SECOND),
    backLittle: () => acts.seekBy(-100), forwardLittle: () => acts.seekBy(100),
    backFar: () => acts.seekBy(-10 * SECOND), forwardFar: () => acts.seekBy(10 * SECOND),
    toStart: () => acts.seek(0), toEnd: () => acts.seek(Infinity),
    slower: () => acts.speed(-1), faster: () => acts.speed(1), normalSpeed: () => acts.speed(0),
    markStart: edit(() => acts.markStart()), markEnd: edit(() => acts.markEnd()), newMark: edit(() => acts.newMark()),
    startEarlier: nudge("start", -10), startLater: nudge("start", 10), endEarlier: nudge("end", -10), endLater: nudge("end", 10),
    startEarlierFar: nudge("start", -100), startLaterFar: nudge("start", 100), endEarlierFar: nudge("end", -100), endLaterFar: nudge("end", 100),
    deleteMark: edit(() => acts.removeSelected()),
    nextMark: () => acts.step(1), previousMark: () => acts.step(-1),
    zoomIn: () => acts.zoom(1.6), zoomOut: () => acts.zoom(1 / 1.6), zoomRegion: () => acts.zoomRegion(),
  };
  const commands = {
    ...Object.fromEntries(Object.entries(onSound).map(([name, run]) => [name, () => (hasSound() ? run() : false)])),
    nextQuestion: edit(() => form.goOn()),
    // 0 ends a ten that was begun with 1.
    fit: (event) => {
      if (!isReadOnly() && combinations(event).includes("0") && acts.digit(0)) return undefined;
      return hasSound() ? acts.fit() : false;
    },
    undo: edit(() => acts.undo()), redo: edit(() => acts.redo()),
    submit: () => (getComments()?.hasFocus ? getComments().send() : judging ? judging.decide() : flow.submit()),
    skip: () => flow.askSkip(),
    fix: () => judging?.fixing.begin() ?? false, fixSize: () => judging?.fixing.nextSize() ?? false,
    reject: () => judging?.ask("reject") ?? false, drop: () => judging?.ask("drop") ?? false,
    nextChange: () => judging?.changes.step(1) ?? false, previousChange: () => judging?.changes.step(-1) ?? false,
    toggleChanges: () => judging?.changes.toggle() ?? false,
    nextSuggestion: suggested("step", 1), previousSuggestion: suggested("step", -1), toggleSuggested: suggested("toggle"),
    acceptSuggestion: edit(suggested("accept")), dismissSuggestion: edit(suggested("dismiss")),
    acceptAbove: edit(suggested("acceptAbove")), chooseLeast: edit(suggested("chooseLeast")),
    comment: () => getComments()?.open() ?? false,
    help: () => dialogs.help(),
  };
  for (let n = 1; n <= 9; n += 1) {
    commands[`digit${n}`] = () => (review.isOpen ? review.digit(n) : isReadOnly() ? false : acts.digit(n));
  }

  let map = keymap(dialogs.settings());
  let isReady = () => true;
  // Play, pressed while an item is on its way to the server, is meant for the next one.
  let playsNext = false;
  // When the item came that nobody has touched yet; null once they have.
  let cameAt = null;

  function escape(event) {
    if (gestures.cancel() || review.close()) event.preventDefault();
    else if (KEEPERS.includes(controlKind(event.target))) event.target.blur();
    else acts.letGo();
  }

  /** While an item is handed in, keys change neither it nor what comes after it; only the sound goes on. */
  function wait(event) {
    const wanted = commandsFor(event, controlKind(event.target), map);
    if (!wanted.includes("play")) return;
    event.preventDefault();
    if (acts.isPlaying()) acts.play();
    else playsNext = true;
  }

  document.addEventListener("keydown", (event) => {
    // A dialog has its own keys, and a slider may have used this one already.
    if (event.defaultPrevented || document.querySelector("dialog[open]") || !isReady()) return;
    if (event.key === "Escape" && !event.isComposing) return escape(event);
    if (flow.isBusy) return wait(event);
    const wanted = commandsFor(event, controlKind(event.target), map);
    if (wanted.includes("submit") && cameAt !== null && Date.now() - cameAt < SLIP_MS) return event.preventDefault();
    if (!MODIFIERS.includes(event.key)) cameAt = null;
    for (const name of wanted) {
      if (commands[name](event) === false) continue;
      event.preventDefault();
      return;
    }
  });

  document.addEventListener("pointerdown", () => { cameAt = null; }, { capture: true });

  return {
    remap(settings) { map = keymap(settings); },
    /** After an item was handed in, or could not be: what was pressed meanwhile. `isShown`: the next item is there. */
    goOn(isShown) {
      if (playsNext && isShown && hasSound()) acts.play();
      playsNext = false;
      cameAt = isShown ? Date.now() : null;
    },
    onlyWhen(check) { isReady = check; },
  };
}
