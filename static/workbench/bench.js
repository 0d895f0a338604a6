// Shows an item, the wait for one, or the end of the work. What the flow decides becomes visible here.

import { h, hook } from "./dom.js";
import { showItem, showSide } from "./side.js";
import { t } from "./strings.js";

export function createBench(parts) {
  const { root, boot, store, player, sound, form, table, status, notices, saver, review, dialogs, announcer, initialState, errorsByAlias, getFlow, focusStage } = parts;
  const isReview = boot.mode === "review";
  const end = hook("end");

  const screen = (name) => { root.dataset.screen = name; };
  const count = () => store.get().questions.length;

  function showMoves(payload) {
    const can = (move) => Boolean(payload.assignment.moves?.includes(move));
    for (const move of ["submit", "skip", "approve", "reject"]) {
      const button = hook(move);
      button.hidden = !can(move) || (isReview ? ["submit", "skip"] : ["approve", "reject"]).includes(move);
    }
  }

  /** Work of an earlier visit that the server never got. */
  function offerCopy({ advice, copy }) {
    if (advice === "drop") return;
    const take = () => { store.set({ history: { ...store.get().history, present: copy.answers, past: [store.get().history.present] } }); };
    if (advice === "restore") {
      take();
      announcer.say(t("restored"));
      return;
    }
    notices.show("copy", t("copyDiffers", { time: new Date(copy.at).toLocaleString() }), {
      actions: [[t("useCopy"), take, "use-copy"], [t("dropCopy"), () => saver.discardCopy(store.get().payload.assignment.id), "drop-copy"]],
    });
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
      store.set({ ...state, ...kept });
      screen("item");
      showItem(payload, state.durationMs);
      showSide(payload, { durationMs: state.durationMs, isReview });
      status.progress(payload.progress);
      showMoves(payload);
      review.reset();
      form.build();
      table.rebuild();
      sound.open(state);
      hook("heard").hidden = isReadOnly;
      document.title = `${state.file?.filename ?? `#${payload.item.position}`} · ${payload.task.name} · Earmark`;
      if (!isReadOnly) offerCopy(saver.open(payload, state.durationMs));
      focusStage();
      announcer.say(t("opened", { name: state.file?.filename ?? payload.item.position, n: count() }));
    },

    end(kind, { message = "", done = 0, progress = null, retry = null, retryLabel = "" }) {
      sound.close();
      status.reset();
      screen("end");
      notices.clearAll();
      const isDone = kind === "done";
      if (progress) status.progress(isDone && progress.done < progress.total && done ? { ...progress, done: Math.min(progress.done + 1, progress.total) } : progress);
      end.dataset.kind = kind;
      end.setAttribute("data-testid", isDone ? "all-done" : "end");
      end.querySelector("h1").textContent = t(isDone ? (isReview ? "allReviewed" : "allDone") : `end_${kind}`);
      end.querySelector("p").textContent = isDone ? t(done ? "doneNow" : "nothingToDo", { n: done }) : message;
      end.querySelector(".wb-final-actions").replaceChildren(
        ...(retry ? [h("button", { type: "button", class: "btn btn-primary", "data-testid": "retry", onclick: retry }, retryLabel)] : []),
        h("a", { class: `btn ${retry ? "btn-plain" : "btn-primary"}`, href: boot.urls.home, "data-testid": "home" }, t("backToList")));
      end.querySelector("h1").focus();
    },

    busy(isBusy) {
      root.setAttribute("aria-busy", String(isBusy));
      for (const name of ["submit", "approve", "reject", "skip", "send-reject"]) hook(name).disabled = isBusy;
    },

    /** The server refused some answers: say so beside each question, and go to the first. */
    errors(detail) {
      const state = store.get();
      const errors = errorsByAlias(state, detail);
      const { "": general, ...byAlias } = errors;
      if (review.isOpen) return review.complain(detail.map(({ msg }) => msg).join(" "));
      store.set({ errors: byAlias });
      const first = state.questions.find(({ alias }) => byAlias[alias]);
      if (general) notices.show("submit", general);
      if (first) {
        form.focus(first.alias);
        form.reveal(first.alias);
        announcer.say(t("errorsIn", { n: Object.keys(byAlias).length, name: first.name, message: byAlias[first.alias] }));
      }
      return undefined;
    },

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
        notices.clear("stale");
      }
    },

    askSkip: () => { player.pause(); dialogs.skip(); },
    say: (text) => announcer.say(text),
  };
}
