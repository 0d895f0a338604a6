import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { test } from "node:test";

import { isUnclear, parse, problemOf, stepByDigit, stepped } from "../../static/workbench/numbers.js";

test("numbers as people type them", () => {
  for (const [text, value] of [["12", 12], [" 3.5 ", 3.5], ["3,5", 3.5], ["-4", -4], ["−4", -4], [".5", 0.5], ["1.", 1], ["1e3", 1000], ["0", 0]]) assert.equal(parse(text), value, text);
  assert.equal(parse("  "), null);
  for (const text of ["-", "abc", "1,000.5", "1,2,3", "0x10", "1e", "1e999", "Infinity", "1 2"]) assert.ok(Number.isNaN(parse(text)), text);
});

test("a comma that may be a thousand's is not guessed at", () => {
  for (const text of ["1,250", " 12,000 ", "-1,000", "−3,125"]) assert.ok(isUnclear(text) && Number.isNaN(parse(text)), text);
  for (const [text, value] of [["1,25", 1.25], ["0,125", 0.125], ["1,2500", 1.25], ["1250,125", 1250.125], ["1.250", 1.25]]) assert.equal(parse(text), value, text);
});

test("what keeps a number from being an answer, and a sentence for each", () => {
  const words = readFileSync(new URL("../../templates/annotations/_workbench_strings.html", import.meta.url), "utf8");
  for (const [value, bounds, problem] of [
    [NaN, {}, "notANumber"], [1.5, { isWhole: true }, "notWhole"], [0, { min: 1 }, "tooSmall"], [9, { max: 8 }, "tooLarge"], [1, { above: 1 }, "notAbove"], [1, { below: 1 }, "notBelow"],
  ]) {
    assert.equal(problemOf(value, bounds), problem);
    assert.ok(words.includes(`"${problem}":`), problem);
  }
  for (const [value, bounds] of [[null, { min: 1 }], [undefined, {}], [1, { min: 1, max: 1, isWhole: true }], [-3, {}]]) assert.equal(problemOf(value, bounds), "");
});

test("arrow keys step within the bounds, without noise in the last digits", () => {
  assert.equal(stepped(1, 1, { max: 5 }), 2);
  assert.equal(stepped(4, 10, { max: 5 }), 5);
  assert.equal(stepped(0.1, 1), 1.1);
  assert.equal(stepped(2.3, -1, { min: 2 }), 2);
  assert.equal(stepped(null, 1, { min: 3, max: 5 }), 3);
  assert.equal(stepped(NaN, -1, { min: 3, max: 5 }), 5);
  assert.equal(stepped(null, -1), 0);
});

test("digits that follow each other closely are one step", () => {
  const one = stepByDigit(null, 1, 10, 0);
  assert.deepEqual(one, { step: 1, at: 0, isLater: false });
  assert.deepEqual(stepByDigit(one, 0, 10, 500), { step: 10, at: 500, isLater: true });
  assert.equal(stepByDigit(one, 0, 10, 5000), null);
  assert.equal(stepByDigit(one, 3, 10, 500).step, 3);
  assert.equal(stepByDigit(one, 1, 100, 500).step, 11);
  assert.equal(stepByDigit(null, 7, 5, 0), null);
  assert.equal(stepByDigit(null, 0, 10, 0), null);
});
