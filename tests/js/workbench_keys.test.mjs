import assert from "node:assert/strict";
import { test } from "node:test";

import { SCHEME, combinations, combinationsOf, commandsFor, keymap, takenBy } from "../../static/workbench/keys.js";

const map = keymap();
const press = (key, code, more = {}) => ({ key, code, ...more });
const first = (event, kind = "", keys = map) => commandsFor(event, kind, keys)[0];

test("the scheme", () => {
  for (const [event, command] of [
    [press(" ", "Space"), "play"],
    [press(" ", "Space", { shiftKey: true }), "playRegion"],
    [press("l", "KeyL"), "loop"],
    [press("ArrowLeft", "ArrowLeft"), "back"],
    [press("ArrowRight", "ArrowRight", { shiftKey: true }), "forwardLittle"],
    [press("PageUp", "PageUp"), "backFar"],
    [press("Home", "Home"), "toStart"],
    [press("[", "BracketLeft"), "markStart"],
    [press("i", "KeyI"), "markStart"],
    [press("]", "BracketRight"), "markEnd"],
    [press("n", "KeyN"), "newMark"],
    [press(",", "Comma"), "startEarlier"],
    [press(">", "Period", { shiftKey: true }), "endLater"],
    [press("≤", "Comma", { altKey: true }), "startEarlierFar"],
    [press("<", "Comma", { altKey: true, shiftKey: true }), "endEarlierFar"],
    [press(";", "Semicolon"), "slower"],
    [press("+", "Equal", { shiftKey: true }), "zoomIn"],
    [press("=", "Equal"), "zoomIn"],
    [press("0", "Digit0"), "fit"],
    [press("3", "Numpad3"), "digit3"],
    [press("Enter", "Enter", { ctrlKey: true }), "submit"],
    [press("Enter", "Enter", { metaKey: true, shiftKey: true }), "skip"],
    [press("z", "KeyZ", { ctrlKey: true }), "undo"],
    [press("Z", "KeyZ", { ctrlKey: true, shiftKey: true }), "redo"],
    [press("y", "KeyY", { metaKey: true }), "redo"],
    [press("?", "Slash", { shiftKey: true }), "help"],
    [press("Backspace", "Backspace"), "deleteMark"],
    [press("f", "KeyF"), "fix"],
    [press("m", "KeyM"), "fixSize"],
    [press("x", "KeyX"), "drop"],
    [press("d", "KeyD"), "nextChange"],
    [press("D", "KeyD", { shiftKey: true }), "previousChange"],
    [press("v", "KeyV"), "toggleChanges"],
    [press("c", "KeyC"), "comment"],
    [press("s", "KeyS"), "nextSuggestion"],
    [press("S", "KeyS", { shiftKey: true }), "previousSuggestion"],
    [press("y", "KeyY"), "acceptSuggestion"],
    [press("w", "KeyW"), "dismissSuggestion"],
    [press("Y", "KeyY", { shiftKey: true }), "acceptAbove"],
    [press("t", "KeyT"), "chooseLeast"],
    [press("h", "KeyH"), "toggleSuggested"],
  ]) assert.equal(first(event), command, JSON.stringify(event));
});

test("other layouts: digits by place, symbols by what they type", () => {
  assert.equal(first(press("&", "Digit1")), "digit1");
  assert.equal(first(press("[", "Digit5", { altKey: false })), "digit5");
  assert.equal(first(press("?", "Minus", { shiftKey: true })), "help");
  assert.equal(first(press(";", "Comma", { shiftKey: true })), "endEarlier");
  assert.equal(first(press("д", "KeyL")), "loop");
  assert.equal(first(press("я", "KeyZ", { ctrlKey: true })), "undo");
  assert.deepEqual(commandsFor(press("-", "Digit6"), "", map), ["digit6", "zoomOut"]);
});

test("while typing only the variants for text fields act", () => {
  assert.equal(first(press("l", "KeyL"), "text"), undefined);
  for (const letter of "cdfhmrstvwxy") assert.equal(first(press(letter, `Key${letter.toUpperCase()}`), "text"), undefined);
  assert.equal(first(press("c", "KeyC", { ctrlKey: true })), undefined);
  assert.equal(first(press(" ", "Space"), "text"), undefined);
  assert.equal(first(press("z", "KeyZ", { ctrlKey: true }), "text"), undefined);
  assert.equal(first(press(" ", "Space", { ctrlKey: true }), "text"), "play");
  assert.equal(first(press(" ", "Space", { ctrlKey: true, shiftKey: true }), "text"), "playRegion");
  assert.equal(first(press(",", "Comma", { ctrlKey: true }), "text"), "back");
  assert.equal(first(press("Enter", "Enter", { ctrlKey: true }), "text"), "submit");
});

test("a focused control keeps the keys it needs", () => {
  assert.equal(first(press(" ", "Space"), "button"), undefined);
  assert.equal(first(press("l", "KeyL"), "button"), "loop");
  assert.equal(first(press("ArrowLeft", "ArrowLeft"), "radio"), undefined);
  assert.equal(first(press("2", "Digit2"), "radio"), "digit2");
  assert.equal(first(press("g", "KeyG"), "select"), undefined);
  assert.equal(first(press("Enter", "Enter", { ctrlKey: true }), "select"), "submit");
});

test("a word being composed and a held key do nothing", () => {
  assert.deepEqual(commandsFor({ ...press("l", "KeyL"), isComposing: true }, "", map), []);
  assert.deepEqual(commandsFor({ ...press("Enter", "Enter", { ctrlKey: true }), repeat: true }, "", map), []);
  assert.deepEqual(commandsFor({ ...press(",", "Comma"), repeat: true }, "", map), ["startEarlier"]);
});

test("single keys can be switched off: arrows and Ctrl stay", () => {
  const off = keymap({ off: true });
  for (const event of [press("l", "KeyL"), press("1", "Digit1"), press("?", "Slash", { shiftKey: true }), press(" ", "Space")]) {
    assert.equal(first(event, "", off), undefined);
  }
  assert.equal(first(press(" ", "Space", { ctrlKey: true }), "", off), "play");
  assert.equal(first(press("ArrowLeft", "ArrowLeft"), "", off), "back");
  assert.equal(first(press("Delete", "Delete"), "", off), "deleteMark");
});

test("a command can be given another key, and a taken key is known", () => {
  const settings = { map: { loop: ["k"] } };
  assert.equal(first(press("k", "KeyK"), "", keymap(settings)), "loop");
  assert.equal(first(press("l", "KeyL"), "", keymap(settings)), undefined);
  assert.deepEqual(takenBy("n", "loop", settings), ["newMark"]);
  assert.deepEqual(takenBy("l", "newMark", settings), []);
  assert.deepEqual(combinationsOf("play"), ["Space", "Ctrl+Space"]);
});

test("no two commands share a key as delivered", () => {
  const all = SCHEME.flatMap(([, single, anywhere]) => [...single, ...anywhere]);
  assert.equal(new Set(all).size, all.length);
});

test("Shift is not named twice for a symbol", () => {
  assert.deepEqual(combinations(press("?", "Slash", { shiftKey: true })), ["?"]);
});
