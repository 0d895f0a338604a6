// What is said about the item: its data above the sound; on the right what was returned, given, judged, and the instructions.

import { formatTime } from "./time.js";
import { heardPercent } from "./listened.js";
import { h, hook } from "./dom.js";
import { t } from "./strings.js";

const readable = (value) => (value !== null && typeof value === "object" ? JSON.stringify(value) : String(value ?? ""));

const day = new Intl.DateTimeFormat(document.documentElement.lang || "en", { dateStyle: "medium", timeStyle: "short" });
const when = (iso) => (iso ? day.format(new Date(iso)) : "");

const sentence = ({ reason, comment }) => [reason, comment].filter(Boolean).join(": ");

export function showItem({ item }, durationMs) {
  const [file] = item.files;
  const pairs = [
    [t("item"), file?.filename ?? `#${item.position}`],
    ...Object.entries(item.data ?? {}).map(([name, value]) => [name, readable(value)]),
    ...(file ? [[t("length"), formatTime(durationMs)]] : []),
    ...(file?.warnings?.length ? [[t("warning"), file.warnings.join(" ")]] : []),
  ];
  const list = hook("item");
  list.replaceChildren(...pairs.map(([name, value]) =>
    h("div", { class: name === t("warning") ? "is-warning" : null }, h("dt", {}, name), h("dd", { title: value.length > 60 ? value : null }, value))));
}

function showReturned(returned) {
  const root = hook("returned");
  root.hidden = !returned;
  if (!returned) return root.replaceChildren();
  root.replaceChildren(h("strong", {}, t("returnedBy", { name: returned.reviewer })), ` ${sentence(returned)}`);
}

function showSubmission({ submission }, durationMs, isReview) {
  const root = hook("submission");
  root.hidden = !(isReview && submission);
  if (root.hidden) return root.replaceChildren();
  const facts = [
    [t("by"), submission.author?.name ?? ""],
    [t("revision"), submission.revision],
    [t("heardShare"), `${heardPercent(submission.listened ?? [], durationMs)} %`],
    [t("activeTime"), formatTime(submission.active_ms ?? 0).slice(0, -4)],
    [t("submittedAt"), when(submission.created_at)],
  ];
  root.replaceChildren(h("dl", { class: "wb-facts" }, facts.map(([name, value]) => h("div", {}, h("dt", {}, name), h("dd", {}, String(value))))));
}

function showHistory(history) {
  const root = hook("history");
  root.hidden = !history?.length;
  root.querySelector("ol").replaceChildren(...(history ?? []).map((entry) => h("li", { class: `is-${entry.verdict}` },
    h("strong", {}, t(entry.verdict === "approved" ? "approvedBy" : "rejectedBy", { name: entry.reviewer ?? "", n: entry.revision })),
    h("span", {}, sentence(entry)), h("time", { datetime: entry.at ?? null }, when(entry.at)))));
}

function showInstructions({ task }) {
  const root = hook("instructions");
  root.hidden = !task.instructions_html;
  // Made from Markdown and cleaned on the server (nh3); the policy of the page lets no script run in any case.
  root.querySelector(".wb-instructions").innerHTML = task.instructions_html ?? "";
  for (const link of root.querySelectorAll("a")) {
    link.target = "_blank";
    link.rel = "noopener noreferrer";
  }
}

export function showSide(payload, { durationMs, isReview }) {
  showReturned(isReview ? null : payload.returned);
  showSubmission(payload, durationMs, isReview);
  // The last verdict already stands on top, as what was returned.
  showHistory(payload.returned && !isReview ? payload.history?.slice(0, -1) : payload.history);
  showInstructions(payload);
  hook("side").scrollTop = 0;
}
