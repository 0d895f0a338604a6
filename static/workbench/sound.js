// The sound of the open item: its file, its peaks, what to do when one of them cannot be had, and the turning of pages.

import { createPeaks } from "./peaks.js";
import { gainFor } from "./levels.js";
import { isVisible, pageTo } from "./viewport.js";
import { t } from "./strings.js";

// wavesurfer leaves a source alone that is already set; it compares whole addresses.
const address = (file) => new URL(file.audio_url, window.location.href).href;

export function createSound({ store, player, detail, overview, notices }) {
  let peaks = null;
  let file = null;
  let wasVisible = true;
  let hasFailed = false;

  function tellBroken() {
    hasFailed = true;
    notices.show("audio", t("audioFailed"), { actions: [[t("tryAgain"), retry, "retry-audio"]] });
  }

  function retry() {
    const { ms } = player;
    hasFailed = false;
    player.audio.load();
    player.seek(ms);
  }

  player.audio.addEventListener("error", () => {
    // Without a source (between two items) the element complains too.
    if (file && player.audio.error && player.audio.currentSrc) tellBroken();
  });
  player.audio.addEventListener("loadedmetadata", () => {
    if (hasFailed) notices.clear("audio");
    hasFailed = false;
  });

  async function loadPeaks(current, durationMs) {
    try {
      if (!current.peaks?.levels?.length) throw new Error("no peaks");
      let told = false;
      const mine = createPeaks({
        url: current.peaks_url, header: current.peaks, onChange: () => { if (peaks === mine) detail.request(); },
        onFail: () => { if (!told && peaks === mine) tellNoPeaks(current, durationMs); told = true; },
      });
      peaks = mine;
      const bytes = await mine.whole();
      if (peaks !== mine) return;
      const gain = gainFor(bytes);
      detail.setPeaks(mine, gain);
      await overview.load(address(current), { bytes, durationMs, gain });
    } catch {
      if (file !== current) return;
      tellNoPeaks(current, durationMs);
      await overview.load(address(current), { bytes: null, durationMs });
    }
  }

  function tellNoPeaks(current, durationMs) {
    notices.show("peaks", t("peaksFailed"), { actions: [[t("tryAgain"), () => loadPeaks(current, durationMs), "retry-peaks"]] });
  }

  return {
    open({ file: next, durationMs }) {
      peaks?.stop();
      peaks = null;
      file = next;
      hasFailed = false;
      detail.setPeaks(null);
      player.reset(durationMs);
      player.setRate(store.get().rate);
      if (!next) {
        player.audio.removeAttribute("src");
        // Of an item that has no recording none is missed.
        return store.get().payload.item.files.length ? notices.show("audio", t("noAudio")) : undefined;
      }
      // The sound does not wait for the picture.
      player.audio.src = address(next);
      loadPeaks(next, durationMs);
    },

    close() {
      peaks?.stop();
      peaks = null;
      file = null;
      player.reset(1);
      player.audio.removeAttribute("src");
      detail.setPeaks(null);
    },

    /** Turns the page when the playhead leaves it while playing; not when a person has looked elsewhere. */
    follow(ms, fromMs) {
      const { view, durationMs } = store.get();
      if (!view || fromMs === null) {
        wasVisible = true;
        return;
      }
      if (isVisible(view, ms)) wasVisible = true;
      else if (isVisible(view, fromMs) && wasVisible) store.set({ view: pageTo(view, ms, durationMs) });
      else wasVisible = false;
    },
  };
}
