// Categorical questions: segments, a list where they are many or long, or a dropdown.

import { answersOf } from "./state.js";
import { h, idFor, keycap } from "./dom.js";
import { t } from "./strings.js";

const SEGMENTS_MOST = 5;
const SEGMENTS_LETTERS = 34;

/** Whether the choices fit into one row of segments, which are equally wide: the longest must not break inside a word. */
export const areShort = (choices) =>
  choices.length <= SEGMENTS_MOST && choices.length * Math.max(...choices.map((choice) => choice.length)) <= SEGMENTS_LETTERS;

export const choiceName = (text) => h("span", { class: "wb-choice-name", "data-text": text }, h("span", {}, text));

function dropdown(question, { acts, isReadOnly }) {
  const { choices } = question.configuration;
  const select = h("select", {
    class: "form-select wb-select", "data-testid": `choice-${question.alias}`, disabled: isReadOnly,
    "aria-labelledby": idFor("name", question.alias), "aria-describedby": idFor("error", question.alias),
    onchange: () => acts.setAnswer(question.alias, select.value || null),
  }, h("option", { value: "" }, t("chooseOne")), choices.map((choice) => h("option", { value: choice }, choice)));
  return {
    body: select,
    sync: (state) => { select.value = answersOf(state)[question.alias] ?? ""; },
    focus: () => select.focus(),
  };
}

export function categorical(question, tools) {
  const { choices, multi, dropdown: isDropdown } = question.configuration;
  if (isDropdown && !multi) return dropdown(question, tools);
  const { acts, keysOf, isReadOnly } = tools;
  const options = choices.map((choice, i) => {
    const input = h("input", {
      type: multi ? "checkbox" : "radio", name: `choice-${question.alias}`, value: choice, class: "visually-hidden", disabled: isReadOnly,
      "aria-describedby": idFor("error", question.alias), onclick: () => acts.choose(question.alias, choice),
    });
    const key = keycap(i < 9 ? keysOf(`digit${i + 1}`) : "");
    key.classList.add("wb-digit");
    // A click on the label would give the radio the focus, and with it the arrow keys: the next seek would change the answer.
    const byMouse = (event) => {
      if (event.target === input) return;
      event.preventDefault();
      if (!isReadOnly) acts.choose(question.alias, choice);
    };
    const label = h("label", { class: "wb-choice", "data-testid": `choice-${question.alias}-${choice}`, onclick: byMouse },
      input, choiceName(choice), key);
    return { choice, input, label };
  });
  const body = h("div", {
    class: areShort(choices) ? "wb-segments" : "wb-choices", role: multi ? "group" : "radiogroup",
    "aria-labelledby": idFor("name", question.alias), "aria-required": question.required && !multi ? "true" : null,
  }, options.map(({ label }) => label));
  return {
    body,
    sync: (state) => {
      const given = answersOf(state)[question.alias];
      for (const { choice, input, label } of options) {
        input.checked = multi ? Boolean(given?.includes(choice)) : given === choice;
        label.classList.toggle("is-chosen", input.checked);
      }
    },
    focus: () => (options.find(({ input }) => input.checked) ?? options[0])?.input.focus(),
  };
}
