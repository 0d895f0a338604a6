// Marking: regions and points of the open item. Pure: every function takes the state and gives a patch of it, or null.

import { accept, canDecide, dismiss, dismissedWith, rowsOf, suggestionOf } from "./deciding.js";
import { activate, answer, answersOf, markingQuestion, questionOf } from "./state.js";
import { find, freshId, moved, neighbour, sorted, span, withEnd, withStart } from "./regions.js";

const DEFAULT_LENGTH_MS = 500;
// From further back than this, "start here" means another region: it must not stretch the one that was just finished.
const REACH_MS = 2000;

/** The value of a marking question as a list: regions, or points in milliseconds. */
export function marksOf(state, alias) {
  const value = answersOf(state)[alias];
  return value === undefined ? [] : Array.isArray(value) ? value : [value];
}

export const startOf = (mark) => (typeof mark === "object" ? mark.start_ms : mark);
export const endOf = (mark) => (typeof mark === "object" ? mark.end_ms : mark);
export const idOf = (mark) => (typeof mark === "object" ? mark.id : mark);

/** What the table lists: the marks, and in between what is suggested. */
export const listOf = (state, alias) => rowsOf(state, alias, marksOf(state, alias));

/** The selected mark: a region, a suggested one, a point in milliseconds, or null. */
export function selectedMark(state) {
  if (!state.selected) return null;
  const { alias, id } = state.selected;
  return marksOf(state, alias).find((mark) => idOf(mark) === id) ?? suggestionOf(state, id);
}

export const selectedRegion = (state) => {
  const mark = selectedMark(state);
  const isOthers = mark?.isSuggested && !canDecide(state);
  return typeof mark === "object" && !isOthers ? mark : null;
};

export function select(state, alias, id) {
  if (state.selected?.alias === alias && state.selected?.id === id) return null;
  return { ...activate(state, alias), selected: { alias, id }, pending: null };
}

/** Escape: first a half-made region, then the selection. */
export const letGo = (state) => (state.pending !== null ? { pending: null } : { selected: null });

function withRegions(state, alias, regions, options) {
  return answer(state, alias, sorted(regions), options);
}

/** A new region from two moments in any order, with the label chosen for it, selected. */
export function addRegion(state, aMs, bMs, options = {}) {
  const question = markingQuestion(state);
  if (question?.type !== "regions" || state.isReadOnly) return null;
  const { alias } = question;
  const regions = marksOf(state, alias);
  const region = { id: freshId(regions), label: state.labels[alias], ...span(aMs, bMs, state.durationMs), note: "" };
  return { ...activate(state, alias), ...withRegions(state, alias, [...regions, region], options), selected: { alias, id: region.id }, pending: null, ghost: null };
}

/** One region changed. `change` is a patch or a function of the region. A suggestion that is changed is accepted so. */
export function editRegion(state, alias, id, change, options = {}) {
  const regions = marksOf(state, alias);
  const region = find(regions, id) ?? suggestionOf(state, id);
  if (!region || state.isReadOnly) return null;
  const next = typeof change === "function" ? change(region) : { ...region, ...change };
  const isSame = Object.keys(next).every((key) => next[key] === region[key]);
  if (isSame) return { ghost: null };
  if (region.isSuggested) return accept(state, id, { label: next.label, start_ms: next.start_ms, end_ms: next.end_ms }, options);
  return { ...withRegions(state, alias, regions.map((one) => (one === region ? next : one)), options), ghost: null };
}

/** Points as the question wants them: all of them sorted, or the last one alone. */
function withPoints(state, alias, points, options) {
  const isMulti = questionOf(state, alias).configuration.multi;
  const unique = [...new Set(points)].sort((a, b) => a - b);
  return answer(state, alias, isMulti ? unique : points.at(-1) ?? null, options);
}

const insideFile = (state, ms) => Math.min(Math.max(Math.round(ms), 0), state.durationMs);

export function addPoint(state, ms, options = {}) {
  const question = markingQuestion(state);
  if (question?.type !== "timestamp" || state.isReadOnly) return null;
  const point = insideFile(state, ms);
  const points = [...marksOf(state, question.alias), point];
  return { ...activate(state, question.alias), ...withPoints(state, question.alias, points, options), selected: { alias: question.alias, id: point } };
}

export function movePoint(state, alias, from, ms, options = {}) {
  const point = insideFile(state, ms);
  if (point === from || state.isReadOnly) return { ghost: null };
  const points = marksOf(state, alias).map((one) => (one === from ? point : one));
  return { ...withPoints(state, alias, points, options), selected: { alias, id: point }, ghost: null };
}

