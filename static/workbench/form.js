// The questions on the right, in the order asked: built once per item, then kept in step with the state.

import { answersOf, isPrefilled } from "./state.js";
import { builderOf } from "./needed.js";
import { formatTime } from "./time.js";
import { h, icon, idFor, keycap } from "./dom.js";
import { categorical } from "./form_choice.js";
import { countByLabel, marksOf } from "./marks.js";
import { t } from "./strings.js";

function labelButtons(question, { acts, detail, keysOf, isReadOnly }) {
  const labels = question.configuration.labels ?? [];
  const rows = labels.map(({ name, description }, i) => {
    const count = h("span", { class: "wb-count" });
    const key = keycap(i < 9 ? keysOf(`digit${i + 1}`) : "");
    key.classList.add("wb-digit");
    const swatch = h("span", { class: "wb-swatch" });
    const button = h("button", {
      type: "button", class: "wb-label", "data-testid": `label-${name}`, title: description || null, "aria-pressed": "false",
      disabled: isReadOnly, onclick: () => acts.setLabel(question.alias, name),
    }, swatch, h("span", { class: "wb-label-name" }, name), count, key);
    return { name, button, count, swatch };
  });
  const body = h("div", { class: "wb-labels" }, rows.map(({ button }) => button));
  const sync = (state) => {
    const counts = countByLabel(marksOf(state, question.alias));
    for (const { name, button, count, swatch } of rows) {
      const isActive = !isReadOnly && state.labels[question.alias] === name && state.marking === question.alias;
      button.setAttribute("aria-pressed", String(isActive));
      swatch.style.background = detail.colors(question, name);
      count.textContent = counts[name] ?? 0;
      button.setAttribute("aria-label", t("labelWithCount", { label: name, n: counts[name] ?? 0 }));
    }
  };
  return { body, sync, focus: () => rows[0]?.button.focus() };
}

function points(question, { acts, keysOf, isReadOnly, hasSound }) {
  const add = h("button", { type: "button", class: "wb-label", "data-testid": `add-${question.alias}`, disabled: isReadOnly || !hasSound, onclick: () => acts.addPointTo(question.alias) },
    icon("plus"), h("span", { class: "wb-label-name" }, t("addPoint")), h("span", { class: "wb-digit" }, keycap(keysOf("newMark"))));
  const given = h("p", { class: "wb-given", "data-testid": `points-${question.alias}` });
  const sync = (state) => {
    const marks = marksOf(state, question.alias);
    given.textContent = marks.length > 6 ? t("pointCount", { n: marks.length }) : marks.map(formatTime).join(" · ");
    add.setAttribute("aria-pressed", String(!isReadOnly && state.marking === question.alias));
  };
  return { body: h("div", {}, isReadOnly ? null : add, hasSound ? null : h("p", { class: "wb-prompt" }, t("needsSound")), given), sync, focus: () => add.focus() };
}

function freeText(question, { acts, isReadOnly }) {
  const { max_length: most, min_length: least } = question.configuration;
  const counter = h("span", { class: "wb-counter", "aria-hidden": "true" });
  const field = h("textarea", {
    class: "form-control wb-text", rows: 3, "data-testid": `text-${question.alias}`, id: idFor("field", question.alias), maxlength: most ?? null,
    readonly: isReadOnly, "aria-labelledby": idFor("name", question.alias), "aria-describedby": idFor("error", question.alias),
    oninput: () => acts.writeText(question.alias, field.value),
  });
  const sync = (state) => {
    const text = answersOf(state)[question.alias] ?? "";
    if (field.value !== text) field.value = text;
    counter.textContent = most ? `${text.length} / ${most}` : least ? t("atLeast", { n: least }) : "";
  };
  return { body: h("div", { class: "wb-free" }, field, counter), sync, focus: () => field.focus(), isTyped: true };
}

const BUILDERS = { regions: labelButtons, timestamp: points, categorical, free_text: freeText };

