// Saves the draft: to the server when it is due (see draft.js), to this browser whenever the server has not got it.

import { changed, compareLocal, conflicted, failed, hurry, isDue, isUnsaved, judge, keepMine, lost, recognised, saved, sending, startDraft, workPrint } from "./draft.js";
import { heard, tidy } from "./listened.js";
import { isIdle, startActivity, tick, used } from "./activity.js";

const BEAT_MS = 250;
// Browsers refuse a request that outlives its page beyond 64 KB.
const KEEPALIVE_MOST = 60_000;
// Saves without an answer whose arrival may still come to light.
const UNCONFIRMED_MOST = 20;

/** Copies of unsaved drafts in this browser, by assignment. Storage may be full or forbidden: then there is none. */
export function createLocalCopies(storage) {
  const name = (id) => `earmark.draft.${id}`;
  return {
    read(id) { try { return JSON.parse(storage.getItem(name(id))); } catch { return null; } },
    write(id, copy) { try { storage.setItem(name(id), JSON.stringify(copy)); } catch { /* nothing to be done */ } },
    remove(id) { try { storage.removeItem(name(id)); } catch { /* nothing to be done */ } },
  };
}

/**
 * `getWork()` gives what to save, {answers} and perhaps {dismissed}, `onPhase(phase, answer)` tells of each change of phase,
 * `isPlaying()` keeps the time counting while somebody only listens.
 */
