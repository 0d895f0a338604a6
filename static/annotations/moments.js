// Dates and times that people type in their own time zone: <input type="datetime-local" data-moment="UTC, or empty">.
// What is sent is UTC. Without scripts the server takes what was typed for its own time zone.

const two = (number) => String(number).padStart(2, "0");

/** 2026-11-20T15:04, the browser's local time of a moment. */
export function localText(utc) {
  const moment = new Date(utc);
  if (!utc || Number.isNaN(moment.getTime())) return "";
  const day = `${moment.getFullYear()}-${two(moment.getMonth() + 1)}-${two(moment.getDate())}`;
  return `${day}T${two(moment.getHours())}:${two(moment.getMinutes())}`;
}

/** The moment of a local text, in UTC; empty when it is none. */
export function utcText(local) {
  const moment = new Date(local);
  return !local || Number.isNaN(moment.getTime()) ? "" : moment.toISOString();
}

function follow(input) {
  const sent = document.createElement("input");
  sent.type = "hidden";
  sent.name = input.name;
  sent.value = input.dataset.moment;
  input.removeAttribute("name");
  input.value = localText(input.dataset.moment);
  // Seconds that the field does not show stay as they were until somebody types.
  input.addEventListener("input", () => { sent.value = utcText(input.value); });
  input.after(sent);
}

for (const input of document.querySelectorAll("input[data-moment]")) follow(input);
