import assert from "node:assert/strict";
import { test } from "node:test";

import { leafOf, namesMain, treesOf } from "../../static/workbench/layout.js";

const MAIN = { name: "call", filename: "call.wav" };
const OTHER = { name: "noise", filename: "noise.wav" };
const ITEM = { data: { title: "Call 1", caller: { age: 7 }, "a.b": "whole", a: { b: "nested" }, none: null, list: [1] }, files: [MAIN, OTHER] };
const part = (data, label) => ({ data, ...(label && { label }) });
const asked = (...layouts) => layouts.map((layout) => ({ layout }));
const labels = (node) => (node.children ? node.children.flatMap(labels) : [node.label]);

test("a place is the item's value, a value within it, or a recording", () => {
  assert.deepEqual(leafOf(part("item.title"), ITEM), { kind: "value", label: "title", value: "Call 1", shape: "text" });
  assert.deepEqual(leafOf(part("item.caller.age", "Age"), ITEM), { kind: "value", label: "Age", value: 7, shape: "text" });
  assert.equal(leafOf(part("item.a.b"), ITEM).value, "whole");
  assert.equal(leafOf(part("item.list"), ITEM).shape, "json");
  assert.deepEqual(leafOf(part("item.files.call"), ITEM), { kind: "recording", label: "call", file: MAIN, isMain: true });
  assert.equal(leafOf(part("item.files.noise"), ITEM).isMain, false);
});

test("what is not there is nothing, and no part of how objects are made", () => {
  for (const locator of ["item.missing", "item.none", "item.title.deeper", "item.constructor", "item.files.other", "item.caller.toString"]) {
    assert.equal(leafOf(part(locator), ITEM).shape, "nothing", locator);
  }
  assert.equal(leafOf(part("item.title"), { data: null }).shape, "nothing");
});

test("a row unless it says otherwise; what holds one thing is that thing, what holds none is left out", () => {
  const layout = { children: [part("item.title"), { direction: "column", children: [part("item.list"), part("item.none")] }, { children: [] }, { children: [part("item.a.b")] }] };
  const [tree] = treesOf(asked(layout), ITEM);
  assert.equal(tree.kind, "row");
  assert.deepEqual(tree.children.map(({ kind }) => kind), ["value", "column", "value"]);
});

test("questions of one layout show it once; of different ones, each thing is there once", () => {
  const one = { children: [part("item.title"), part("item.files.call")] };
  const two = { direction: "column", children: [part("item.files.call"), part("item.list"), part("item.none")] };
  const trees = treesOf(asked(one, { ...one }, {}, two), ITEM);
  assert.deepEqual(trees.map(labels), [["title", "call"], ["list", "none"]]);
  assert.ok(namesMain(trees));
  assert.ok(!namesMain(treesOf(asked({ children: [part("item.files.noise")] }), ITEM)));
});

test("without a layout nothing is drawn; without a recording too, all the values are", () => {
  assert.deepEqual(treesOf(asked({}, { children: [] }), ITEM), []);
  const [tree] = treesOf(asked({}), { data: ITEM.data, files: [] });
  assert.deepEqual([tree.kind, labels(tree)], ["column", Object.keys(ITEM.data)]);
  assert.deepEqual(treesOf(asked({}), { data: {}, files: [] }), []);
});

test("a layout that is no layout shows what can be shown", () => {
  const [tree] = treesOf(asked({ children: [null, 3, { data: 5 }, part("item.title", "  ")] }), ITEM);
  assert.deepEqual(labels(tree), ["title"]);
});
