// The dialogs: the cheat sheet (where keys can be changed) and skipping.

import { combinations, combinationsOf, SCHEME, takenBy } from "./keys.js";
import { byId, h, hook } from "./dom.js";
import { t } from "./strings.js";

const STORE = "earmark.keys";
const LOOKS = {
  ArrowLeft: "←", ArrowRight: "→", ArrowUp: "↑", ArrowDown: "↓", Enter: "↵", PageUp: "PgUp", PageDown: "PgDn", Delete: "Del", Backspace: "⌫",
};

/** How a combination is written on a keycap. */
export function keyText(combination) {
  const last = /(?:^|\+)(\+|[^+]+)$/.exec(combination)?.[1] ?? combination;
  const modifiers = combination.slice(0, combination.length - last.length).split("+").filter(Boolean);
  const name = LOOKS[last] ?? (last === "Space" ? t("space") : last.length === 1 ? last.toUpperCase() : last);
  return [...modifiers, name].join(" ");
}

function read() {
  try { return JSON.parse(localStorage.getItem(STORE)) ?? {}; } catch { return {}; }
}

function write(settings) {
  try { localStorage.setItem(STORE, JSON.stringify(settings)); } catch { /* it holds for this page */ }
}

const closeOnBackdrop = (dialog) => dialog.addEventListener("click", (event) => { if (event.target === dialog) dialog.close(); });

function createHelp({ onChange }) {
  const dialog = byId("keys-dialog");
  const list = dialog.querySelector("tbody");
  const message = dialog.querySelector(".wb-message");
  const off = byId("keys-off");
  let settings = read();
  let listening = null;

  const caps = (command) => combinationsOf(command, settings).map((one) => h("kbd", { class: "keycap" }, keyText(one)));

  function row([command, single]) {
    const change = single.length ? h("button", { type: "button", class: "btn btn-plain btn-sm", "data-testid": `remap-${command}`,
      onclick: (event) => listen(command, event.target) }, t("change")) : null;
    const name = /^digit(\d)$/.exec(command) ? t("digitN", { n: command.at(-1) }) : t(`do_${command}`);
    return h("tr", { "data-command": command }, h("th", { scope: "row" }, name), h("td", {}, caps(command)), h("td", {}, change));
  }

  function show() {
    off.checked = Boolean(settings.off);
    list.replaceChildren(...SCHEME.map(row));
  }

  function save(next) {
    settings = next;
    write(settings);
    show();
    onChange(settings);
  }

  function listen(command, button) {
    listening = command;
    button.textContent = t("pressKey");
    message.textContent = t("pressKeyFor", { name: t(`do_${command}`) });
  }

  function take(event) {
    if (!listening || ["Shift", "Control", "Alt", "Meta"].includes(event.key)) return;
    event.preventDefault();
    event.stopPropagation();
    const command = listening;
    listening = null;
    const [combination] = combinations(event);
    if (event.key === "Escape" || event.key === "Tab" || !combination) message.textContent = t("unchanged");
    else {
      const [taken] = takenBy(combination, command, settings);
      if (taken) message.textContent = t("keyTaken", { key: keyText(combination), name: taken.startsWith("digit") ? taken.at(-1) : t(`do_${taken}`) });
      else {
        message.textContent = "";
        save({ ...settings, map: { ...settings.map, [command]: [combination] } });
      }
    }
    show();
    list.querySelector(`[data-command="${command}"] button`)?.focus();
  }

  dialog.addEventListener("keydown", take);
  dialog.addEventListener("close", () => { listening = null; message.textContent = ""; });
  off.addEventListener("change", () => save({ ...settings, off: off.checked }));
  hook("reset-keys", dialog).addEventListener("click", () => save({}));
  closeOnBackdrop(dialog);

  return {
    settings: () => settings,
    open() { show(); dialog.showModal(); },
  };
}

function createSkip({ onSkip }) {
  const dialog = byId("skip-dialog");
  const field = hook("skip-reason", dialog);
  const form = dialog.querySelector("form");
  form.addEventListener("submit", (event) => {
    event.preventDefault();
    if (!field.reportValidity()) return;
    dialog.close();
    onSkip(field.value.trim());
  });
  field.addEventListener("keydown", (event) => {
    if (event.key === "Enter" && (event.ctrlKey || event.metaKey)) form.requestSubmit();
  });
  hook("skip-cancel", dialog).addEventListener("click", () => dialog.close());
  closeOnBackdrop(dialog);
  return { open() { field.value = ""; dialog.showModal(); field.focus(); } };
}

export function createDialogs({ onKeys, onSkip }) {
  const help = createHelp({ onChange: onKeys });
  const skip = createSkip({ onSkip });
  return {
    help: () => help.open(),
    skip: () => skip.open(),
    settings: help.settings,
    /** What stands on the keycap of a command: its first key. */
    keyOf: (command) => { const [first] = combinationsOf(command, help.settings()); return first ? keyText(first) : ""; },
  };
}
