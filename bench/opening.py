"""Opening the workbench in a real Chromium: how long until it is drawn and playable, and at what cost."""

import os
import shutil
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from playwright.sync_api import BrowserContext, Page, Playwright, ViewportSize

from bench.processes import command_of, cpu_s, peak_mb, rss_mb, tree

LIMIT_MS = 120_000
QUIET_S = 0.5
VIEWPORT: ViewportSize = {"width": 1440, "height": 900}
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
PROBE = Path(__file__).with_name("probe.js")


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
    """Milliseconds from the start of the navigation; bytes and CPU until the network is quiet; memory of the tab in MB.

    The CPU is that of browser and server together, all children of this process: steady where others use the machine.
    """

    drawn_ms: float
    playable_ms: float
    cpu_ms: float
    traffic: Traffic
    pid: int
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


def wait_for(page: Page, expression: str) -> None:
    """Ask again and again from outside: the page's Content-Security-Policy lets nobody evaluate words inside it."""
    until = time.monotonic() + LIMIT_MS / 1000
    while not page.evaluate(expression):
        if time.monotonic() > until:
            raise TimeoutError(f"{page.url}: not within {LIMIT_MS} ms: {expression}")
        page.wait_for_timeout(50)


def open_page(context: BrowserContext, address: str) -> tuple[Page, Opened]:
    """Open an address of the workbench in a new tab, and wait until it is drawn, playable, and quiet."""
    page = context.new_page()
    before = cpu_s(tree(os.getpid())[1:])
    traffic = Traffic()
    traffic.listen_to(page)
    page.add_init_script(path=PROBE)
    page.goto(address, wait_until="commit")
    wait_for(page, "window.benchSeen?.drawn && window.benchSeen?.playable")
    seen = page.evaluate("benchSeen")
    traffic.wait_for_quiet(page)
    spent = cpu_s(tree(os.getpid())[1:]) - before
    # The first tab of a profile and the spare process are empty: the largest one is ours.
    renderers = [pid for pid in tree(os.getpid()) if "--type=renderer" in command_of(pid)]
    pid = max(renderers, key=rss_mb)
    opened = Opened(
        seen["drawn"], seen["playable"], 1000 * spent, traffic, pid=pid, tab_mb=rss_mb(pid), tab_peak_mb=peak_mb(pid)
    )
    return page, opened
