"""From labeled recordings to a model, with its figures. The same recordings, settings and seed give the same bits."""

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from detectors.learning.context import EXACT, WIDTH
from detectors.learning.decoding import shape_of
from detectors.learning.features import FEATURE_VERSION
from detectors.learning.figures import Heard, mistakes, overall, per_type, scores
from detectors.learning.matching import COLLAR_MS, RULE
from detectors.learning.model import Model, standardised
from detectors.learning.network import Adam, Floats, Gradients, Network, losses, sigmoid
from detectors.learning.recordings import Recording, Rows, Table, hinges_over, table_of
from detectors.learning.settings import FRAME_MS, DetectionConfig, TrainingConfig
from detectors.learning.splitting import split

__all__ = ["NothingLearned", "Recording", "Training", "train"]

_SAMPLED = 4000  # rows looked at for what is usual
_MOST_ROWS = 10_000  # of a batch worked on at a time
# So often what only untouched sound shows is hidden, so that a copy as MP3 is not told by it alone.
_HIDDEN, _HIDDEN_FRAMES = 0.15, 25
_HIGH_RATE, _DIVERGED = 0.02, 0.5  # above such a rate some types die while others are learned: half is not learned
_WORSE = 0.98  # of the loss of a constant guess: above it nothing was learned


class NothingLearned(ValueError):
    """There is no model that is worth anything. The message is a sentence for people."""


@dataclass(frozen=True)
class Training:
    """What came out. `metrics` and `mistakes` are about the recordings that were not learned from."""

    model: Model
    metrics: dict[str, Any]
    mistakes: list[dict[str, Any]]
    warnings: list[str]


def train(
    recordings: Sequence[Recording],
    config: TrainingConfig,
    *,
    seed: int,
    on_epoch: Callable[[dict[str, Any]], None] = lambda epoch: None,
) -> Training:
    """Learn to find `config.artifact_types`.

    `on_epoch` gets {"epoch", "train_loss", "val_loss", "per_type": {type: {"precision", "recall", "f1"}}} after each
    one, and may raise to stop. Raises NothingLearned.
    """
    recordings = [_asked(recording, config) for recording in sorted(recordings, key=lambda one: one.key)]
    if not recordings:
        raise NothingLearned("No recording was listened to.")
    rng = np.random.default_rng(seed)
    learned, judged = split(recordings, config.artifact_types, share=config.validation_split, rng=rng)
    course = _Course(learned, judged, config, rng)
    rows = []
    for epoch in range(1, config.epochs + 1):
        rows.append(course.epoch(epoch))
        on_epoch(rows[-1])
    unlearned = course.unlearned()
    heard = course.heard()
    metrics = _metrics(course.model, heard, learned, judged, rows, course.table)
    card = {"seed": seed, "config": config.as_dict(), "feature_version": FEATURE_VERSION, "metrics": metrics}
    course.model.card.update(card)
    return Training(course.model, metrics, mistakes(course.model, heard), _warnings(course, learned, judged, unlearned))


def _asked(recording: Recording, config: TrainingConfig) -> Recording:
    """Of a recording what this training is about."""
    asked = set(config.artifact_types)
    events = sorted(event for event in recording.events if event.artifact_type in asked)
    searched = (recording.searched & asked) | {event.artifact_type for event in events}
    return Recording(recording.key, recording.features, events, frozenset(searched))