export function createSaver({ api, copies, getWork, isPlaying, onPhase, onHeard }) {
  let item = null;
  let draft = null;
  let listened = [];
  let activity = startActivity(0, 0);
  let isOnItsWay = null;
  // What was sent since the last save that the server confirmed, as fingerprints, the newest last.
  let sent = [];
  let copyTimer = null;
  let isHeld = false;

  const now = () => Date.now();
  const noteSent = (work) => { sent = [...sent, workPrint(work)].slice(-UNCONFIRMED_MOST); };
  const body = () => ({ ...getWork(), active_ms: Math.round(activity.activeMs), listened });

  function move(next, answer = null) {
    const before = draft?.phase;
    draft = next;
    if (before !== next.phase) onPhase(next.phase, answer);
  }

  function keepCopy() {
    clearTimeout(copyTimer);
    copyTimer = null;
    // Also what is typed after the server took no more of it.
    if (!draft || draft.phase === "clean") return;
    copies.write(item.copy, { version: draft.version, revision: item.revision, sent: sent.at(-1) ?? null, at: now(), ...body() });
  }

  async function send() {
    const { id } = item;
    const payload = { version: draft.version, revision: item.revision, ...body() };
    noteSent(payload);
    move(sending(draft));
    keepCopy();
    const answer = await api.save(id, payload);
    if (item?.id !== id || !draft) return;
    const meaning = judge({ status: answer.status, version: answer.data?.version });
    if (meaning === "saved") {
      move(saved(draft, { version: answer.data.version, leaseSeconds: answer.data.lease_seconds, now: now() }), answer);
      sent = [];
      if (draft.phase === "clean") copies.remove(item.copy);
    } else if (meaning === "stale") { if (!recognise(answer.data)) move(conflicted(draft, answer.data.version), answer); }
    else if (meaning === "gone") move(lost(draft), answer);
    else move(failed(draft, now()), answer);
  }

  /** True when what the server has is a save of ours that it could not confirm: the work goes on from there. */
  function recognise({ version, answers, dismissed }) {
    const stored = answers && workPrint({ answers, dismissed });
    if (!draft || !stored || !sent.includes(stored)) return false;
    sent = [];
    move(recognised(draft, { version, isCurrent: stored === workPrint(getWork()), now: now() }));
    return true;
  }

  function flush() {
    if (!draft || isOnItsWay) return isOnItsWay;
    isOnItsWay = send().finally(() => { isOnItsWay = null; });
    return isOnItsWay;
  }

  setInterval(() => {
    if (!draft) return;
    const at = now();
    if (at - activity.tickAt >= 1000) activity = tick(activity, at, { isPageVisible: !document.hidden, isPlaying: isPlaying() });
    const isUsed = !document.hidden && !isIdle(activity, at);
    if (!isHeld && !isOnItsWay && isDue(draft, at, { isUsed })) flush();
  }, BEAT_MS);

  for (const name of ["pointerdown", "pointermove", "keydown", "wheel", "touchstart"]) {
    document.addEventListener(name, () => { activity = used(activity, now()); }, { passive: true, capture: true });
  }
  window.addEventListener("online", () => { if (draft) draft = hurry(draft, now()); });
  document.addEventListener("visibilitychange", () => {
    if (document.hidden && draft && ["dirty", "retrying"].includes(draft.phase)) flush();
  });
  window.addEventListener("pagehide", () => {
    if (draft?.phase === "gone") keepCopy();
    if (!draft || !isUnsaved(draft) || draft.phase === "stale") return;
    const payload = { version: draft.version, revision: item.revision, ...body() };
    if (draft.phase !== "saving") noteSent(payload);
    keepCopy();
    if (draft.phase !== "saving" && JSON.stringify(payload).length < KEEPALIVE_MOST) api.save(item.id, payload, { keepalive: true });
  });

  return {
    /** Begins with an item. Returns what to do with a copy kept in this browser, under `copyName`: {advice, copy}. */
    open(payload, durationMs, { copyName = payload.assignment.id } = {}) {
      const { assignment } = payload;
      item = { id: assignment.id, copy: copyName, revision: assignment.revision, durationMs };
      draft = startDraft({ version: assignment.draft_version ?? 0, leaseSeconds: assignment.lease_seconds ?? 1800, now: now() });
      listened = tidy(payload.draft?.listened, durationMs);
      activity = startActivity(payload.draft?.active_ms ?? 0, now());
      sent = [];
      onPhase(draft.phase, null);
      onHeard(listened);
      const copy = copies.read(copyName);
      const advice = compareLocal(copy, { version: draft.version, revision: item.revision, answers: payload.draft?.answers ?? {}, dismissed: payload.suggestions?.dismissed });
      if (advice === "drop") copies.remove(copyName);
      if (advice === "restore") listened = tidy([...listened, ...(copy.listened ?? [])], durationMs);
      return { advice, copy };
    },

    /** No more saving: the item was submitted, skipped, given back, or is only looked at. */
    async close({ keep = false } = {}) {
      clearTimeout(copyTimer);
      const { copy } = item ?? {};
      draft = null;
      await isOnItsWay;
      if (copy && !keep) copies.remove(copy);
      item = null;
    },

    /** Before a verb that ends the work: waits for a save that is under way, and lets none begin until released. */
    hold() { isHeld = true; return isOnItsWay ?? Promise.resolve(); },
    release() { isHeld = false; },

    async saveNow() {
      await isOnItsWay;
      if (draft && ["dirty", "retrying"].includes(draft.phase)) await flush();
      return !draft || !isUnsaved(draft);
    },

    changed() {
      if (!draft) return;
      move(changed(draft, now()));
      copyTimer ??= setTimeout(keepCopy, 300);
    },

    heard(fromMs, toMs) {
      if (!item) return;
      const next = heard(listened, fromMs, Math.min(toMs, item.durationMs));
      if (next === listened) return;
      listened = next;
      onHeard(listened);
    },

    keepMine() { if (draft?.phase === "stale") { move(keepMine(draft, now())); flush(); } },
    /** The copy that only this browser has, of an item that can only be looked at; null where the server has it too. */
    unsent({ assignment, draft: stored, suggestions }) {
      const server = { version: assignment.draft_version ?? 0, revision: assignment.revision, answers: stored?.answers ?? {}, dismissed: suggestions?.dismissed };
      const copy = copies.read(assignment.id);
      return compareLocal(copy, server) === "restore" ? copy : null;
    },
    hasCopy: (name) => Boolean(copies.read(name)),
    discardCopy(name) { copies.remove(name); },
    body,
    recognise,
    /** The server has a later draft than the one this page began from: a person must choose before anything is sent. */
    conflict(version) { if (draft) move(conflicted(draft, version)); },
    get isStale() { return draft?.phase === "stale"; },
    get version() { return draft?.version ?? 0; },
    get isUnsaved() { return Boolean(draft && isUnsaved(draft)); },
  };
}
