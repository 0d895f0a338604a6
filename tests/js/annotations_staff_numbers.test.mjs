import assert from "node:assert/strict";
import { test } from "node:test";

import { numberIn, poolAfter } from "../../static/annotations/staff_numbers.js";

const row = { isChosen: true, text: "4", base: 4, notBegun: 3, was: "4", isSeated: true };

test("numbers are whole and may be nothing", () => {
  assert.deepEqual(["7", " 0 ", "", "-1", "1.5", "x"].map(numberIn), [7, 0, null, null, null, null]);
});

test("a higher number takes from the pool, a lower one gives back what was not begun", () => {
  assert.equal(poolAfter(5, [row]), 5);
  assert.equal(poolAfter(5, [{ ...row, text: "7" }]), 2);
  assert.equal(poolAfter(5, [{ ...row, text: "12" }]), -3);
  assert.equal(poolAfter(5, [{ ...row, text: "2" }]), 7);
  assert.equal(poolAfter(5, [{ ...row, text: "0" }]), 8);
});

test("without a number or a seat all that was not begun goes back", () => {
  assert.equal(poolAfter(5, [{ ...row, text: "" }]), 8);
  assert.equal(poolAfter(5, [{ ...row, isChosen: false }]), 8);
});

test("whoever is new gets what they do not have yet", () => {
  const fresh = { ...row, text: "3", base: 1, notBegun: 0, was: "", isSeated: false };
  assert.equal(poolAfter(5, [row, fresh]), 3);
});

test("naming somebody takes dealt work from those who are not named; an open pool stays as it is", () => {
  const other = { ...row, isChosen: false, isSeated: false, was: "" };
  assert.equal(poolAfter(5, [row, other]), 8);
  assert.equal(poolAfter(5, [other]), 5);
});
