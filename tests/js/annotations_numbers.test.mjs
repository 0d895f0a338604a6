import assert from "node:assert/strict";
import { test } from "node:test";

import { readNumber, splitEvenly, standing, sumGiven } from "../../static/annotations/numbers.js";

test("what does not divide goes to the first ones", () => {
  assert.deepEqual(splitEvenly(10, 3), [4, 3, 3]);
  assert.deepEqual(splitEvenly(2, 3), [1, 1, 0]);
});

test("every split adds up and differs by one at most", () => {
  for (let total = 0; total < 60; total += 7) {
    for (let people = 1; people < 9; people += 1) {
      const numbers = splitEvenly(total, people);
      assert.equal(numbers.reduce((a, b) => a + b, 0), total);
      assert.ok(Math.max(...numbers) - Math.min(...numbers) <= 1);
    }
  }
});

test("nobody gets more than there are items", () => assert.deepEqual(splitEvenly(30, 2, 10), [10, 10]));

test("only whole numbers from one on are numbers", () => {
  assert.deepEqual(["12", " 7 ", "0", "-3", "1.5", "1e3", "", "x"].map(readNumber), [12, 7, null, null, null, null, null, null]);
});

test("the sum takes the chosen ones alone", () => {
  assert.equal(sumGiven([{ isChosen: true, text: "5" }, { isChosen: false, text: "9" }, { isChosen: true, text: "" }]), 5);
});

test("the sum stands under, over or exact", () => {
  assert.deepEqual([standing(1, 2), standing(2, 2), standing(3, 2)], ["under", "exact", "over"]);
});
