// Keeps [data-live] parts of a page up to date while somebody looks: asks the server every few seconds, changes what changed.
// <div data-live="/address" data-live-every="4000">. Outside parts follow too: the answer may hold
// <template data-live-for="name"> for every [data-live-part="name"]. With <template data-live-ended> in it nothing changes any more.

import { morphChildren } from "./morph.js";
import { poll } from "./polling.js";
import { t } from "./strings.js";
import { toast } from "./toast.js";

/** {html}, or {isGone, status} when asking again is of no use, or {} when it may be. */
async function fetchPart(url) {
  const response = await fetch(url, { headers: { "HX-Request": "true" }, credentials: "same-origin" });
  if (response.ok && !response.redirected) return { html: await response.text() };
  // Deleted, no right any more, or logged out: that does not change by asking again.
  return response.redirected || response.status < 500 ? { isGone: true, status: response.redirected ? 401 : response.status } : {};
}

/** Whether it was the last of what there is to show. */
function show(root, html) {
  const source = document.createElement("template");
  source.innerHTML = html;
  for (const piece of source.content.querySelectorAll("template[data-live-for]")) {
    for (const part of document.querySelectorAll(`[data-live-part="${piece.dataset.liveFor}"]`)) morphChildren(part, piece.content);
    piece.remove();
  }
  const ended = source.content.querySelector("template[data-live-ended]");
  ended?.remove();
  morphChildren(root, source.content);
  return Boolean(ended);
}

function keepUpToDate(root) {
  let last = null;
  poll(async () => {
    const { html, isGone, status } = await fetchPart(root.dataset.live).catch(() => ({}));
    if (isGone) toast(t("failed", { status }), { kind: "warn" });
    if (isGone || !html || html === last || document.querySelector("dialog[open]")) return Boolean(isGone);
    last = html;
    return show(root, html);
  }, { everyMs: Number(root.dataset.liveEvery) });
}

for (const root of document.querySelectorAll("[data-live]")) keepUpToDate(root);
