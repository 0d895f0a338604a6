// What every page has: theme switch, CSRF for htmx, toasts for what went wrong, copy buttons, confirm dialogs.

import { watchBell } from "./bell.js";
import { watchConfirms } from "./confirm.js";
import { csrfToken } from "./request.js";
import { t } from "./strings.js";
import { toast } from "./toast.js";

function watchTheme() {
  const mark = () => {
    for (const button of document.querySelectorAll("[data-set-theme]")) {
      button.setAttribute("aria-pressed", String(button.dataset.setTheme === document.documentElement.dataset.theme));
    }
  };
  document.addEventListener("click", (event) => {
    const button = event.target.closest("[data-set-theme]");
    if (!button) return;
    localStorage.setItem("earmark-theme", button.dataset.setTheme);
    dispatchEvent(new Event("earmark:theme"));
    mark();
  });
  mark();
}

function watchCopying() {
  document.addEventListener("click", async (event) => {
    const button = event.target.closest("[data-copy], [data-copy-from]");
    if (!button) return;
    const text = button.dataset.copy ?? document.querySelector(button.dataset.copyFrom).textContent.trim();
    try {
      await navigator.clipboard.writeText(text);
      toast(t("copied"));
    } catch {
      // Without https the browser keeps its clipboard; the text is selected instead.
      const from = button.dataset.copyFrom;
      const source = from ? document.querySelector(from) : button.previousElementSibling;
      if (source) getSelection().selectAllChildren(source);
      toast(t("copyByHand"), { kind: "warn" });
    }
  });
}

function watchHtmx() {
  document.addEventListener("htmx:configRequest", (event) => {
    event.detail.headers["X-CSRFToken"] = csrfToken();
  });
  document.addEventListener("htmx:beforeSwap", (event) => {
    // The session ended: the login page must not land inside a fragment.
    if (new URL(event.detail.xhr.responseURL).pathname !== document.body.dataset.login) return;
    event.detail.shouldSwap = false;
    location.reload();
  });
  document.addEventListener("htmx:sendError", () => toast(t("noConnection"), { kind: "warn" }));
  document.addEventListener("htmx:timeout", () => toast(t("noConnection"), { kind: "warn" }));
  document.addEventListener("htmx:responseError", (event) => {
    const { status, responseText } = event.detail.xhr;
    // A refusal is a small page; its sentence stands in [data-sentence].
    const page = new DOMParser().parseFromString(responseText, "text/html");
    const sentence = page.querySelector("[data-sentence]")?.textContent.trim();
    toast(sentence || t("failed", { status }), { kind: "warn" });
  });
}

/** Forms that filter go out as soon as something is chosen; the button is for those without scripts. */
function watchFilters() {
  document.addEventListener("change", (event) => {
    const form = event.target.closest("form[data-submit-on-change]");
    if (form) form.requestSubmit();
  });
}

/** A click sends a form once: the button rests while the answer is on its way. */
function watchSubmits() {
  document.addEventListener("submit", (event) => {
    if (event.defaultPrevented || event.target.method === "dialog") return;
    const button = event.submitter;
    if (!button || button.hasAttribute("hx-post") || event.target.hasAttribute("hx-post")) return;
    setTimeout(() => { button.disabled = true; });
  });
  // Coming back with the browser's button must find the form alive.
  addEventListener("pageshow", (event) => {
    if (event.persisted) for (const button of document.querySelectorAll("form [type=submit]:disabled")) button.disabled = false;
  });
}

watchTheme();
watchCopying();
watchHtmx();
watchConfirms();
watchBell();
watchFilters();
watchSubmits();
