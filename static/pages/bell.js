// The bell: how many notices wait, asked for calmly while somebody looks at the page.

import { poll } from "./polling.js";

const EVERY_MS = 45_000;

function show({ shown, label }) {
  for (const bell of document.querySelectorAll("[data-bell]")) {
    bell.querySelector(".bell-count").textContent = shown;
    bell.querySelector("button").setAttribute("aria-label", label);
  }
}

/** Ask once. True when asking again is of no use: logged out, or no member any more. */
async function look(url) {
  try {
    const response = await fetch(url, { credentials: "same-origin", headers: { Accept: "application/json" } });
    if (response.redirected || (response.status >= 400 && response.status < 500)) return true;
    if (response.ok) show(await response.json());
  } catch {
    // No connection: the next turn may have one. The count is not worth a message.
  }
  return false;
}

/** The panel is fetched anew each time it opens: whoever is in its list with the keys already stays at that line. */
function keepPlace() {
  let left = "";
  document.addEventListener("htmx:beforeSwap", ({ target }) => {
    left = target.matches(".bell-menu") && target.contains(document.activeElement) ? document.activeElement.getAttribute("href") : "";
  });
  document.addEventListener("htmx:afterSwap", ({ target }) => {
    if (left && target.matches(".bell-menu")) target.querySelector(`a[href="${CSS.escape(left)}"]`)?.focus();
  });
}

export function watchBell() {
  const bell = document.querySelector("[data-bell]");
  if (!bell) return;
  poll(() => look(bell.dataset.bell), { everyMs: EVERY_MS });
  // A page that comes back with the browser's button shows what it showed when it was left.
  addEventListener("pageshow", (event) => {
    if (event.persisted) look(bell.dataset.bell);
  });
  keepPlace();
  document.addEventListener("htmx:afterSwap", (event) => {
    const head = event.target.querySelector?.("[data-bell-label]");
    if (head) show({ shown: head.dataset.bellShown, label: head.dataset.bellLabel });
  });
}
