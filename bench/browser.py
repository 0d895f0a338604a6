"""How fast and how heavy the workbench is in a real browser."""

import os
from collections.abc import Iterable
from statistics import median

from playwright.sync_api import Playwright, sync_playwright

from bench import frames
from bench.opening import Opened, fresh_profile, open_page
from bench.recordings import RECORDINGS
from bench.rows import Row
from bench.site import Site, running

RUNS = 3
COLD_MS, WARM_MS = 1000, 400
WHERE = "headless Chromium 1440x900, web and worker on the same machine"


def measure() -> Iterable[Row]:
    with running() as site, sync_playwright() as playwright:
        for length in RECORDINGS:
            opened = [_cold_and_warm(playwright, site, length) for _ in range(RUNS)]
            yield from _times(length, opened)
            if length == "60min":
                yield from _weights([cold for cold, _ in opened], [warm for _, warm in opened])
        yield from frames.measure(playwright, site)


def _cold_and_warm(playwright: Playwright, site: Site, length: str) -> tuple[Opened, Opened]:
    with fresh_profile(playwright, cookies=site.cookies) as context:
        page, cold = open_page(context, site.address(length))
        page.close()
        page, warm = open_page(context, site.address(length))
        page.close()
    return cold, warm


def _times(length: str, opened: list[tuple[Opened, Opened]]) -> Iterable[Row]:
    seconds, kind = RECORDINGS[length]
    for name, budget, runs in (
        ("cold", COLD_MS, [cold for cold, _ in opened]),
        ("warm", WARM_MS, [warm for _, warm in opened]),
    ):
        profile = "an empty browser profile" if name == "cold" else "the profile that had it open once"
        each = ", ".join(f"{one.drawn_ms:.0f}/{one.playable_ms:.0f}" for one in runs)
        cpu = median(one.cpu_ms for one in runs)
        how = (
            f"navigation to waveform drawn and sound playable, {seconds} s {kind.upper()}, {profile}, {WHERE}, "
            f"median of {RUNS} (drawn/playable {each}); "
            f"CPU of browser and server {cpu:.0f} ms, load {os.getloadavg()[0]:.1f}"
        )
        yield Row(f"open_{name}_ms_{length}", round(median(one.ms for one in runs)), "ms", budget, how)


def _weights(cold: list[Opened], warm: list[Opened]) -> Iterable[Row]:
    until = "from opening until the network is quiet"
    most = max(one.traffic.bytes_of() for one in cold)
    yield Row(
        "open_60min_bytes", most, "bytes", 3_000_000, f"all bytes over the wire {until}, empty profile, 60 min WAV"
    )
    how = f"RSS of the tab's renderer process after opening (peak {max(one.tab_peak_mb for one in cold):.0f}), {WHERE}"
    yield Row("open_60min_tab_mb", round(max(one.tab_mb for one in cold), 1), "MB", 250, how)
    for name, runs, budget in (("workbench_assets_kb", cold, 250), ("workbench_assets_warm_kb", warm, 0)):
        size = max(one.traffic.bytes_of("Script", "Stylesheet") for one in runs)
        how = f"scripts and styles over the wire, compressed, with headers, {until}"
        yield Row(name, round(size / 1000, 1), "kB", budget, how)
