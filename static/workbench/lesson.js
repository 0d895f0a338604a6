// Trainings and exams: what was right, what was expected and why, and at the end what came of it. Others do not load it.

import { call, sentenceOf } from "./api.js";
import { createExpectedPainter } from "./paint_expected.js";
import { formatTime } from "./time.js";
import { h, hook } from "./dom.js";
import { isMarking } from "./state.js";
import { when } from "./side.js";

const fill = (sentence, values) => sentence.replaceAll(/\{(\w+)\}/g, (_, name) => values[name] ?? "");

// The word of a code, once a pool is there.
let labelOf = (_url, code) => code;

function lines(question, value, words) {
  if (value === null || value === undefined || (Array.isArray(value) && !value.length)) return [words.nothing];
  if (question.type === "regions") return value.map((mark) => `${mark.label} ${formatTime(mark.start_ms)}–${formatTime(mark.end_ms)}`);
  if (question.type === "timestamp") return [value].flat().map((moment) => formatTime(moment));
  if (question.type === "words") {
    const terms = (value.terms ?? []).map((code) => labelOf(question.configuration.index_url, code));
    return [value.cannot_judge ? words.cannotJudge : [...terms, ...(value.words ?? [])].join(", ")];
  }
  if (question.type === "form") return Object.entries(value).map(([name, part]) => `${name}: ${part}`);
  return [[value].flat().join(", ")];
}

export function createLesson({ boot, store, detail, say }) {
  const { words, attempts_url: url, kind } = boot.lesson;
  const root = hook("feedback");
  let goOn = null;

  detail.paintAlso(createExpectedPainter(words.expected));

  /** Enter goes on wherever the focus is, but where it means something else. */
  document.addEventListener("keydown", (event) => {
    const isTyped = event.target.closest?.("input, textarea, select, button, a, summary, dialog, [contenteditable]");
    if (event.key !== "Enter" || !goOn || isTyped) return;
    event.preventDefault();
    goOn();
  });

  function row({ alias, right, expected }, isOver) {
    const question = store.get().questions.find((one) => one.alias === alias);
    if (!question) return null;
    const told = isOver && !right ? h("div", { class: "wb-expected" }, h("span", {}, `${words.expected}:`), ...lines(question, expected, words).map((line) => h("span", {}, line))) : null;
    return h("li", { class: right ? "is-right" : "is-wrong", "data-testid": `graded-${alias}` },
      h("span", { "aria-hidden": "true" }, right ? "✓" : "✗"), h("div", {}, h("strong", {}, question.name), ` – ${right ? words.right : words.wrong}`, told));
  }

  const lesson = {
    clear() {
      goOn = null;
      root.hidden = true;
      root.replaceChildren();
      store.set({ expected: [] });
    },

    /** `onNext` is there once the item is over; without it the answers are to be corrected. */
    async show(feedback, { onNext = null } = {}) {
      if (store.get().questions.some(({ type }) => type === "words")) ({ labelOf } = await import("./words_pools.js"));
      const isOver = !feedback.again;
      goOn = onNext && (() => { goOn = null; onNext(); });
      const title = feedback.is_right ? words.allRight : isOver ? words.notRight : words.notYet;
      const text = isOver ? feedback.explanation : feedback.hint || words.listenAgain;
      const questions = store.get().questions;
      const expected = feedback.questions.filter(({ alias, right }) => !right && questions.some((one) => one.alias === alias && isMarking(one)));
      store.set({ expected: isOver ? expected : [] });
      const next = goOn && h("button", { type: "button", class: "btn btn-primary", "data-testid": "feedback-next", onclick: () => goOn?.() }, words.next, h("kbd", { class: "keycap" }, "↵"));
      root.className = `wb-feedback ${feedback.is_right ? "is-right" : "is-wrong"}`;
      root.replaceChildren(
        h("h2", { tabindex: "-1" }, title),
        h("ul", {}, ...feedback.questions.map((one) => row(one, isOver)).filter(Boolean)),
        ...(text ? [h("p", { "data-testid": isOver ? "explanation" : "hint" }, text)] : []),
        ...(next ? [next] : []));
      root.hidden = false;
      root.scrollIntoView({ block: "nearest" });
      (next ?? root.querySelector("h2")).focus({ preventScroll: true });
      say([title, text].filter(Boolean).join(" "));
    },

    /** What came of the try, in place of what a task says when nothing is left. */
    async end(place, { onRetry, home }) {
      lesson.clear();
      const answer = await call("GET", url);
      const last = answer.data?.mine?.[0];
      if (!answer.ok || !last) return;
      const isOver = last.state !== "running";
      const values = { score: Math.round(last.score ?? 0), needed: answer.data.pass_percent, right: last.n_right, n: last.n_items };
      const opens = answer.data.next_try_at && new Date(answer.data.next_try_at);
      place.dataset.kind = last.state === "passed" ? "done" : "closed";
      place.querySelector("h1").textContent = isOver ? words[last.state] : words.noItem;
      const again = last.state !== "failed" ? "" : opens === null ? words.noMoreTries : opens > new Date() ? fill(words.tryFrom, { moment: when(opens.toISOString()) }) : "";
      place.querySelector("p").textContent = isOver ? [fill(words.score, values), again].filter(Boolean).join(" ") : "";
      const canRetry = last.state === "failed" && opens !== null && opens <= new Date();
      const retry = async () => {
        const begun = await call("POST", url, {});
        if (begun.ok) onRetry();
        else place.querySelector("p").textContent = sentenceOf(begun);
      };
      place.querySelector(".wb-final-actions").replaceChildren(
        ...(canRetry ? [h("button", { type: "button", class: "btn btn-primary", "data-testid": "retry-lesson", onclick: retry }, words.tryAgain)] : []),
        h("a", { class: `btn ${canRetry ? "btn-plain" : "btn-primary"}`, href: home, "data-testid": "home" }, words.backToList));
      place.setAttribute("data-lesson", `${kind} ${last.state}`);
      say(`${place.querySelector("h1").textContent} ${place.querySelector("p").textContent}`);
    },
  };
  return lesson;
}
