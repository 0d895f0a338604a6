// From keys to acts. The command names are those of keys.js; one that cannot act now returns false, and the next is tried.

import { commandsFor, keymap } from "./keys.js";
import { controlKind } from "./dom.js";

const SECOND = 1000;

export function createCommands({ acts, gestures, flow, dialogs, review, isReadOnly, isReview }) {
  const edit = (run) => () => (isReadOnly() ? false : run());
  const nudge = (edge, ms) => edit(() => acts.nudge(edge, ms));
  const commands = {
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
    nextQuestion: edit(() => acts.nextQuestion()),
    zoomIn: () => acts.zoom(1.6), zoomOut: () => acts.zoom(1 / 1.6), fit: () => acts.fit(), zoomRegion: () => acts.zoomRegion(),
    undo: edit(() => acts.undo()), redo: edit(() => acts.redo()),
    submit: () => (isReview() ? (review.isOpen ? review.send() : flow.approve()) : flow.submit()),
    skip: () => flow.askSkip(),
    reject: () => (isReview() && flow.can("reject") ? review.open() : false),
    help: () => dialogs.help(),
  };
  for (let n = 1; n <= 9; n += 1) {
    commands[`digit${n}`] = () => (review.isOpen ? review.digit(n) : isReadOnly() ? false : acts.digit(n));
  }

  let map = keymap(dialogs.settings());
  let isReady = () => true;

  function escape(event) {
    if (gestures.cancel() || review.close()) event.preventDefault();
    else if (controlKind(event.target) === "text") event.target.blur();
    else acts.letGo();
  }

  document.addEventListener("keydown", (event) => {
    // A dialog has its own keys, and a slider may have used this one already.
    if (event.defaultPrevented || document.querySelector("dialog[open]") || !isReady()) return;
    if (event.key === "Escape" && !event.isComposing) return escape(event);
    for (const name of commandsFor(event, controlKind(event.target), map)) {
      if (commands[name]() === false) continue;
      event.preventDefault();
      return;
    }
  });

  return {
    run: (name) => commands[name](),
    remap(settings) { map = keymap(settings); },
    onlyWhen(check) { isReady = check; },
  };
}
