import assert from "node:assert/strict";
import { test } from "node:test";

globalThis.document = { getElementById: () => null, querySelectorAll: () => [] };
const { tally } = await import("../../static/annotations/selection.js");
const { localText, utcText } = await import("../../static/annotations/moments.js");

const rows = [
  { moves: ["reopen", "exclude"], isTicked: true },
  { moves: ["reassign", "exclude"], isTicked: true },
  { moves: ["take_back"], isTicked: false },
];

test("what is ticked is counted, and per move how many can make it", () => {
  const { count, possible } = tally(rows, { isAll: false, total: 90 });

  assert.equal(count, 2);
  assert.deepEqual(["reopen", "exclude", "take_back"].map(possible), [1, 2, 0]);
});

test("all that match count as many as there are, for every move", () => {
  const { count, possible } = tally(rows, { isAll: true, total: 90 });

  assert.equal(count, 90);
  assert.equal(possible("adjudicate"), 90);
});

test("a moment goes into local time and back", () => {
  const utc = "2030-05-01T10:00:00.000Z";

  assert.equal(utcText(localText(utc)), utc);
  assert.equal(localText(""), "");
  assert.equal(localText("soon"), "");
  assert.equal(utcText(""), "");
  assert.equal(utcText("soon"), "");
});
