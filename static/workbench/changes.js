// What changed between two revisions, as the server found it, in words and places. Pure: no DOM, no words of its own.
//
// A change is {alias, kind, before, after}: kind "added", "removed", "moved", "relabeled", "noted" or "changed".

import { flat, formOf } from "./schema.js";
import { formatTime } from "./time.js";

// The kind's sign stands beside its word, so that a glance is enough and color is never needed.
export const SIGNS = { added: "+", removed: "−", moved: "↔", relabeled: "⇄", noted: "✎", changed: "≠" };

const stretch = ({ start_ms: start, end_ms: end }) => `${formatTime(start)}–${formatTime(end)}`;
const region = (mark) => `${mark.label} ${stretch(mark)}`;
const text = (value, nothing) => {
  if (value === null || value === undefined || value === "") return nothing;
  return Array.isArray(value) ? value.join(", ") : String(value);
};
/** Under its path, what each field is called, after the groups it is in. */
function titlesIn(field, around = []) {
  if (field.kind === "group") return field.fields.flatMap((one) => titlesIn(one, [...around, one.title]));
  return around.length ? [[field.path.join("."), around.join(" › ")]] : [];
}
/** What the schema says nothing of keeps its key; so does what is inside of an answer written as JSON. */
function nameIn(titles, name) {
  const [path, title] = titles.find(([known]) => name === known) ?? titles.find(([known]) => name.startsWith(`${known}.`)) ?? ["", ""];
  return title + name.slice(path.length);
}
/** The fields of a form that differ, each as it was and as it is. */
function fields(before, after, schema, nothing) {
  const was = new Map(flat(before ?? {}));
  const is = new Map(flat(after ?? {}));
  const names = [...new Set([...was.keys(), ...is.keys()])].filter((name) => was.get(name) !== is.get(name));
  const titles = titlesIn(formOf(schema ?? {}));
  return names.map((name) => `${nameIn(titles, name)}: ${text(was.get(name), nothing)} → ${text(is.get(name), nothing)}`);
}
const quoted = (note) => (note ? `“${note}”` : "–");

function noteToo({ note: before = "" }, { note: after = "" }) {
  return before === after ? "" : ` · ${quoted(before)} → ${quoted(after)}`;
}

/** A word of a pool, by `labelOf(code)`; a free word is quoted. */
function wordIn(part, labelOf, nothing) {
  if (part.term) return labelOf?.(part.term) ?? part.term;
  return part.word ? quoted(part.word) : nothing;
}

/**
 * The change in one line, without its kind. `type` and `schema` are the question's; `nothing` stands for a missing answer.
 * For words of a pool, `schema` gives the word of a code.
 */
export function lineOf({ kind, before, after }, type, nothing = "–", schema = null) {
  if (type === "regions") {
    if (kind === "added") return region(after);
    if (kind === "removed") return region(before);
    if (kind === "noted") return `${region(after)}: ${quoted(before.note)} → ${quoted(after.note)}`;
    const isThere = kind === "relabeled" && before.start_ms === after.start_ms && before.end_ms === after.end_ms;
    if (isThere) return `${before.label} → ${after.label}, ${stretch(after)}${noteToo(before, after)}`;
    return `${region(before)} → ${kind === "moved" ? stretch(after) : region(after)}${noteToo(before, after)}`;
  }
  if (type === "timestamp" && kind === "moved") return `${formatTime(before)} → ${formatTime(after)}`;
  if (type === "timestamp") return formatTime(kind === "removed" ? before : after);
  if (type === "words" && kind !== "changed") return wordIn(after ?? before, schema, nothing);
  if (type === "form") return fields(before, after, schema, nothing).join(" · ");
  return `${text(before, nothing)} → ${text(after, nothing)}`;
}

/** The change in as many lines as it has parts: the fields of a form stand below each other. */
export const linesOf = (change, type, nothing = "–", schema = null) =>
  (type === "form" ? fields(change.before, change.after, schema, nothing) : [lineOf(change, type, nothing)]);

/** Where the change lies: {startMs, endMs}, or null for an answer that has no place in time. */
export function placeOf({ before, after }, type) {
  if (type === "timestamp") {
    const moments = [before, after].filter((moment) => moment !== null);
    return { startMs: Math.min(...moments), endMs: Math.max(...moments) };
  }
  if (type !== "regions") return null;
  const marks = [before, after].filter(Boolean);
  return { startMs: Math.min(...marks.map((mark) => mark.start_ms)), endMs: Math.max(...marks.map((mark) => mark.end_ms)) };
}

/** The id under which the changed mark is found now; null when it is gone. */
export const idNow = ({ after }) => (after !== null && typeof after === "object" ? after.id ?? null : after);

/** The place in the list `direction` away from `index` (null: none yet), around its ends; null in an empty list. */
export function stepTo(count, index, direction) {
  if (!count) return null;
  if (index === null) return direction > 0 ? 0 : count - 1;
  return (index + direction + count) % count;
}
