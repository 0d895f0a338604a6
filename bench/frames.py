"""How smoothly the workbench moves: 3 hours with 5,000 regions, while it plays, pans and zooms."""

import os
import time
from collections.abc import Callable, Iterable
from itertools import pairwise
from typing import Any

import httpx
from playwright.sync_api import Page, Playwright

from bench.opening import fresh_profile, open_page, wait_for
from bench.processes import command_of, cpu_s, tree
from bench.recordings import RECORDINGS
from bench.rows import Row
from bench.site import Site

LENGTH, REGIONS = "3h", 5000
PHASE_S = 4.0
# Times of frames as the browser's own clock of frames gives them.
RECORD = """
() => {
  window.benchFrames = [];
  const note = (at) => { window.benchFrames.push(at); window.benchFrame = requestAnimationFrame(note); };
  window.benchFrame = requestAnimationFrame(note);
}
"""
STOP = "() => { cancelAnimationFrame(window.benchFrame); return window.benchFrames; }"


def measure(playwright: Playwright, site: Site) -> Iterable[Row]:
    _put_regions(site)
    with fresh_profile(playwright, cookies=site.cookies) as context:
        page, opened = open_page(context, site.address(LENGTH))
        page.locator("[data-testid=region-row]").first.wait_for()
        pids = [pid for pid in tree(os.getpid()) if "chromium" in command_of(pid)]
        before, tab_before = cpu_s(pids), cpu_s([opened.pid])
        gaps = {name: _gaps(page, act) for name, act in PHASES.items()}
        spent, tab_spent = cpu_s(pids) - before, cpu_s([opened.pid]) - tab_before
    every = [gap for phase in gaps.values() for gap in phase]
    each = ", ".join(f"{name} {_p95(phase):.1f}" for name, phase in gaps.items())
    how = (
        f"p95 of {len(every)} gaps between animation frames, {REGIONS} regions on {RECORDINGS[LENGTH][0]} s, "
        f"{PHASE_S:g} s each of playing alone and of zooming and panning by wheel while it plays ({each}), "
        f"load {os.getloadavg()[0]:.1f}"
    )
    yield Row(f"frame_p95_ms_{LENGTH}_{REGIONS}_regions", round(_p95(every), 1), "ms", 20, how)
    how = (
        f"CPU of all browser processes per frame of the row above; {1000 * tab_spent / len(every):.1f} of it in the tab"
    )
    yield Row(f"frame_cpu_ms_{LENGTH}_{REGIONS}_regions", round(1000 * spent / len(every), 1), "ms", None, how)


def _put_regions(site: Site) -> None:
    """A draft of 5,000 regions all over the recording, put by the API as the workbench would."""
    step = RECORDINGS[LENGTH][0] * 1000 // REGIONS
    marks = [
        {
            "id": f"r{n}",
            "label": ("glitch", "long_pause")[n % 2],
            "start_ms": n * step,
            "end_ms": n * step + 900,
            "note": "",
        }
        for n in range(REGIONS)
    ]
    with httpx.Client(base_url=site.url, headers={"X-API-Key": site.key}, timeout=60) as client:
        turn: dict[str, Any] = (
            client.post(f"/api/v1/labeling-tasks/{site.tasks[LENGTH]}/next").raise_for_status().json()
        )
        at = f"/api/v1/assignments/{turn['assignment']['id']}/draft"
        draft = {
            "version": turn["assignment"]["draft_version"],
            "answers": {"marks": marks},
            "active_ms": 0,
            "listened": [],
        }
        client.put(at, json=draft).raise_for_status()


def _gaps(page: Page, act: Callable[[Page, float], None]) -> list[float]:
    """Milliseconds between the frames while `act` goes on for PHASE_S."""
    if page.evaluate("document.querySelector('[data-testid=audio]').paused"):
        page.get_by_test_id("play").click()
    wait_for(page, "document.querySelector('[data-testid=audio]').currentTime > 0")
    page.evaluate(RECORD)
    act(page, time.monotonic() + PHASE_S)
    at = page.evaluate(STOP)
    return [later - earlier for earlier, later in pairwise(at)]


def _play(page: Page, until: float) -> None:
    page.wait_for_timeout(1000 * (until - time.monotonic()))


def _zoom(page: Page, until: float) -> None:
    """Over the middle of the picture, in until a second fills it, and out again."""
    _hover(page)
    while time.monotonic() < until:
        for delta in (*[-120] * 20, *[120] * 20):
            page.mouse.wheel(0, delta)


def _pan(page: Page, until: float) -> None:
    """Where some dozen regions are in view, to the right and back."""
    _hover(page)
    for _ in range(12):
        page.mouse.wheel(0, -120)
    while time.monotonic() < until:
        for delta in (*[150] * 30, *[-150] * 30):
            page.mouse.wheel(delta, 0)


def _hover(page: Page) -> None:
    box = page.get_by_test_id("detail").bounding_box()
    assert box is not None
    page.mouse.move(box["x"] + box["width"] / 2, box["y"] + box["height"] / 2)


def _p95(gaps: list[float]) -> float:
    return sorted(gaps)[int(0.95 * len(gaps))]


PHASES: dict[str, Callable[[Page, float], None]] = {"play": _play, "zoom": _zoom, "pan": _pan}
