// The key scheme: which keys mean which command. Pure: takes what an event carries, gives the names of commands.
//
// A combination is written "Ctrl+Shift+Enter". Cmd counts as Ctrl. Symbols and letters are matched by the character they
// type (`event.key`), Space and digits by their place (`event.code`), so that every keyboard layout works.

// [command, combinations, combinations that also work while typing]. The cheat sheet keeps this order.
export const SCHEME = [
  ["play", ["Space"], ["Ctrl+Space"]],
  ["playRegion", ["Shift+Space"], ["Ctrl+Shift+Space"]],
  ["loop", ["l"], []],
  ["back", ["ArrowLeft"], ["Ctrl+,"]],
  ["forward", ["ArrowRight"], ["Ctrl+."]],
  ["backLittle", ["Shift+ArrowLeft"], []],
  ["forwardLittle", ["Shift+ArrowRight"], []],
  ["backFar", ["PageUp"], []],
  ["forwardFar", ["PageDown"], []],
  ["toStart", ["Home"], []],
  ["toEnd", ["End"], []],
  ["slower", [";"], []],
  ["faster", ["'"], []],
  ["normalSpeed", ["\\"], []],
  ["markStart", ["[", "i"], []],
  ["markEnd", ["]", "o"], []],
  ["newMark", ["n"], []],
  ["startEarlier", [","], []],
  ["startLater", ["."], []],
  ["endEarlier", ["Shift+,"], []],
  ["endLater", ["Shift+."], []],
  ["startEarlierFar", ["Alt+,"], []],
  ["startLaterFar", ["Alt+."], []],
  ["endEarlierFar", ["Alt+Shift+,"], []],
  ["endLaterFar", ["Alt+Shift+."], []],
  ["deleteMark", ["Delete", "Backspace"], []],
  ["nextMark", ["ArrowDown"], []],
  ["previousMark", ["ArrowUp"], []],
  ["nextQuestion", ["q"], []],
  ...Array.from({ length: 9 }, (_, i) => [`digit${i + 1}`, [String(i + 1)], []]),
  ["zoomIn", ["+", "="], []],
  ["zoomOut", ["-"], []],
  ["fit", ["0"], []],
  ["zoomRegion", ["z"], []],
  ["undo", ["Ctrl+z"], []],
  ["redo", ["Ctrl+Shift+z", "Ctrl+y"], []],
  ["submit", [], ["Ctrl+Enter"]],
  ["skip", [], ["Ctrl+Shift+Enter"]],
  ["fix", ["f"], []],
  ["fixSize", ["m"], []],
  ["reject", ["r"], []],
  ["drop", ["x"], []],
  ["nextChange", ["d"], []],
  ["previousChange", ["Shift+d"], []],
  ["toggleChanges", ["v"], []],
  ["comment", ["c"], []],
  ["nextSuggestion", ["s"], []],
  ["previousSuggestion", ["Shift+s"], []],
  ["acceptSuggestion", ["y"], []],
  ["dismissSuggestion", ["w"], []],
  ["acceptAbove", ["Shift+y"], []],
  ["chooseLeast", ["t"], []],
  ["toggleSuggested", ["h"], []],
  ["help", ["?"], []],
];

// Fired once per press: holding the key down must not send an answer twice.
export const ONCE = new Set(["play", "playRegion", "loop", "submit", "skip", "fix", "fixSize", "reject", "drop", "toggleChanges", "comment", "help", "newMark", "deleteMark",
  "acceptSuggestion", "dismissSuggestion", "acceptAbove", "chooseLeast", "toggleSuggested"]);

const PLACES = { Comma: ",", Period: "." };
const PLAIN = /^(Arrow|Page|Home|End|Delete|Backspace|Escape)/;

function modifiers({ ctrlKey, metaKey, altKey, shiftKey }, withShift = true) {
  return (ctrlKey || metaKey ? "Ctrl+" : "") + (altKey ? "Alt+" : "") + (shiftKey && withShift ? "Shift+" : "");
}

