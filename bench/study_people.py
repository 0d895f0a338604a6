"""People who describe voices, and the voices as they truly are: drawn from a seed, without Earmark.

A clip has a true answer on three scales, one emotion and one manner of voice. Experts are right on the scales about
nine times of ten and use many words; crowd workers are right on 65 to 93 %, are faster, and use few. Whoever errs takes
a neighbor on the scale more often than the far end; some clips are harder for everybody. Spammers do not listen: they
answer at random, always the same, or too fast.
"""

import csv
import random  # noqa: TID251 - the same people in every run
from collections.abc import Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

SCALES = {
    "pace": ("slow", "normal", "fast", "variable"),
    "pitch": ("low", "medium", "high", "variable"),
    "volume": ("quiet", "medium", "loud", "variable"),
}
# How often each value is true; of control items each is as often as the others, as whoever chooses them should see to.
HOW_OFTEN = (0.25, 0.4, 0.25, 0.1)
SPAMMERS = ("random", "same", "fast")
WORDS = Path("annotations/words/ready_made.csv")
HARD_SHARE, HARDER_BY = 0.15, 0.1
SEED = 2024


@dataclass(frozen=True)
class Clip:
    filename: str
    duration_ms: int
    scales: dict[str, str]
    emotion: str
    voice: str
    is_hard: bool = False


@dataclass(frozen=True)
class Word:
    code: str
    family: str
    opposites: frozenset[str]


@dataclass
class Person:
    """`kind` is "honest" or one of SPAMMERS; `eagerness` how often they come back for another item."""

    number: int
    team: str
    kind: str
    skill: float
    eagerness: float
    answers: int = 0
    is_over: bool = False
    # Of items that count: what they said on the scales, by file name.
    said: dict[str, dict[str, str]] = field(default_factory=dict)

    @property
    def is_honest(self) -> bool:
        return self.kind == "honest"


def pool(facet: str) -> list[Word]:
    """The words of the ready-made pool."""
    with WORDS.open(encoding="utf-8") as file:
        return [
            Word(row["code"], row["family"], frozenset(one.strip() for one in row["opposites"].split(";")))
            for row in csv.DictReader(file)
            if row["facet"] == facet
        ]


class World:
    """Truth, and what people make of it."""

    def __init__(self, *, clips: int, controls: int, experts: int, crowd: int, spammers: int, seed: int = SEED) -> None:
        self.words = {facet: pool(facet) for facet in ("emotion", "voice")}
        rng = random.Random(seed)
        self.clips = [self._clip(rng, f"clip-{n:04}.wav", HOW_OFTEN) for n in range(1, clips + 1)]
        self.controls = [self._clip(rng, f"voice-{n:04}.wav", (1, 1, 1, 1)) for n in range(1, controls + 1)]
        self.by_name = {clip.filename: clip for clip in [*self.clips, *self.controls]}
        self.people = [
            *(Person(n, "Experts", "honest", min(0.96, max(0.82, rng.gauss(0.9, 0.03))), 0.9) for n in range(experts)),
            *(Person(experts + n, "Crowd", SPAMMERS[n % 3], 0.0, 1.0) for n in range(spammers)),
            *(
                Person(experts + n, "Crowd", "honest", rng.uniform(0.65, 0.93), rng.choice((0.1, 0.3, 0.6)))
                for n in range(spammers, crowd)
            ),
        ]

    def _clip(self, rng: random.Random, filename: str, weights: Sequence[float]) -> Clip:
        return Clip(
            filename=filename,
            duration_ms=rng.randrange(3_000, 12_000),
            scales={alias: rng.choices(values, weights)[0] for alias, values in SCALES.items()},
            emotion=rng.choice(self.words["emotion"]).code,
            voice=rng.choice(self.words["voice"]).code,
            is_hard=rng.random() < HARD_SHARE,
        )

    def handed_in(self, person: Person, clip: Clip) -> dict[str, Any]:
        """What this person sends for this clip: the same whenever they are asked."""
        rng = random.Random(f"{person.number} {clip.filename}")
        answers: dict[str, Any] = {alias: self._scale(person, clip, alias, rng) for alias in SCALES}
        for facet in ("emotion", "voice"):
            answers[facet] = {"terms": self._terms(person, clip, facet, rng)}
        heard = 0.3 if person.kind == "fast" else 1.0
        effort = 0.2 if person.kind == "fast" else 1.2 if not person.is_honest else self._effort(person, rng)
        return {
            "answers": answers,
            "listened": [[0, int(heard * clip.duration_ms)]],
            "active_ms": int(effort * clip.duration_ms),
        }

    @staticmethod
    def _effort(person: Person, rng: random.Random) -> float:
        return rng.uniform(4.0, 7.0) if person.team == "Experts" else rng.uniform(2.0, 3.6)

    @staticmethod
    def _scale(person: Person, clip: Clip, alias: str, rng: random.Random) -> str:
        values = SCALES[alias]
        if person.kind in ("same", "fast"):
            return values[1]
        if person.kind == "random":
            return rng.choice(values)
        truth = clip.scales[alias]
        if rng.random() < person.skill - (HARDER_BY if clip.is_hard else 0):
            return truth
        at = values.index(truth)
        return rng.choices(
            [value for value in values if value != truth],
            [3 if abs(place - at) == 1 else 1 for place, value in enumerate(values) if value != truth],
        )[0]

    def _terms(self, person: Person, clip: Clip, facet: str, rng: random.Random) -> list[str]:
        words = self.words[facet]
        truth = next(word for word in words if word.code == getattr(clip, facet))
        if not person.is_honest:
            return [words[0].code] if person.kind != "random" else [rng.choice(words).code]
        family = [word for word in words if word.family == truth.family]
        # Those who know many words also find the one next to the usual one.
        known = family if person.team == "Experts" else family[: max(2, len(family) // 3)]
        count = rng.choice((2, 3, 3, 4)) if person.team == "Experts" else rng.choice((1, 1, 2))
        chosen = [truth] if rng.random() < person.skill else [rng.choice(known)]
        for word in rng.sample(known, min(len(known), count)):
            is_opposite = any(word.code in one.opposites or one.code in word.opposites for one in chosen)
            if len(chosen) < count and word not in chosen and not is_opposite:
                chosen.append(word)
        return [word.code for word in chosen]
