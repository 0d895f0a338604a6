// Asks before a form goes out. Markup: <form data-confirm="Delete it? This cannot be undone." data-confirm-action="Delete">.
// For htmx: hx-confirm="..." on the element; the same dialog asks.

/** Ask in the page's dialog. Resolves to true when the person goes on. */
export function ask(sentence, { action = "", title = "" } = {}) {
  const dialog = document.getElementById("confirm");
  const go = dialog.querySelector("[value=yes]");
  dialog.querySelector("[data-sentence]").textContent = sentence;
  dialog.querySelector("h2").textContent = title || dialog.dataset.title;
  go.textContent = action || dialog.dataset.action;
  dialog.returnValue = "";
  dialog.showModal();
  return new Promise((resolve) => {
    dialog.addEventListener("close", () => resolve(dialog.returnValue === "yes"), { once: true });
  });
}

export function watchConfirms() {
  document.addEventListener("submit", async (event) => {
    const form = event.target;
    const wish = event.submitter?.dataset.confirm ? event.submitter : form;
    if (!wish.dataset.confirm || form.dataset.confirmed) return;
    event.preventDefault();
    event.stopImmediatePropagation();
    if (!(await ask(wish.dataset.confirm, { action: wish.dataset.confirmAction, title: wish.dataset.confirmTitle }))) return;
    form.dataset.confirmed = "yes";
    form.requestSubmit(event.submitter ?? undefined);
    delete form.dataset.confirmed;
  }, true);
  document.addEventListener("htmx:confirm", async (event) => {
    if (!event.detail.question) return;
    event.preventDefault();
    const source = event.detail.elt.dataset;
    if (await ask(event.detail.question, { action: source.confirmAction, title: source.confirmTitle })) {
      event.detail.issueRequest(true);
    }
  });
}