/** The combinations an event can stand for, the more exact first. */
export function combinations(event) {
  const { key, code, shiftKey, altKey } = event;
  const all = modifiers(event);
  const place = PLACES[code];
  const digit = /^(?:Digit|Numpad)(\d)$/.exec(code ?? "")?.[1];
  const names = [];
  if (code === "Space") names.push(`${all}Space`);
  else if (digit && !shiftKey) names.push(`${all}${digit}`);
  if (place && (shiftKey || altKey)) names.push(`${all}${place}`);
  if (key?.length > 1) names.push(all + key);
  else if (key && key !== " ") {
    const isLetter = key.toLowerCase() !== key.toUpperCase();
    if (isLetter) names.push(all + key.toLowerCase());
    // The character already says that Shift was down: "?" is not "Shift+?".
    else if (!altKey) names.push(modifiers(event, false) + key);
    // On a keyboard without Latin letters the place of the key stands in for the letter.
    if (isLetter && !/^[a-z]$/i.test(key) && /^Key[A-Z]$/.test(code ?? "")) names.push(all + code.at(-1).toLowerCase());
  }
  return [...new Set(names)];
}

/** Whether a combination types a character, so that it can be switched off (WCAG 2.1.4). */
export const isSingleKey = (combination) =>
  !combination.startsWith("Ctrl+") && !PLAIN.test(combination.replace(/^(Alt\+)?(Shift\+)?/, ""));

/**
 * From combination to commands: {typing, elsewhere}, each a Map of lists.
 * `settings` is {off: boolean, map: {command: [combination, ...]}}, as kept in the browser.
 */
export function keymap(settings = {}) {
  const typing = new Map();
  const elsewhere = new Map();
  const put = (map, combination, command) => map.set(combination, [...(map.get(combination) ?? []), command]);
  for (const [command, single, anywhere] of SCHEME) {
    const own = settings.map?.[command] ?? single;
    for (const combination of own) if (!(settings.off && isSingleKey(combination))) put(elsewhere, combination, command);
    for (const combination of anywhere) {
      put(elsewhere, combination, command);
      put(typing, combination, command);
    }
  }
  return { typing, elsewhere };
}

/** The combinations of one command under these settings, for keycaps and the cheat sheet. */
export function combinationsOf(command, settings = {}) {
  const [, single, anywhere] = SCHEME.find(([name]) => name === command);
  return [...(settings.map?.[command] ?? single).filter((one) => !(settings.off && isSingleKey(one))), ...anywhere];
}

const NATIVE = {
  text: () => true,
  select: ({ key }) => key !== "Escape",
  radio: ({ key }) => key === " " || key.startsWith("Arrow"),
  checkbox: ({ key }) => key === " ",
  button: ({ key }) => key === " " || key === "Enter",
  media: ({ key }) => key === " " || key === "Enter" || key.startsWith("Arrow"),
  scroll: ({ key }) => /^(Arrow|Page|Home|End)/.test(key),
};

/** Whether the focused control needs this key itself. `kind`: text, select, radio, checkbox, button, media, scroll or "". */
export function isNative(kind, event) {
  if (kind === "text") return true;
  if (event.ctrlKey || event.metaKey) return false;
  return NATIVE[kind]?.(event) ?? false;
}

/** Commands an event asks for, in the order in which they should be tried. */
export function commandsFor(event, kind, map) {
  if (event.isComposing || event.key === "Dead" || event.key === "Process") return [];
  const table = isNative(kind, event) ? map.typing : map.elsewhere;
  const found = combinations(event).flatMap((combination) => table.get(combination) ?? []);
  return event.repeat ? found.filter((command) => !ONCE.has(command)) : found;
}

/** Who else has this combination: the commands a new binding would take it from. */
export function takenBy(combination, command, settings = {}) {
  return SCHEME.map(([name]) => name).filter(
    (name) => name !== command && combinationsOf(name, { map: settings.map }).includes(combination));
}
