// The upload panel: files into the queue, the queue onto the page.

import { ask } from "../pages/confirm.js";
import { t } from "../pages/strings.js";
import { progress, sentence, upload } from "./network.js";
import { fromDrop, fromInput } from "./picked.js";
import { Queue } from "./queue.js";
import { clock } from "./words.js";

const SHOWN = 60;
const ASK_EVERY_MS = 1000;

/** Returns the queue. `onArrived(audio)` is called for each file that the server has, `onDone()` when one can be used. */
export function start(panel, { onDone = () => {}, onArrived = () => {} }) {
  const queue = new Queue();
  const sending = new Map();
  const part = (name) => panel.querySelector(`[data-${name}]`);
  const list = part("items");
  const template = document.getElementById("upload-item");
  let drawing = false;
  let asking = false;

  function add(files) {
    queue.add(files);
    pump();
  }

  function pump() {
    for (const item of queue.start()) void sendOne(item);
    draw();
  }

  async function sendOne(item) {
    const { done, stop } = upload(panel.dataset.uploadUrl, item, (share) => { queue.sent(item.id, share); draw(); });
    sending.set(item.id, stop);
    const { status, body } = await done;
    sending.delete(item.id);
    if (status === 201) {
      queue.arrived(item.id, body);
      onArrived(body);
    } else if (!status) queue.refused(item.id, t("lost"));
    else queue.refused(item.id, sentence(body, t("refused", { status })), { isFinal: status === 422 });
    pump();
    if (item.state === "ready") onDone();
    void askWhileReading();
  }

  async function askWhileReading() {
    if (asking) return;
    asking = true;
    while (queue.asked.length) {
      await new Promise((resolve) => { setTimeout(resolve, ASK_EVERY_MS); });
      const before = queue.summary.live;
      queue.progressed(await progress(panel.dataset.progressUrl, queue.asked));
      draw();
      if (queue.summary.live < before) onDone();
    }
    asking = false;
  }

  /** Once per frame, whatever happens in between. */
  function draw() {
    if (drawing) return;
    drawing = true;
    requestAnimationFrame(() => {
      drawing = false;
      drawSummary();
      drawItems();
    });
  }

  function drawSummary() {
    const { total, ready, failed, live, retryable, unsent } = queue.summary;
    part("upload-list").hidden = !total;
    const all = total === 1 ? "summaryOne" : "summaryReady";
    part("summary").textContent = t(failed ? "summaryFailed" : ready < total ? "summaryBusy" : all, { done: ready, total, failed });
    part("retry-all").hidden = retryable < 2;
    part("cancel-all").hidden = unsent < 2;
    part("clear").hidden = live > 0 || !total;
  }

  function drawItems() {
    const shown = queue.shown(SHOWN);
    const rows = new Map([...list.children].map((row) => [Number(row.dataset.id), row]));
    shown.forEach((item, index) => {
      const row = rows.get(item.id) ?? makeRow(item);
      rows.delete(item.id);
      drawItem(row, item);
      if (list.children[index] !== row) list.insertBefore(row, list.children[index] ?? null);
    });
    for (const row of rows.values()) row.remove();
    const more = queue.items.size - shown.length;
    part("more").hidden = !more;
    part("more").textContent = t("more", { n: more });
  }

  function makeRow(item) {
    const row = template.content.firstElementChild.cloneNode(true);
    row.dataset.id = item.id;
    row.querySelector("[data-name]").textContent = item.name;
    row.querySelector("[data-name]").title = item.folder ? `${item.folder}/${item.name}` : item.name;
    row.querySelector("progress").setAttribute("aria-label", item.name);
    row.querySelector("[data-retry]").addEventListener("click", () => { queue.retry(item.id); pump(); });
    row.querySelector("[data-cancel]").addEventListener("click", () => cancel(item.id));
    return row;
  }

  function cancel(id) {
    const stop = sending.get(id);
    queue.cancel(id);
    stop?.();
    pump();
  }

  function takeFrom(input) {
    if (!input?.files.length) return;
    add(fromInput(input));
    input.value = "";
  }

  panel.addEventListener("change", (event) => takeFrom(event.target.closest("[data-files], [data-folder]")));
  // Somebody may have been quicker than this script.
  for (const input of panel.querySelectorAll("[data-files], [data-folder]")) takeFrom(input);
  watchDrop(part("drop"), add);
  part("retry-all").addEventListener("click", () => { queue.retryAll(); pump(); });
  part("cancel-all").addEventListener("click", async () => {
    if (!(await ask(t("leave"), { action: part("cancel-all").textContent.trim() }))) return;
    for (const item of [...queue.items.values()]) cancel(item.id);
  });
  part("clear").addEventListener("click", () => { queue.clear(); draw(); });
  addEventListener("beforeunload", (event) => {
    if (queue.wouldLose) event.preventDefault();
  });
  return queue;
}

function drawItem(row, item) {
  row.className = `upload-item ${item.state}`;
  const bar = row.querySelector("progress");
  bar.hidden = !["sending", "reading"].includes(item.state);
  bar.value = item.percent;
  row.querySelector("[data-words]").textContent = words(item);
  row.querySelector("[data-retry]").hidden = !(["failed", "cancelled"].includes(item.state) && !item.isFinal && item.file);
  row.querySelector("[data-cancel]").hidden = !["waiting", "sending"].includes(item.state);
}

function words(item) {
  const length = clock(item.lengthMs);
  if (item.state === "failed") return item.error;
  if (item.state === "sending") return t("sending", { percent: item.percent });
  if (item.state === "reading") return item.percent ? t("readingPart", { percent: item.percent }) : t("reading");
  if (item.state !== "ready") return t(item.state);
  if (item.isDuplicate) return t("duplicate", { length });
  return item.warnings.length ? t("warnings", { length, warnings: item.warnings.join("; ") }) : t("ready", { length });
}

function watchDrop(zone, add) {
  const carriesFiles = (event) => event.dataTransfer?.types.includes("Files");
  // The whole page takes the drop: a file that misses the frame must not replace the page.
  addEventListener("dragover", (event) => {
    if (!carriesFiles(event)) return;
    event.preventDefault();
    zone.classList.add("over");
  });
  addEventListener("dragleave", (event) => {
    if (!event.relatedTarget) zone.classList.remove("over");
  });
  addEventListener("drop", async (event) => {
    if (!carriesFiles(event)) return;
    event.preventDefault();
    zone.classList.remove("over");
    add(await fromDrop(event.dataTransfer));
  });
}
