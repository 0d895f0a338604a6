// Ratings: the steps in a row between what the lowest and the highest mean; very many steps as a number.

import { answersOf } from "./state.js";
import { h, idFor } from "./dom.js";
import { numberAnswer } from "./form_number.js";
import { t } from "./strings.js";

// More of them are no longer seen at a glance.
const ROW_MOST = 20;

function ends({ min_label: least, max_label: most, steps }) {
  return h("div", { class: "wb-ends", "aria-hidden": "true" },
    h("span", {}, least ? t("endIs", { n: 1, label: least }) : ""), h("span", {}, most ? t("endIs", { n: steps, label: most }) : ""));
}

function nameOf(step, { steps, min_label: least, max_label: most }) {
  const end = step === 1 ? least : step === steps ? most : "";
  return end ? t("endIs", { n: step, label: end }) : String(step);
}

export function rating(question, tools) {
  const { alias, configuration } = question;
  const { steps } = configuration;
  if (steps > ROW_MOST) {
    const field = numberAnswer(question, { min: 1, max: steps, isWhole: true }, tools);
    return { ...field, body: h("div", {}, field.body, ends(configuration)) };
  }
  const { acts, keysOf, isReadOnly } = tools;
  const options = Array.from({ length: steps }, (_, i) => {
    const step = i + 1;
    const input = h("input", {
      type: "radio", name: `rating-${alias}`, value: String(step), class: "visually-hidden", disabled: isReadOnly, "aria-label": nameOf(step, configuration),
      "aria-describedby": idFor("error", alias), onclick: () => acts.rate(alias, step),
    });
    // As for choices: a click must not leave the arrow keys to the radio.
    const byMouse = (event) => {
      if (event.target === input) return;
      event.preventDefault();
      if (!isReadOnly) acts.rate(alias, step);
    };
    const hasKey = !isReadOnly && step <= 9 && keysOf(`digit${step}`) === String(step);
    const label = h("label", { class: hasKey ? "wb-choice wb-step has-key" : "wb-choice wb-step", "data-testid": `rating-${alias}-${step}`, onclick: byMouse }, input, h("span", {}, String(step)));
    return { step, input, label };
  });
  const row = h("div", {
    class: `wb-steps${steps > 10 ? " is-many" : steps > 7 ? " is-several" : ""}`, role: "radiogroup", "aria-labelledby": idFor("name", alias), "aria-required": question.required ? "true" : null,
  }, options.map(({ label }) => label));
  return {
    body: h("div", {}, row, ends(configuration)),
    sync: (state) => {
      const given = answersOf(state)[alias];
      for (const { step, input, label } of options) {
        input.checked = step === given;
        label.classList.toggle("is-chosen", input.checked);
      }
    },
    focus: () => (options.find(({ input }) => input.checked) ?? options[0])?.input.focus(),
  };
}
