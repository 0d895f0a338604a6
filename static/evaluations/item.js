// The recordings of a row: each with its waveform, and the answers' moments on it to be played from.

import { Recording, watchKeys } from "../datasets/recording.js";
import { clock } from "../datasets/words.js";
import { inOrder, neighbour, passed, shareOf } from "./marks.js";

class Answered extends Recording {
  constructor(root) {
    super(root);
    this.buttons = [...root.querySelectorAll("[data-mark]")];
    this.moments = inOrder(this.buttons.map((button) => Number(button.dataset.mark)));
    this.placeMoments();
    for (const button of this.buttons) button.addEventListener("click", () => this.playFrom(Number(button.dataset.mark)));
    this.paint();
  }

  /** A handle for the pointer on the waveform for each moment; the list below has them for everybody else. */
  placeMoments() {
    for (const atMs of this.moments) {
      const handle = Object.assign(document.createElement("button"), { type: "button", tabIndex: -1, title: clock(atMs), className: "pin" });
      handle.dataset.at = String(atMs);
      handle.style.left = `${100 * shareOf(atMs, this.lengthMs)}%`;
      this.layer.append(handle);
    }
    this.layer.addEventListener("click", (event) => {
      const handle = event.target.closest("[data-at]");
      if (handle) this.playFrom(Number(handle.dataset.at));
    });
  }

  toMark(step) {
    const mark = neighbour(this.moments, this.atMs, step);
    if (mark !== null) this.seek(mark);
  }

  paint() {
    super.paint();
    const current = passed(this.moments ?? [], this.atMs);
    for (const button of this.buttons ?? []) button.setAttribute("aria-current", String(Number(button.dataset.mark) === current));
  }
}

const recordings = [...document.querySelectorAll("[data-recording][data-sha]")].map((root) => new Answered(root));
watchKeys(recordings, { ",": (recording) => recording.toMark(-1), ".": (recording) => recording.toMark(1) });
