"""Running a built-in model on a sound file, which is read once, in blocks; an hour costs a few seconds."""

from collections.abc import Callable, Iterable
from dataclasses import replace
from pathlib import Path
from typing import Protocol

from datasets.audio.reading import Block, read
from detectors.learning.decoding import finish
from detectors.learning.events import Detection
from detectors.learning.features import Features, measure
from detectors.learning.settings import DetectionConfig
from detectors.rules.clipping import Clipping
from detectors.rules.dropouts import Dropouts
from detectors.rules.loudness import Loudness
from detectors.rules.measured import clicks, echoes
from detectors.rules.pauses import Pauses


class Meter(Protocol):
    """Is fed a sound's blocks of shape (channels, samples), full scale 1.0, in order; then says what it found."""

    def feed(self, block: Block) -> None: ...

    def found(self) -> list[Detection]: ...


# By the sound itself, at its own rate and in each of its channels.
_METERS: dict[str, Callable[[int], Meter]] = {
    "long_pause": Pauses,
    "clipping": Clipping,
    "dropout": Dropouts,
    "loudness": Loudness,
}
# By the measures that learning goes by too.
_MEASURED: dict[str, Callable[[Features], list[Detection]]] = {"clicks": clicks, "echo": echoes}


def listen(
    rule: str, path: Path, config: DetectionConfig, *, on_progress: Callable[[float], None] = lambda part: None
) -> list[Detection]:
    """What the built-in model `rule` finds in a sound file of any kind, sorted by time.

    `on_progress` hears how much is done, 0 to 1, and may raise to stop. Raises NotAudio, with a sentence, when nothing
    decodes; KeyError for a rule that there is not.
    """
    if rule in _MEASURED:
        features = measure(path, on_progress=on_progress)
        return finish(_within(_MEASURED[rule](features), duration_ms=features.duration_ms), config)
    with read(path) as sound:
        meter = _METERS[rule](sound.sample_rate)
        for block in sound.blocks():
            meter.feed(block)
            on_progress(sound.part_read())
        duration_ms = sound.n_samples * 1000 // sound.sample_rate
    on_progress(1.0)
    return finish(_within(meter.found(), duration_ms=duration_ms), config)


def _within(found: Iterable[Detection], *, duration_ms: int) -> Iterable[Detection]:
    """Spans that a frame or the widening of a click moved over the end, ending with the sound."""
    for detection in found:
        if detection.start_ms < duration_ms:
            yield replace(detection, end_ms=min(detection.end_ms, duration_ms))
