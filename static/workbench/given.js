// What was handed in and where it stands: by whom, how long, which revision, and what one is asked to decide.

import { formatTime } from "./time.js";
import { heardPercent } from "./listened.js";
import { h, hook } from "./dom.js";
import { sentence, when } from "./side.js";
import { t } from "./strings.js";

/** Why this item is looked at in a way out of the ordinary; "" in the ordinary way. */
export function role({ assignment, history }, isReview) {
  if (isReview) {
    if (assignment.for_adjudication) return t("toSettle");
    return assignment.review_level > 1 ? t("secondLook") : "";
  }
  const last = history?.findLast(({ verdict }) => verdict === "rejected" || verdict === "dropped");
  const why = { skipped: assignment.skip_reason, escalated: last && sentence(last), cancelled: last && sentence(last), rework: last && sentence(last) };
  return [t("stateIs", { state: assignment.state_label ?? assignment.state }), why[assignment.state]].filter(Boolean).join(" ");
}

function factsOf({ submission, assignment, item }, durationMs) {
  const how = [assignment.origin_label, assignment.correction_label].filter(Boolean).join(" · ");
  const isOther = assignment.annotator?.name && assignment.annotator.name !== submission?.author?.name;
  return [
    ...(isOther ? [[t("annotator"), assignment.annotator.name]] : []),
    ...(submission ? [
      [t("by"), submission.author?.name ?? ""],
      [t("revision"), submission.revision],
      ...(item.files.length ? [[t("heardShare"), `${heardPercent(submission.listened ?? [], durationMs)} %`]] : []),
      [t("activeTime"), formatTime(submission.active_ms ?? 0).slice(0, -4)],
      [t("submittedAt"), when(submission.created_at)],
    ] : []),
    ...(assignment.reviewer?.name ? [[t("reviewer"), assignment.reviewer.name]] : []),
    ...(how ? [[t("origin"), how]] : []),
  ];
}

/** A list of the revisions where there are several and one may look at them. */
function chooser({ revisions = [], submission }, onChoose) {
  if (revisions.length < 2) return null;
  const select = h("select", { class: "form-select", id: "revision", "data-testid": "revision", onchange: () => onChoose(Number(select.value)) },
    revisions.map(({ revision, author }) => h("option", { value: revision }, t("revisionBy", { n: revision, name: author.name }))));
  select.value = submission?.revision;
  return h("div", { class: "wb-revisions" }, h("label", { for: "revision" }, t("lookAt")), select);
}

/** What one is here for, in a sentence on top. */
export function showRole(text) {
  const note = hook("role");
  note.textContent = text;
  note.hidden = !text;
}

export function showGiven(payload, { durationMs, isReview, onRevision }) {
  showRole(role(payload, isReview));
  const root = hook("submission");
  const facts = factsOf(payload, durationMs);
  root.hidden = !facts.length;
  const list = h("dl", { class: "wb-facts" }, facts.map(([name, value]) => h("div", {}, h("dt", {}, name), h("dd", {}, String(value)))));
  root.replaceChildren(list, ...[chooser(payload, onRevision)].filter(Boolean));
}
