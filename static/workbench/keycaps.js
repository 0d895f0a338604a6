// Keeps the keycaps on buttons true when somebody has given a command another key, or none.

import { hook } from "./dom.js";

const SHOWN = {
  "start-here": "markStart", "end-here": "markEnd", "new-mark": "newMark", loop: "loop", help: "help",
  submit: "submit", approve: "submit", "approve-fix": "submit", "send-reject": "submit", "send-comment": "submit", reject: "reject", drop: "drop", fix: "fix",
  "fix-size": "fixSize", "toggle-changes": "toggleChanges", "next-change": "nextChange", comment: "comment",
  "next-suggestion": "nextSuggestion", "accept-all": "acceptAbove", "toggle-suggested": "toggleSuggested", "accept-least-name": "chooseLeast",
};

export function showKeycaps(keyOf) {
  for (const [name, command] of Object.entries(SHOWN)) {
    const cap = hook(name)?.querySelector("kbd");
    if (!cap) continue;
    cap.textContent = keyOf(command);
    cap.hidden = !cap.textContent;
  }
}
