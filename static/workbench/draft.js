// When to save a draft, and what became of it. A pure state machine; the clock and the network are outside.
//
// phase: "clean"    everything is on the server
//        "dirty"    there are changes, a save is due `DEBOUNCE_MS` after the last one
//        "saving"   a save is on its way; `again` tells that more changed meanwhile
//        "retrying" the last save failed and is tried again at `retryAt`
//        "stale"    somebody (or another tab) saved a newer version: a person must decide
//        "gone"     the item is not ours any more: nothing is sent

export const DEBOUNCE_MS = 900;
export const LONGEST_WAIT_MS = 5000;
const FIRST_RETRY_MS = 1000;
const LONGEST_RETRY_MS = 30_000;

export const startDraft = ({ version, leaseSeconds, now }) =>
  ({ phase: "clean", version, leaseMs: leaseSeconds * 1000, savedAt: now, since: 0, changedAt: 0, retryAt: 0, failures: 0, again: false });

export function changed(draft, now) {
  if (draft.phase === "saving") return { ...draft, again: true, changedAt: now };
  if (draft.phase === "clean") return { ...draft, phase: "dirty", since: now, changedAt: now };
  return { ...draft, changedAt: now };
}

export const sending = (draft) => ({ ...draft, phase: "saving", again: false });

export function saved(draft, { version, leaseSeconds, now }) {
  const base = { ...draft, version, leaseMs: (leaseSeconds ?? draft.leaseMs / 1000) * 1000, savedAt: now, failures: 0 };
  return draft.again ? { ...base, phase: "dirty", since: now, again: false } : { ...base, phase: "clean" };
}

/** A conflict with one of our own saves, whose answer was lost on the way: nobody has to choose. */
export const recognised = (draft, { version, isCurrent, now }) =>
  saved({ ...draft, again: draft.again || !isCurrent }, { version, now });

/** The save did not arrive, or the server could not take it just now. */
export function failed(draft, now) {
  const failures = draft.failures + 1;
  const wait = Math.min(FIRST_RETRY_MS * 2 ** (failures - 1), LONGEST_RETRY_MS);
  return { ...draft, phase: "retrying", failures, retryAt: now + wait, again: false };
}

export const conflicted = (draft, version) => ({ ...draft, phase: "stale", theirs: version, again: false });

export const lost = (draft) => ({ ...draft, phase: "gone", again: false });

/** A person decided to keep what is here: the next save goes out on top of the newer version. */
export const keepMine = (draft, now) => ({ ...draft, phase: "dirty", version: draft.theirs, since: now, changedAt: now - DEBOUNCE_MS });

/** The connection is back: do not wait for the next try. */
export const hurry = (draft, now) => (draft.phase === "retrying" ? { ...draft, retryAt: now } : draft);

const leaseDueAt = (draft) => draft.savedAt + draft.leaseMs / 3;

/** When the next save is due (ms on the same clock), or null. The lease is renewed only while the page is used. */
export function dueAt(draft, { isUsed = false } = {}) {
  if (draft.phase === "dirty") return Math.min(draft.changedAt + DEBOUNCE_MS, draft.since + LONGEST_WAIT_MS);
  if (draft.phase === "retrying") return draft.retryAt;
  if (draft.phase === "clean" && isUsed) return leaseDueAt(draft);
  return null;
}

export const isDue = (draft, now, options) => {
  const at = dueAt(draft, options);
  return at !== null && now >= at;
};

/** Whether leaving the page now would lose something that the server has not got. */
export const isUnsaved = (draft) => !["clean", "gone"].includes(draft.phase);

/** What the server's answer to a save means. */
export function judge({ status, version }) {
  if (status >= 200 && status < 300) return "saved";
  if (status === 409) return version === undefined ? "gone" : "stale";
  if (status === 403 || status === 404) return "gone";
  if (status === 400 || status === 413 || status === 422) return "refused";
  return "failed";
}

/** A stable text of answers: two drafts are the same when these are. */
export function fingerprint(value) {
  if (Array.isArray(value)) return `[${value.map(fingerprint).join()}]`;
  if (value && typeof value === "object") {
    return `{${Object.keys(value).sort().map((key) => `${JSON.stringify(key)}:${fingerprint(value[key])}`).join()}}`;
  }
  return JSON.stringify(value ?? null);
}

/** The same of a person's work: the answers, and which suggestions were dismissed, in whatever order. */
export const workPrint = ({ answers, dismissed }) => (dismissed?.length ? fingerprint({ answers, dismissed: dismissed.toSorted() }) : fingerprint(answers));

/**
 * What to do with a copy that this browser kept, when the item is opened again:
 * "drop" it (the server has the same), "restore" it (the server has only what it came from) or "ask".
 */
export function compareLocal(local, server) {
  if (!local) return "drop";
  if (workPrint(local) === workPrint(server)) return "drop";
  if (local.revision !== server.revision) return "ask";
  const isBase = local.version === server.version || local.sent === workPrint(server);
  return isBase ? "restore" : "ask";
}
