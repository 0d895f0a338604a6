import assert from "node:assert/strict";
import { test } from "node:test";

import { attributeChanges, isSame } from "../../static/pages/morph.js";

test("attributes that differ are set, those that are gone are dropped", () => {
  const changes = attributeChanges({ class: "pill", title: "x", id: "a" }, { class: "pill ok", id: "a", href: "/" });
  assert.deepEqual(changes, { set: { class: "pill ok", href: "/" }, drop: ["title"] });
});

test("an id decides whether a row is the same row", () => {
  const row = (id) => ({ nodeType: 1, nodeName: "TR", id });
  assert.equal(isSame(row("task-1"), row("task-1")), true);
  assert.equal(isSame(row("task-1"), row("task-2")), false);
});

test("text and elements are never the same", () => {
  assert.equal(isSame({ nodeType: 3, nodeName: "#text" }, { nodeType: 1, nodeName: "TD", id: "" }), false);
  assert.equal(isSame({ nodeType: 3, nodeName: "#text" }, { nodeType: 3, nodeName: "#text" }), true);
});
