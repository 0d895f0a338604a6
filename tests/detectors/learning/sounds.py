"""Small recordings to learn from: tones over noise, with silences cut into them."""

from pathlib import Path

import numpy as np
import soundfile

from detectors.learning.events import Event
from detectors.learning.features import Features, measure
from detectors.learning.settings import TrainingConfig
from detectors.learning.training import Recording

RATE = 16_000
PAUSES = TrainingConfig(artifact_types=("long_pause",), epochs=3)


def tone(seed, *, seconds, rate=RATE, silences=()):
    """Samples with digital silence at each (start ms, end ms)."""
    rng = np.random.default_rng(seed)
    time = np.arange(round(seconds * rate)) / rate
    sound = 0.3 * np.sin(2 * np.pi * rng.uniform(150, 600) * time) * (0.7 + 0.3 * np.sin(2 * np.pi * 3 * time))
    sound += 0.03 * rng.standard_normal(len(time))
    for start_ms, end_ms in silences:
        sound[start_ms * rate // 1000 : end_ms * rate // 1000] = 0
    return sound.astype(np.float32)


def write(folder: Path, sound, *, rate=RATE, name="sound.wav", subtype="PCM_16") -> Path:
    path = folder / name
    soundfile.write(path, sound.T, rate, subtype=subtype)
    return path


def features_of(folder: Path, sound, *, rate=RATE) -> Features:
    return measure(write(folder, sound, rate=rate))


def recording(folder: Path, seed: int, *, seconds=12, searched=("long_pause",)) -> Recording:
    """With two silences of 0.5 to 1.2 s."""
    rng = np.random.default_rng(seed)
    silences = []
    for start in (1500, 7000):
        start += int(rng.integers(0, 2000))
        silences.append((start, start + int(rng.integers(500, 1200))))
    features = features_of(folder, tone(seed, seconds=seconds, silences=silences))
    events = [Event(start, end, "long_pause") for start, end in silences]
    return Recording(f"{seed:03}", lambda: features, events, frozenset(searched))
