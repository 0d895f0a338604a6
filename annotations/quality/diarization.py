"""Who speaks when: the diarization error rate, with the best mapping of one side's names to the other's.

Source: NIST Rich Transcription evaluation plans; H. Bredin, pyannote.metrics (2017). Times are integer milliseconds.
"""

from collections import Counter
from collections.abc import Sequence
from itertools import product
from typing import NamedTuple

from annotations.quality.events import Event
from annotations.quality.intervals import Durations, durations, stretches
from annotations.quality.matching import best_matching


class Diarization(NamedTuple):
    """`durations.error_rate` is the diarization error rate; `mapping` names the reference's name of each other name."""

    durations: Durations
    mapping: dict[str, str]


def diarization(
    reference: Sequence[Event], estimate: Sequence[Event], *, duration_ms: int | None = None, collar_ms: int = 0
) -> Diarization:
    """Missed, false alarm and confused time after mapping names one to one so that they share the most time.

    `collar_ms` is left out around each bound of the reference, half of it on each side, before the mapping too.
    """
    shared: Counter[tuple[str, str]] = Counter()
    for length, there, told in stretches(reference, estimate, duration_ms=duration_ms, collar_ms=collar_ms):
        for name, other in product(there, told):
            shared[name, other] += length * min(there[name], told[other])
    names, others = sorted({event.label for event in reference}), sorted({event.label for event in estimate})
    worth = {(names.index(name), others.index(other)): float(length) for (name, other), length in shared.items()}
    mapping = {others[j]: names[i] for i, j in best_matching(worth).items()}
    # What has no name of the reference keeps one that is nobody's.
    renamed = [event._replace(label=mapping.get(event.label, f"\0{event.label}")) for event in estimate]
    return Diarization(durations(reference, renamed, duration_ms=duration_ms, collar_ms=collar_ms), mapping)
