// Makes what is on the page like a newer copy of it, and touches only what differs: no flicker, and the focus stays.

/** What `target` must become to be like `source`, attribute by attribute: {set: {name: value}, drop: [name]}. */
export function attributeChanges(target, source) {
  const set = {};
  for (const [name, value] of Object.entries(source)) if (target[name] !== value) set[name] = value;
  return { set, drop: Object.keys(target).filter((name) => !(name in source)) };
}

/** Whether two nodes are the same thing at two moments. An id decides; without ids the kind of element does. */
export function isSame(a, b) {
  return a.nodeType === b.nodeType && a.nodeName === b.nodeName && (a.id ?? "") === (b.id ?? "");
}

const attributes = (element) => Object.fromEntries([...element.attributes].map(({ name, value }) => [name, value]));

/** An open menu, or a part that scripts look after, is left alone until it is closed. */
const isBusy = (element) => element.matches("[data-live-keep]") && element.querySelector(".show") !== null;

function morphNode(node, source) {
  if (node.nodeType !== Node.ELEMENT_NODE) {
    if (node.nodeValue !== source.nodeValue) node.nodeValue = source.nodeValue;
    return;
  }
  if (isBusy(node) || node.isEqualNode(source)) return;
  const { set, drop } = attributeChanges(attributes(node), attributes(source));
  // Whether something is folded out is the reader's choice.
  const isTheirs = (name) => name === "open" && node.nodeName === "DETAILS";
  for (const [name, value] of Object.entries(set)) if (!isTheirs(name)) node.setAttribute(name, value);
  for (const name of drop) if (!isTheirs(name)) node.removeAttribute(name);
  morphChildren(node, source);
}

/** Make the children of `target` like those of `source`. Rows that moved are found by their id. */
export function morphChildren(target, source) {
  let at = target.firstChild;
  for (const wanted of [...source.childNodes]) {
    if (!at || !isSame(at, wanted)) {
      const found = wanted.id ? [...target.children].find((child) => isSame(child, wanted)) : null;
      target.insertBefore(found ?? wanted.cloneNode(true), at);
      if (found) morphNode(found, wanted);
      continue;
    }
    morphNode(at, wanted);
    at = at.nextSibling;
  }
  while (at) {
    const next = at.nextSibling;
    at.remove();
    at = next;
  }
}
