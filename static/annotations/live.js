// Keeps [data-live] parts of a page up to date while somebody looks: asks the server every few seconds, changes what changed.
// <div data-live="/address" data-live-every="1500">. Outside parts follow too: the answer may hold
// <template data-live-for="name"> for every [data-live-part="name"].

import { morphChildren } from "./morph.js";
import { poll } from "../pages/polling.js";

const EVERY_MS = 4000;

async function fetchPart(url) {
  const response = await fetch(url, { headers: { "HX-Request": "true" }, credentials: "same-origin" });
  // Logged out, or no right any more: the next click says so; a page that changes by itself need not.
  return response.ok && !response.redirected ? response.text() : null;
}

function show(root, html) {
  const source = document.createElement("template");
  source.innerHTML = html;
  for (const piece of source.content.querySelectorAll("template[data-live-for]")) {
    for (const part of document.querySelectorAll(`[data-live-part="${piece.dataset.liveFor}"]`)) morphChildren(part, piece.content);
    piece.remove();
  }
  morphChildren(root, source.content);
}

function keepUpToDate(root) {
  let last = null;
  poll(async () => {
    const html = await fetchPart(root.dataset.live).catch(() => null);
    if (html === null || html === last || document.querySelector("dialog[open]")) return false;
    last = html;
    show(root, html);
    return false;
  }, { everyMs: Number(root.dataset.liveEvery) || EVERY_MS });
}

for (const root of document.querySelectorAll("[data-live]")) keepUpToDate(root);
