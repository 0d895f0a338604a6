// What auditors have besides the workbench of annotators, and onlookers in part. Whoever labels does not load it.

import { createChangesPainter } from "./paint_changes.js";
import { createChangesPanel } from "./changes_panel.js";
import { createFixing } from "./fixing.js";
import { createReview } from "./review.js";
import { hook } from "./dom.js";
import { showChecks } from "./checks.js";
import { showGiven } from "./given.js";
import { showHistory } from "./side.js";
import { t } from "./strings.js";

export function createJudging({ boot, store, acts, detail, form, saver, notices, bench, announcer, getFlow }) {
  const isReview = boot.mode === "review";
  const { say } = announcer;
  const changes = createChangesPanel({ store, acts, form, say });
  const fixing = isReview ? createFixing({ store, saver, notices, bench, getFlow, say })
    : { isOn: false, reset() {}, offer() {}, begin: () => false, nextSize: () => false };
  const review = isReview
    ? createReview({ root: hook("reject-panel"), reasons: boot.reasons ?? [], onVerdict: (move, verdict) => getFlow()[move](verdict) })
    : { isOpen: false, close: () => false, reset() {} };
  const kinds = ["added", "removed", "moved", "noted"];
  detail.paintAlso(createChangesPainter({ ...Object.fromEntries(kinds.map((kind) => [kind, t(`kind_${kind}`).toLowerCase()])), was: t("was") }));

  const judging = {
    changes, fixing, review,

    show(payload, durationMs) {
      fixing.reset();
      review.reset();
      showGiven(payload, { durationMs, isReview, onRevision: (revision) => getFlow().reload(revision) });
      showChecks(payload.checks);
      changes.show(payload);
      // The reason that stands beside the changes is not said twice.
      const isSaid = ({ revision, verdict }) => verdict === "rejected" && revision === payload.previous?.revision;
      showHistory(payload.history?.filter((entry) => !isSaid(entry)));
      fixing.offer();
    },

    /** The main button's key: sends the reasons, approves the fix, or approves. */
    decide: () => (review.isOpen ? review.send() : fixing.isOn ? fixing.approve() : getFlow().approve()),
    ask: (move) => (getFlow().can(move) && isReview && !fixing.isOn ? review.open(move) : false),
  };
  if (isReview) {
    // The second half of a double click would do the same to the next item.
    hook("approve").addEventListener("click", ({ detail }) => { if (detail < 2) getFlow().approve(); });
    hook("let-go").addEventListener("click", ({ detail }) => { if (detail < 2) getFlow().letGo(); });
    for (const move of ["reject", "drop"]) hook(move).addEventListener("click", () => judging.ask(move));
  }
  return judging;
}
