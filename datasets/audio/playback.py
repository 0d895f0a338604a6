"""The copy of a sound in which every browser seeks to the sample: sample i of the source sounds at i / rate."""

from fractions import Fraction
from pathlib import Path
from typing import Literal

import av
import numpy as np

from datasets.audio.decoding import Block

Quality = Literal["exact", "small"]

MAX_RATE = 48_000
_MIN_RATE = 3_000  # below it browsers refuse to play
_AAC_RATES = (8_000, 11_025, 12_000, 16_000, 22_050, 24_000, 32_000, 44_100, 48_000)
CONTENT_TYPES: dict[Quality, str] = {"exact": "audio/flac", "small": "audio/mp4"}


def playback_rate(rate: int, *, quality: Quality) -> int:
    """The rate of a copy in Hz: the source's own where the format and the browsers know it, else one above it."""
    if quality == "small":
        return next((known for known in _AAC_RATES if known >= rate), MAX_RATE)
    if rate < _MIN_RATE:
        return 8_000
    return min(rate, MAX_RATE)


class PlaybackWriter:
    """Encodes blocks of samples: "exact" as FLAC of 16 bits, "small" as AAC of 64 kbit/s a channel in M4A.

    One or two channels stay; more become one, the same mix of which the waveform is drawn.
    """

    def __init__(self, path: Path, *, sample_rate: int, channels: int, quality: Quality) -> None:
        self._rate = sample_rate
        self._layout = "stereo" if channels == 2 else "mono"
        self._written = 0
        rate = playback_rate(sample_rate, quality=quality)
        # Bit-exact leaves out the encoder's name and version.
        options = {"fflags": "+bitexact"}
        if quality == "small":
            # The index goes in front, where a player looks first; a clock in samples keeps the length exact.
            options |= {"movflags": "+faststart", "movie_timescale": str(rate)}
        # `file:` keeps a colon in the path from being taken for a protocol.
        form = "ipod" if quality == "small" else "flac"
        self._container = av.open(f"file:{path}", "w", format=form, options=options)
        if quality == "small":
            self._stream = self._container.add_stream("aac", rate=rate, layout=self._layout)
            self._stream.bit_rate = 64_000 * (2 if channels == 2 else 1)
        else:
            self._stream = self._container.add_stream(
                "flac", rate=rate, layout=self._layout, options={"compression_level": "2"}
            )
            self._stream.codec_context.format = av.AudioFormat("s16")
        self._stream.codec_context.flags |= av.codec.context.Flags.bitexact

    def add(self, block: Block) -> None:
        """Take in samples of shape (channels, any number)."""
        if block.shape[0] > 2:
            block = block.mean(axis=0, keepdims=True, dtype=np.float32)
        # Nothing louder than full scale can be played, and the AAC encoder never comes back from wild values.
        bounded = np.clip(block, -1.0, 1.0, order="C")
        frame = av.AudioFrame.from_ndarray(bounded, format="fltp", layout=self._layout)
        frame.sample_rate = self._rate
        # Both: a stamp without its base is read in the stream's, and the copy comes out longer or shorter.
        frame.pts, frame.time_base = self._written, Fraction(1, self._rate)
        self._written += block.shape[1]
        self._container.mux(self._stream.encode(frame))

    def finish(self) -> None:
        """Write what is still in the encoder, and the file's header."""
        self._container.mux(self._stream.encode(None))
        self.close()

    def close(self) -> None:
        self._container.close()
