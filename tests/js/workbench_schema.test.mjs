import assert from "node:assert/strict";
import { test } from "node:test";

import { flat, formOf, leavesOf, nearest, valueAt, write } from "../../static/workbench/schema.js";

const SCHEMA = {
  type: "object",
  required: ["tone", "caller"],
  properties: {
    tone: { type: "string", enum: ["warm", "cold"], title: "Tone of voice", description: "As a whole", default: "warm" },
    summary: { type: "string", maxLength: 500 },
    reason: { type: "string", minLength: 3, maxLength: 40 },
    story: { type: "string", format: "textarea" },
    score: { type: "number", minimum: 0, exclusiveMaximum: 10 },
    count: { type: ["integer", "null"], maximum: 9 },
    resolved: { type: "boolean" },
    topics: { type: "array", items: { enum: ["bill", "network"] } },
    caller: { type: "object", required: ["name"], properties: { name: { type: "string" }, age: { type: "integer" } } },
    turns: { type: "array", items: { type: "object" } },
    other: {},
  },
};
const form = formOf(SCHEMA);
const field = (...path) => leavesOf(form).find((one) => one.path.join() === path.join());
const kinds = (schema) => Object.fromEntries(leavesOf(formOf(schema)).map(({ path, kind }) => [path.join("."), kind]));

test("each kind of property has its field, in the order of the schema", () => {
  assert.deepEqual(kinds(SCHEMA), {
    tone: "choice", summary: "long", reason: "text", story: "long", score: "number", count: "number", resolved: "boolean", topics: "choices",
    "caller.name": "text", "caller.age": "number", turns: "json", other: "json",
  });
  assert.deepEqual([field("tone").title, field("tone").description, field("tone").isRequired], ["Tone of voice", "As a whole", true]);
  assert.deepEqual([field("caller", "name").isRequired, field("caller", "age").isRequired], [true, false]);
  assert.deepEqual(field("score").bounds, { min: 0, max: undefined, above: undefined, below: 10, isWhole: false });
  assert.ok(field("count").bounds.isWhole);
  assert.deepEqual([field("reason").least, field("reason").most], [3, 40]);
});

test("references, titles of constants and a mere “or nothing” are seen through", () => {
  const schema = {
    type: "object",
    $defs: { Tone: { enum: ["warm", "cold"], title: "Tone" }, Who: { type: "object", properties: { tone: { $ref: "#/$defs/Tone" } } } },
    properties: {
      tone: { $ref: "#/$defs/Tone", title: "Mine" },
      maybe: { anyOf: [{ type: "integer" }, { type: "null" }], default: null },
      who: { allOf: [{ $ref: "#/$defs/Who" }] },
      grade: { oneOf: [{ const: 1, title: "good" }, { const: 2, title: "bad" }] },
      either: { anyOf: [{ type: "string" }, { type: "integer" }] },
    },
  };
  assert.deepEqual(kinds(schema), { tone: "choice", maybe: "number", "who.tone": "choice", grade: "choice", either: "json" });
  const [tone, , , grade] = leavesOf(formOf(schema));
  assert.equal(tone.title, "Mine");
  assert.deepEqual(grade.options, [{ value: 1, label: "good" }, { value: 2, label: "bad" }]);
});

test("a schema that leads nowhere or into itself still gives a form", () => {
  const round = { type: "object", $defs: { A: { type: "object", properties: { a: { $ref: "#/$defs/A" } } } }, properties: { a: { $ref: "#/$defs/A" }, b: { $ref: "#/nowhere" }, c: true } };
  const paths = leavesOf(formOf(round)).map(({ path }) => path.length);
  assert.ok(Math.max(...paths) <= 21);
  assert.equal(kinds({ type: "object" })[""], "json");
});

test("no default is applied: an untouched form has no answer", () => {
  assert.equal(valueAt(undefined, ["tone"]), undefined);
  assert.equal(write(form, undefined, ["summary"], ""), null);
});

test("a field writes its own part and leaves the rest, which nobody asked about, alone", () => {
  const before = { extra: { kept: 1 }, caller: { name: "Ann", id: 7 } };
  const after = write(form, before, ["caller", "age"], 40);
  assert.deepEqual(after, { extra: { kept: 1 }, caller: { name: "Ann", id: 7, age: 40 } });
  assert.deepEqual(before, { extra: { kept: 1 }, caller: { name: "Ann", id: 7 } });
  assert.equal(write(form, after, ["tone"], "cold").caller, after.caller);
});

test("false and 0 are answers; empty texts, lists and objects are none", () => {
  assert.deepEqual(write(form, { tone: "warm" }, ["resolved"], false), { tone: "warm", caller: {}, resolved: false });
  assert.equal(write(form, { tone: "warm" }, ["score"], 0).score, 0);
  assert.ok(!("topics" in write(form, { tone: "warm", topics: ["bill"] }, ["topics"], [])));
  assert.deepEqual(write(form, { tone: "warm" }, ["turns"], []).turns, []);
  assert.equal(write(form, { caller: { name: "Ann" } }, ["caller", "name"], ""), null);
  assert.equal(write(form, { tone: "warm", caller: {} }, ["tone"], undefined), null);
});

test("what must be there and may be empty is there once the form was begun", () => {
  const schema = { type: "object", required: ["tags", "more"], properties: {
    tags: { type: "array", items: { enum: ["a"] } }, more: { type: "object", properties: { note: { type: "string" } } }, x: { type: "string" } } };
  const own = formOf(schema);
  assert.deepEqual(write(own, undefined, ["x"], "y"), { x: "y", more: {} });
  assert.deepEqual(write(own, { tags: ["a"] }, ["tags"], []), { tags: [], more: {} });
});

test("names that objects are born with are plain names", () => {
  const own = formOf({ type: "object", properties: { constructor: { type: "string" }, ["__proto__"]: { type: "string" } } });
  assert.equal(valueAt({}, ["constructor"]), undefined);
  const written = write(own, write(own, undefined, ["constructor"], "a"), ["__proto__"], "b");
  assert.deepEqual(Object.entries(written), [["constructor", "a"], ["__proto__", "b"]]);
});

test("what the server says of a place goes to its field, or to the nearest around it", () => {
  assert.equal(nearest(form, ["caller", "age"]).title, "age");
  assert.equal(nearest(form, ["caller", "unknown"]).title, "caller");
  assert.equal(nearest(form, ["topics", 1]).title, "topics");
  assert.equal(nearest(form, ["unknown"]), form);
});

test("an answer field by field", () => {
  assert.deepEqual(flat({ tone: "warm", caller: { age: 7, none: {} }, topics: ["bill", "network"], turns: [{ a: 1 }], gone: null }), [
    ["tone", "warm"], ["caller.age", "7"], ["caller.none", "{}"], ["topics", "bill, network"], ["turns", '[{"a":1}]'],
  ]);
});
