// What others write while the item is open: asked for calmly, as long as somebody looks at the page.

import { poll } from "../pages/polling.js";
import { t } from "./strings.js";

const EVERY_MS = 45_000;
// Going from window to window asks again, but not each time.
const NOT_BEFORE_MS = 5000;

/** `getChanges` counts what was written and deleted here: an answer from before the latest of that is old. */
export function watchForComments({ root, store, api, say, getChanges }) {
  let askedAt = 0;
  let refusedFor = null;

  async function look() {
    const id = () => store.get().payload?.assignment.id;
    const assignmentId = id();
    const isShown = !document.hidden && root.checkVisibility({ visibilityProperty: true });
    if (!isShown || refusedFor === assignmentId || Date.now() - askedAt < NOT_BEFORE_MS) return;
    askedAt = Date.now();
    const before = getChanges();
    const answer = await api.comments(assignmentId);
    if (id() !== assignmentId || before !== getChanges()) return;
    if (answer.status >= 400 && answer.status < 500) refusedFor = assignmentId;
    if (!answer.ok) return;
    const known = new Set(store.get().comments.map((one) => one.id));
    const news = answer.data.items.filter((one) => !known.has(one.id));
    if (!news.length && answer.data.total === known.size) return;
    store.set({ comments: answer.data.items });
    if (news.length) say(t("commentFrom", { name: news.at(-1).author.name }));
  }

  poll(look, { everyMs: EVERY_MS });
  window.addEventListener("focus", look);
}
