// Time as people read, type and hear it. Inside, time is always integer milliseconds.

const pad = (number, width = 2) => String(number).padStart(width, "0");

function parts(ms) {
  const whole = Math.max(0, Math.round(ms));
  return {
    hours: Math.floor(whole / 3_600_000),
    minutes: Math.floor(whole / 60_000) % 60,
    seconds: Math.floor(whole / 1000) % 60,
    millis: whole % 1000,
  };
}

/** "1:04.120", from an hour on "1:02:03.004". */
export function formatTime(ms) {
  const { hours, minutes, seconds, millis } = parts(ms);
  const head = hours ? `${hours}:${pad(minutes)}` : String(minutes);
  return `${head}:${pad(seconds)}.${pad(millis, 3)}`;
}

/** A time with only as many decimals as the step between two ruler marks needs. */
export function formatTick(ms, stepMs) {
  const text = formatTime(ms);
  if (stepMs >= 1000) return text.slice(0, -4);
  if (stepMs >= 100) return text.slice(0, -2);
  return stepMs >= 10 ? text.slice(0, -1) : text;
}

/** A length in seconds: "0.830". */
export function formatLength(ms) {
  return `${Math.floor(Math.round(ms) / 1000)}.${pad(Math.round(ms) % 1000, 3)}`;
}

const TYPED = /^(?:(?:(\d+):)?(\d+):)?(\d+)(?:[.,](\d+))?$/;

/** Milliseconds from "62.5", "62,5", "1:02.5" or "1:01:02.5"; null when it is not a time. */
export function parseTime(text) {
  const match = TYPED.exec(String(text).trim());
  if (!match) return null;
  const [, hours, minutes, seconds, fraction = ""] = match;
  if (minutes !== undefined && (Number(seconds) > 59 || seconds.length !== 2)) return null;
  if (hours !== undefined && (Number(minutes) > 59 || minutes.length !== 2)) return null;
  // Digits are read one by one: 0.1 + 0.2 must not decide where a mark lies.
  const millis = Number(fraction.slice(0, 3).padEnd(3, "0")) + (Number(fraction[3] ?? 0) >= 5 ? 1 : 0);
  return Number(hours ?? 0) * 3_600_000 + Number(minutes ?? 0) * 60_000 + Number(seconds) * 1000 + millis;
}

/** The units of a time for a screen reader: the largest that is not zero comes first. */
export function spokenParts(ms) {
  const { hours, minutes, seconds, millis } = parts(ms);
  const exact = millis ? `${seconds}.${pad(millis, 3)}`.replace(/0+$/, "") : String(seconds);
  return { hours, minutes, seconds: exact };
}
