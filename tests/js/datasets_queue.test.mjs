import assert from "node:assert/strict";
import test from "node:test";

import { ASKED_AT_ONCE, Queue } from "../../static/datasets/queue.js";

const files = (n) => Array.from({ length: n }, (_, i) => ({ name: `${i}.wav`, folder: "", size: 10, file: {} }));
const arrived = (id, more = {}) => ({ id: `audio-${id}`, processing_status: "pending", is_duplicate: false, ...more });
const states = (queue) => [...queue.items.values()].map((item) => item.state);

test("three go out at a time, in order", () => {
  const queue = new Queue();
  queue.add(files(5));
  assert.deepEqual(queue.start().map((item) => item.name), ["0.wav", "1.wav", "2.wav"]);
  assert.deepEqual(queue.start(), []);
  queue.arrived(2, arrived(2));
  assert.deepEqual(queue.start().map((item) => item.name), ["3.wav"]);
  assert.deepEqual(states(queue), ["sending", "reading", "sending", "sending", "waiting"]);
});

test("a file is followed until it is ready", () => {
  const queue = new Queue();
  queue.add(files(1));
  queue.start();
  queue.sent(1, 0.567);
  assert.equal(queue.items.get(1).percent, 56);
  queue.arrived(1, arrived(1));
  assert.deepEqual(queue.asked, ["audio-1"]);
  queue.progressed([{ id: "audio-1", processing_status: "normalizing", percent: 40 }]);
  assert.equal(queue.items.get(1).percent, 40);
  queue.progressed([{ id: "audio-1", processing_status: "ready", duration_ms: 1500, warnings: ["clipped"] }]);
  const { state, lengthMs, warnings } = queue.items.get(1);
  assert.deepEqual({ state, lengthMs, warnings }, { state: "ready", lengthMs: 1500, warnings: ["clipped"] });
  assert.deepEqual(queue.asked, []);
});

test("bytes that were there already are ready on arrival", () => {
  const queue = new Queue();
  queue.add(files(1));
  queue.start();
  queue.arrived(1, arrived(1, { processing_status: "ready", is_duplicate: true, duration_ms: 200 }));
  const { state, isDuplicate, lengthMs } = queue.items.get(1);
  assert.deepEqual({ state, isDuplicate, lengthMs }, { state: "ready", isDuplicate: true, lengthMs: 200 });
});

test("a lost connection fails one file, which can be tried again alone", () => {
  const queue = new Queue();
  queue.add(files(2));
  queue.start();
  queue.refused(1, "The connection was lost.");
  assert.deepEqual(states(queue), ["failed", "sending"]);
  assert.equal(queue.summary.retryable, 1);
  queue.retry(1);
  assert.deepEqual(states(queue), ["waiting", "sending"]);
  assert.equal(queue.items.get(1).error, "");
});

test("what the server will never take is not tried again", () => {
  const queue = new Queue();
  queue.add(files(2));
  queue.start();
  queue.refused(1, "It looks like text.", { isFinal: true });
  queue.arrived(2, arrived(2));
  queue.progressed([{ id: "audio-2", processing_status: "failed", error_message: "There is no sound in it." }]);
  queue.retryAll();
  assert.deepEqual(states(queue), ["failed", "failed"]);
  assert.equal(queue.items.get(2).error, "There is no sound in it.");
  assert.equal(queue.summary.retryable, 0);
});

test("cancelling stops what waits or goes out, and nothing else", () => {
  const queue = new Queue({ parallel: 1 });
  queue.add(files(3));
  queue.start();
  queue.arrived(1, arrived(1));
  queue.start();
  assert.deepEqual([queue.cancel(1), queue.cancel(2), queue.cancel(3), queue.cancel(9)], [false, true, false, false]);
  assert.deepEqual(states(queue), ["reading", "cancelled", "cancelled"]);
  queue.refused(2, "late answer of the stopped request");
  assert.equal(queue.items.get(2).state, "cancelled");
  queue.retry(2);
  assert.equal(queue.items.get(2).state, "waiting");
});

test("leaving loses what is not with the server yet", () => {
  const queue = new Queue();
  assert.equal(queue.wouldLose, false);
  queue.add(files(1));
  assert.equal(queue.wouldLose, true);
  queue.start();
  assert.equal(queue.wouldLose, true);
  queue.arrived(1, arrived(1));
  assert.equal(queue.wouldLose, false);
});

test("no more are asked about at once than the server answers", () => {
  const queue = new Queue({ parallel: 500 });
  queue.add(files(500));
  for (const item of queue.start()) queue.arrived(item.id, arrived(item.id));
  assert.equal(queue.asked.length, ASKED_AT_ONCE);
  assert.equal(queue.asked[0], "audio-1");
});

test("of a long list the failed and the live are shown first", () => {
  const queue = new Queue();
  queue.add(files(10));
  queue.start();
  queue.arrived(1, arrived(1, { processing_status: "ready" }));
  queue.refused(3, "lost");
  assert.deepEqual(queue.shown(3).map((item) => item.id), [3, 2, 4]);
  assert.deepEqual(queue.shown(10).map((item) => item.id), [1, 2, 3, 4, 5, 6, 7, 8, 9, 10]);
});

test("clearing forgets what has ended", () => {
  const queue = new Queue({ parallel: 1 });
  queue.add(files(3));
  queue.start();
  queue.refused(1, "lost");
  queue.start();
  queue.clear();
  assert.deepEqual([...queue.items.keys()], [2, 3]);
  assert.deepEqual(queue.summary, { total: 2, ready: 0, failed: 0, cancelled: 0, live: 2, retryable: 0, unsent: 2 });
});
