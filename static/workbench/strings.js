// Visible words, rendered (and translated) by the template into <script type="application/json" id="strings">.

import { json } from "./dom.js";
import { spokenParts } from "./time.js";

let strings = null;

/** The words for `key`, with {name} replaced from `values`. A missing key shows itself, so it is noticed. */
export function t(key, values = {}) {
  // A page that uses the workbench for something else than a task brings words of its own.
  strings ??= { ...json("strings"), ...json("workbench-boot").words };
  return (strings[key] ?? key).replace(/\{(\w+)\}/g, (whole, name) => values[name] ?? whole);
}

/** A time as a screen reader should say it: "1 minute 3.25 seconds". */
export function spoken(ms) {
  const { hours, minutes, seconds } = spokenParts(ms);
  const words = [];
  if (hours) words.push(t(hours === 1 ? "hour" : "hours", { n: hours }));
  if (minutes) words.push(t(minutes === 1 ? "minute" : "minutes", { n: minutes }));
  if (seconds !== "0" || !words.length) words.push(t(seconds === "1" ? "second" : "seconds", { n: seconds }));
  return words.join(" ");
}
