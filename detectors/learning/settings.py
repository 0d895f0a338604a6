"""What can be set for training and for detection. The bounds are checked at the door, not in here."""

from dataclasses import asdict, dataclass
from typing import Any

FRAME_MS = 20


@dataclass(frozen=True)
class TrainingConfig:
    """How to learn. `chunk_size_ms` and `stride_ms`: length and spacing of the sequences that are learned from."""

    artifact_types: tuple[str, ...]
    epochs: int = 20
    validation_split: float = 0.2
    learning_rate: float = 0.001
    batch_size: int = 32
    chunk_size_ms: int = 500
    stride_ms: int = 250

    def as_dict(self) -> dict[str, Any]:
        return {**asdict(self), "artifact_types": list(self.artifact_types)}


@dataclass(frozen=True)
class DetectionConfig:
    """Which detections are kept: of at least `threshold`; neighbours of a type within `merge_window_ms` are one; then
    those shorter than `min_duration_ms` go.
    """

    threshold: float = 0.5
    merge_window_ms: int = 200
    min_duration_ms: int = 50

    def as_dict(self) -> dict[str, Any]:
        return asdict(self)
