"""`python -m bench.f1_tables STUDY.json`: prints the tables of docs/detectors.md, from what `bench.f1_study` wrote."""

import json
import sys
from collections.abc import Iterable, Mapping
from pathlib import Path
from statistics import mean
from typing import Any

from bench.plots import by_minutes

KINDS = ("glitch", "long_pause", "echo", "dropout", "clipping")  # in the order of the guide


def main(study: Path) -> None:
    figures = json.loads(study.read_text(encoding="utf-8"))
    rows = figures["minutes"]
    print("By minutes")
    for minutes, scores in by_minutes(rows).items():
        planted = [row["planted"] for row in rows if row["minutes"] == minutes]
        counts = ", ".join(str(round(mean(one.get(kind, 0) for one in planted))) for kind in KINDS)
        print(_row(f"{minutes} ({counts})", (f"{scores[kind]:.2f}" for kind in KINDS)))
    print("By setting")
    first = next(row["scores"] for row in rows if (row["minutes"], row["seed"]) == (10, 1))
    for name, scores in {"standard": first, **figures["settings"]}.items():
        print(_row(name, [scores["nothing"]] if "nothing" in scores else _f1(scores)))
    for setting, values in figures["decoding"].items():
        print(f"{setting}: precision / recall, then F1")
        for value, scores in values.items():
            print(_row(value, _both(scores)), *_f1(scores))
    for name in ("rules", "rules_mp3"):
        print(_row(name, _both(figures[name])))
    for name in ("wav_heard_on_mp3", "both_heard_on_mp3", "both_heard_on_wav"):
        print(_row(name, _f1(figures[name])))


def _f1(scores: Mapping[str, Any]) -> Iterable[str]:
    return [f"{scores[kind]['f1']:.2f}" for kind in KINDS]


def _both(scores: Mapping[str, Any]) -> Iterable[str]:
    return [f"{scores[kind]['precision']:.2f} / {scores[kind]['recall']:.2f}" for kind in KINDS]


def _row(name: str, cells: Iterable[str]) -> str:
    return f"| {' | '.join([name, *cells])} |"


if __name__ == "__main__":
    main(Path(sys.argv[1]))
