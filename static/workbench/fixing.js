// The auditor's own correction: the answers become editable like an annotator's, are saved as a draft, and are approved
// or put away. Until then nothing of what was handed in changes.

import { answersOf, withAnswers } from "./state.js";
import { fingerprint } from "./draft.js";
import { hook } from "./dom.js";
import { role, showRole } from "./given.js";
import { t } from "./strings.js";

const SIZES = ["minor", "major"];

export function createFixing({ store, saver, notices, bench, getFlow, say }) {
  const buttons = SIZES.map((size) => hook(`size-${size}`));
  let isOn = false;
  let size = SIZES[0];
  // The draft's version as this page last knew it: {id, version}.
  let known = null;

  const payload = () => store.get().payload;
  const copyName = () => `${payload().assignment.id}.fix`;
  const handedIn = () => payload().submission.answers;

  function setSize(next) {
    size = next;
    buttons.forEach((button, i) => {
      button.setAttribute("aria-checked", String(SIZES[i] === size));
      button.tabIndex = SIZES[i] === size ? 0 : -1;
    });
  }

  const fixing = {
    get isOn() { return isOn; },

    reset() {
      isOn = false;
      known = null;
      setSize(SIZES[0]);
    },

    /** An earlier visit left a fix behind: say so. */
    offer() {
      if (!getFlow().can("fix")) return;
      const { fix_begun_at: begunAt } = payload();
      if (!begunAt && !saver.hasCopy(copyName())) return;
      notices.show("fix", t("fixWaits", { time: begunAt ? new Date(begunAt).toLocaleString() : "" }), {
        actions: [[t("fixGoOn"), () => fixing.begin(), "go-on-fix"], [t("fixStartOver"), () => fixing.begin(handedIn()), "start-over"]],
      });
    },

    /** Goes on with the fix there is, or begins from `answers`, or from what was handed in. */
    begin(answers = null) {
      if (isOn || !getFlow().can("fix")) return false;
      const { assignment, draft, fix_begun_at: begunAt } = payload();
      const isKnown = known?.id === assignment.id;
      const saved = isKnown ? null : draft;
      const stored = !isKnown && begunAt ? draft.answers : handedIn();
      isOn = true;
      notices.clear("fix");
      store.set(withAnswers(store.get(), answers ?? stored, { isReadOnly: false }));
      const version = isKnown ? known.version : assignment.draft_version;
      const base = { ...payload(), assignment: { ...assignment, draft_version: version }, draft: { ...saved, answers: stored } };
      const found = saver.open(base, store.get().durationMs, { copyName: copyName() });
      if (answers) {
        saver.discardCopy(copyName());
        if (fingerprint(answers) !== fingerprint(stored)) saver.changed();
      }
      bench.build();
      showRole(t("fixing"));
      if (!answers) bench.offerCopy(found, copyName());
      say(t("fixing"));
      return true;
    },

    /** Back to what was handed in. What was made is kept for as long as the item is open, in case this was a slip. */
    async cancel() {
      if (!isOn) return false;
      const made = answersOf(store.get());
      const isMade = fingerprint(made) !== fingerprint(handedIn());
      if (isMade) store.set(withAnswers(store.get(), handedIn(), { isReadOnly: false }));
      const { id } = payload().assignment;
      await saver.saveNow();
      known = { id, version: saver.version };
      await saver.close();
      if (payload().assignment.id !== id) return true;
      isOn = false;
      store.set(withAnswers(store.get(), handedIn(), { isReadOnly: true }));
      bench.build();
      showRole(role(payload(), true));
      say(t("fixPutAway"));
      if (isMade) notices.show("fix", t("fixPutAway"), { actions: [[t("fixTakeUp"), () => fixing.begin(made), "take-up-fix"]] });
      return true;
    },

    approve() {
      if (!isOn) return false;
      if (bench.hasUnread()) return true;
      if (fingerprint(answersOf(store.get())) === fingerprint(handedIn())) {
        notices.show("fix", t("fixNothing"));
        return true;
      }
      return getFlow().approveFix(size);
    },

    nextSize() {
      if (!isOn) return false;
      setSize(SIZES[(SIZES.indexOf(size) + 1) % SIZES.length]);
      say(t(`size_${size}`));
      return true;
    },
  };

  buttons.forEach((button, i) => {
    button.addEventListener("click", () => setSize(SIZES[i]));
    button.addEventListener("keydown", (event) => {
      if (!["ArrowLeft", "ArrowRight", "ArrowUp", "ArrowDown"].includes(event.key)) return;
      event.preventDefault();
      fixing.nextSize();
      buttons[SIZES.indexOf(size)].focus();
    });
  });
  hook("fix").addEventListener("click", () => fixing.begin());
  hook("cancel-fix").addEventListener("click", () => fixing.cancel());
  hook("approve-fix").addEventListener("click", () => fixing.approve());
  setSize(size);
  return fixing;
}
