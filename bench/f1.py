"""How well detectors find what was planted, in voices they never heard."""

import tempfile
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from functools import partial
from pathlib import Path

from bench.rows import Row
from bench.truth import PER_MINUTE, TEACHING_VOICES, UNSEEN_SEED, UNSEEN_VOICES, Truth, make
from detectors.learning.events import Detection, Event
from detectors.learning.features import Features
from detectors.learning.features import measure as measured
from detectors.learning.matching import Tally, tally
from detectors.learning.model import Model
from detectors.learning.settings import DetectionConfig, TrainingConfig
from detectors.learning.training import Recording, train

TYPES = tuple(PER_MINUTE)
MINUTES, JUDGED_MINUTES, SEEDS = 10, 22, (1, 2, 3)
FLOORS = {"glitch": 0.78, "long_pause": 0.95, "echo": 0.82, "dropout": 0.78, "clipping": 0.88}

STANDARD, DELIVERED = TrainingConfig(TYPES), DetectionConfig()

Tallies = dict[str, Tally]


@dataclass(frozen=True)
class Heard:
    """A recording that was measured, and what is wrong in it."""

    path: Path
    features: Features
    events: list[Event]


def measure() -> Iterable[Row]:
    with tempfile.TemporaryDirectory(prefix="earmark-bench-") as folder:
        unseen = heard(make(Path(folder, "unseen"), minutes=JUDGED_MINUTES, seed=UNSEEN_SEED, voices=UNSEEN_VOICES))
        scores: list[Tallies] = []
        for seed in SEEDS:
            lessons = heard(make(Path(folder, f"{seed}"), minutes=MINUTES, seed=seed, voices=TEACHING_VOICES))
            scores.append(judged(unseen, learned_by(taught(lessons, seed=seed))))
    for kind, floor in FLOORS.items():
        each = [score[kind].score["f1"] for score in scores]
        n_planted = scores[0][kind].right + scores[0][kind].missed
        how = (
            f"learned from {MINUTES} min of {len(TEACHING_VOICES)} made-up voices with standard settings, judged on "
            f"{n_planted} planted in {JUDGED_MINUTES} min of {len(UNSEEN_VOICES)} others, threshold 0.5: mean of seeds "
            f"{', '.join(map(str, SEEDS))} ({', '.join(f'{f1:.2f}' for f1 in each)})"
        )
        yield Row(f"f1_{kind}", round(sum(each) / len(each), 3), "", floor, how, is_floor=True)


def heard(truth: Truth) -> list[Heard]:
    return [Heard(path, measured(path), events) for path, events in truth]


def taught(lessons: Sequence[Heard], *, seed: int, config: TrainingConfig = STANDARD) -> Model:
    """What is learned from recordings in which every type was looked for."""
    recordings = [
        Recording(lesson.path.name, partial(_same, lesson.features), lesson.events, frozenset(TYPES))
        for lesson in lessons
    ]
    return train(recordings, config, seed=seed).model


def _same(features: Features) -> Features:
    return features


def learned_by(model: Model, config: DetectionConfig = DELIVERED) -> Callable[[Heard], list[Detection]]:
    return lambda recording: model.detect(recording.features, config)


def judged(recordings: Iterable[Heard], detector: Callable[[Heard], list[Detection]]) -> Tallies:
    """Per type how many detections were right and false, and how many events were missed."""
    totals = dict.fromkeys(TYPES, Tally())
    for recording in recordings:
        found = detector(recording)
        for kind in TYPES:
            of_kind = [event for event in recording.events if event.artifact_type == kind]
            totals[kind] += tally(of_kind, [one for one in found if one.artifact_type == kind])
    return totals
