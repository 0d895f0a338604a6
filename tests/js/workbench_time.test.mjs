import assert from "node:assert/strict";
import { test } from "node:test";

import { formatLength, formatTick, formatTime, parseTime, spokenParts } from "../../static/workbench/time.js";

test("a time is written m:ss.mmm, with hours only from an hour on", () => {
  assert.equal(formatTime(0), "0:00.000");
  assert.equal(formatTime(64_120), "1:04.120");
  assert.equal(formatTime(59_999.6), "1:00.000");
  assert.equal(formatTime(3_723_004), "1:02:03.004");
});

test("ruler marks have only the decimals their step needs", () => {
  assert.equal(formatTick(16_000, 1000), "0:16");
  assert.equal(formatTick(16_500, 500), "0:16.5");
  assert.equal(formatTick(16_520, 20), "0:16.52");
  assert.equal(formatTick(16_521, 1), "0:16.521");
});

test("lengths are seconds with three decimals", () => {
  assert.equal(formatLength(830), "0.830");
  assert.equal(formatLength(61_005), "61.005");
});

test("people may type a time in several ways", () => {
  for (const [text, ms] of [
    ["62.5", 62_500], ["62,5", 62_500], ["1:02.5", 62_500], [" 1:02,500 ", 62_500], ["1:01:02.5", 3_662_500],
    ["0", 0], ["90:00", 5_400_000], ["0.0005", 1], ["0.1", 100], ["0.3", 300],
  ]) assert.equal(parseTime(text), ms, text);
});

test("what is not a time is refused", () => {
  for (const text of ["", "x", "1:2", "1:60", "1:75:00", "-3", "1:02:3", "1..5", "1.5s", ":30", "1e3"]) {
    assert.equal(parseTime(text), null, text);
  }
});

test("what is written can be read back, to the millisecond", () => {
  for (let ms = 0; ms < 40_000_000; ms += 99_991) assert.equal(parseTime(formatTime(ms)), ms);
});

test("a time is spoken in units", () => {
  assert.deepEqual(spokenParts(63_250), { hours: 0, minutes: 1, seconds: "3.25" });
  assert.deepEqual(spokenParts(3_600_000), { hours: 1, minutes: 0, seconds: "0" });
});
