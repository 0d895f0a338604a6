"""Pieces of a sound, exact to the sample, and the same bytes for the same piece every time."""

import io
import struct
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, Literal

import numpy as np
import numpy.typing as npt
import soundfile

from datasets.audio.reading import Sound, read
from datasets.audio.timeline import to_samples

ClipFormat = Literal["wav", "flac"]
Samples = npt.NDArray[Any]  # (samples, channels): int16, or int32 of which the upper 24 bits count, or float32

_READ_ON_S = 10  # over a gap shorter than this, decoding a FLAC on costs less than seeking in it
_DTYPES = {"PCM_24": "int32", "PCM_32": "int32", "FLOAT": "float32", "DOUBLE": "float32"}  # the rest fits in 16 bits


@dataclass(frozen=True)
class Clip:
    """What was cut for one span, in samples of the source."""

    start_sample: int
    n_samples: int
    sample_rate: int


@dataclass
class _Span:
    """One piece to cut: its place in the order asked for, samples [start, end), and what has been read of it."""

    index: int
    start: int
    end: int
    parts: list[Samples] = field(default_factory=list)


def cut(
    source: Path,
    spans: Iterable[tuple[int, int]],
    *,
    write_to: Callable[[int, bytes], object],
    format: ClipFormat = "wav",
) -> list[Clip]:
    """Cut [start_ms, end_ms) spans out of a sound file; `write_to(index, file_bytes)` gets each clip once.

    The result is in the order of the spans; the writing is not, so go by `index`, the span's place in that order.
    A time is taken to the nearest sample. A span that ends after the sound, by rounding or otherwise, ends with it.
    Samples keep their depth: 16 bits stay 16, more become 24, floats stay floats in WAV and become 24 bits in FLAC;
    what was coded with loss is written in 16.

    WAV and FLAC are sought in; anything else is decoded once, however many spans there are.
    Raises ValueError when a span holds no sample, NotAudio when the file holds no sound.
    """
    done: dict[int, Clip] = {}

    def write(pieces: Iterator[tuple[_Span, Samples]], rate: int) -> None:
        for span, samples in pieces:
            write_to(span.index, encode(samples, rate=rate, format=format))
            done[span.index] = Clip(span.start, len(samples), rate)

    with read(source) as sound:
        wanted = _in_samples(spans, rate=sound.sample_rate)
        if sound.direct:
            write(_seek_all(sound.direct, wanted), sound.sample_rate)
    missing = [span for span in wanted if span.index not in done]
    if missing:
        with read(source) as sound:
            write(_pass_all(sound, missing), sound.sample_rate)
    return [done[index] for index in sorted(done)]


def encode(samples: Samples, *, rate: int, format: ClipFormat) -> bytes:
    """Samples as a file's bytes: no dates and no names in it, so the same samples are the same bytes."""
    if format == "wav":
        return _wav_header(samples, rate=rate) + _wav_data(samples)
    file = io.BytesIO()
    subtype = "PCM_16" if samples.dtype == np.int16 else "PCM_24"
    soundfile.write(file, samples, rate, format="FLAC", subtype=subtype)
    return file.getvalue()


def _in_samples(spans: Iterable[tuple[int, int]], *, rate: int) -> list[_Span]:
    """The spans, by their starts."""
    wanted = []
    for index, (start_ms, end_ms) in enumerate(spans):
        span = _Span(index, to_samples(start_ms, rate=rate), to_samples(end_ms, rate=rate))
        if not 0 <= span.start < span.end:
            raise ValueError(f"span {index} ({start_ms} to {end_ms} ms) holds no sample")
        wanted.append(span)
    return sorted(wanted, key=lambda span: (span.start, span.end))


def _seek_all(opened: soundfile.SoundFile, wanted: list[_Span]) -> Iterator[tuple[_Span, Samples]]:
    """Each piece by itself, until something damaged comes in the way."""
    dtype = _DTYPES.get(opened.subtype, "int16")
    read_on = opened.samplerate * _READ_ON_S if opened.format == "FLAC" else 0
    for span in wanted:
        span_end = min(span.end, opened.frames)
        if span.start >= span_end:
            raise ValueError(f"span {span.index} begins after the sound has ended")
        try:
            gap = span.start - opened.tell()
            if 0 < gap <= read_on:
                opened.read(gap, dtype=dtype)
            elif gap:
                opened.seek(span.start)
            samples = opened.read(span_end - span.start, dtype=dtype, always_2d=True)
        except soundfile.LibsndfileError:
            return
        if len(samples) < span_end - span.start:
            return
        yield span, samples


def _pass_all(sound: Sound, wanted: list[_Span]) -> Iterator[tuple[_Span, Samples]]:
    """One pass over everything, keeping only what a span that has begun and not ended needs."""
    waiting, open_spans, at = wanted[::-1], list[_Span](), 0
    for block in sound.blocks():
        upto = at + block.shape[1]
        while waiting and waiting[-1].start < upto:
            open_spans.append(waiting.pop())
        for span in open_spans:
            part = block[:, max(0, span.start - at) : span.end - at].T
            span.parts.append(np.rint(part * 32768).clip(-32768, 32767).astype(np.int16))
        for span in [span for span in open_spans if span.end <= upto]:
            open_spans.remove(span)
            yield span, np.concatenate(span.parts)
            span.parts.clear()
        if not waiting and not open_spans:
            return
        at = upto
    for span in open_spans:
        yield span, np.concatenate(span.parts)
    if waiting:
        raise ValueError(f"span {waiting[-1].index} begins after the sound has ended")


def _wav_header(samples: Samples, *, rate: int) -> bytes:
    frames, channels = samples.shape
    is_float = samples.dtype == np.float32
    width = {"int16": 2, "int32": 3, "float32": 4}[samples.dtype.name]
    size = frames * channels * width
    coding = struct.pack(
        "<HHIIHH", 3 if is_float else 1, channels, rate, rate * channels * width, channels * width, 8 * width
    )
    chunks = b"fmt " + struct.pack("<I", len(coding)) + coding
    if is_float:  # what is not PCM states its length once more
        chunks = b"fmt " + struct.pack("<I", len(coding) + 2) + coding + b"\0\0"
        chunks += b"fact" + struct.pack("<II", 4, frames)
    chunks += b"data" + struct.pack("<I", size)
    return b"RIFF" + struct.pack("<I", 4 + len(chunks) + size + size % 2) + b"WAVE" + chunks


def _wav_data(samples: Samples) -> bytes:
    if samples.dtype == np.int32:  # the upper three of four bytes
        data = samples.astype("<i4").reshape(-1, 1).view(np.uint8)[:, 1:].tobytes()
    else:
        data = samples.astype(samples.dtype.newbyteorder("<"), copy=False).tobytes()
    return data + b"\0" * (len(data) % 2)
