import assert from "node:assert/strict";
import { test } from "node:test";

import { IDLE_AFTER_MS, isIdle, startActivity, tick, used } from "../../static/workbench/activity.js";
import { heard, heardMs, heardPercent, tidy } from "../../static/workbench/listened.js";

test("intervals stay sorted and disjoint, in whatever order they come", () => {
  let intervals = [];
  for (const [from, to] of [[5000, 6000], [0, 1000], [900, 1200], [8000, 9000], [5990, 8010], [5500, 5600]]) intervals = heard(intervals, from, to);
  assert.deepEqual(intervals, [[0, 1200], [5000, 9000]]);
  assert.equal(heardMs(intervals), 5200);
});

test("ticks of playback grow one interval", () => {
  let intervals = [];
  for (let ms = 1000; ms < 2000; ms += 16.7) intervals = heard(intervals, ms, ms + 16.7);
  assert.equal(intervals.length, 1);
});

test("nothing heard adds nothing", () => {
  const intervals = [[0, 100]];
  assert.equal(heard(intervals, 50, 50), intervals);
  assert.equal(heard(intervals, 10, 90), intervals);
});

test("percent never claims the whole while something is missing", () => {
  assert.equal(heardPercent([[0, 640]], 1000), 64);
  assert.equal(heardPercent([[0, 995]], 1000), 99);
  assert.equal(heardPercent([[0, 999]], 1000), 100);
  assert.equal(heardPercent([], 0), 0);
});

test("intervals from a draft are tidied and cut at the end of the file", () => {
  assert.deepEqual(tidy([[500, 9000], [0, 510]], 1000), [[0, 1000]]);
  assert.deepEqual(tidy(undefined, 1000), []);
});

test("active time stops a minute after the last input, and goes on while playing", () => {
  const seen = { isPageVisible: true, isPlaying: false };
  let activity = startActivity(0, 0);
  for (let now = 1000; now <= 100_000; now += 1000) activity = tick(activity, now, seen);
  assert.equal(activity.activeMs, IDLE_AFTER_MS - 1000);
  assert.ok(isIdle(activity, 100_000));
  activity = used(activity, 100_000);
  activity = tick(activity, 101_000, seen);
  assert.equal(activity.activeMs, IDLE_AFTER_MS);
  for (let now = 102_000; now <= 300_000; now += 1000) activity = tick(activity, now, { isPageVisible: true, isPlaying: true });
  assert.equal(activity.activeMs, IDLE_AFTER_MS + 199_000);
});

test("a hidden page and a sleeping machine do not count", () => {
  let activity = tick(startActivity(500, 0), 1000, { isPageVisible: false, isPlaying: true });
  assert.equal(activity.activeMs, 500);
  activity = tick(activity, 3_600_000, { isPageVisible: true, isPlaying: true });
  assert.equal(activity.activeMs, 5500);
});
