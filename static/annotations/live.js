// Keeps [data-live] parts of a page up to date while somebody looks: asks the server every few seconds, changes what changed.
// <div data-live="/address" data-live-every="4000">. Outside parts follow too: the answer may hold
// <template data-live-for="name"> for every [data-live-part="name"].

import { morphChildren } from "./morph.js";
import { poll } from "../pages/polling.js";
import { t } from "../pages/strings.js";
import { toast } from "../pages/toast.js";

/** {html}, or {isGone, status} when asking again is of no use, or {} when it may be. */
async function fetchPart(url) {
  const response = await fetch(url, { headers: { "HX-Request": "true" }, credentials: "same-origin" });
  if (response.ok && !response.redirected) return { html: await response.text() };
  // Deleted, no right any more, or logged out: that does not change by asking again.
  return response.redirected || response.status < 500 ? { isGone: true, status: response.redirected ? 401 : response.status } : {};
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
    const { html, isGone, status } = await fetchPart(root.dataset.live).catch(() => ({}));
    if (isGone) toast(t("failed", { status }), { kind: "warn" });
    if (isGone || !html || html === last || document.querySelector("dialog[open]")) return Boolean(isGone);
    last = html;
    show(root, html);
    return false;
  }, { everyMs: Number(root.dataset.liveEvery) });
}

for (const root of document.querySelectorAll("[data-live]")) keepUpToDate(root);
