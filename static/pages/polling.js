/**
 * Call `step` every `everyMs` while the page is looked at, until it returns true or throws.
 * Returns a function that stops it. For server-rendered fragments prefer htmx: hx-trigger="load delay:2s".
 */
export function poll(step, { everyMs = 2000 } = {}) {
  let timer = 0;
  let stopped = false;
  const stop = () => {
    stopped = true;
    clearTimeout(timer);
  };
  const turn = async () => {
    if (stopped) return;
    const done = document.hidden ? false : await step();
    if (!done && !stopped) timer = setTimeout(turn, everyMs);
  };
  timer = setTimeout(turn, everyMs);
  return stop;
}
