// From one item to the next: open, submit, skip, give back, approve, reject. Says what went wrong and what can be done.

import { t } from "./strings.js";

/**
 * `bench` shows things: show(payload, {isReadOnly}), end(kind, {message}), busy(isBusy), errors(detail).
 * The flow knows which call comes when, and nothing of how it looks.
 */
export function createFlow({ boot, api, saver, notices, bench }) {
  const isReview = boot.mode === "review";
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
    bench.show(payload, { isReadOnly: isReview || !payload.assignment.moves?.includes("submit"), ...options });
  }

  function finish() {
    const last = current;
    current = null;
    bench.end("done", { done, progress: last?.progress ?? null });
  }

  /** The sentence for an answer that is not what was hoped for. */
  function reason({ status, message }) {
    if (status === 0) return t("noConnection");
    if (status === 401) return t("loggedOut");
    if (status >= 500) return t("serverDown");
    return message || t("refused");
  }

  function failToOpen(answer, { isNext = false } = {}) {
    const kind = answer.status === 0 || answer.status >= 500 ? "unreachable" : answer.status === 401 ? "loggedOut" : "closed";
    // Another item may be open where this one is closed; where none can be had, the list is left.
    const retry = kind !== "closed" ? start : isNext ? null : next;
    bench.end(kind, { message: reason(answer), retry, retryLabel: t(kind === "closed" ? "nextItem" : "tryAgain") });
  }

  async function openOne(assignmentId) {
    const read = await api.read(assignmentId);
    if (!read.ok) return failToOpen(read);
    if (isReview) return show(read.data);
    const opened = read.data.assignment.moves.includes("open") ? await api.open(assignmentId) : null;
    show((opened?.ok && opened.data?.assignment ? opened : read).data);
    // It can be looked at, but not worked on: say why.
    if (!can("submit")) notices.show("closed", opened ? reason(opened) : t("closedNow"), { actions: [[t("nextItem"), next, "next-item"]] });
  }

  async function next() {
    await saver.close({ keep: true });
    const answer = await (isReview ? api.nextReview() : api.next());
    if (answer.status === 204) return finish();
    if (!answer.ok) return failToOpen(answer, { isNext: true });
    show(answer.data);
  }

  async function start() {
    bench.loading();
    await (boot.assignment_id && !current ? openOne(boot.assignment_id) : next());
  }

  /** Runs one of the verbs that end the work on an item; the answer brings the next one. */
  async function leave(send, { name, said }) {
    if (isBusy || !current) return false;
    isBusy = true;
    bench.busy(true);
    notices.clear(name);
    await saver.hold();
    const answer = await send();
    saver.release();
    isBusy = false;
    bench.busy(false);
    if (answer.ok) {
      done += 1;
      await saver.close();
      bench.say(said);
      if (answer.data?.next) show(answer.data.next);
      else finish();
      return true;
    }
    if (answer.status === 422 && Array.isArray(answer.data?.detail)) bench.errors(answer.data.detail);
    else if (answer.status === 409 && answer.data?.version !== undefined) saver.conflict(answer.data.version);
    else if (answer.status === 409 || answer.status === 404 || answer.status === 403) {
      notices.show(name, reason(answer), { actions: [[t("nextItem"), next, "next-item"], [t("backToList"), home]] });
    } else notices.show(name, `${reason(answer)} ${t("workIsKept")}`, { actions: [[t("tryAgain"), () => leave(send, { name, said }), "try-again"]] });
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

    submit() {
      if (!can("submit")) return false;
      if (saver.isStale) return bench.askWhich();
      const body = () => ({ ...saver.body(), revision: current.assignment.revision, draft_version: saver.version, next: true });
      return leave(() => api.submit(id(), body()), { name: "submit", said: t("submitted") });
    },
    askSkip: () => (can("skip") && !isReview ? bench.askSkip() : false),
    skip: (why) => leave(() => api.skip(id(), why), { name: "skip", said: t("skipped") }),
    approve() {
      if (!can("approve")) return false;
      return leave(() => api.approve(id(), judged()), { name: "approve", said: t("approved") });
    },
    reject: (verdict) => leave(() => api.reject(id(), { ...judged(), ...verdict }), { name: "reject", said: t("rejected") }),

    /** Back to the list: the draft is saved first, then the item is free for others (or stays mine, as the server decides). */
    async back() {
      if (current && can("release") && !isReview) {
        const isSaved = await saver.saveNow();
        if (!isSaved) return notices.show("back", t("notSavedYet"), { actions: [[t("leaveAnyway"), home], [t("stay"), () => {}]] });
        await saver.close();
        await api.release(id());
      } else if (current) await saver.saveNow();
      home();
    },

    /** Throws away what is here and takes what the server has. */
    async reload() {
      const assignmentId = id();
      await saver.close();
      bench.loading();
      const read = await api.read(assignmentId);
      return read.ok ? show(read.data) : failToOpen(read);
    },
  };
}
