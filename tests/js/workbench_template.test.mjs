// What the modules expect of the templates: words, and a preload for each module so that they arrive together.

import assert from "node:assert/strict";
import { readFileSync, readdirSync } from "node:fs";
import { test } from "node:test";

const scripts = new URL("../../static/workbench/", import.meta.url);
const templates = new URL("../../templates/annotations/", import.meta.url);
const modules = readdirSync(scripts).filter((name) => name.endsWith(".js"));
const read = (name, place = scripts) => readFileSync(new URL(name, place), "utf8");

test("every word a module asks for is in the template", () => {
  const words = read("_workbench_strings.html", templates);
  for (const name of modules) {
    for (const [, key] of read(name).matchAll(/\bt\("(\w+)"/g)) assert.ok(words.includes(`"${key}":`), `${name}: ${key}`);
  }
});

test("every command of the key scheme has a name for the cheat sheet", async () => {
  const { SCHEME } = await import("../../static/workbench/keys.js");
  const words = read("_workbench_strings.html", templates);
  for (const [command] of SCHEME) if (!command.startsWith("digit")) assert.ok(words.includes(`"do_${command}":`), command);
});

test("every module is preloaded", () => {
  const preload = read("_workbench_preload.html", templates);
  // What only some questions need is fetched when they come.
  const late = new Set([...read("needed.js").matchAll(/import\("\.\/(\w+\.js)"\)/g)].map(([, name]) => name));
  for (const name of late) assert.ok(modules.includes(name), name);
  for (const name of modules.filter((one) => one !== "main.js" && !late.has(one))) assert.ok(preload.includes(`workbench/${name}"`), name);
  // The workbench starts after the scripts of every page.
  const base = readFileSync(new URL("../../static/pages/base.js", import.meta.url), "utf8");
  for (const [, name] of base.matchAll(/from "\.\/([\w-]+\.js)";/g)) assert.ok(preload.includes(`pages/${name}"`), name);
});

test("imports are relative and end with a semicolon, or hashed file names would not reach them", () => {
  for (const name of modules) {
    for (const line of read(name).split("\n").filter((one) => one.startsWith("import "))) assert.match(line, /from "\.{1,2}\/.*\.js";$/, name);
  }
});

test("modules are small", () => {
  for (const name of modules) assert.ok(read(name).split("\n").length <= 201, name);
});
