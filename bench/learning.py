"""What it costs to listen to an hour and to learn from an hour, in CPU seconds and memory of a process of its own.

`python -m bench.learning STEP FOLDER` runs one step and prints CPU seconds and the most memory it had, in MB. One
thread for the arrays, as in the worker: two take twice the CPU and give other bits.
"""

import os

os.environ["OMP_NUM_THREADS"] = os.environ["OPENBLAS_NUM_THREADS"] = "1"

import json
import resource
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Iterable
from pathlib import Path
from typing import TYPE_CHECKING

from bench.rows import Row

if TYPE_CHECKING:
    from detectors.learning.events import Event
    from detectors.learning.training import Recording

MINUTES = 60
TYPES = ("glitch", "long_pause", "echo", "dropout", "clipping")
_LONGER = 2  # hours in the file that shows that memory does not grow
_RECORDING_S = 30


def measure() -> Iterable[Row]:
    with tempfile.TemporaryDirectory(prefix="earmark-bench-") as folder:
        _run("make", folder)
        train_s, train_mb = _run("train", folder)
        wav_s, wav_mb = _run("hour.wav", folder)
        mp3_s, mp3_mb = _run("hour.mp3", folder)
        _, long_mb = _run("hours.wav", folder)
    what = "measuring and detecting 5 types, model read from its file"
    yield Row("analyse_60min_wav_cpu_s", round(wav_s, 1), "s", 15, f"{MINUTES} min WAV 16 kHz mono: {what}")
    yield Row("analyse_60min_mp3_cpu_s", round(mp3_s, 1), "s", 30, f"{MINUTES} min MP3 44.1 kHz mono: {what}")
    how = f"peak of the process: WAV {wav_mb:.0f}, MP3 {mp3_mb:.0f}, WAV of {_LONGER} h {long_mb:.0f} MB"
    yield Row("analyse_mb", round(max(wav_mb, mp3_mb, long_mb)), "MB", 150, how)
    how = f"{MINUTES} min in files of {_RECORDING_S} s, 5 types, 20 epochs, features read from their files"
    yield Row("train_1h_cpu_s", round(train_s, 1), "s", 90, how)
    yield Row("train_1h_mb", round(train_mb), "MB", 400, f"peak of the process: {how}")


def _run(step: str, folder: str) -> tuple[float, float]:
    """CPU seconds and MB of one step, in a process that does nothing else."""
    command = [sys.executable, "-m", "bench.learning", step, folder]
    done = subprocess.run(command, capture_output=True, check=True)
    cpu_s, mb = json.loads(done.stdout)
    return cpu_s, mb


def _make(folder: Path) -> None:
    from bench.sound import write_mp3, write_wav
    from detectors.learning.features import measure as measured

    write_wav(folder / "hour.wav", seconds=60 * MINUTES)
    write_mp3(folder / "hour.mp3", seconds=60 * MINUTES)
    write_wav(folder / "hours.wav", seconds=_LONGER * 60 * MINUTES)
    for number in range(60 * MINUTES // _RECORDING_S):
        _spoil(folder / "part.wav", number)
        measured(folder / "part.wav").save(folder / f"{number}.npz")


def _spoil(path: Path, number: int) -> None:
    """Half a minute of noise with a silence wherever `_events` says."""
    import numpy as np
    import soundfile

    rng = np.random.default_rng(number)
    sound = 0.1 * rng.standard_normal(_RECORDING_S * 16_000)
    for event in _events():
        sound[event.start_ms * 16 : event.end_ms * 16] *= TYPES.index(event.artifact_type) / 10
    soundfile.write(path, sound, 16_000)


def _events() -> "list[Event]":
    from detectors.learning.events import Event

    starts = range(1000, _RECORDING_S * 1000 - 1000, 3000)
    return [Event(at, at + 200, TYPES[place % len(TYPES)]) for place, at in enumerate(starts)]


def _recordings(folder: Path) -> "Iterable[Recording]":
    from functools import partial

    from detectors.learning.features import Features
    from detectors.learning.training import Recording

    for number in range(60 * MINUTES // _RECORDING_S):
        kept = partial(Features.load, folder / f"{number}.npz")
        yield Recording(f"{number:04}", kept, _events(), frozenset(TYPES))


def _train(folder: Path) -> None:
    from detectors.learning.settings import TrainingConfig
    from detectors.learning.training import train

    training = train(list(_recordings(folder)), TrainingConfig(artifact_types=TYPES), seed=1)
    training.model.save(folder / "model.npz")


def _analyse(folder: Path, name: str) -> None:
    from detectors.learning.features import measure as measured
    from detectors.learning.model import Model
    from detectors.learning.settings import DetectionConfig

    Model.load(folder / "model.npz").detect(measured(folder / name), DetectionConfig())


def main(step: str, folder: Path) -> None:
    begun = time.process_time()
    steps: dict[str, Callable[[Path], None]] = {"make": _make, "train": _train}
    if step in steps:
        steps[step](folder)
    else:
        _analyse(folder, step)
    most = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    print(json.dumps([time.process_time() - begun, most / 1024]))


if __name__ == "__main__":
    main(sys.argv[1], Path(sys.argv[2]))
