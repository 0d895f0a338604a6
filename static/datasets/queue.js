// Uploads as data: which files wait, go out, are read, are done. No DOM, no network.
//
// An item's state: waiting -> sending -> reading -> ready | failed; cancelled from the first two.

export const PARALLEL = 3;
export const ASKED_AT_ONCE = 100;

export class Queue {
  constructor({ parallel = PARALLEL } = {}) {
    this.parallel = parallel;
    this.items = new Map();
    this.lastId = 0;
  }

  /** Take in files as {name, folder, size, file}. Returns the new items. */
  add(files) {
    return files.map((given) => {
      const id = ++this.lastId;
      const item = { ...given, id, state: "waiting", percent: 0, error: "", audioId: null, readAgain: false, isDuplicate: false, lengthMs: 0, warnings: [] };
      this.items.set(id, item);
      return item;
    });
  }

  /** Mark the next files as going out, as many as there is room for, and return them. */
  start() {
    const room = this.parallel - this.count("sending");
    const next = [];
    for (const item of this.items.values()) {
      if (next.length >= room) break;
      if (item.state === "waiting") next.push(item);
    }
    for (const item of next) item.state = "sending";
    return next;
  }

  sent(id, part) {
    const item = this.items.get(id);
    if (item?.state === "sending") item.percent = Math.min(100, Math.floor(100 * part));
  }

  /** The server has the file: `audio` is its answer. */
  arrived(id, audio) {
    const item = this.items.get(id);
    if (item?.state !== "sending") return;
    item.audioId = audio.id;
    item.isDuplicate = audio.is_duplicate;
    item.state = "reading";
    item.percent = 0;
    item.file = null;
    this.progressed([{ ...audio, percent: 0 }]);
  }

  /** Sending failed. It can be tried again, unless the server said that this file will never do. */
  refused(id, error, { isFinal = false } = {}) {
    const item = this.items.get(id);
    if (item?.state === "sending") Object.assign(item, { state: "failed", error, isFinal, percent: 0 });
  }

  /** Rows of the server about files being read. */
  progressed(rows) {
    const byAudio = new Map();
    for (const item of this.items.values()) if (item.state === "reading") byAudio.set(item.audioId, item);
    for (const row of rows) {
      const item = byAudio.get(row.id);
      if (!item) continue;
      if (row.processing_status === "ready") {
        Object.assign(item, { state: "ready", percent: 100, lengthMs: row.duration_ms ?? 0, warnings: row.warnings ?? [] });
      } else if (row.processing_status === "failed") {
        // The server has the bytes and says what is wrong with them: sending them once more cannot help.
        Object.assign(item, { state: "failed", percent: 0, error: row.error_message ?? "", isFinal: true });
      } else {
        item.percent = row.percent;
      }
    }
  }

  canRetry(item) {
    return item.state === "cancelled" ? Boolean(item.file) : item.state === "failed" && !item.isFinal && Boolean(item.file);
  }

  retry(id) {
    const item = this.items.get(id);
    if (item && this.canRetry(item)) Object.assign(item, { state: "waiting", error: "", percent: 0 });
  }

  retryAll() {
    for (const item of this.items.values()) if (item.state === "failed") this.retry(item.id);
  }

  /** Do not send it, or stop sending it. What the server has already stays there. Returns whether it was going out. */
  cancel(id) {
    const item = this.items.get(id);
    if (!item || !["waiting", "sending"].includes(item.state)) return false;
    const wasSending = item.state === "sending";
    Object.assign(item, { state: "cancelled", percent: 0 });
    return wasSending;
  }

  /** Forget what has come to an end. */
  clear() {
    for (const [id, item] of this.items) if (!this.isLive(item)) this.items.delete(id);
  }

  isLive(item) {
    return ["waiting", "sending", "reading"].includes(item.state);
  }

  count(state) {
    let n = 0;
    for (const item of this.items.values()) if (item.state === state) n += 1;
    return n;
  }

  /** Leaving the page now would lose files. */
  get wouldLose() {
    return this.count("waiting") + this.count("sending") > 0;
  }

  /** The files to ask the server about; the worker takes them in this order. */
  get asked() {
    const ids = [];
    for (const item of this.items.values()) {
      if (item.state === "reading" && ids.push(item.audioId) === ASKED_AT_ONCE) break;
    }
    return ids;
  }

  get summary() {
    const count = { total: this.items.size, ready: 0, failed: 0, cancelled: 0, live: 0, retryable: 0, unsent: 0 };
    for (const item of this.items.values()) {
      if (this.isLive(item)) count.live += 1;
      else count[item.state] += 1;
      if (item.state === "waiting" || item.state === "sending") count.unsent += 1;
      if (item.state === "failed" && this.canRetry(item)) count.retryable += 1;
    }
    return count;
  }

  /** What is worth showing of a long list: what failed, what is under way, what comes next, then what is done. */
  shown(limit) {
    const order = { failed: 0, sending: 1, reading: 2, waiting: 3, cancelled: 4, ready: 5 };
    const rows = [...this.items.values()].sort((a, b) => order[a.state] - order[b.state] || a.id - b.id);
    return rows.length <= limit ? [...this.items.values()] : rows.slice(0, limit);
  }
}
