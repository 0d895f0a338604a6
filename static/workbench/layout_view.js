// Draws what is shown of an item besides its main recording: rows and columns of values, and players of other recordings.

import { formatTime } from "./time.js";
import { h } from "./dom.js";
import { namesMain, treesOf } from "./layout.js";
import { t } from "./strings.js";

// From here on a text may need scrolling, and so has to be reachable by keyboard.
const LONG_LETTERS = 400;
const LONG_LINES = 8;

const isLong = (text) => text.length > LONG_LETTERS || text.split("\n").length > LONG_LINES;

function textOf({ shape, value }) {
  if (shape === "nothing") return "–";
  return shape === "json" ? JSON.stringify(value, null, 2) : String(value);
}

function box(leaf, body) {
  return h("div", { class: "wb-piece", role: "group", "aria-label": leaf.label, "data-testid": `piece-${leaf.label}` },
    h("div", { class: "wb-piece-name", "aria-hidden": "true" }, leaf.label), body);
}

function valueBox(leaf) {
  const text = textOf(leaf);
  const isCode = leaf.shape === "json";
  const reach = isLong(text) ? { tabindex: 0, role: "region", "aria-label": leaf.label } : {};
  return box(leaf, h(isCode ? "pre" : "div", {
    class: `wb-piece-value wb-scroll${isCode ? " wb-code" : ""}${leaf.shape === "nothing" ? " is-nothing" : ""}`, title: leaf.shape === "nothing" ? t("noValue") : null, ...reach,
  }, text));
}

/** `player` is the one of the main recording: only one of all is heard at a time. */
export function createLayout({ root, player }) {
  let players = [];

  const pauseOthers = (except) => { for (const one of players) if (one !== except) one.pause(); };
  player.audio.addEventListener("play", () => pauseOthers(null));

  function recording({ label, file, isMain }) {
    const facts = h("span", { class: "wb-piece-facts" }, [file.filename, file.duration_ms ? formatTime(file.duration_ms) : ""].filter(Boolean).join(" · "));
    if (isMain) return box({ label }, h("p", { class: "wb-piece-main", "data-testid": "main-recording" }, t("recordingBelow"), " ", facts));
    if (!file.n_samples) return box({ label }, h("p", { class: "wb-piece-main" }, t("noAudio"), " ", facts));
    const audio = h("audio", { controls: true, preload: "none", src: file.audio_url, "aria-label": t("listenTo", { name: label }), "data-testid": `player-${file.name}` });
    audio.addEventListener("play", () => {
      player.pause();
      pauseOthers(audio);
    });
    players.push(audio);
    return box({ label }, h("div", { class: "wb-piece-sound" }, audio, facts));
  }

  function draw(node) {
    if (node.children) return h("div", { class: `wb-pieces is-${node.kind}` }, node.children.map(draw));
    return node.kind === "recording" ? recording(node) : valueBox(node);
  }

  function clear() {
    pauseOthers(null);
    // A source that is taken away stops what was still loading.
    for (const one of players) one.removeAttribute("src");
    players = [];
    root.hidden = true;
    root.replaceChildren();
  }

  return {
    /** Draws the item; says whether there was something to draw, and whether it names the main recording. */
    show({ item, questions }) {
      clear();
      const trees = treesOf(questions, item);
      root.hidden = !trees.length;
      root.append(...trees.map(draw));
      root.scrollTop = 0;
      if (root.scrollHeight > root.clientHeight) root.tabIndex = 0;
      else root.removeAttribute("tabindex");
      return { isShown: trees.length > 0, namesMain: namesMain(trees) };
    },
    clear,
    isPlaying: () => players.some((one) => !one.paused && !one.ended),
  };
}
