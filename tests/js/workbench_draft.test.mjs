import assert from "node:assert/strict";
import { test } from "node:test";

import {
  changed, compareLocal, conflicted, dueAt, failed, fingerprint, hurry, isDue, isUnsaved, judge, keepMine, lost, recognised, saved, sending, startDraft,
} from "../../static/workbench/draft.js";

const start = (now = 0) => startDraft({ version: 3, leaseSeconds: 1800, now });

test("a change is saved about a second after the last one, and at least every five seconds", () => {
  let draft = changed(start(), 1000);
  assert.equal(dueAt(draft), 1900);
  for (let now = 1100; now < 9000; now += 100) draft = changed(draft, now);
  assert.equal(dueAt(draft), 6000);
});

test("a save that arrives makes the draft clean at the new version", () => {
  const draft = saved(sending(changed(start(), 1000)), { version: 4, leaseSeconds: 1800, now: 2000 });
  assert.equal(draft.phase, "clean");
  assert.equal(draft.version, 4);
  assert.ok(!isUnsaved(draft));
});

test("what changes during a save is saved after it, on the new version", () => {
  let draft = sending(changed(start(), 1000));
  draft = changed(draft, 1500);
  assert.equal(dueAt(draft), null);
  draft = saved(draft, { version: 4, now: 2000 });
  assert.equal(draft.phase, "dirty");
  assert.equal(draft.version, 4);
  assert.ok(isDue(draft, 2400));
});

test("a failed save is tried again, less and less often, and keeps its version", () => {
  let draft = sending(changed(start(), 0));
  const waits = [];
  for (let now = 0; waits.length < 8; now += 1_000_000) {
    draft = failed(draft, now);
    waits.push(draft.retryAt - now);
    draft = sending(draft);
  }
  assert.deepEqual(waits, [1000, 2000, 4000, 8000, 16_000, 30_000, 30_000, 30_000]);
  assert.equal(draft.version, 3);
  const retrying = failed(draft, 5000);
  assert.ok(isUnsaved(retrying));
  assert.ok(!isDue(retrying, 6000));
  assert.ok(isDue(hurry(retrying, 6000), 6000));
  assert.equal(changed(retrying, 7000).phase, "retrying");
});

test("a newer version elsewhere stops saving until a person decides", () => {
  let draft = conflicted(sending(changed(start(), 0)), 9);
  assert.equal(draft.phase, "stale");
  assert.equal(dueAt(changed(draft, 50), { isUsed: true }), null);
  draft = keepMine(draft, 10_000);
  assert.equal(draft.version, 9);
  assert.ok(isDue(draft, 10_000));
});

test("a conflict with a save of our own, whose answer was lost, asks nobody", () => {
  const draft = failed(sending(changed(start(), 1000)), 2000);
  const same = recognised(draft, { version: 4, isCurrent: true, now: 3000 });
  assert.deepEqual([same.phase, same.version, same.failures], ["clean", 4, 0]);
  const later = recognised(sending(changed(start(), 1000)), { version: 4, isCurrent: false, now: 3000 });
  assert.deepEqual([later.phase, later.version], ["dirty", 4]);
  assert.ok(isDue(later, 3000));
  assert.equal(later.leaseMs, 1_800_000);
});

test("an item that is not ours any more is left alone", () => {
  const draft = lost(sending(changed(start(), 0)));
  assert.equal(dueAt(changed(draft, 50), { isUsed: true }), null);
  assert.ok(!isUnsaved(draft));
});

test("the lease is renewed every third of it, while the page is used", () => {
  const draft = start(1000);
  assert.equal(dueAt(draft), null);
  assert.equal(dueAt(draft, { isUsed: true }), 601_000);
});

test("what the server's answer means", () => {
  assert.equal(judge({ status: 200 }), "saved");
  assert.equal(judge({ status: 409, version: 5 }), "stale");
  assert.equal(judge({ status: 409 }), "gone");
  assert.equal(judge({ status: 404 }), "gone");
  assert.equal(judge({ status: 401 }), "failed");
  assert.equal(judge({ status: 0 }), "failed");
  assert.equal(judge({ status: 503 }), "failed");
  assert.equal(judge({ status: 422 }), "refused");
});

test("answers are compared by content, not by the order of their keys", () => {
  assert.equal(fingerprint({ a: 1, b: [{ x: 1, y: 2 }] }), fingerprint({ b: [{ y: 2, x: 1 }], a: 1 }));
  assert.notEqual(fingerprint({ a: [1, 2] }), fingerprint({ a: [2, 1] }));
});

test("a copy kept in the browser is restored only where it cannot overwrite newer work", () => {
  const local = { version: 3, revision: 0, answers: { pace: "slow" } };
  assert.equal(compareLocal(null, { version: 3, revision: 0, answers: {} }), "drop");
  assert.equal(compareLocal(local, { version: 3, revision: 0, answers: {} }), "restore");
  assert.equal(compareLocal(local, { version: 4, revision: 0, answers: { pace: "slow" } }), "drop");
  assert.equal(compareLocal(local, { version: 4, revision: 0, answers: { pace: "fast" } }), "ask");
  assert.equal(compareLocal(local, { version: 3, revision: 1, answers: {} }), "ask");
  const cutOff = { ...local, sent: fingerprint({ pace: "normal" }) };
  assert.equal(compareLocal(cutOff, { version: 4, revision: 0, answers: { pace: "normal" } }), "restore");
});
