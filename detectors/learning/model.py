"""A trained model and its file: numbers in npz, without pickle, and a card in JSON that says where they are from."""

import json
import zipfile
import zlib
from collections.abc import Callable
from dataclasses import dataclass
from itertools import pairwise
from pathlib import Path
from typing import Any, cast

import numpy as np

from detectors.learning.context import HINGED, HINGES_AT, WIDTH, rows_of
from detectors.learning.decoding import Shape, finish, spans
from detectors.learning.events import Detection
from detectors.learning.features import FEATURE_VERSION, Features
from detectors.learning.network import HIDDEN, Floats, Network
from detectors.learning.settings import DetectionConfig

FORMAT = "earmark-model-1"
MOST_TYPES = 1000
_MOST_DEVIATIONS = np.float32(8)
_DAMAGED = "This file is not a model, or it is damaged."
# What reading the bytes of something else may end in.
_DAMAGE = (
    ValueError, LookupError, TypeError, AttributeError, EOFError, ArithmeticError, MemoryError, RecursionError,
    NotImplementedError, zipfile.BadZipFile, zlib.error,
)  # fmt: skip


class BadModel(ValueError):
    """The file is no model that can be run here. The message is a sentence for people."""


@dataclass(frozen=True)
class Model:
    """Listens for `artifact_types`, in the order of the network's answers."""

    artifact_types: tuple[str, ...]
    shapes: tuple[Shape, ...]
    network: Network
    mean: Floats
    deviation: Floats
    hinges: Floats
    card: dict[str, Any]

    def detect(
        self, features: Features, config: DetectionConfig, *, on_progress: Callable[[float], None] = lambda part: None
    ) -> list[Detection]:
        """What is delivered for a recording, in order of time. `on_progress` hears 0 to 1 and may raise."""
        return self.decode(self.probabilities(features, on_progress=on_progress), features.duration_ms, config)

    def probabilities(self, features: Features, *, on_progress: Callable[[float], None] = lambda part: None) -> Floats:
        """Shape (frames, types)."""
        out = np.empty((features.n_frames, len(self.artifact_types)), np.float32)
        for piece in features.pieces:
            for first, rows in rows_of(piece, self.hinges):
                out[first : first + len(rows)] = self.network.probabilities(
                    standardised(rows, self.mean, self.deviation)
                )
            on_progress(piece.last / features.n_frames)
        return out

    def decode(self, probabilities: Floats, duration_ms: int, config: DetectionConfig) -> list[Detection]:
        shapes = list(zip(self.artifact_types, self.shapes, strict=True))
        return finish(spans(probabilities, shapes, config, duration_ms=duration_ms), config)

    def save(self, path: Path) -> None:
        """The same model gives the same bytes."""
        arrays = {"mean": self.mean, "deviation": self.deviation, "hinges": self.hinges}
        for at, (weights, biases) in enumerate(zip(self.network.weights, self.network.biases, strict=True)):
            arrays |= {f"weights{at}": weights, f"biases{at}": biases}
        about = {
            "format": FORMAT,
            "feature_version": FEATURE_VERSION,
            "artifact_types": list(self.artifact_types),
            "shapes": [[shape.is_momentary, shape.shortest_ms] for shape in self.shapes],
            "card": self.card,
        }
        text = json.dumps(about, sort_keys=True, ensure_ascii=False, separators=(",", ":")).encode()
        with path.open("wb") as file:
            np.savez(file, allow_pickle=False, about=np.frombuffer(text, np.uint8), **arrays)

    @classmethod
    def load(cls, path: Path) -> "Model":
        """Read what `save` wrote. Raises BadModel for any other bytes, OSError as `open` does."""
        try:
            with path.open("rb") as file, np.load(file, allow_pickle=False) as arrays:
                return _model(dict(arrays))
        except BadModel:
            raise
        except _DAMAGE as error:
            raise BadModel(_DAMAGED) from error


def standardised(rows: Floats, mean: Floats, deviation: Floats) -> Floats:
    """`rows`, in place, as deviations from the mean, none beyond 8."""
    rows -= mean
    rows /= deviation
    return np.clip(rows, -_MOST_DEVIATIONS, _MOST_DEVIATIONS, out=rows)


def _model(arrays: dict[str, Any]) -> Model:
    about = json.loads(arrays["about"].tobytes())
    if about["format"] != FORMAT:
        raise BadModel(_DAMAGED)
    if about["feature_version"] != FEATURE_VERSION:
        raise BadModel("This model was trained with other measures than this version takes. Train it again.")
    types = tuple(str(name) for name in about["artifact_types"])
    shapes = tuple(Shape(bool(is_momentary), int(shortest)) for is_momentary, shortest in about["shapes"])
    if not 0 < len(types) <= MOST_TYPES or len(set(types)) != len(types) or len(shapes) != len(types):
        raise BadModel(_DAMAGED)
    sizes = (WIDTH, *HIDDEN, len(types))
    layers = list(pairwise(sizes))
    return Model(
        artifact_types=types,
        shapes=shapes,
        network=Network(
            [_array(arrays, f"weights{at}", layer) for at, layer in enumerate(layers)],
            [_array(arrays, f"biases{at}", layer[1:]) for at, layer in enumerate(layers)],
        ),
        mean=_array(arrays, "mean", (WIDTH,)),
        deviation=_array(arrays, "deviation", (WIDTH,)),
        hinges=_array(arrays, "hinges", (len(HINGES_AT), len(HINGED))),
        card=dict(about["card"]),
    )


def _array(arrays: dict[str, Any], name: str, shape: tuple[int, ...]) -> Floats:
    values = arrays[name]
    if values.dtype != np.float32 or values.shape != shape or not np.isfinite(values).all():
        raise BadModel(_DAMAGED)
    return cast(Floats, values)
