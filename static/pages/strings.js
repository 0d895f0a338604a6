// Visible words for scripts. Templates put them into <script type="application/json" id="base-strings"> and, per page,
// id="strings"; the page's own come last and win.

const read = (id) => JSON.parse(document.getElementById(id)?.textContent || "{}");

const words = { ...read("base-strings"), ...read("strings") };

/** The sentence for a key, with {name} replaced from values. A missing key shows itself. */
export function t(key, values = {}) {
  const text = words[key] ?? key;
  return text.replace(/\{(\w+)\}/g, (whole, name) => (name in values ? String(values[name]) : whole));
}
