"""Opening the workbench in a real Chromium: how long until the waveform is drawn and can be played, and at what cost."""

import os
import shutil
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from playwright.sync_api import BrowserContext, Page, Playwright

from bench.processes import command_of, peak_mb, rss_mb, tree

LIMIT_MS = 120_000
QUIET_S = 0.5
VIEWPORT = {"width": 1440, "height": 900}
ARGUMENTS = [
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--disable-dev-shm-usage",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
    "--no-proxy-server",
    "--mute-audio",
    "--autoplay-policy=no-user-gesture-required",
]
# Looks, from the first script on, at what a person would look at: is there ink of varying height on most columns of the
# picture, and would the sound begin? Small copies of the canvas are read, so that looking costs little.
PROBE = """
(() => {
  const seen = window.benchSeen = { drawn: null, playable: null };
  const copy = document.createElement("canvas").getContext("2d", { willReadFrequently: true });
  const [W, H] = [copy.canvas.width = 120, copy.canvas.height = 40];
  const isDrawn = (canvas) => {
    copy.clearRect(0, 0, W, H);
    copy.drawImage(canvas, 0, 0, W, H);
    const { data } = copy.getImageData(0, 0, W, H);
    const heights = Array.from({ length: W }, (_, x) => {
      let n = 0;
      for (let y = 0; y < H; y += 1) n += data[4 * (y * W + x) + 3] > 100;
      return n;
    });
    const mean = heights.reduce((a, b) => a + b) / W;
    const spread = Math.sqrt(heights.reduce((a, n) => a + (n - mean) ** 2, 0) / W);
    return heights.filter((n) => n > 2).length >= 0.6 * W && spread > 0.5;
  };
  const look = () => {
    const canvas = document.querySelector("[data-testid=detail] canvas");
    const audio = document.querySelector("[data-testid=audio]");
    if (seen.drawn === null && canvas?.clientWidth > 300 && canvas.checkVisibility({ visibilityProperty: true }) && isDrawn(canvas)) {
      seen.drawn = performance.now();
    }
    if (seen.playable === null && audio?.readyState >= 3 && audio.duration > 0) seen.playable = performance.now();
    if (seen.drawn === null || seen.playable === null) setTimeout(look, 20);
  };
  setTimeout(look, 0);
})();
"""


@dataclass
class Traffic:
    """Bytes over the wire by kind, headers of answers included, as the browser's network log counts them."""

    kinds: dict[str, str] = field(default_factory=dict)
    received: dict[str, float] = field(default_factory=dict)
    last_at: float = 0.0

    def listen_to(self, page: Page) -> None:
        link = page.context.new_cdp_session(page)
        link.send("Network.enable")
        link.on("Network.responseReceived", self._answered)
        link.on("Network.dataReceived", self._got)
        link.on("Network.loadingFinished", self._finished)

    def _answered(self, event: dict[str, Any]) -> None:
        self.kinds[event["requestId"]] = event["type"]
        self._note(event["requestId"], event["response"]["encodedDataLength"])

    def _got(self, event: dict[str, Any]) -> None:
        # The sound comes in pieces that may never finish: what has arrived counts.
        self._note(event["requestId"], self.received.get(event["requestId"], 0) + event["encodedDataLength"])

    def _finished(self, event: dict[str, Any]) -> None:
        self._note(event["requestId"], event["encodedDataLength"])

    def _note(self, request: str, total: float) -> None:
        self.received[request] = max(total, self.received.get(request, 0))
        self.last_at = time.monotonic()

    def bytes_of(self, *kinds: str) -> int:
        """All bytes, or those of these kinds."""
        return int(sum(n for key, n in self.received.items() if not kinds or self.kinds.get(key) in kinds))

    def wait_for_quiet(self, page: Page) -> None:
        while time.monotonic() - self.last_at < QUIET_S:
            page.wait_for_timeout(50)


@dataclass(frozen=True)
class Opened:
    """Milliseconds from the start of the navigation; bytes until the network is quiet; memory of the tab in MB."""

    drawn_ms: float
    playable_ms: float
    traffic: Traffic
    tab_mb: float
    tab_peak_mb: float

    @property
    def ms(self) -> float:
        return max(self.drawn_ms, self.playable_ms)


def chromium() -> str:
    names = [os.environ.get("CHROMIUM", ""), "chromium", "chromium-browser", "google-chrome"]
    for name in names:
        if path := shutil.which(name):
            return path
    raise SystemExit("This needs Chromium: apt-get install chromium, or set CHROMIUM to the path of one.")


@contextmanager
def fresh_profile(playwright: Playwright, *, cookies: list[Any]) -> Iterator[BrowserContext]:
    """A browser of its own with an empty profile, in which the annotator is logged in."""
    with tempfile.TemporaryDirectory(prefix="earmark-bench-profile-", ignore_cleanup_errors=True) as folder:
        context = playwright.chromium.launch_persistent_context(
            folder, executable_path=chromium(), args=ARGUMENTS, headless=True, viewport=VIEWPORT, locale="en-US"
        )
        context.set_default_timeout(LIMIT_MS)
        context.add_cookies(cookies)
        try:
            yield context
        finally:
            context.close()


def open_page(context: BrowserContext, address: str) -> tuple[Page, Opened]:
    """Open an address of the workbench in a new tab, and wait until it is drawn, playable, and quiet."""
    page = context.new_page()
    traffic = Traffic()
    traffic.listen_to(page)
    page.add_init_script(PROBE)
    page.goto(address, wait_until="commit")
    page.wait_for_function("benchSeen.drawn !== null && benchSeen.playable !== null", polling=100)
    seen = page.evaluate("benchSeen")
    traffic.wait_for_quiet(page)
    # The first tab of a profile and the spare process are empty: the largest one is ours.
    renderers = [pid for pid in tree(os.getpid()) if "--type=renderer" in command_of(pid)]
    sizes = max((rss_mb(pid), peak_mb(pid)) for pid in renderers)
    return page, Opened(seen["drawn"], seen["playable"], traffic, *sizes)
