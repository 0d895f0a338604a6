// From one item to the next: open, submit, skip, give back, judge. Says what went wrong and what can be done.

import { sentenceOf } from "./api.js";
import { t } from "./strings.js";

/**
 * `bench` shows things: show(payload, {isReadOnly}), end(kind, {message}), busy(isBusy), errors(detail).
 * `guard(goOn)` is true when something must be settled first, a comment that was not sent; it then calls `goOn` itself.
 * The flow knows which call comes when, and nothing of how it looks.
 */
export function createFlow({ boot, api, saver, notices, bench, guard }) {
  const isLabeling = boot.mode === "label";
  let current = null;
  let isBusy = false;
  let done = 0;

  const id = () => current?.assignment.id;
  /** What the verdict is about: the page may be older than the latest correction. */
  const judged = () => ({ revision: current.submission.revision });
  const can = (move) => Boolean(current?.assignment.moves?.includes(move));

  function show(payload, options = {}) {
    current = payload;
    // Reloading opens the same item again.
    const page = payload.assignment.url ?? boot.urls.page?.replace("{id}", payload.assignment.id);
    if (page) history.replaceState(null, "", page);
    notices.clearAll();
    bench.show(payload, { isReadOnly: !isLabeling || !payload.assignment.moves?.includes("submit"), ...options });
  }

  function finish({ isCounted = true } = {}) {
    const last = current;
    current = null;
    bench.end("done", { done, isCounted, progress: last?.progress ?? null });
  }

  /** Nothing more is handed out to this person, for a while or at all. */
  function keepOut({ text }) {
    current = null;
    bench.end("kept", { message: text });
  }

  function failToOpen(answer, { isNext = false } = {}) {
    if (answer.data?.standing) return keepOut({ text: sentenceOf(answer) });
    const kind = answer.status === 0 || answer.status >= 500 ? "unreachable" : answer.status === 401 ? "loggedOut" : "closed";
    // Another item may be open where this one is closed; where none can be had, the list is left.
    const retry = kind !== "closed" ? start : isNext || boot.mode === "view" ? null : next;
    return bench.end(kind, { message: sentenceOf(answer), retry, retryLabel: t(kind === "closed" ? "nextItem" : "tryAgain") });
  }

  async function openOne(assignmentId) {
    const read = await api.read(assignmentId);
    if (!read.ok) return failToOpen(read);
    if (!isLabeling) return show(read.data);
    const opened = await api.open(assignmentId);
    show((opened.ok && opened.data?.assignment ? opened : read).data);
    // It can be looked at, but not worked on: the refusal says why.
    if (!can("submit")) notices.show("closed", sentenceOf(opened), { actions: [[t("nextItem"), next, "next-item"], [t("backToList"), home]] });
  }

  async function next() {
    if (guard(next)) return;
    await saver.close({ keep: true });
    const answer = await (isLabeling ? api.next() : api.nextReview());
    if (answer.status === 204) return finish({ isCounted: false });
    if (!answer.ok) return failToOpen(answer, { isNext: true });
    show(answer.data);
  }

  async function start() {
    bench.loading();
    await (boot.assignment_id && !current ? openOne(boot.assignment_id) : next());
  }

  /** Runs one of the verbs that end the work on an item; the answer brings the next one. `isDone`: it was work. */
  async function leave(send, { name, said, isDone = true }) {
    const again = () => leave(send, { name, said, isDone });
    if (isBusy || !current || guard(again)) return false;
    isBusy = true;
    bench.busy(true);
    notices.clear(name);
    notices.clear("unreachable");
    await saver.hold();
    const answer = await send();
    saver.release();
    isBusy = false;
    bench.busy(false);
    if (answer.ok) {
      if (isDone) done += 1;
      await saver.close();
      bench.say(said);
      const { next: following, feedback, notice } = answer.data ?? {};
      const goOn = () => {
        if (following) show(following);
        else if (notice && notice.state !== "warned") keepOut(notice);
        else finish({ isCounted: isDone });
        // What is said of the person's standing is read beside the next item.
        if (following && notice) notices.show("standing", notice.text, { actions: [[t("understood"), () => {}, "understood"]] });
        bench.goOn(Boolean(following));
      };
      if (!feedback || feedback.again) goOn();
      else {
        // Nothing more can be done with it but to see what was right.
        current = { ...current, assignment: { ...current.assignment, moves: [] } };
        bench.goOn(false);
        bench.feedback(current, feedback, goOn);
      }
      return true;
    }
    bench.goOn(false);
    if (answer.status === 422 && Array.isArray(answer.data?.detail)) bench.errors(answer.data.detail);
    else if (answer.status === 409 && answer.data?.version !== undefined) {
      if (saver.recognise(answer.data)) return again();
      saver.conflict(answer.data.version);
    } else if (answer.status === 409 || answer.status === 404 || answer.status === 403) {
      // A save may have been told the same before.
      notices.clear("gone");
      notices.show(name, sentenceOf(answer), { actions: [[t("nextItem"), next, "next-item"], [t("backToList"), home]] });
    } else notices.show("unreachable", `${sentenceOf(answer)} ${t("workIsKept")}`, { actions: [[t("tryAgain"), again, "try-again"]] });
    return false;
  }

  function home() { window.location.assign(boot.urls.home); }

  return {
    start,
    next,
    home,
    can,
    id,
    get current() { return current; },
    get isBusy() { return isBusy; },

    submit() {
      if (!can("submit")) return false;
      if (saver.isStale) return bench.askWhich();
      if (bench.hasUnread()) return undefined;
      const body = () => ({ ...saver.body(), revision: current.assignment.revision, draft_version: saver.version, next: true });
      return leave(() => api.submit(id(), body()), { name: "submit", said: t("submitted") });
    },
    askSkip: () => (can("skip") && isLabeling ? bench.askSkip() : false),
    skip: (why) => leave(() => api.skip(id(), why), { name: "skip", said: t("skipped") }),
    approve() {
      if (!can("approve")) return false;
      return leave(() => api.approve(id(), judged()), { name: "approve", said: t("approved") });
    },
    /** Approve what the auditor made of it. `size` says how much had to be mended. */
    approveFix(size) {
      if (saver.isStale) return bench.askWhich();
      if (bench.hasUnread()) return undefined;
      return leave(() => api.fix(id(), { ...saver.body(), ...judged(), size }), { name: "fix", said: t("fixed") });
    },
    drop: (verdict) => leave(() => api.drop(id(), { ...judged(), ...verdict }), { name: "drop", said: t("dropped") }),
    reject: (verdict) => leave(() => api.reject(id(), { ...judged(), ...verdict }), { name: "reject", said: t("rejected") }),

    /** Leave a review that is kept for this auditor to others, and go on with another. */
    letGo() {
      if (!can("let_go")) return false;
      return leave(() => api.letGo(id()), { name: "let-go", said: t("letGo"), isDone: false });
    },

    /** Back to the list: the draft is saved first, then the item is free for others (or stays mine, as the server decides). */
    async back() {
      if (guard(() => this.back())) return undefined;
      const isSaved = !current || await saver.saveNow();
      if (!isSaved) return notices.show("back", t("notSavedYet"), { actions: [[t("leaveAnyway"), home], [t("stay"), () => {}]] });
      if (current && can("release") && isLabeling) {
        await saver.close();
        await api.release(id());
      }
      return home();
    },

    /** Throws away what is here and takes what the server has; of an item that is only looked at, a certain revision. */
    async reload(revision = null) {
      const assignmentId = id();
      await saver.close();
      bench.loading();
      const read = await api.read(assignmentId, revision);
      return read.ok ? show(read.data) : failToOpen(read);
    },
  };
}
