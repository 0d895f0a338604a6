// The reviewer's verdict: the panel with reasons and words. It is no dialog, so that one can go on listening while writing.

import { h, hook, keycap } from "./dom.js";
import { t } from "./strings.js";

const SHORTEST = 3;

export function createReview({ root, reasons, onReject }) {
  const comment = hook("reject-comment", root);
  const error = root.querySelector(".wb-error");
  let chosen = null;
  let opener = null;

  const buttons = reasons.map(([code, label], i) => h("button", {
    type: "button", class: "wb-label", "data-testid": `reason-${code}`, "aria-pressed": "false", onclick: () => choose(code, true),
  }, h("span", { class: "wb-label-name" }, label), i < 9 ? keycap(String(i + 1)) : null));
  root.querySelector(".wb-reasons").append(...buttons);

  function choose(code, isByHand = false) {
    chosen = code;
    buttons.forEach((button, i) => button.setAttribute("aria-pressed", String(reasons[i][0] === code)));
    complain("");
    if (!isByHand || comment.value === "") comment.focus();
  }

  function complain(text) {
    error.textContent = text;
    error.hidden = !text;
  }

  const review = {
    get isOpen() { return !root.hidden; },
    open() {
      if (review.isOpen) return false;
      opener = document.activeElement;
      root.hidden = false;
      root.scrollIntoView({ block: "nearest" });
      buttons[0]?.focus();
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
      buttons.forEach((button) => button.setAttribute("aria-pressed", "false"));
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
        complain(t("sayWhy"));
        comment.focus();
      } else onReject({ reason_code: chosen, comment: comment.value.trim() });
    },
    complain,
  };

  hook("send-reject", root).addEventListener("click", review.send);
  hook("cancel-reject", root).addEventListener("click", review.close);
  return review;
}
