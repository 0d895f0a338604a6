// What is said about the item: its data above the sound; on the right what was returned, given, judged, and the instructions.

import { formatTime } from "./time.js";
import { h, hook } from "./dom.js";
import { t } from "./strings.js";

const readable = (value) => (value !== null && typeof value === "object" ? JSON.stringify(value) : String(value ?? ""));

const day = new Intl.DateTimeFormat(document.documentElement.lang || "en", { dateStyle: "medium", timeStyle: "short" });
export const when = (iso) => (iso ? day.format(new Date(iso)) : "");

export const sentence = ({ reason, comment }) => [reason, comment].filter(Boolean).join(": ");

/** `layout` says what is drawn below the line already: all values, and perhaps what the main recording is. */
export function showItem({ item }, durationMs, { isShown, namesMain }) {
  const [file] = item.files;
  const pairs = [
    ...(namesMain ? [] : [[t("item"), file?.filename ?? `#${item.position}`]]),
    ...(isShown ? [] : Object.entries(item.data ?? {}).map(([name, value]) => [name, readable(value)])),
    ...(file && !namesMain ? [[t("length"), formatTime(durationMs)]] : []),
    ...(file?.warnings?.length ? [[t("warning"), file.warnings.join(" ")]] : []),
  ];
  const list = hook("item");
  list.hidden = !pairs.length;
  list.replaceChildren(...pairs.map(([name, value]) =>
    h("div", { class: name === t("warning") ? "is-warning" : null }, h("dt", {}, name), h("dd", { title: value.length > 60 ? value : null }, value))));
}

function showReturned(returned) {
  const root = hook("returned");
  root.hidden = !returned;
  if (!returned) return root.replaceChildren();
  root.replaceChildren(h("strong", {}, t("returnedBy", { name: returned.reviewer })), ` ${sentence(returned)}`);
}

/** By whom the revision was, how large the fix, and how the verdict came about when nobody simply looked. */
const details = ({ author, correction_label: correction, origin, origin_label: how }) =>
  [author ? t("handedInBy", { name: author }) : "", correction, origin && origin !== "reviewed" ? how : ""].filter(Boolean).join(" · ");

export function showHistory(history) {
  const root = hook("history");
  root.hidden = !history?.length;
  root.querySelector("ol").replaceChildren(...(history ?? []).map((entry) => h("li", { class: `is-${entry.verdict}` },
    h("strong", {}, t(`${entry.verdict}By`, { name: entry.reviewer ?? "", n: entry.revision })),
    h("span", {}, details(entry)), h("span", {}, sentence(entry)), h("time", { datetime: entry.at ?? null }, when(entry.at)))));
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

// On a narrow screen what one has to know first stands above the sound, not behind it.
const narrow = window.matchMedia("(max-width: 760px)");

function placeNotes() {
  const notes = ["returned", "role"].map((name) => hook(name)).filter(Boolean);
  if (narrow.matches) hook("item").before(...notes);
  else hook("side").prepend(...notes);
}
narrow.addEventListener("change", placeNotes);

export function showSide(payload, { isLabeling }) {
  placeNotes();
  showReturned(isLabeling ? payload.returned : null);
  // The last verdict already stands on top, as what was returned.
  showHistory(payload.returned && isLabeling ? payload.history?.slice(0, -1) : payload.history);
  showInstructions(payload);
  hook("side").scrollTop = 0;
}
