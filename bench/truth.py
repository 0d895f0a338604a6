"""Recordings in which we know where every fault is: speech by made-up voices with planted artifacts.

What is measured on them says how well a detector learns what was planted, nothing about real calls. Voices and seeds
of what is learned from and of what is judged by are never the same.
"""

import math
from pathlib import Path

import numpy as np
import soundfile
from numpy.typing import NDArray

from datasets.audio.planting import plant
from datasets.audio.speech import random_voice, speak
from detectors.learning.events import Event

Signal = NDArray[np.float32]
Truth = list[tuple[Path, list[Event]]]

RATE = 16_000
FILE_S = 30
TEACHING_VOICES = range(100, 108)
UNSEEN_VOICES = range(900, 912)
UNSEEN_SEED = 77_000  # added to the seed of what is judged by

PER_MINUTE = {"glitch": 6.0, "dropout": 4.0, "long_pause": 4.5, "echo": 2.5, "clipping": 2.5}
# Heard as 120 to 420 ms of quiet: a longer one is what is looked for.
_GAPS_S = (0.07, 0.37)
_PAUSE_S = 1.0  # a planted pause makes a file longer by this, on average
_FLOOR_DB = (28.0, 65.0)
_LSB = 1 / 32_768
_VOICES_OF_BABBLE = 4


def make(folder: Path, *, minutes: float, seed: int, voices: range) -> Truth:
    """Write `minutes` of speech into `folder` as WAV files of about half a minute, and say what is wrong where.

    Each file is one of `voices` over a floor of white or pink noise or of babble, 28 to 65 dB under it, with a level
    and a colour of its own. The same arguments give the same files.
    """
    folder.mkdir(parents=True, exist_ok=True)
    babble = _babble(seed)
    truth: Truth = []
    for number in range(max(1, round(minutes * 60 / FILE_S))):
        rng = np.random.default_rng([seed, voices.start, number])
        kinds = _kinds(rng)
        clean = _spoken(rng, voice=voices[number % len(voices)], kinds=kinds, babble=babble)
        signal, events = _spoiled(clean, kinds=kinds, seed=int(rng.integers(2**31)))
        path = folder / f"truth-{seed}-{number:03}.wav"
        soundfile.write(path, signal, RATE, subtype="PCM_16")
        truth.append((path, events))
    return truth


def _kinds(rng: np.random.Generator) -> list[str]:
    """What goes wrong in one file: on average so much a minute, never quite the same."""
    counts = {kind: math.floor(rate * FILE_S / 60 + rng.uniform(0, 1)) for kind, rate in PER_MINUTE.items()}
    return [kind for kind, count in counts.items() for _ in range(count)]


def _spoken(rng: np.random.Generator, *, voice: int, kinds: list[str], babble: Signal) -> Signal:
    seconds = FILE_S - _PAUSE_S * kinds.count("long_pause")
    speech = speak(
        int(rng.integers(2**31)), seconds=seconds, voice=random_voice(voice), sample_rate=RATE, gaps_s=_GAPS_S
    )
    speech = _tilted(speech, tilt=rng.uniform(-0.45, 0.35))
    voice_rms = float(np.sqrt(np.mean(speech**2)))
    gain = 10 ** (rng.uniform(-10, 2) / 20) * min(0.07 / voice_rms, 0.75 / float(np.abs(speech).max()))
    level = max(voice_rms * gain * 10 ** (-rng.uniform(*_FLOOR_DB) / 20), 0.7 * _LSB)
    return speech * np.float32(gain) + _floor(rng, n=len(speech), babble=babble) * np.float32(level)


def _tilted(speech: Signal, *, tilt: float) -> Signal:
    """Darker (below 0) or brighter by a first-order filter, as microphones and lines are."""
    before = np.concatenate([np.zeros(1, np.float32), speech[:-1]])
    return speech - np.float32(tilt) * before


def _floor(rng: np.random.Generator, *, n: int, babble: Signal) -> Signal:
    """White noise, pink noise or many voices far away, with a mean square of 1."""
    kind = int(rng.integers(3))
    if kind == 0:
        return rng.standard_normal(n, dtype=np.float32)
    if kind == 1:
        spectrum = np.fft.rfft(rng.standard_normal(n))
        spectrum /= np.sqrt(np.maximum(np.arange(len(spectrum)), n / 400))
        noise = np.fft.irfft(spectrum, n).astype(np.float32)
    else:
        noise = np.roll(babble, int(rng.integers(len(babble))))[:n]
    return noise / np.float32(np.sqrt(np.mean(noise**2)))


def _babble(seed: int) -> Signal:
    total = np.zeros(FILE_S * RATE, np.float32)
    for number in range(_VOICES_OF_BABBLE):
        total += speak(seed + number, seconds=FILE_S, voice=random_voice(5_000 + number), sample_rate=RATE)
    return total


def _spoiled(clean: Signal, *, kinds: list[str], seed: int) -> tuple[Signal, list[Event]]:
    """The speech with its faults; where it is too full for all of them, with the last ones left out."""
    while True:
        try:
            signal, regions = plant(clean, kinds=kinds, seed=seed, sample_rate=RATE)
        except ValueError:
            kinds = kinds[:-1]
        else:
            return signal, [Event(region.start_ms, region.end_ms, region.label) for region in regions]