function questionBlock(question, tools) {
  const built = (BUILDERS[question.type] ?? builderOf(question.type) ?? freeText)(question, tools);
  const error = h("p", { class: "wb-error", id: idFor("error", question.alias), role: "alert", "data-testid": `error-${question.alias}`, hidden: true });
  const prefilled = h("span", { class: "wb-prefilled", "data-testid": `prefilled-${question.alias}`, hidden: true }, t("prefilled"));
  const section = h("section", { class: "wb-question", "data-testid": `question-${question.alias}`, role: "group", "aria-labelledby": idFor("name", question.alias) },
    h("h2", { id: idFor("name", question.alias) }, question.name, question.required ? h("span", { class: "wb-hint" }, t("required")) : null, prefilled),
    question.prompt && question.prompt !== question.name ? h("p", { class: "wb-prompt" }, question.prompt) : null,
    built.body, error);
  const block = { section, error, prefilled, wasEntered: false, ...built };
  // Whatever question is being used is the one that digits go to.
  section.addEventListener("focusin", () => {
    block.wasEntered = true;
    tools.acts.activate(question.alias);
  });
  section.addEventListener("pointerdown", () => tools.acts.activate(question.alias));
  return block;
}

export function createForm({ root, store, ...tools }) {
  const { acts } = tools;
  let blocks = new Map();

  function syncBlock(state, { alias }, block) {
    block.sync(state);
    block.section.classList.toggle("is-active", state.active === alias && !state.isReadOnly);
    block.prefilled.hidden = !isPrefilled(state, alias);
    const errors = state.errors[alias] ?? [];
    const message = (block.complain?.(errors) ?? errors)[0]?.message ?? "";
    block.error.hidden = !message;
    if (block.error.textContent !== message) block.error.textContent = message;
    block.section.classList.toggle("is-wrong", errors.length > 0);
  }

  function sync(state) {
    for (const question of state.questions) if (blocks.has(question.alias)) syncBlock(state, question, blocks.get(question.alias));
  }

  store.subscribe((state, changed) => {
    if (["history", "active", "marking", "labels", "errors"].some((key) => changed.has(key))) sync(state);
  });

  /** Where the answer is typed, the field gets the keys; where it is chosen by digits, the sound keeps them. */
  function enter(alias) {
    const block = blocks.get(alias);
    if (block?.isTyped) block.focus();
    else if (root.contains(document.activeElement)) acts.focusStage();
    block?.section.scrollIntoView({ block: "nearest" });
  }

  /** Scrolls to a question, and within it to what has the focus: no bar of a small screen may cover that. */
  function reveal(alias) {
    const section = blocks.get(alias)?.section;
    section?.scrollIntoView({ block: "nearest" });
    if (section?.contains(document.activeElement)) document.activeElement.scrollIntoView({ block: "nearest" });
  }

  return {
    sync: () => sync(store.get()),
    build() {
      const state = store.get();
      const options = { ...tools, store, isReadOnly: state.isReadOnly, hasSound: Boolean(state.file) };
      blocks = new Map(state.questions.map((question) => [question.alias, questionBlock(question, options)]));
      root.replaceChildren(...[...blocks.values()].map(({ section }) => section));
      sync(state);
    },
    focus: (alias) => blocks.get(alias)?.focus(),
    reveal,

    /** To the next question; the one where an item begins is passed over only once it was entered. */
    goOn() {
      const here = blocks.get(store.get().active);
      if (!here?.isTyped || here.wasEntered) acts.nextQuestion();
      enter(store.get().active);
    },

    /** The first field in which something stands that cannot be read as an answer: {name, message}, and the focus is there. */
    unread() {
      for (const question of store.get().questions) {
        const [first] = blocks.get(question.alias)?.problem?.() ?? [];
        if (!first) continue;
        first.say();
        first.focus();
        reveal(question.alias);
        return { name: question.name, message: first.problem() };
      }
      return null;
    },
  };
}
