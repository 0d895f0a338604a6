// The reviewer's "no": the panel with reasons and words, to send an item back or to leave it out of the result.
// It is no dialog, so that one can go on listening while writing.

import { h, hook, keycap } from "./dom.js";
import { t } from "./strings.js";

const SHORTEST = 3;
const STORE = "earmark.reason";

function lastUsed(move) {
  try { return localStorage.getItem(`${STORE}.${move}`); } catch { return null; }
}

function remember(move, code) {
  try { localStorage.setItem(`${STORE}.${move}`, code); } catch { /* it is a convenience only */ }
}

/** `onVerdict(move, {reason_code, comment})` sends it; `move` is "reject" or "drop". */
export function createReview({ root, reasons, onVerdict }) {
  const comment = hook("reject-comment", root);
  const error = root.querySelector(".wb-error");
  const send = hook("send-reject", root);
  let chosen = null;
  let opener = null;
  let move = "reject";

  const buttons = reasons.map(([code, label], i) => h("button", {
    type: "button", class: "wb-label", "data-testid": `reason-${code}`, "aria-pressed": "false", onclick: () => choose(code, true),
  }, h("span", { class: "wb-label-name" }, label, h("span", { class: "wb-last", hidden: true }, t("lastUsed"))), i < 9 ? keycap(String(i + 1)) : null));
  root.querySelector(".wb-reasons").append(...buttons);

  const press = () => buttons.forEach((button, i) => button.setAttribute("aria-pressed", String(reasons[i][0] === chosen)));

  function choose(code, isByHand = false) {
    chosen = code;
    press();
    complain("");
    if (!isByHand || comment.value === "") comment.focus();
  }

  function complain(text) {
    error.textContent = text;
    error.hidden = !text;
  }

  /** The words for this move; the reason used last for it is named as such. */
  function dress() {
    root.dataset.move = move;
    root.querySelector("h2").textContent = t(`${move}Title`);
    root.querySelector("label").textContent = t(`${move}Comment`);
    root.querySelector(".wb-warning").hidden = move !== "drop";
    send.firstElementChild.textContent = t(`${move}Send`);
    const last = lastUsed(move);
    buttons.forEach((button, i) => { button.querySelector(".wb-last").hidden = reasons[i][0] !== last; });
    return buttons[Math.max(reasons.findIndex(([code]) => code === last), 0)];
  }

  const review = {
    get isOpen() { return !root.hidden; },
    open(next = "reject") {
      if (review.isOpen && next === move) return false;
      if (!review.isOpen) opener = document.activeElement;
      move = next;
      const first = dress();
      complain("");
      root.hidden = false;
      root.scrollIntoView({ block: "nearest" });
      // Enter takes the reason of last time.
      first?.focus();
      return true;
    },
    close() {
      if (!review.isOpen) return false;
      root.hidden = true;
      opener?.focus?.();
      return true;
    },
    reset() {
      root.hidden = true;
      chosen = null;
      comment.value = "";
      press();
      complain("");
    },
    digit(n) {
      if (!reasons[n - 1]) return false;
      choose(reasons[n - 1][0]);
      return true;
    },
    /** Refused here, in a sentence, before anything is sent. */
    send() {
      if (!chosen) {
        complain(t("chooseReason"));
        buttons[0]?.focus();
      } else if (comment.value.trim().length < SHORTEST) {
        complain(t(`${move}Why`));
        comment.focus();
      } else {
        remember(move, chosen);
        onVerdict(move, { reason_code: chosen, comment: comment.value.trim() });
      }
    },
    complain,
  };

  send.addEventListener("click", review.send);
  hook("cancel-reject", root).addEventListener("click", review.close);
  return review;
}
