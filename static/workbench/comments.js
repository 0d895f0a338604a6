// What people say to each other about the item: a list beside the work, and a field for a remark at the playhead.
// What was typed and not sent stays in this browser until it is sent or thrown away.

import { h, hook, icon } from "./dom.js";
import { formatTime } from "./time.js";
import { sentenceOf } from "./api.js";
import { t } from "./strings.js";
import { watchForComments } from "./comments_arriving.js";

const lang = document.documentElement.lang || "en";
const relative = new Intl.RelativeTimeFormat(lang, { numeric: "auto" });
const exact = new Intl.DateTimeFormat(lang, { dateStyle: "medium", timeStyle: "short" });
const UNITS = [["day", 86_400_000], ["hour", 3_600_000], ["minute", 60_000]];

function ago(iso) {
  const ms = Date.now() - Date.parse(iso);
  const [unit, length] = UNITS.find(([, one]) => ms >= one) ?? ["second", 1000];
  return unit === "second" ? t("justNow") : relative.format(-Math.floor(ms / length), unit);
}

const kept = (id) => `earmark.comment.${id}`;

function readKept(id) { try { return JSON.parse(localStorage.getItem(kept(id))); } catch { return null; } }
function keep(id, value) {
  try {
    if (value) localStorage.setItem(kept(id), JSON.stringify(value));
    else localStorage.removeItem(kept(id));
  } catch { /* it stays in the field */ }
}

export function createComments({ root, store, api, player, acts, notices, say }) {
  const list = root.querySelector("ol");
  const form = hook("compose", root);
  const field = hook("comment-text", root);
  const error = root.querySelector(".wb-error");
  const opener = hook("comment", root);
  const atLabel = hook("comment-at", root);
  const [atMoment, onWhole] = form.querySelectorAll("input");
  let atMs = 0;
  let isSending = false;
  // Counts what was written and deleted here: an answer from before that is old.
  let changes = 0;

  const id = () => store.get().payload?.assignment.id;
  const hasSound = () => Boolean(store.get().file);
  const place = () => (atMoment.checked && hasSound() ? Math.round(Math.min(atMs, store.get().durationMs)) : null);
  const unsent = () => (form.hidden ? "" : field.value.trim());

  function complain(text) {
    error.textContent = text;
    error.hidden = !text;
  }

  function nameMoment(ms) {
    atMs = ms;
    atLabel.textContent = t("commentAt", { time: formatTime(ms) });
  }

  function row(comment) {
    const { at_ms: ms, author, text, created_at: at, mine } = comment;
    const moment = ms === null ? null
      : h("button", { type: "button", class: "wb-moment", "data-testid": "comment-time", "aria-label": t("goTo", { time: formatTime(ms) }),
        onclick: () => { acts.seek(ms); acts.showStretch(ms, ms); } }, formatTime(ms));
    return h("li", { "data-testid": "comment-row", "data-id": comment.id },
      h("p", {}, moment, moment ? " " : null, text),
      h("div", { class: "wb-by" }, h("span", {}, mine ? t("you") : author.name), " · ", h("time", { datetime: at, title: exact.format(new Date(at)) }, ago(at)),
        mine ? h("button", { type: "button", class: "wb-mini", "data-testid": "comment-delete", "aria-label": t("deleteComment"), title: t("deleteComment"), onclick: () => remove(comment) }, icon("trash")) : null));
  }

  function render() {
    const { comments } = store.get();
    hook("comment-count", root).textContent = comments.length || "";
    const focused = list.contains(document.activeElement) ? document.activeElement : null;
    list.replaceChildren(...comments.map(row));
    // A comment that arrives takes the keys from nobody.
    const same = focused && `[data-id="${focused.closest("li").dataset.id}"] [data-testid="${focused.dataset.testid}"]`;
    if (same) list.querySelector(same)?.focus();
  }

  /** True when it was stored. What was typed goes only then. */
  async function post(comment) {
    const assignmentId = id();
    changes += 1;
    const answer = await api.comment(assignmentId, comment);
    changes += 1;
    if (id() !== assignmentId) return answer.ok;
    if (answer.ok) store.set({ comments: [...store.get().comments, answer.data] });
    else complain(sentenceOf(answer));
    return answer.ok;
  }

  async function remove(comment) {
    changes += 1;
    const answer = await api.removeComment(comment.id);
    changes += 1;
    if (!answer.ok && answer.status !== 404) return notices.show("comment", sentenceOf(answer));
    store.set({ comments: store.get().comments.filter((one) => one.id !== comment.id) });
    say(t("commentDeleted"));
    return notices.show("comment", t("commentDeleted"), {
      actions: [[t("putBack"), () => post({ text: comment.text, at_ms: comment.at_ms }), "put-back"]],
    });
  }

  function close() {
    form.hidden = true;
    opener.hidden = false;
    field.value = "";
    complain("");
    keep(id(), null);
  }

  const comments = {
    get hasFocus() { return form.contains(document.activeElement); },

    show() {
      const copy = readKept(id());
      form.hidden = !copy?.text;
      opener.hidden = !form.hidden;
      field.value = copy?.text ?? "";
      complain("");
      nameMoment(copy?.at_ms ?? 0);
      atMoment.disabled = !hasSound();
      onWhole.checked = copy ? copy.at_ms === null : !hasSound();
      atMoment.checked = !onWhole.checked;
      render();
      comments.showTime(0);
    },

    /** A remark at the playhead; one that was begun goes there. */
    open() {
      if (!id()) return false;
      nameMoment(player.ms);
      form.hidden = false;
      opener.hidden = true;
      form.scrollIntoView({ block: "nearest" });
      field.focus();
      return true;
    },

    showTime(ms) {
      if (!opener.hidden) opener.firstElementChild.textContent = hasSound() ? t("commentAtTime", { time: formatTime(ms) }) : t("commentHere");
    },

    async send() {
      if (isSending) return false;
      if (!field.value.trim()) {
        complain(t("commentEmpty"));
        field.focus();
        return false;
      }
      isSending = true;
      const isStored = await post({ text: field.value.trim(), at_ms: place() });
      isSending = false;
      if (!isStored) return false;
      say(t("commentSent"));
      const hadFocus = comments.hasFocus;
      close();
      if (hadFocus) acts.focusStage();
      return true;
    },

    /** Before the item is left: true when something was typed and not sent; `goOn` runs once that is settled. */
    guard(goOn) {
      if (!unsent()) return false;
      notices.show("unsent", t("commentUnsent"), {
        actions: [
          [t("sendAndGoOn"), async () => { if (await comments.send()) goOn(); }, "send-and-go-on"],
          [t("goOnWithout"), () => { close(); goOn(); }, "go-on-without"],
          [t("stay"), () => field.focus(), "stay"],
        ],
      }).querySelector("button").focus();
      return true;
    },
  };

  store.subscribe((_, changed) => { if (changed.has("comments") && !changed.has("payload")) render(); });
  watchForComments({ root, store, api, say, getChanges: () => changes });
  opener.addEventListener("click", () => comments.open());
  hook("send-comment", root).addEventListener("click", () => comments.send());
  hook("cancel-comment", root).addEventListener("click", () => { close(); acts.focusStage(); });
  for (const input of [field, atMoment, onWhole]) {
    input.addEventListener("input", () => keep(id(), unsent() ? { text: field.value, at_ms: place() } : null));
  }
  return comments;
}
