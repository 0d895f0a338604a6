// Form questions: the fields that a JSON schema asks for. The answer is one object; each field writes its own part of it.

import { answersOf } from "./state.js";
import { controlFor } from "./form_controls.js";
import { formOf, nearest, valueAt, write } from "./schema.js";
import { h, idFor } from "./dom.js";
import { t } from "./strings.js";

/** Where the server's sentence about a place stands: {element, say(text)}. */
function complaint(id) {
  const element = h("p", { class: "wb-error", id, role: "alert", "data-testid": id, hidden: true });
  return {
    element,
    say(text) {
      if (element.textContent !== text) element.textContent = text;
      element.hidden = !text;
    },
  };
}

const required = (field) => (field.isRequired ? h("span", { class: "wb-hint" }, t("required")) : null);
const described = (field, id) => (field.description ? h("p", { class: "wb-prompt", id }, field.description) : null);

export function schemaForm(question, { acts, store, isReadOnly }) {
  const { alias } = question;
  const form = formOf(question.configuration.form_schema);
  const answer = () => answersOf(store.get())[alias];
  const idOf = ({ path }) => idFor(alias, ...path);
  const controls = [];
  const complaints = new Map();

  function complaintOf(field) {
    const made = complaint(`error-${idOf(field)}`);
    complaints.set(field, made);
    return made.element;
  }

  function leaf(field) {
    const id = idOf(field);
    const name = `name-${id}`;
    const control = controlFor(field, {
      isReadOnly,
      attributes: {
        id: `field-${id}`, "data-testid": `field-${id}`, "aria-labelledby": name, "aria-required": field.isRequired ? "true" : null,
        "aria-describedby": `${field.description ? `about-${id} ` : ""}error-${id}`,
      },
      onValue(value, key) {
        acts.setAnswer(alias, write(form, answer(), field.path, value ?? undefined), { key: key ? `${key}:${id}` : null, path: field.path });
      },
    });
    controls.push({ field, ...control });
    if (!field.path.length) return control.body;
    return h("div", { class: "wb-field" }, h("span", { class: "wb-field-name", id: name }, field.title, required(field)), described(field, `about-${id}`), control.body, complaintOf(field));
  }

  function draw(field) {
    if (field.kind !== "group") return leaf(field);
    const parts = field.fields.map(draw);
    if (!field.path.length) return h("div", { class: "wb-fields" }, parts);
    const id = idOf(field);
    return h("fieldset", { class: "wb-fields wb-fieldset", "aria-describedby": `error-${id}` },
      h("legend", {}, field.title, required(field)), described(field, `about-${id}`), complaintOf(field), parts);
  }

  const body = draw(form);
  return {
    body,
    isTyped: true,
    sync(state) {
      const given = answersOf(state)[alias];
      for (const { field, show } of controls) show(valueAt(given, field.path));
    },
    /** To the first field the server complained of, else to the first of all. */
    focus() {
      const wrong = controls.find(({ field }) => complaints.get(field)?.element.hidden === false);
      (wrong ?? controls[0])?.focus();
    },
    problem: () => controls.filter((control) => control.problem()),
    /** Puts each of the server's sentences at its field; gives back those that have none. */
    complain(errors) {
      const said = new Map();
      const left = errors.filter(({ path, message }) => {
        const field = nearest(form, path);
        if (complaints.has(field)) said.set(field, said.get(field) ?? message);
        return !complaints.has(field);
      });
      for (const [field, { say }] of complaints) say(said.get(field) ?? "");
      return left;
    },
  };
}
