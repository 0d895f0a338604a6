// What the workbench knows about the open item. Pure: every function takes the state and gives a patch of it.

import { begin, push, redo as redoStep, undo as undoStep } from "./history.js";
import { openIn, suggestedIn } from "./suggestions.js";
import { sorted } from "./regions.js";
import { withoutErrors } from "./errors.js";
import { fit } from "./viewport.js";

export const SPEEDS = [0.5, 0.75, 1, 1.25, 1.5, 2];

export const isMarking = (question) => question.type === "regions" || question.type === "timestamp";

/** A pan that is already at the end of the file makes a new view that is the old one: nothing to paint. */
const isSame = (a, b) => a === b || (a?.spanMs !== undefined && a.spanMs === b?.spanMs && a.startMs === b.startMs);

/** A store of one immutable state: set() merges a patch and tells the listeners which keys changed. */
export function createStore(initial) {
  let state = initial;
  const listeners = new Set();
  return {
    get: () => state,
    set(patch) {
      const changed = new Set(Object.keys(patch ?? {}).filter((key) => !isSame(patch[key], state[key])));
      if (!changed.size) return;
      const before = state;
      state = { ...state, ...patch };
      for (const listener of listeners) listener(state, changed, before);
    },
    subscribe(listener) {
      listeners.add(listener);
      return () => listeners.delete(listener);
    },
  };
}

const labelsOf = (question) => question?.configuration?.labels ?? [];

/** Regions come sorted from here on; lists that a draft left in another order would break bisection. */
function tidyAnswers(questions, answers) {
  const entries = questions.filter(({ alias }) => answers?.[alias] !== undefined && answers[alias] !== null).map((question) => {
    const value = answers[question.alias];
    if (question.type === "regions") return [question.alias, sorted(value)];
    if (question.type === "timestamp" && Array.isArray(value)) return [question.alias, value.toSorted((a, b) => a - b)];
    return [question.alias, value];
  });
  return Object.fromEntries(entries);
}

export function initialState(payload, { isReadOnly = false } = {}) {
  // A file that could not be read has no samples: the questions can still be answered.
  const file = payload.item.files.find(({ n_samples: samples }) => samples) ?? null;
  const { questions } = payload;
  const durationMs = file ? Math.max(1, Math.round((file.n_samples / file.sample_rate) * 1000)) : 1;
  const given = payload.submission && isReadOnly ? payload.submission.answers : payload.draft?.answers;
  const marking = questions.find(isMarking) ?? null;
  const active = marking ?? questions[0] ?? null;
  const answers = tidyAnswers(questions, given);
  const prefilled = isReadOnly ? [] : (payload.prefilled ?? []);
  return {
    payload, questions, file, durationMs, isReadOnly,
    // Two things are changed and undone together: the answers, and which suggestions of a model were dismissed.
    history: begin({ answers, dismissed: payload.suggestions?.dismissed ?? [] }),
    suggestions: suggestedIn(payload, { durationMs, canDecide: !isReadOnly }),
    // Whether suggestions that nobody has to decide on any more are to be seen too.
    showsSuggested: false,
    // Answers that nobody has given yet: they came with the item.
    prefilled: Object.fromEntries(prefilled.filter((alias) => answers[alias] !== undefined).map((alias) => [alias, answers[alias]])),
    // What changed since an earlier revision, which of it was jumped to, and whether it is painted on the sound.
    changes: payload.changes ?? [], change: null, showsChanges: true,
    comments: payload.comments ?? [],
    // Digits go to the active question; marks to the marking one, which stays when a choice is made in between.
    active: active?.alias ?? null, marking: marking?.alias ?? null,
    labels: Object.fromEntries(questions.map((question) => [question.alias, labelsOf(question)[0]?.name ?? ""])),
    selected: null, pending: null, ghost: null,
    view: fit(durationMs), loop: false, rate: 1, errors: {},
  };
}

/** The same item with other answers, to be changed or only looked at; what is on the screen stays where it is. */
export const withAnswers = (state, answers, { isReadOnly, dismissed = presentOf(state).dismissed }) => ({
  isReadOnly, history: begin({ answers: tidyAnswers(state.questions, answers), dismissed }), selected: null, pending: null, ghost: null, errors: {},
});

/** {answers, dismissed}: one value, the same until something of it changes. */
export const presentOf = (state) => state.history.present;

export const answersOf = (state) => presentOf(state).answers;

