// Colours for the canvas: tokens of the theme, and label colours that can be seen on it.

const hex = (value) => Number.parseInt(value, 16);

/** [r, g, b] from "#rrggbb" or "#rgb"; a middle grey from anything else. */
export function rgb(color) {
  const text = String(color ?? "").trim();
  if (/^#[0-9a-f]{6}$/i.test(text)) return [hex(text.slice(1, 3)), hex(text.slice(3, 5)), hex(text.slice(5, 7))];
  if (/^#[0-9a-f]{3}$/i.test(text)) return [...text.slice(1)].map((digit) => hex(digit + digit));
  return [127, 138, 160];
}

/** Relative luminance as WCAG defines it. */
function luminance(color) {
  const [r, g, b] = rgb(color).map((part) => (part / 255 <= 0.04045 ? part / 255 / 12.92 : ((part / 255 + 0.055) / 1.055) ** 2.4));
  return 0.2126 * r + 0.7152 * g + 0.0722 * b;
}

export function contrast(a, b) {
  const [dark, light] = [luminance(a), luminance(b)].sort((x, y) => x - y);
  return (light + 0.05) / (dark + 0.05);
}

const mix = (color, target, share) =>
  `#${rgb(color).map((part, i) => Math.round(part + (rgb(target)[i] - part) * share).toString(16).padStart(2, "0")).join("")}`;

/** The label's colour, moved towards ink only as far as 3:1 against the sheet asks (4.2:1 on a dark one, where thin lines glare less). */
export function visible(color, sheet) {
  const isDark = luminance(sheet) < 0.2;
  const start = mix(color, "#ffffff", 0);
  for (let share = 0; share <= 1; share += 0.05) {
    const tried = mix(start, isDark ? "#ffffff" : "#000000", share);
    if (contrast(tried, sheet) >= (isDark ? 4.2 : 3)) return tried;
  }
  return start;
}

/** White or the darkest ink, whichever can be read on the colour. */
export const textOn = (color) => (contrast(color, "#ffffff") >= contrast(color, "#10141b") ? "#ffffff" : "#10141b");

const TOKENS = ["ground", "sheet", "line", "ink", "ink-2", "ink-3", "accent", "accent-soft", "play", "wave", "wave-rms", "ok", "warn"];

/** The theme's tokens as they are now, and label(color) for this theme. */
export function readPalette(root = document.documentElement) {
  const style = getComputedStyle(root);
  const tokens = Object.fromEntries(TOKENS.map((name) => [name, style.getPropertyValue(`--${name}`).trim()]));
  const known = new Map();
  const label = (color) => {
    if (!known.has(color)) known.set(color, visible(color, tokens.sheet));
    return known.get(color);
  };
  return { ...tokens, label };
}
