"""`python -m bench.plots STUDY.json docs/pictures`: draws what `bench.f1_study` measured, as SVG for light and dark."""

import json
import sys
from collections.abc import Mapping, Sequence
from html import escape
from pathlib import Path
from statistics import mean
from typing import Any

from bench.f1 import TYPES

WIDTH, HEIGHT = 720, 380
LEFT, RIGHT, TOP, BOTTOM = 52, 120, 44, 44
_LABEL_APART = 15
_STYLE = """
text { font: 13px system-ui, sans-serif; fill: #24292f; } .title { font-weight: 600; font-size: 15px; }
.small { fill: #57606a; font-size: 12px; } .grid { stroke: #d0d7de; stroke-width: 1; }
.c0 { --c: #c2255c; } .c1 { --c: #1864ab; } .c2 { --c: #2b8a3e; } .c3 { --c: #b35c00; } .c4 { --c: #6741d9; }
path { fill: none; stroke: var(--c); stroke-width: 2.2; } circle, rect { fill: var(--c); }
text.name { fill: var(--c); font-weight: 600; }
@media (prefers-color-scheme: dark) {
text { fill: #e6edf3; } .small { fill: #9da7b3; } .grid { stroke: #3d444d; }
.c0 { --c: #ff7aa8; } .c1 { --c: #6cb6ff; } .c2 { --c: #6bd68a; } .c3 { --c: #f0a35e; } .c4 { --c: #b8a1ff; } }
"""

Values = Sequence[float | None]


def main(study: Path, folder: Path) -> None:
    figures = json.loads(study.read_text(encoding="utf-8"))
    folder.mkdir(parents=True, exist_ok=True)
    minutes = by_minutes(figures["minutes"])
    charts = {
        "f1-by-minutes": lines(
            "F1 on voices that were never heard, by labeled minutes",
            places=[f"{minute} min" for minute in minutes],
            series={kind: [scores[kind] for scores in minutes.values()] for kind in TYPES},
        ),
        "f1-by-way": bars(
            "F1 by what listens: built-in rules, and what 10 labeled minutes teach",
            groups=TYPES,
            series={name: [scores[kind] for kind in TYPES] for name, scores in ways(figures).items()},
        ),
    }
    for name, picture in charts.items():
        (folder / f"{name}.svg").write_text(picture, encoding="utf-8")


def by_minutes(rows: Sequence[Mapping[str, Any]]) -> dict[int, dict[str, float]]:
    """Mean F1 over the seeds, per number of minutes and type."""
    each = {minutes: [row["scores"] for row in rows if row["minutes"] == minutes] for minutes in _minutes(rows)}
    return {
        minutes: {kind: mean(scores.get(kind, {"f1": 0.0})["f1"] for scores in seeds) for kind in TYPES}
        for minutes, seeds in each.items()
    }


def _minutes(rows: Sequence[Mapping[str, Any]]) -> list[int]:
    return sorted({row["minutes"] for row in rows})


def ways(figures: Mapping[str, Any]) -> dict[str, dict[str, float]]:
    """F1 per type of the rules and of what was learned, on WAV and after MP3."""
    chosen = {
        "rules, WAV": figures["rules"],
        "learned, WAV": {kind: {"f1": f1} for kind, f1 in by_minutes(figures["minutes"])[10].items()},
        "rules, MP3": figures["rules_mp3"],
        "learned, MP3": figures["wav_heard_on_mp3"],
    }
    return {name: {kind: scores[kind]["f1"] for kind in TYPES} for name, scores in chosen.items()}


def lines(title: str, *, places: Sequence[str], series: Mapping[str, Values]) -> str:
    """One line per series over equally spaced places; each named at its end. Values from 0 to 1."""
    step = (WIDTH - LEFT - RIGHT) / max(1, len(places) - 1)
    xs = [LEFT + n * step for n in range(len(places))]
    parts = [_frame(title)]
    parts += [_text(x, HEIGHT - BOTTOM + 20, place, anchor="middle") for x, place in zip(xs, places, strict=True)]
    ends: list[tuple[float, str, int]] = []
    for number, (name, values) in enumerate(series.items()):
        points = [(x, _y(value)) for x, value in zip(xs, values, strict=True) if value is not None]
        path = " L".join(f"{x:.1f} {y:.1f}" for x, y in points)
        dots = "".join(f'<circle cx="{x:.1f}" cy="{y:.1f}" r="3.4"/>' for x, y in points)
        parts.append(f'<g class="c{number}"><path d="M{path}"/>{dots}</g>')
        ends.append((points[-1][1], name, number))
    parts += [_text(xs[-1] + 12, y + 4, name, css=f"name c{number}") for y, name, number in _apart(ends)]
    return _svg(title, parts)


def _apart(ends: Sequence[tuple[float, str, int]]) -> list[tuple[float, str, int]]:
    """Names at the ends of lines, moved so that none covers another."""
    placed: list[tuple[float, str, int]] = []
    for y, name, number in sorted(ends):
        low = placed[-1][0] + _LABEL_APART if placed else y
        placed.append((max(y, low), name, number))
    return placed


def bars(title: str, *, groups: Sequence[str], series: Mapping[str, Values]) -> str:
    """One bar per series in each group, with its value on top. Values from 0 to 1."""
    room = (WIDTH - LEFT - RIGHT) / len(groups)
    width = room * 0.8 / len(series)
    parts = [_frame(title)]
    for place, group in enumerate(groups):
        left = LEFT + place * room + room * 0.1
        parts.append(_text(left + room * 0.4, HEIGHT - BOTTOM + 20, group, anchor="middle"))
        for number, values in enumerate(series.values()):
            value = values[place] or 0.0
            x, y = left + number * width, _y(value)
            parts.append(
                f'<rect class="c{number}" x="{x:.1f}" y="{y:.1f}" width="{width - 2:.1f}" '
                f'height="{HEIGHT - BOTTOM - y:.1f}"/>'
            )
            parts.append(_text(x + width / 2 - 1, y - 4, f"{value:.2f}"[1:] if value < 1 else "1", anchor="middle"))
    for number, name in enumerate(series):
        parts.append(_text(WIDTH - RIGHT + 12, TOP + 14 + number * 20, name, css=f"name c{number}"))
    return _svg(title, parts)


def _frame(title: str) -> str:
    rows = [_text(LEFT, 22, title, css="title")]
    for tenth in range(0, 11, 2):
        y = _y(tenth / 10)
        rows.append(f'<line class="grid" x1="{LEFT}" x2="{WIDTH - RIGHT}" y1="{y:.1f}" y2="{y:.1f}"/>')
        rows.append(_text(LEFT - 8, y + 4, f"{tenth / 10:.1f}", anchor="end", css="small"))
    return "".join(rows)


def _y(value: float) -> float:
    return HEIGHT - BOTTOM - value * (HEIGHT - TOP - BOTTOM)


def _text(x: float, y: float, text: str, *, anchor: str = "start", css: str = "small") -> str:
    return f'<text class="{css}" x="{x:.1f}" y="{y:.1f}" text-anchor="{anchor}">{escape(text)}</text>'


def _svg(title: str, parts: Sequence[str]) -> str:
    return (
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {WIDTH} {HEIGHT}" role="img">'
        f"<title>{escape(title)}</title><style>{_STYLE}</style>{''.join(parts)}</svg>\n"
    )


if __name__ == "__main__":
    main(Path(sys.argv[1]), Path(sys.argv[2]))
