import assert from "node:assert/strict";
import test from "node:test";

import { poll } from "../../static/pages/polling.js";
import { refusal } from "../../static/pages/request.js";

const pause = (ms) => new Promise((resolve) => setTimeout(resolve, ms));

test("a refusal's sentence is found in both shapes", () => {
  assert.equal(refusal({ detail: "No." }, "?"), "No.");
  assert.equal(refusal({ detail: [{ msg: "Choose one." }] }, "?"), "Choose one.");
  assert.equal(refusal({ detail: [] }, "?"), "?");
  assert.equal(refusal(null, "?"), "?");
});

test("polling ends when the step says so, and looks at nothing while the page is hidden", async () => {
  globalThis.document = { hidden: true };
  let calls = 0;
  poll(() => ++calls === 2, { everyMs: 5 });

  await pause(30);
  assert.equal(calls, 0);
  globalThis.document.hidden = false;
  await pause(60);
  assert.equal(calls, 2);
});

test("polling can be stopped", async () => {
  globalThis.document = { hidden: false };
  let calls = 0;
  const stop = poll(() => { calls += 1; }, { everyMs: 5 });

  stop();
  await pause(20);

  assert.equal(calls, 0);
});
