// What of an item is shown, and where: the layouts of its questions as one tree to draw. Pure.
//
// A node is {kind: "row" | "column", children}, {kind: "value", label, value, shape: "text" | "json" | "nothing"}
// or {kind: "recording", label, file, isMain}.

const FILES = "item.files.";

const isObject = (value) => value !== null && typeof value === "object";
const own = (object, name) => (isObject(object) && Object.hasOwn(object, name) ? object[name] : undefined);

/** The value under "a.b": the key of that very name, else b within a. */
function valueUnder(data, name) {
  const whole = own(data, name);
  return whole !== undefined ? whole : name.split(".").reduce(own, data);
}

function shapeOf(value) {
  if (value === undefined || value === null || value === "") return "nothing";
  return isObject(value) ? "json" : "text";
}

/** What stands at a place like "item.title" or "item.files.call". */
export function leafOf({ data: locator, label }, { data, files = [] }) {
  const name = locator.startsWith(FILES) ? locator.slice(FILES.length) : locator.replace(/^item\./, "");
  const title = typeof label === "string" && label.trim() ? label : name;
  if (locator.startsWith(FILES)) {
    const at = files.findIndex((file) => file.name === name);
    return at < 0 ? { kind: "value", label: title, value: null, shape: "nothing" } : { kind: "recording", label: title, file: files[at], isMain: at === 0 };
  }
  const value = valueUnder(data, name);
  return { kind: "value", label: title, value: value ?? null, shape: shapeOf(value) };
}

/** The tree of one layout without what was `shown` before; null when nothing is left of it. */
function treeOf(node, item, shown) {
  if (Array.isArray(node?.children)) {
    const children = node.children.map((child) => treeOf(child, item, shown)).filter(Boolean);
    if (children.length < 2) return children[0] ?? null;
    return { kind: node.direction === "column" ? "column" : "row", children };
  }
  if (typeof node?.data !== "string" || shown.has(node.data)) return null;
  shown.add(node.data);
  return leafOf(node, item);
}

const isEmpty = (layout) => !layout?.children?.length && !layout?.data;

/**
 * The trees to draw above the sound, in the order of the questions; what several questions name is there once.
 * Without any layout there is nothing to draw, but for an item without recordings: its values are all there is.
 */
export function treesOf(questions, item) {
  const layouts = questions.map(({ layout }) => layout).filter((layout) => !isEmpty(layout));
  if (!layouts.length && !item.files?.length) {
    layouts.push({ direction: "column", children: Object.keys(item.data ?? {}).map((name) => ({ data: `item.${name}` })) });
  }
  const shown = new Set();
  return layouts.map((layout) => treeOf(layout, item, shown)).filter(Boolean);
}

const leaves = (node) => (node.children ? node.children.flatMap(leaves) : [node]);

/** Whether a tree says where the main recording belongs. */
export const namesMain = (trees) => trees.flatMap(leaves).some(({ isMain }) => isMain);
