"""One step of the sound bench, alone in its process: `python -m bench.sound STEP FILE...` prints its CPU seconds."""

import os

os.environ["OMP_NUM_THREADS"] = os.environ["OPENBLAS_NUM_THREADS"] = "1"

import sys
import tempfile
import time
from collections.abc import Iterator
from fractions import Fraction
from pathlib import Path

import av
import numpy as np
import soundfile

from bench.audio import CLIP_MS, CLIPS, MINUTES
from datasets.audio.clips import cut
from datasets.audio.importing import analyse


def make(wav: Path, mp3: Path) -> None:
    """The same never-repeating, speech-shaped noise as WAV 16 kHz and MP3 44.1 kHz."""
    write_wav(wav, seconds=60 * MINUTES)
    write_mp3(mp3, seconds=60 * MINUTES)


def write_wav(path: Path, *, seconds: int) -> None:
    with soundfile.SoundFile(path, "w", samplerate=16_000, channels=1, subtype="PCM_16") as target:
        for part in _parts(seconds, 16_000):
            target.write(part)


def write_mp3(path: Path, *, seconds: int) -> None:
    with av.open(str(path), "w") as container:
        stream = container.add_stream("libmp3lame", rate=44_100, layout="mono")
        stream.bit_rate = 64_000
        done = 0
        for part in _parts(seconds, 44_100):
            samples = (part * 32_767).astype("<i2").reshape(1, -1)
            frame = av.AudioFrame.from_ndarray(samples, format="s16", layout="mono")
            frame.sample_rate, frame.time_base, frame.pts = 44_100, Fraction(1, 44_100), done
            done += samples.shape[1]
            container.mux(stream.encode(frame))
        container.mux(stream.encode(None))


def _parts(seconds: int, rate: int) -> Iterator["np.ndarray"]:
    """The noise of so many seconds, minute by minute."""
    for minute in range(-(-seconds // 60)):
        yield _minute(minute, rate)[: (seconds - 60 * minute) * rate]


def _minute(number: int, rate: int) -> "np.ndarray":
    chance = np.random.default_rng(number)
    noise = chance.standard_normal(60 * rate).astype(np.float32)
    smooth = np.convolve(noise, np.ones(6, np.float32) / 6, "same")
    syllables = 0.5 + 0.5 * np.sin(2 * np.pi * 3.1 * np.arange(60 * rate, dtype=np.float32) / rate)
    return 0.2 * smooth * syllables


def decode(path: Path) -> None:
    with av.open(str(path)) as container:
        for _ in container.decode(audio=0):
            pass


def read(path: Path) -> None:
    with tempfile.TemporaryDirectory() as folder:
        analyse(path, peaks_to=Path(folder, "peaks"))


def clips(path: Path, kind: str) -> None:
    step = (MINUTES * 60_000 - CLIP_MS) // CLIPS
    with tempfile.TemporaryDirectory() as folder:
        cut(
            path,
            [(step * n, step * n + CLIP_MS) for n in range(CLIPS)],
            write_to=lambda index, data: Path(folder, f"{index}.{kind}").write_bytes(data),
            format=kind,  # type: ignore[arg-type]
        )


def main(step: str, paths: list[Path]) -> None:
    begun = time.process_time()
    if step == "make":
        make(*paths)
    elif step == "decode":
        decode(paths[0])
    elif step == "import":
        read(paths[0])
    else:
        clips(paths[0], step.removeprefix("clips-"))
    print(time.process_time() - begun)


if __name__ == "__main__":
    main(sys.argv[1], [Path(name) for name in sys.argv[2:]])
