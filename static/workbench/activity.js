// Time really spent on an item: the page visible and used. Pure: the clock comes from outside.

export const IDLE_AFTER_MS = 60_000;
const LONGEST_TICK_MS = 5000;

export const startActivity = (activeMs, now) => ({ activeMs, usedAt: now, tickAt: now });

/** Somebody did something: pressed a key, moved the pointer, touched. */
export const used = (activity, now) => ({ ...activity, usedAt: now });

export const isIdle = (activity, now) => now - activity.usedAt >= IDLE_AFTER_MS;

/** Called about once a second. A gap (the machine slept) counts as nothing but one tick. */
export function tick(activity, now, { isPageVisible, isPlaying }) {
  const usedAt = isPlaying ? now : activity.usedAt;
  const counts = isPageVisible && now - usedAt < IDLE_AFTER_MS;
  const step = Math.min(Math.max(now - activity.tickAt, 0), LONGEST_TICK_MS);
  return { activeMs: activity.activeMs + (counts ? step : 0), usedAt, tickAt: now };
}
