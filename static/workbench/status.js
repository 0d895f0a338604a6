// The top bar and the footer: how far, whether it is saved, how much was heard.

import { heardPercent } from "./listened.js";
import { hook } from "./dom.js";
import { t } from "./strings.js";

const WORDS = { clean: "saved", dirty: "unsaved", saving: "saving", retrying: "notSaved", stale: "elsewhere", gone: "notYours" };

export function createStatus() {
  const saved = hook("saved-state");
  const heard = hook("heard");
  const count = hook("progress");
  const bar = hook("progress-bar");
  let isTouched = false;
  let said = "";

  return {
    reset() { isTouched = false; said = ""; saved.textContent = ""; saved.dataset.phase = "clean"; },

    /** Says only what a person should hear: each key press must not be followed by "Saving". */
    phase(phase, say) {
      if (phase !== "clean") isTouched = true;
      saved.dataset.phase = phase;
      saved.textContent = phase === "clean" && !isTouched ? "" : t(WORDS[phase]);
      const news = phase === "retrying" || (phase === "clean" && said === "retrying") ? phase : null;
      if (news && news !== said) {
        say(t(WORDS[news]));
        said = news;
      }
    },

    progress(progress) {
      const isKnown = Boolean(progress?.total);
      count.textContent = isKnown ? t("doneOf", { done: progress.done, total: progress.total }) : "";
      bar.hidden = !isKnown;
      if (isKnown) {
        bar.firstElementChild.style.width = `${(progress.done / progress.total) * 100}%`;
        bar.setAttribute("aria-valuemax", progress.total);
        bar.setAttribute("aria-valuenow", progress.done);
      }
    },

    heard(listened, durationMs) {
      const text = t("heard", { percent: `${heardPercent(listened, durationMs)} %` });
      if (heard.textContent !== text) heard.textContent = text;
    },
  };
}