/** The selected mark goes; the one after it is selected, so that Delete can be pressed again. A suggestion is dismissed. */
export function removeMark(state, alias, id, options = {}) {
  if (suggestionOf(state, id)) return dismiss(state, id, options);
  const marks = marksOf(state, alias);
  const at = marks.findIndex((mark) => idOf(mark) === id);
  if (at < 0 || state.isReadOnly) return null;
  const rest = marks.toSpliced(at, 1);
  const next = rest[Math.min(at, rest.length - 1)];
  const change = questionOf(state, alias).type === "regions" ? withRegions(state, alias, rest, { ...options, dismissed: dismissedWith(state, alias, marks[at]) }) : withPoints(state, alias, rest, options);
  return { ...change, selected: next === undefined ? null : { alias, id: idOf(next) }, ghost: null };
}

/** The label for the next region, and for the selected one; a selected suggestion is accepted under it. */
export function setLabel(state, alias, label, options = {}) {
  const patch = { labels: { ...state.labels, [alias]: label }, ...activate(state, alias) };
  const isSelected = state.selected?.alias === alias;
  if (isSelected && suggestionOf(state, state.selected.id)) return { ...patch, ...accept(state, state.selected.id, { label }, options) };
  return { ...patch, ...(isSelected ? editRegion(state, alias, state.selected.id, { label }, options) : null) };
}

/** Start here: moves the start of the selected region when the playhead is in it or just before, else begins a new one. */
export function markStart(state, ms, options = {}) {
  const question = markingQuestion(state);
  if (question?.type === "timestamp") return addPoint(state, ms, options);
  if (question?.type !== "regions" || state.isReadOnly) return null;
  const region = selectedRegion(state);
  const isNear = region && Math.round(ms) < region.end_ms && ms >= region.start_ms - REACH_MS;
  if (isNear && state.pending === null) {
    return editRegion(state, state.selected.alias, region.id, (one) => withStart(one, ms), options);
  }
  return { ...activate(state, question.alias), pending: Math.round(ms), selected: null };
}

/** End here: ends the region that was begun, or moves the end of the selected one. */
export function markEnd(state, ms, options = {}) {
  if (markingQuestion(state)?.type !== "regions" || state.isReadOnly) return null;
  if (state.pending !== null) return Math.round(ms) === state.pending ? null : addRegion(state, state.pending, ms, options);
  const region = selectedRegion(state);
  if (!region || Math.round(ms) <= region.start_ms) return null;
  return editRegion(state, state.selected.alias, region.id, (one) => withEnd(one, ms, state.durationMs), options);
}

/** A new mark at the playhead: a point, or a region of half a second (or up to here, when one was begun). */
export function newMark(state, ms, options = {}) {
  if (markingQuestion(state)?.type === "timestamp") return addPoint(state, ms, options);
  if (state.pending !== null && Math.round(ms) !== state.pending) return addRegion(state, state.pending, ms, options);
  const start = Math.min(ms, state.durationMs - 1);
  return addRegion(state, start, Math.min(start + DEFAULT_LENGTH_MS, state.durationMs), options);
}

/** Moves one edge of the selected region ("start" or "end"), or the selected point, by `deltaMs`. */
export function nudge(state, edge, deltaMs, options = {}) {
  const mark = selectedMark(state);
  if (mark === null) return null;
  const { alias, id } = state.selected;
  const together = { ...options, key: `nudge:${alias}:${edge}` };
  if (typeof mark !== "object") return movePoint(state, alias, id, mark + deltaMs, together);
  return editRegion(state, alias, id, (region) => edge === "start"
    ? withStart(region, region.start_ms + deltaMs)
    : withEnd(region, region.end_ms + deltaMs, state.durationMs), together);
}

export const moveRegion = (state, alias, id, deltaMs, options) =>
  editRegion(state, alias, id, (region) => moved(region, deltaMs, state.durationMs), options);

/** The next (1) or previous (-1) mark of the marking question becomes the selected one. */
export function step(state, direction, ms) {
  const question = markingQuestion(state);
  const list = listOf(state, state.marking).map((mark) => (typeof mark === "object" ? mark : { id: mark, start_ms: mark, end_ms: mark }));
  const isHere = state.selected?.alias === question?.alias;
  const next = neighbour(list, isHere ? state.selected.id : null, direction, ms);
  return next && select(state, state.marking, next.id);
}

/** How many regions have each label: {label: count}. */
export function countByLabel(regions) {
  const counts = {};
  for (const { label } of regions) counts[label] = (counts[label] ?? 0) + 1;
  return counts;
}
