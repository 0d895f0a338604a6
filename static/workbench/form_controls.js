// The controls of a form's fields, one per kind of field (see schema.js). Each is {body, show(value), focus(), problem()}.
//
// `problem()` is a sentence when what was typed cannot be read, else "". `onValue(value, key)` takes the new value, null
// for none; changes with the same `key` are one step for undo.

import { areShort, choiceName } from "./form_choice.js";
import { complaintBelow, h } from "./dom.js";
import { numberField } from "./form_number.js";
import { t } from "./strings.js";

const DROPDOWN_FROM = 8;
const INPUTS = { date: "date", email: "email", uri: "url" };

const nothing = () => "";

function typed(field, { isReadOnly, attributes, onValue }, { isLong }) {
  const control = h(isLong ? "textarea" : "input", {
    class: "form-control wb-text", readonly: isReadOnly, maxlength: field.most ?? null, ...(isLong ? { rows: 3 } : { type: INPUTS[field.format] ?? "text", autocomplete: "off" }),
    ...attributes, oninput: () => onValue(control.value, "text"),
  });
  return {
    body: control,
    show: (value) => { if (control.value !== (value ?? "")) control.value = value ?? ""; },
    focus: () => control.focus(),
    problem: nothing,
  };
}

function dropdown(field, { isReadOnly, attributes, onValue }) {
  const select = h("select", { class: "form-select wb-select", disabled: isReadOnly, ...attributes, onchange: () => onValue(field.options[select.selectedIndex - 1]?.value ?? null) },
    h("option", { value: "" }, t("chooseOne")), field.options.map(({ label }) => h("option", {}, label)));
  return {
    body: select,
    show: (value) => { select.selectedIndex = field.options.findIndex((option) => option.value === value) + 1; },
    focus: () => select.focus(),
    problem: nothing,
  };
}

/** Radios or checkboxes. A digit chooses while one of them has the focus; a chosen radio is let go by choosing it again. */
function boxes(field, { isReadOnly, attributes, onValue }, { isMulti }) {
  let given;
  const { id, "data-testid": testid, ...described } = attributes;
  const isChosen = (value) => (isMulti ? Array.isArray(given) && given.includes(value) : given === value);

  function choose(value) {
    if (isReadOnly) return;
    if (!isMulti) return onValue(given === value && !field.isRequired ? null : value);
    const chosen = field.options.filter((option) => isChosen(option.value) !== (option.value === value)).map((option) => option.value);
    return onValue(chosen);
  }

  const isRow = !isMulti && areShort(field.options.map(({ label }) => label));
  const rows = field.options.map(({ value, label: text }) => {
    const input = h("input", {
      type: isMulti ? "checkbox" : "radio", name: id, class: isRow ? "visually-hidden" : "form-check-input", disabled: isReadOnly,
      onclick: () => choose(value), "aria-describedby": described["aria-describedby"],
    });
    // As for choices: a click must not leave the arrow keys to the radio.
    const byMouse = (event) => {
      if (event.target === input) return;
      event.preventDefault();
      choose(value);
    };
    const label = h("label", { class: isRow ? "wb-choice" : "wb-choice wb-box", "data-testid": `${testid}-${text}`, onclick: byMouse }, input, choiceName(text));
    return { value, input, label };
  });
  const byDigit = (event) => {
    const row = !event.ctrlKey && !event.metaKey && !event.altKey && /^[1-9]$/.test(event.key) ? rows[Number(event.key) - 1] : null;
    if (!row || isReadOnly) return;
    event.preventDefault();
    row.input.focus();
    choose(row.value);
  };
  return {
    body: h("div", { id, class: isRow ? "wb-segments" : "wb-choices", role: isMulti ? "group" : "radiogroup", "data-testid": testid, "aria-labelledby": described["aria-labelledby"],
      "aria-required": isMulti ? null : described["aria-required"], onkeydown: byDigit }, rows.map(({ label }) => label)),
    show(value) {
      given = value;
      for (const row of rows) {
        row.input.checked = isChosen(row.value);
        row.label.classList.toggle("is-chosen", row.input.checked);
      }
    },
    focus: () => (rows.find(({ input }) => input.checked) ?? rows[0])?.input.focus(),
    problem: nothing,
  };
}

const yesOrNo = (field) => ({ ...field, options: [{ value: true, label: t("yes") }, { value: false, label: t("no") }] });

/** Anything that has no control of its own is written as JSON. */
function json(field, { isReadOnly, attributes, onValue }) {
  let known;
  const read = () => {
    const text = control.value.trim();
    if (!text) return { value: null, problem: "" };
    try { return { value: JSON.parse(text), problem: "" }; } catch (error) { return { value: null, problem: t("notJson", { why: error.message }) }; }
  };
  const control = h("textarea", {
    class: "form-control wb-text wb-code", rows: 4, spellcheck: "false", readonly: isReadOnly, ...attributes,
    oninput: () => {
      const { value } = read();
      complaint.soon();
      known = value ?? undefined;
      onValue(value, "text");
    },
  });
  const complaint = complaintBelow(() => read().problem, () => control);
  return {
    body: h("div", {}, control, h("span", { class: "wb-bounds" }, t("asJson")), complaint.element),
    show(value) {
      if (value === known) return;
      known = value;
      control.value = value === undefined ? "" : JSON.stringify(value, null, 2);
      complaint.clear();
    },
    focus: () => control.focus(),
    problem: () => read().problem,
    say: complaint.now,
  };
}

const numeric = (field, tools) =>
  numberField({ ...tools, bounds: field.bounds, keepsAny: true, onValue: (value, isTyped) => tools.onValue(value, isTyped ? "text" : "step") });

const KINDS = {
  text: (field, tools) => typed(field, tools, { isLong: false }),
  long: (field, tools) => typed(field, tools, { isLong: true }),
  choice: (field, tools) => (field.options.length >= DROPDOWN_FROM ? dropdown(field, tools) : boxes(field, tools, { isMulti: false })),
  choices: (field, tools) => boxes(field, tools, { isMulti: true }),
  boolean: (field, tools) => boxes(yesOrNo(field), tools, { isMulti: false }),
  number: numeric,
  json,
};

export const controlFor = (field, tools) => KINDS[field.kind](field, tools);
