// Undo and redo over immutable values.

const MOST = 500;
const TOGETHER_MS = 1500;

export const begin = (present) => ({ past: [], present, future: [], key: null, at: 0 });

/**
 * A new present. Changes with the same `key` that follow each other closely become one step:
 * a word typed or a boundary nudged ten times is undone at once.
 */
export function push(history, present, { key = null, now = 0 } = {}) {
  if (present === history.present) return history;
  const isSame = key !== null && key === history.key && now - history.at < TOGETHER_MS;
  const past = isSame ? history.past : [...history.past, history.present].slice(-MOST);
  return { past, present, future: [], key, at: now };
}

export function undo(history) {
  if (!history.past.length) return history;
  return {
    past: history.past.slice(0, -1),
    present: history.past.at(-1),
    future: [history.present, ...history.future],
    key: null,
    at: 0,
  };
}

export function redo(history) {
  if (!history.future.length) return history;
  return {
    past: [...history.past, history.present],
    present: history.future[0],
    future: history.future.slice(1),
    key: null,
    at: 0,
  };
}
