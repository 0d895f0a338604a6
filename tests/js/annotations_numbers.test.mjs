import assert from "node:assert/strict";
import { test } from "node:test";

import {
  floorOf, hidesChance, percentText, readNumber, sampleSize, splitEvenly, standing, sumGiven,
} from "../../static/annotations/numbers.js";

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

test("a sample is a share, rounded up, or a number", () => {
  const sizes = [[{ percent: 10 }, 101], [{ percent: 7 }, 100], [{ percent: 100 }, 3], [{ number: 20 }, 100], [{ number: 20 }, 8]];
  assert.deepEqual(sizes.map(([how, turns]) => sampleSize(how, turns)), [11, 7, 3, 20, 8]);
  assert.deepEqual([{ percent: NaN }, { percent: 0 }, { percent: 101 }, { number: null }].map((how) => sampleSize(how, 10)), [null, null, null, null]);
});

test("what a sample hides is what the server says", () => {
  assert.equal(hidesChance(200, 10, 20).toFixed(4), "0.3398");
  assert.equal(hidesChance(200, 20, 10).toFixed(4), "0.3398");
  assert.deepEqual([hidesChance(10, 1, 10), hidesChance(10, 0, 3), hidesChance(10, 6, 5)], [0, 1, 0]);
});

test("chances are told as precisely as they matter", () => {
  assert.deepEqual([0.3398, 0.0342, 0.0009, 1].map((chance) => percentText(chance, "rare")), ["34 %", "3.4 %", "rare", "100 %"]);
});

test("a partial review has its floor", () => assert.deepEqual([5, 100, 1000, 1001].map(floorOf), [5, 20, 100, 101]));
