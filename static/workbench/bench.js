// Shows an item, the wait for one, or the end of the work. What the flow decides becomes visible here.

import { h, hook } from "./dom.js";
import { showItem, showSide } from "./side.js";
import { t } from "./strings.js";
import { answersOf, withAnswers } from "./state.js";

export function createBench(parts) {
  const { root, boot, store, player, sound, layout, form, table, status, notices, saver, dialogs, announcer, initialState, errorsByAlias, getFlow, getCommands, getJudging, getComments, getSuggesting, focusStage } = parts;
  const isReview = boot.mode === "review";
  const moves = { label: ["submit", "skip"], review: ["approve", "fix", "reject", "drop", "let_go"], view: [] }[boot.mode];
  const end = hook("end");
  // Only trainings and exams have something to say of an answer.
  const lesson = boot.lesson ? import("./lesson.js").then(({ createLesson }) => createLesson({ boot, store, detail: parts.detail, say: announcer.say })) : null;
  let focusBefore = null;

  const screen = (name) => { root.dataset.screen = name; };
  const count = () => store.get().questions.length;

  function showMoves(payload) {
    const isFixing = Boolean(getJudging()?.fixing.isOn);
    for (const move of moves) hook(move.replace("_", "-")).hidden = isFixing || !payload.assignment.moves?.includes(move);
    if (isReview) for (const name of ["cancel-fix", "sizes", "approve-fix"]) hook(name).hidden = !isFixing;
  }

  /** The parts that are built for answers that can be changed, or for answers that cannot. */
  function build() {
    const { payload, isReadOnly } = store.get();
    root.dataset.editing = String(!isReadOnly);
    hook("heard").hidden = isReadOnly || !payload.item.files.length;
    showMoves(payload);
    form.build();
    table.rebuild();
  }

  /** Work of an earlier visit that the server never got. */
  function offerCopy({ advice, copy }, name) {
    if (advice === "drop") return;
    const take = () => { store.set({ history: { ...store.get().history, present: { answers: copy.answers, dismissed: copy.dismissed ?? [] }, past: [store.get().history.present] } }); };
    if (advice === "restore") {
      take();
      announcer.say(t("restored"));
      return;
    }
    notices.show("copy", t("copyDiffers", { time: new Date(copy.at).toLocaleString() }), {
      actions: [[t("useCopy"), take, "use-copy"], [t("dropCopy"), () => saver.discardCopy(name), "drop-copy"]],
    });
  }

  /** A task that was stopped takes no more: what was typed until then is at least to be seen. */
  function showUnsent(payload) {
    const copy = boot.mode === "label" && saver.unsent(payload);
    if (copy) store.set(withAnswers(store.get(), copy.answers, { isReadOnly: true, dismissed: copy.dismissed }));
  }

  function showStale() {
    return notices.show("stale", t("openedElsewhere"), {
      actions: [[t("takeTheirs"), () => getFlow().reload(), "take-theirs"], [t("keepMine"), () => saver.keepMine(), "keep-mine"]],
    });
  }

  return {
    loading() { screen("loading"); },

    show(payload, { isReadOnly }) {
      const state = initialState(payload, { isReadOnly });
      const kept = store.get().rate ? { rate: store.get().rate, loop: store.get().loop } : {};
      status.reset();
      getSuggesting();
      store.set({ ...state, ...kept });
      root.dataset.sound = payload.item.files.length ? "some" : "none";
      screen("item");
      showItem(payload, state.durationMs, layout.show(payload));
      showSide(payload, { isLabeling: boot.mode === "label" });
      status.progress(payload.progress);
      getJudging()?.show(payload, state.durationMs);
      getComments()?.show();
      build();
      sound.open(state);
      document.title = `${state.file?.filename ?? `#${payload.item.position}`} · ${payload.task.name} · Earmark`;
      if (isReadOnly) showUnsent(payload);
      else offerCopy(saver.open(payload, state.durationMs), payload.assignment.id);
      focusStage();
      lesson?.then(({ show, clear }) => { clear(); if (payload.feedback) show(payload.feedback); });
      announcer.say(t("opened", { name: state.file?.filename ?? payload.item.position, n: count() }));
    },

    end(kind, { message = "", done = 0, isCounted = false, progress = null, retry = null, retryLabel = "" }) {
      sound.close();
      layout.clear();
      status.reset();
      screen("end");
      notices.clearAll();
      const isDone = kind === "done";
      if (progress) status.progress(isDone && isCounted && progress.done < progress.total ? { ...progress, done: progress.done + 1 } : progress);
      end.dataset.kind = kind;
      end.setAttribute("data-testid", isDone ? "all-done" : "end");
      end.querySelector("h1").textContent = t(isDone ? (isReview ? "allReviewed" : "allDone") : `end_${kind}`);
      end.querySelector("p").textContent = isDone ? t(done ? "doneNow" : "nothingToDo", { n: done }) : message;
      end.querySelector(".wb-final-actions").replaceChildren(
        ...(retry ? [h("button", { type: "button", class: "btn btn-primary", "data-testid": "retry", onclick: retry }, retryLabel)] : []),
        h("a", { class: `btn ${retry ? "btn-plain" : "btn-primary"}`, href: boot.urls.home, "data-testid": "home" }, t("backToList")));
      end.querySelector("h1").focus();
      if (isDone) lesson?.then((one) => one.end(end, { onRetry: () => getFlow().next(), home: boot.urls.home }));
    },

    /** The item is over: what was right, and what was expected. */
    feedback(payload, feedback, onNext) {
      store.set({ ...withAnswers(store.get(), answersOf(store.get()), { isReadOnly: true }), payload });
      build();
      lesson?.then(({ show }) => show(feedback, { onNext }));
    },

    busy(isBusy) {
      root.setAttribute("aria-busy", String(isBusy));
      if (isBusy) focusBefore = document.activeElement;
      // What is on its way is not typed into any more.
      for (const part of [hook("side"), hook("region-table")]) part.inert = isBusy;
      for (const name of ["submit", "approve", "approve-fix", "cancel-fix", "fix", "reject", "drop", "skip", "let-go", "send-reject"]) {
        const button = hook(name);
        if (button) button.disabled = isBusy;
      }
      if (!isBusy && document.activeElement === document.body) focusBefore?.focus();
    },

    /** The server refused some answers: say so beside each question, and go to the first. */
    errors(detail) {
      const state = store.get();
      const errors = errorsByAlias(state, detail);
      const { "": general, ...byAlias } = errors;
      if (getJudging()?.review.isOpen) return getJudging().review.complain(detail.map(({ msg }) => msg).join(" "));
      store.set({ errors: byAlias });
      const first = state.questions.find(({ alias }) => byAlias[alias]);
      if (general) notices.show("submit", general[0].message);
      if (first) {
        form.focus(first.alias);
        form.reveal(first.alias);
        announcer.say(t("errorsIn", { n: Object.keys(byAlias).length, name: first.name, message: byAlias[first.alias][0].message }));
      }
      return undefined;
    },

    /** What was pressed while an item was handed in happens now. */
    goOn: (isShown) => getCommands().goOn(isShown),

    /** True when a field holds what no answer can be made of; it says so itself, and nothing is sent. */
    hasUnread() {
      if (table.hasUnread()) return true;
      const found = form.unread();
      if (found) announcer.say(t("errorsIn", { n: 1, ...found }));
      return Boolean(found);
    },

    build,
    offerCopy,

    /** Two versions of the answers: nothing goes on until a person has chosen one. */
    askWhich() {
      showStale().querySelector("button").focus();
      return false;
    },

    savePhase(phase, answer) {
      if (phase === "stale") showStale();
      else if (phase === "gone") {
        notices.show("gone", `${answer?.message || t("notYoursAnyMore")} ${t("copyStays")}`, { actions: [[t("nextItem"), () => getFlow().next(), "next-item"]] });
      } else if (phase === "retrying" && answer?.status === 401) notices.show("login", t("loggedOutKeep"));
      else if (phase === "clean") {
        notices.clear("login");
        notices.clear("unreachable");
        notices.clear("stale");
      }
    },

    askSkip: () => { player.pause(); dialogs.skip(); },
    say: (text) => announcer.say(text),
  };
}
