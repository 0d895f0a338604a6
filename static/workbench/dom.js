// Making and finding elements. The only place that knows how; text never becomes HTML here.

/** An element: h("button", {class: "x", "data-testid": "y", onclick: f}, "text", child). */
export function h(tag, attributes = {}, ...children) {
  const element = document.createElement(tag);
  for (const [name, value] of Object.entries(attributes)) {
    if (value === null || value === undefined || value === false) continue;
    if (name.startsWith("on")) element.addEventListener(name.slice(2), value);
    else if (name === "value" || name === "checked" || name === "htmlFor") element[name] = value;
    else element.setAttribute(name, value === true ? "" : value);
  }
  element.append(...children.flat().filter((child) => child !== null && child !== undefined && child !== false));
  return element;
}

export const byId = (id) => document.getElementById(id);

/** A copy of one of the icons that the template put into <template id="icons">. */
export const icon = (name) => byId("icons").content.querySelector(`[data-icon="${name}"]`).firstElementChild.cloneNode(true);

/** An id for other elements to refer to, in lists that are split at spaces: aliases and field names may have some. */
export const idFor = (...parts) => parts.join("-").replace(/\s/g, "·");

export const hook = (name, root = document) => root.querySelector(`[data-testid="${name}"]`);

export const json = (id) => JSON.parse(byId(id).textContent);

/** A small picture of a key. */
export const keycap = (text) => h("kbd", { class: "keycap", "aria-hidden": "true" }, text);

// Whoever has not finished typing is not told that 1 is less than 10; and what appears must not push away what is being clicked.
const PATIENCE_MS = 700;

/** What is wrong with what was typed, in a sentence below `field`: at once when asked to, else when the typing pauses. */
export function complaintBelow(getProblem, getField) {
  const element = h("p", { class: "wb-error", role: "alert", hidden: true });
  let timer = null;
  function say(text) {
    clearTimeout(timer);
    element.textContent = text;
    element.hidden = !text;
    getField().setAttribute("aria-invalid", String(Boolean(text)));
  }
  return {
    element,
    now: () => say(getProblem()),
    clear: () => say(""),
    soon() {
      clearTimeout(timer);
      const text = getProblem();
      if (!text || !element.hidden) say(text);
      else timer = setTimeout(() => say(getProblem()), PATIENCE_MS);
    },
  };
}

/** What kind of control has the focus, as far as keys are concerned (see keys.js). */
export function controlKind(element) {
  if (!element || element === document.body) return "";
  if (element.isContentEditable || element.tagName === "TEXTAREA") return "text";
  if (element.tagName === "INPUT") return { radio: "radio", checkbox: "checkbox", button: "button" }[element.type] ?? "text";
  if (element.tagName === "SELECT") return "select";
  if (["BUTTON", "SUMMARY", "A"].includes(element.tagName)) return "button";
  if (element.tagName === "AUDIO") return "media";
  if (element.classList.contains("wb-scroll")) return "scroll";
  return "";
}