class _Course:
    """A training under way."""

    def __init__(
        self, learned: list[Recording], judged: list[Recording], config: TrainingConfig, rng: np.random.Generator
    ) -> None:
        self._config, self._rng, self._judged = config, rng, judged
        types = config.artifact_types
        hinges = hinges_over(learned)
        self.table = table_of(learned, types, hinges)
        mean, deviation = _spread(self.table.rows)
        _standardise(self.table.rows, mean, deviation)
        self._usual = _usual(self.table.rows)
        self.is_same = learned == judged
        self._judging = self.table if self.is_same else table_of(judged, types, hinges)
        if not self.is_same:
            _standardise(self._judging.rows, mean, deviation)
        network = Network.fresh(inputs=WIDTH, outputs=len(types), rng=rng)
        network.biases[-1][:], self._constant = _constant_guess(self.table)
        by_type = [[e for one in (*learned, *judged) for e in one.events if e.artifact_type == name] for name in types]
        shapes = tuple(shape_of(events) for events in by_type)
        self.model = Model(types, shapes, network, mean, deviation, hinges, {})
        self._adam = Adam(network)
        self._chunks = _chunks(self.table, config)
        self._done = 0

    def epoch(self, number: int) -> dict[str, Any]:
        """Once through all chunks, in a new order."""
        order = self._rng.permutation(len(self._chunks))
        batches = [order[at : at + self._config.batch_size] for at in range(0, len(order), self._config.batch_size)]
        total = 0.0
        for batch in batches:
            chunks = [range(start, end) for start, end in self._chunks[batch].tolist()]
            total += self._learn(chunks, of=len(batches)) / len(batches)
        if not np.isfinite(total):
            raise NothingLearned(self._reason(self._config.artifact_types))
        heard = self.heard()
        return {
            "epoch": number,
            "train_loss": round(total, 6),
            "val_loss": round(self._loss(self._judging), 6),
            "per_type": {name: counted.score for name, counted in scores(self.model, heard, DetectionConfig()).items()},
        }

    def _learn(self, chunks: list[range], *, of: int) -> float:
        """One step down, shorter with time: by a cosine to nothing at the end."""
        n_rows, longest = sum(map(len, chunks)), max(map(len, chunks))
        hidden = self._rng.random(n_rows // _HIDDEN_FRAMES + 1) < _HIDDEN
        is_hidden = np.repeat(hidden, _HIDDEN_FRAMES)[:n_rows]
        over = max(sum(float(self.table.is_known[one.start : one.stop].sum()) for one in chunks), 1.0)
        sums, at = Gradients(self.model.network), 0
        at_once = max(1, _MOST_ROWS // longest)
        for part in (chunks[first : first + at_once] for first in range(0, len(chunks), at_once)):
            inputs = self.table.rows.of(part).astype(np.float32)
            inputs[np.ix_(is_hidden[at : at + len(inputs)], EXACT)] = self._usual
            truth, weight = (
                np.concatenate([answers[one.start : one.stop] for one in part], dtype=np.float32)
                for answers in (self.table.truth, self.table.is_known)
            )
            sums.add(inputs, truth, weight, over=over)
            at += len(inputs)
        step = self._done / (of * self._config.epochs)
        self._adam.step(sums.values, rate=self._config.learning_rate * (1 + float(np.cos(np.pi * step))) / 2)
        self._done += 1
        return sums.loss

    def heard(self) -> list[Heard]:
        """The recordings it is judged by, with what the model gives them now."""
        table = self._judging
        probabilities = np.concatenate([sigmoid(logits) for logits in self._logits(table)])
        return [
            Heard(recording, probabilities[start:end], duration_ms)
            for recording, start, end, duration_ms in zip(
                self._judged, table.starts, table.starts[1:], table.durations_ms, strict=False
            )
        ]

    def _logits(self, table: Table) -> Iterator[Floats]:
        for _, rows in table.rows.blocks():
            yield self.model.network.logits(rows.astype(np.float32))

    def _losses(self, table: Table) -> NDArray[np.float64]:
        """The mean loss of each type over the frames where it was searched for; 0 where it never was."""
        total, at = np.zeros(table.truth.shape[1]), 0
        for logits in self._logits(table):
            part = slice(at, at + len(logits))
            total += (losses(logits, table.truth[part].astype(np.float32)) * table.is_known[part]).sum(axis=0)
            at = part.stop
        return np.asarray(total / np.maximum(table.is_known.sum(axis=0), 1))

    def _loss(self, table: Table) -> float:
        known = table.is_known.sum(axis=0)
        return float((self._losses(table) * known).sum() / max(known.sum(), 1))

    def unlearned(self) -> list[str]:
        """The types of which no more was learned than how common they are.

        Raises NothingLearned when that is every type, or when the learning rate is to blame.
        """
        worst = _DIVERGED if self._config.learning_rate > _HIGH_RATE else _WORSE
        is_learned = self._losses(self.table) < worst * self._constant
        names = [name for name, fine in zip(self._config.artifact_types, is_learned, strict=True) if not fine]
        if names and (len(names) == len(is_learned) or self._config.learning_rate > _HIGH_RATE):
            raise NothingLearned(self._reason(names))
        return names

    def _reason(self, names: Sequence[str]) -> str:
        rate, epochs = self._config.learning_rate, self._config.epochs
        nothing = f"Nothing was learned of {', '.join(names)}"
        if rate > _HIGH_RATE:
            return f"{nothing}: learning rate {rate:g} is too high. Try 0.001."
        if rate < 0.0005 or epochs < 5:
            return f"{nothing}: {epochs} epochs at learning rate {rate:g} are too few. Try 20 epochs at 0.001."
        return f"{nothing}: the labels could not be told from the rest of the sound."


def _spread(rows: Rows) -> tuple[Floats, Floats]:
    """Mean and standard deviation of every column."""
    total, squares = np.zeros(WIDTH), np.zeros(WIDTH)
    for _, block in rows.blocks():
        part = block.astype(np.float64)
        total += part.sum(axis=0)
        squares += np.square(part, out=part).sum(axis=0)
    mean = total / len(rows)
    deviation = np.sqrt(np.maximum(squares / len(rows) - mean**2, 0))
    # What never moves tells nothing; it must not blow up when it does move in another recording.
    return mean.astype(np.float32), np.where(deviation < 1e-3, 1, deviation).astype(np.float32)


def _standardise(rows: Rows, mean: Floats, deviation: Floats) -> None:
    for first, block in rows.blocks():
        rows.put(first, standardised(block.astype(np.float32), mean, deviation).astype(np.float16))


def _usual(rows: Rows) -> Floats:
    """What of `EXACT` is in the middle, by some thousand rows."""
    some = [range(at, at + 1) for at in range(0, len(rows), 1 + len(rows) // _SAMPLED)]
    return np.median(rows.of(some)[:, EXACT], axis=0).astype(np.float32)


def _constant_guess(table: Table) -> tuple[Floats, Floats]:
    """Where the answers begin, as logits, and each type's loss of answering always so: how common it is."""
    known = np.maximum(table.is_known.sum(axis=0), 1)
    share = np.clip((table.truth & table.is_known).sum(axis=0) / known, 1e-4, 1 - 1e-4)
    entropy = -(share * np.log(share) + (1 - share) * np.log(1 - share))
    return np.log(share / (1 - share)).astype(np.float32), entropy.astype(np.float32)


def _chunks(table: Table, config: TrainingConfig) -> NDArray[np.intp]:
    """First row and end of every training sequence, shape (n, 2); the last of a recording ends with it."""
    size, stride = max(1, config.chunk_size_ms // FRAME_MS), max(1, config.stride_ms // FRAME_MS)
    chunks = []
    for start, end in zip(table.starts, table.starts[1:], strict=False):
        last = max(start, end - size)
        firsts = np.append(np.arange(start, last, stride), last)
        chunks.append(np.stack([firsts, np.minimum(firsts + size, end)], axis=1))
    return np.concatenate(chunks)


def _metrics(
    model: Model,
    heard: list[Heard],
    learned: list[Recording],
    judged: list[Recording],
    rows: list[dict[str, Any]],
    table: Table,
) -> dict[str, Any]:
    by_type = per_type(model, heard)
    for name, figures in by_type.items():
        lengths = [e.end_ms - e.start_ms for one in learned for e in one.events if e.artifact_type == name] or [0]
        figures["usual_ms"] = [int(np.quantile(lengths, 0.05)), int(np.quantile(lengths, 0.95))]
    return {
        "match": RULE,
        "collar_ms": COLLAR_MS,
        "overall": overall(model, heard),
        "per_type": by_type,
        "train_loss": [row["train_loss"] for row in rows],
        "val_loss": [row["val_loss"] for row in rows],
        "validation_files": len(judged),
        "validation_file_ids": [one.key for one in judged],
        "training_files": len(learned),
        "minutes": round(sum(table.durations_ms) / 60_000, 2),
    }


def _warnings(course: _Course, learned: list[Recording], judged: list[Recording], unlearned: list[str]) -> list[str]:
    """What only learning finds out; what the labels lack is told before it begins."""
    sentences = [
        f"Nothing was learned of {name}: it could not be told from the rest of the sound." for name in unlearned
    ]
    if course.is_same:
        sentences.append("There is only one recording, so the figures are of the one that was learned from.")
    for name in course.model.artifact_types:
        counts = [
            sum(event.artifact_type == name for one in side for event in one.events) for side in (learned, judged)
        ]
        if counts[0] and not counts[1]:
            sentences.append(
                f"No recording that the model was judged by has an event of {name}: its figures say nothing."
            )
    return sentences
