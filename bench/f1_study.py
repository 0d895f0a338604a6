"""`python -m bench.f1_study OUT.json`: the figures that docs/detectors.md quotes, all on planted truth.

How F1 grows with labeled minutes, what MP3 takes away, what rules find without learning, and what each setting does.
Takes some minutes of CPU. `bench.plots` draws what it writes.
"""

import json
import sys
import tempfile
from collections.abc import Iterator, Sequence
from dataclasses import replace
from fractions import Fraction
from pathlib import Path
from typing import Any

import av
import soundfile

from bench.f1 import DELIVERED, JUDGED_MINUTES, STANDARD, Heard, Tallies, heard, judged, learned_by, taught
from bench.truth import TEACHING_VOICES, UNSEEN_SEED, UNSEEN_VOICES, Truth, make
from detectors.learning.events import Detection
from detectors.learning.model import Model
from detectors.learning.settings import DetectionConfig
from detectors.learning.training import NothingLearned
from detectors.rules.catalogue import RULES
from detectors.rules.listening import listen

MINUTES = {1: (1, 2, 3), 3: (1, 2, 3), 10: (1, 2, 3), 30: (1,)}
THRESHOLDS = (0.1, 0.3, 0.5, 0.7, 0.9)
MERGES, SHORTEST = (0, 100, 200, 500), (0, 50, 100, 200, 500)
SETTINGS: dict[str, dict[str, Any]] = {
    "epochs 5": {"epochs": 5},
    "learning_rate 0.01": {"learning_rate": 0.01},
    "learning_rate 0.0001": {"learning_rate": 0.0001},
    "learning_rate 0.1": {"learning_rate": 0.1},
    "chunk_size_ms 5000, stride_ms 2500": {"chunk_size_ms": 5000, "stride_ms": 2500},
}

Scores = dict[str, Any]


def main(out: Path) -> None:
    study: Scores = {}
    with tempfile.TemporaryDirectory(prefix="earmark-study-") as name:
        for part, figures in _parts(Path(name)):
            study[part] = figures
            out.write_text(json.dumps(study, indent=1) + "\n", encoding="utf-8")


def _parts(folder: Path) -> Iterator[tuple[str, Any]]:
    truth = make(folder / "unseen", minutes=JUDGED_MINUTES, seed=UNSEEN_SEED, voices=UNSEEN_VOICES)
    unseen, packed = heard(truth), heard(as_mp3(truth))
    yield "rules", scores_of(judged(unseen, by_rules))
    yield "rules_mp3", scores_of(judged(packed, by_rules))
    lessons = heard(make(folder / "lessons", minutes=10, seed=1, voices=TEACHING_VOICES))
    model = taught(lessons, seed=1)
    yield "wav_heard_on_mp3", scores_of(judged(packed, learned_by(model)))
    yield "decoding", _by_decoding(model, unseen)
    copies = heard(as_mp3([(one.path, one.events) for one in lessons]))
    both = learned_by(taught([*lessons, *copies], seed=1))
    yield "both_heard_on_wav", scores_of(judged(unseen, both))
    yield "both_heard_on_mp3", scores_of(judged(packed, both))
    yield "minutes", list(_by_minutes(folder, unseen))
    yield "settings", {name: _learned(lessons, 1, unseen, **settings) for name, settings in SETTINGS.items()}


def as_mp3(truth: Truth) -> Truth:
    """The same recordings after MP3 of 64 kbit/s."""
    return [(_packed(path), events) for path, events in truth]


def _packed(path: Path) -> Path:
    signal, rate = soundfile.read(path, dtype="int16")
    to = path.with_suffix(".mp3")
    with av.open(str(to), "w") as container:
        stream = container.add_stream("libmp3lame", rate=rate, layout="mono")
        stream.bit_rate = 64_000
        frame = av.AudioFrame.from_ndarray(signal.reshape(1, -1), format="s16", layout="mono")
        frame.sample_rate, frame.time_base, frame.pts = rate, Fraction(1, rate), 0
        container.mux(stream.encode(frame))
        container.mux(stream.encode(None))
    return to


def by_rules(recording: Heard) -> list[Detection]:
    return [found for rule in RULES for found in listen(rule, recording.path, DELIVERED)]


def scores_of(tallies: Tallies) -> Scores:
    return {kind: one.score for kind, one in tallies.items()}


def _by_minutes(folder: Path, unseen: Sequence[Heard]) -> Iterator[Scores]:
    for minutes, seeds in MINUTES.items():
        for seed in seeds:
            truth = make(folder / f"{minutes}-{seed}", minutes=minutes, seed=seed, voices=TEACHING_VOICES)
            events = [event.artifact_type for _path, events in truth for event in events]
            planted = {kind: events.count(kind) for kind in set(events)}
            yield {
                "minutes": minutes,
                "seed": seed,
                "planted": planted,
                "scores": _learned(heard(truth), seed, unseen),
            }


def _learned(lessons: Sequence[Heard], seed: int, unseen: Sequence[Heard], **settings: Any) -> Scores:
    try:
        model = taught(lessons, seed=seed, config=replace(STANDARD, **settings))
    except NothingLearned as reason:
        return {"nothing": str(reason)}
    return scores_of(judged(unseen, learned_by(model)))


def _by_decoding(model: Model, unseen: Sequence[Heard]) -> Scores:
    def scored(config: DetectionConfig) -> Scores:
        return scores_of(judged(unseen, learned_by(model, config)))

    return {
        "threshold": {str(value): scored(replace(DELIVERED, threshold=value)) for value in THRESHOLDS},
        "merge_window_ms": {str(value): scored(replace(DELIVERED, merge_window_ms=value)) for value in MERGES},
        "min_duration_ms": {str(value): scored(replace(DELIVERED, min_duration_ms=value)) for value in SHORTEST},
    }


if __name__ == "__main__":
    main(Path(sys.argv[1]))
