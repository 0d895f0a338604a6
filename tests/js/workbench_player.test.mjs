import assert from "node:assert/strict";
import { test } from "node:test";

import { createPlayer } from "../../static/workbench/player.js";

globalThis.document ??= { hidden: false };

/** An audio element that takes its time: a jump ends when the test says so, at the place the test says. */
class SlowAudio extends EventTarget {
  readyState = 1;
  duration = 30;
  paused = true;
  ended = false;
  seeking = false;
  playbackRate = 1;
  sent = [];
  #now = 0;

  get currentTime() { return this.#now; }
  set currentTime(seconds) {
    this.sent.push(seconds);
    this.seeking = true;
  }

  pause() { this.paused = true; }

  land(seconds) {
    this.#now = seconds;
    this.seeking = false;
    this.dispatchEvent(new Event("seeked"));
  }
}

function setUp() {
  const audio = new SlowAudio();
  const ticks = [];
  const player = createPlayer({ audio, onTick: (ms) => ticks.push(ms), onState: () => {} });
  player.reset(30000);
  return { audio, player, ticks };
}

test("a jump counts from the key press on, before the element has arrived", () => {
  const { audio, player, ticks } = setUp();
  player.seek(4000);
  player.seek(player.ms + 1000);
  assert.equal(player.ms, 5000);
  assert.equal(ticks.at(-1), 5000);
  audio.land(5);
  assert.equal(player.ms, 5000);
  assert.deepEqual(audio.sent, [4, 5]);
});

test("when an overtaken jump ends last, the element is sent on to the last one", () => {
  const { audio, player } = setUp();
  player.seek(1000);
  player.seek(0);
  audio.land(1);
  assert.equal(player.ms, 0);
  assert.deepEqual(audio.sent, [1, 0, 0]);
  audio.land(0);
  assert.equal(player.ms, 0);
  assert.deepEqual(audio.sent, [1, 0, 0]);
});

test("a place the sound does not have is not asked for for ever", () => {
  const { audio, player } = setUp();
  player.seek(4000);
  for (let i = 0; i < 4; i += 1) audio.land(2);
  assert.equal(audio.sent.length, 4);
  assert.equal(player.ms, 2000);
});

test("a jump past the end of a sound that is shorter than told has arrived at its end", () => {
  const { audio, player } = setUp();
  audio.duration = 29.5;
  player.seek(30000);
  audio.land(29.5);
  assert.equal(audio.sent.length, 1);
});

test("a jump before the length is known is made once it is", () => {
  const { audio, player } = setUp();
  audio.readyState = 0;
  player.seek(2000);
  assert.deepEqual(audio.sent, []);
  assert.equal(player.ms, 2000);
  audio.readyState = 1;
  audio.dispatchEvent(new Event("loadedmetadata"));
  assert.deepEqual(audio.sent, [2]);
});