/** What is saved and handed in: the answers, and where a model made suggestions, which were dismissed. */
export const workOf = (state) => (state.suggestions?.canDecide ? presentOf(state) : { answers: answersOf(state) });

export const questionOf = (state, alias) => state.questions.find((question) => question.alias === alias) ?? null;

export const activeQuestion = (state) => questionOf(state, state.active);

export const markingQuestion = (state) => questionOf(state, state.marking);

/** Whether the answer is still the one that came with the item. */
export const isPrefilled = (state, alias) => Object.hasOwn(state.prefilled, alias) && answersOf(state)[alias] === state.prefilled[alias];

const isEmpty = (value) => value === null || value === undefined || value === "" || (Array.isArray(value) && !value.length);

/**
 * New answers with one alias changed; an empty answer is an absent one. `key` joins changes into one undo step.
 * `path` says which part of the answer was changed, so that what the server said of other parts stays; `dismissed` are the
 * suggestions put aside with this change.
 */
export function answer(state, alias, value, { key = null, now = 0, path = [], dismissed = presentOf(state).dismissed } = {}) {
  if (state.isReadOnly) return null;
  const before = answersOf(state);
  const errors = withoutErrors(state.errors, alias, path);
  // The same again is no step that could be undone.
  if (isEmpty(value) ? before[alias] === undefined : before[alias] === value) return { errors };
  const { [alias]: _, ...rest } = before;
  const answers = isEmpty(value) ? rest : { ...rest, [alias]: value };
  return { history: push(state.history, { answers, dismissed }, { key, now }), errors };
}

/** Choose (or, where several may be chosen or none must be, unchoose) a value of a categorical question. */
export function choose(state, alias, value, options = {}) {
  const question = questionOf(state, alias);
  const given = answersOf(state)[alias];
  if (!question.configuration.multi) return answer(state, alias, given === value && !question.required ? null : value, options);
  const chosen = new Set(given ?? []);
  if (!chosen.delete(value)) chosen.add(value);
  return answer(state, alias, question.configuration.choices.filter((choice) => chosen.has(choice)), options);
}

/** Choose a step of a rating; choosing it again takes it back where no answer is needed. */
export function rate(state, alias, value, { now = 0, isKept = false } = {}) {
  const question = questionOf(state, alias);
  const isAgain = answersOf(state)[alias] === value && !question.required && !isKept;
  return answer(state, alias, isAgain ? null : value, { key: `rate:${alias}`, now });
}

export const writeText = (state, alias, text, { now = 0 } = {}) => answer(state, alias, text, { key: `text:${alias}`, now });

function exists({ suggestions }, present, { alias, id }) {
  const value = present.answers[alias];
  const isMark = Array.isArray(value) ? value.some((mark) => (typeof mark === "object" ? mark.id : mark) === id) : value === id;
  return isMark || openIn(suggestions, present).some((row) => row.id === id);
}

/** A mark that no longer exists after undo or redo cannot stay selected; the one suggestion that is open again is. */
function step(state, history) {
  if (history === state.history) return null;
  const { selected, suggestions } = state;
  const before = new Set(openIn(suggestions, presentOf(state)));
  const again = openIn(suggestions, history.present).filter((row) => !before.has(row));
  const kept = selected && exists(state, history.present, selected) ? selected : null;
  return { history, selected: again.length === 1 ? { alias: suggestions.alias, id: again[0].id } : kept, ghost: null, pending: null };
}

export const undo = (state) => (state.isReadOnly ? null : step(state, undoStep(state.history)));
export const redo = (state) => (state.isReadOnly ? null : step(state, redoStep(state.history)));

export const canUndo = (state) => state.history.past.length > 0;
export const canRedo = (state) => state.history.future.length > 0;

export function activate(state, alias) {
  if (alias === state.active) return null;
  const isOther = isMarking(questionOf(state, alias)) && alias !== state.marking;
  return isOther ? { active: alias, marking: alias, pending: null } : { active: alias };
}

/** The next question in order becomes the one that digits and marks go to. */
export function activateNext(state) {
  const at = state.questions.findIndex(({ alias }) => alias === state.active);
  return activate(state, state.questions[(at + 1) % state.questions.length]?.alias ?? null);
}

/** The speed `steps` away from this one in the list of speeds. */
export function speedStep(rate, steps) {
  const at = SPEEDS.indexOf(rate);
  return SPEEDS[Math.min(Math.max((at < 0 ? 2 : at) + steps, 0), SPEEDS.length - 1)];
}
