"""What is labeled in a recording, and what is found in it. Times are whole milliseconds."""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True, order=True)
class Event:
    """Something of a type from `start_ms` up to `end_ms`, as a person labeled it."""

    start_ms: int
    end_ms: int
    artifact_type: str


@dataclass(frozen=True, slots=True, order=True)
class Detection:
    """Something a model found, with its confidence in [0, 1]."""

    start_ms: int
    end_ms: int
    artifact_type: str
    confidence: float
