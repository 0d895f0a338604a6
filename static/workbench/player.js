// Playing: position, speed, stretches and loops on one <audio> element. Knows nothing of drawing or of answers.

const ARRIVED_MS = 50;
const ARRIVED_PLAYING_MS = 500;
const TRIES = 3;

/**
 * `onTick(ms, fromMs)` runs for each frame while playing and after each jump; `fromMs` is where sound was heard from
 * since the last tick, or null. `onState()` runs when playing starts or stops.
 */
export function createPlayer({ audio, onTick, onState }) {
  let durationMs = 1;
  let stretch = null;
  let lastMs = null;
  let lastAt = 0;
  let frame = 0;
  let target = null;
  let tries = 0;

  // Where a jump goes is where we are, from the key press on: the element arrives later, and not at all before it knows its length.
  const position = () => (target ?? audio.currentTime * 1000);
  const clamp = (ms) => Math.min(Math.max(ms, 0), durationMs);
  const isPlaying = () => !audio.paused && !audio.ended;

  function send() {
    if (target !== null && audio.readyState > 0) audio.currentTime = target / 1000;
  }

  /** A jump that was overtaken by another can still be the one that ends last; then the element is sent on again. */
  function arrive() {
    if (target === null || audio.seeking) return;
    const end = Number.isFinite(audio.duration) ? audio.duration * 1000 : Infinity;
    const offMs = Math.abs(audio.currentTime * 1000 - Math.min(target, end));
    if (offMs > (isPlaying() ? ARRIVED_PLAYING_MS : ARRIVED_MS) && tries < TRIES) {
      tries += 1;
      return send();
    }
    target = null;
    tick();
  }

  function jump(ms) {
    target = clamp(ms);
    tries = 0;
    send();
    lastMs = isPlaying() ? target : null;
    lastAt = performance.now();
  }

  /** Stops, or goes back, when the end of the stretch was passed since the last tick. */
  function keepStretch(ms, fromMs) {
    if (!stretch || fromMs === null || ms < stretch.endMs || fromMs > stretch.endMs) return ms;
    if (stretch.isLoop) {
      jump(stretch.startMs);
      return stretch.startMs;
    }
    audio.pause();
    const { endMs } = stretch;
    stretch = null;
    jump(endMs);
    return endMs;
  }

  function tick() {
    const ms = position();
    const now = performance.now();
    const isForward = lastMs !== null && ms > lastMs && ms - lastMs <= (now - lastAt) * audio.playbackRate + 400;
    const fromMs = isForward ? lastMs : null;
    lastMs = isPlaying() ? ms : null;
    lastAt = now;
    onTick(keepStretch(ms, fromMs), fromMs);
  }

  function loop() {
    cancelAnimationFrame(frame);
    tick();
    if (isPlaying()) frame = requestAnimationFrame(loop);
  }

  audio.addEventListener("loadedmetadata", () => {
    send();
    tick();
  });
  audio.addEventListener("seeked", arrive);
  audio.addEventListener("play", () => { onState(); loop(); });
  audio.addEventListener("pause", () => { tick(); onState(); });
  audio.addEventListener("ended", () => {
    if (stretch?.isLoop) {
      jump(stretch.startMs);
      audio.play();
    }
    onState();
  });
  // In a hidden page there are no frames, but time goes on.
  audio.addEventListener("timeupdate", () => { if (document.hidden || !isPlaying()) tick(); });

  return {
    audio,
    isPlaying,
    get ms() { return clamp(Math.round(position())); },
    get rate() { return audio.playbackRate; },

    reset(length) {
      audio.pause();
      durationMs = length;
      stretch = lastMs = target = null;
    },

    /** Resolves to false when the browser cannot play it. */
    async play() {
      if (position() >= durationMs - 1 && !stretch) jump(0);
      try {
        await audio.play();
        return true;
      } catch (error) {
        return error.name === "AbortError";
      }
    },

    pause() { audio.pause(); },

    seek(ms) {
      if (stretch && !stretch.isLoop) stretch = null;
      jump(ms);
      tick();
    },

    /** Plays from start to end, once or again and again. */
    playStretch(startMs, endMs, { isLoop = false } = {}) {
      stretch = { startMs, endMs: Math.min(endMs, durationMs), isLoop };
      jump(startMs);
      return this.play();
    },

    /** The stretch to loop from now on, or null for none; what is playing goes on. */
    setLoop(range) {
      stretch = range ? { startMs: range.startMs, endMs: Math.min(range.endMs, durationMs), isLoop: true } : null;
    },

    setRate(rate) {
      audio.preservesPitch = true;
      audio.defaultPlaybackRate = rate;
      audio.playbackRate = rate;
    },
  };
}
