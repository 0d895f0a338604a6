// Numbers: a text field that reads what is typed, steps by arrow keys, and says what is wrong before anything is sent.

import { answersOf } from "./state.js";
import { complaintBelow, h, idFor } from "./dom.js";
import { isUnclear, parse, problemOf, stepped } from "./numbers.js";
import { t } from "./strings.js";

/** What may be typed, in a few words; "" when anything may. */
export function boundsText({ min, max, above, below }) {
  const from = min ?? above;
  const to = max ?? below;
  if (from !== undefined && to !== undefined) return t("numberBetween", { min: from, max: to });
  if (from !== undefined) return t(min === undefined ? "numberAbove" : "numberFrom", { min: from });
  return to === undefined ? "" : t(max === undefined ? "numberBelow" : "numberUpTo", { max: to });
}

/**
 * A field for one number: {body, show(value), focus(), problem()}. `problem()` is a sentence, or "" when the field can be sent.
 * `onValue(value, isTyped)` gets null while there is no number to be read, and unless `keepsAny` none within the bounds.
 */
export function numberField({ attributes, bounds, isReadOnly, keepsAny = false, onValue }) {
  let known;

  const field = h("input", {
    type: "text", class: "form-control wb-number-field", inputmode: bounds.isWhole && bounds.min >= 0 ? "numeric" : "decimal", autocomplete: "off",
    role: "spinbutton", readonly: isReadOnly, "aria-valuemin": bounds.min ?? null, "aria-valuemax": bounds.max ?? null, ...attributes,
    oninput: () => take(true),
    onkeydown: step,
  });
  const problem = () => {
    const typed = field.value.trim();
    if (isUnclear(typed)) return t("unclearComma", { point: typed.replace(",", "."), plain: typed.replace(",", "") });
    const found = problemOf(parse(field.value), bounds);
    return found && t(found, bounds);
  };

  const complaint = complaintBelow(problem, () => field);

  function take(isTyped) {
    const value = parse(field.value);
    known = Number.isNaN(value) || (!keepsAny && problemOf(value, bounds)) ? null : value;
    complaint.soon();
    name(known);
    onValue(known, isTyped);
  }

  function name(value) {
    if (value === null) field.removeAttribute("aria-valuenow");
    else field.setAttribute("aria-valuenow", value);
  }

  function step(event) {
    const direction = { ArrowUp: 1, ArrowDown: -1 }[event.key];
    if (!direction || isReadOnly || event.altKey || event.ctrlKey || event.metaKey) return;
    event.preventDefault();
    field.value = String(stepped(parse(field.value), direction * (event.shiftKey ? 10 : 1), bounds));
    take(false);
  }

  return {
    body: h("div", { class: "wb-number-box" }, field, h("span", { class: "wb-bounds", "aria-hidden": "true" }, boundsText(bounds)), complaint.element),
    /** Shows an answer that did not come from this field: after undo, or with the item. */
    show(value = null) {
      if (value === known) return;
      known = value;
      field.value = value === null ? "" : String(value);
      name(value);
      complaint.clear();
    },
    focus() { field.focus(); field.select(); },
    problem,
    say: complaint.now,
  };
}

/** One answer of a question as a number field: what ratings of many steps and number questions have in common. */
export function numberAnswer(question, bounds, { acts, isReadOnly }) {
  const { alias } = question;
  const field = numberField({
    bounds, isReadOnly, onValue: (value, isTyped) => acts.setAnswer(alias, value, { key: isTyped ? `text:${alias}` : `step:${alias}` }),
    attributes: {
      id: idFor("field", alias), "data-testid": `number-${alias}`, "aria-labelledby": idFor("name", alias), "aria-describedby": idFor("error", alias),
      "aria-required": question.required ? "true" : null,
    },
  });
  return { ...field, isTyped: true, sync: (state) => field.show(answersOf(state)[alias]), problem: () => (field.problem() ? [field] : []) };
}

export function number(question, tools) {
  const { min, max } = question.configuration;
  return numberAnswer(question, { min: min ?? undefined, max: max ?? undefined }, tools);
}
