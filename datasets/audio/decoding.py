"""One audio stream, packet by packet, to blocks of float32 samples at one rate and one number of channels."""

import os
from collections.abc import Iterator
from itertools import chain
from typing import Any, BinaryIO, cast

import av
import numpy as np
import numpy.typing as npt

from datasets.audio.probing import NO_SOUND, ODD_HEADER, UNREADABLE, NotAudio

Block = npt.NDArray[np.float32]  # (channels, samples), full scale is 1.0

BLOCK_SAMPLES = 1 << 16  # fewer are dearer by the calls; more, by memory that is asked for anew each time

# What sounds have; a damaged or hostile header that names more would have us ask for all the memory there is.
RATES = range(100, 1_000_001)
CHANNELS = range(1, 65)
# The bindings look for the end of a frame's planes behind its last one when there are more than these.
PLANES = range(1, 9)

# Formats that hold sound, as FFmpeg names its readers. Anything else is refused: among the rest are playlists and
# concatenation scripts, with which an upload could make the decoder open other files or addresses.
_FORMATS = (
    "aac,ac3,aiff,amr,amrnb,amrwb,ape,asf,au,avi,caf,dsf,dts,eac3,flac,flv,gsm,iff,ircam,loas,"
    "mov,mp4,m4a,3gp,3g2,mj2,matroska,webm,mp3,mpc,mpc8,mpeg,mpegts,nistsphere,nut,ogg,oma,rm,shn,"
    "sox,tak,tta,voc,w64,wav,wv,xwma"
)
# What the bindings raise on broken bytes, besides FFmpeg's own errors: odd layouts, zero time bases, huge fields.
BROKEN = (av.FFmpegError, ValueError, ArithmeticError, LookupError)
_SAMPLE_TYPES: dict[str, tuple[type[np.number[Any]], float]] = {
    "u8": (np.uint8, 2.0**-7),
    "s16": (np.int16, 2.0**-15),
    "s32": (np.int32, 2.0**-31),
    "s64": (np.int64, 2.0**-63),
    "flt": (np.float32, 1.0),
    "dbl": (np.float64, 1.0),
}


class _Nameless:
    """A file without its name, so that the decoder has the content alone to go by."""

    def __init__(self, file: BinaryIO) -> None:
        self.read, self.tell, self._seek = file.read, file.tell, file.seek

    def seek(self, offset: int, whence: int = 0) -> int:
        """Where the file now stands, or -1, the decoder's word for failure: damaged files send it to absurd places."""
        try:
            return self._seek(offset, whence)
        except (OSError, ValueError, OverflowError):
            return -1


class Decoder:
    """The first audio stream of an open file.

    `rate` (Hz) and `channels` are those of the first decoded frame; whatever follows is brought to them. After
    `blocks()` has run, `rate_changed` tells whether anything had to be, and `is_cut_short` whether the end was damaged.

    Raises NotAudio when there is no audio stream or not one frame of it decodes.
    """

    def __init__(self, file: BinaryIO) -> None:
        try:
            # Tags in a wrong encoding must not spoil the sound; a format may not reach for other files.
            options = {"format_whitelist": _FORMATS, "protocol_whitelist": ""}
            source = cast(BinaryIO, _Nameless(file))
            self.container = av.open(source, mode="r", options=options, metadata_errors="replace")
        except BROKEN as error:
            raise NotAudio(UNREADABLE) from error
        self._file = file
        self.rate_changed = False
        self.damaged_packets = 0
        self.is_cut_short = False
        try:
            if not self.container.streams.audio:
                raise NotAudio(NO_SOUND)
            self.stream = self.container.streams.audio[0]
            self._packets = self._decode()
            self._first = next(self._packets, [])
            if not self._first:
                raise NotAudio(UNREADABLE if self.damaged_packets else NO_SOUND)
            self.rate = self._first[0].sample_rate
            self.channels = self._first[0].layout.nb_channels
            if not _is_sane(self._first[0]):
                raise NotAudio(ODD_HEADER)
        except NotAudio:
            self.close()
            raise

    def close(self) -> None:
        self.container.close()

    def part_read(self) -> float:
        """How much of the file's bytes has been read, 0 to 1."""
        return self._file.tell() / os.fstat(self._file.fileno()).st_size

    def blocks(self) -> Iterator[Block]:
        """All samples, once, as arrays of shape (channels, up to BLOCK_SAMPLES)."""
        try:
            yield from self._segments()
        except av.FFmpegError:  # a change of rate that cannot be followed
            self.is_cut_short = True

    def _segments(self) -> Iterator[Block]:
        segment = _Segment(self._first[0], rate=self.rate, channels=self.channels)
        for frames in chain([self._first], self._packets):
            for frame in frames:
                if not segment.add(frame):
                    if not _is_sane(frame):
                        self.damaged_packets += 1
                        continue
                    yield from segment.finish()
                    segment = _Segment(frame, rate=self.rate, channels=self.channels)
                    segment.add(frame)
                    self.rate_changed |= segment.differs
            while segment.is_full:
                yield segment.take()
        yield from segment.finish()

    def _decode(self) -> Iterator[list[av.AudioFrame]]:
        """The frames of every packet that decodes. A damaged packet is left out, a damaged container ends the sound."""
        packets = self.container.demux(self.stream)
        while True:
            try:
                packet = next(packets, None)
            except BROKEN:
                self.is_cut_short = True
                return
            if packet is None:
                return
            try:
                frames = packet.decode()
            except BROKEN:
                self.damaged_packets += 1
                self.is_cut_short = True
                continue
            if frames:
                self.is_cut_short = False
                yield frames


class _Segment:
    """Frames of one rate, layout and sample format, on their way to blocks of the stream's first rate and channels.

    Frames are tiny: one trip to numpy per block instead of per frame halves the work.
    """

    def __init__(self, first: av.AudioFrame, *, rate: int, channels: int) -> None:
        self._rate, self._own_channels = first.sample_rate, first.layout.nb_channels
        self._queue = av.AudioFifo()
        self._channels = channels
        self.differs = (self._rate, self._own_channels) != (rate, channels)
        self._resamplers: list[_Resampler] = []
        if self._rate != rate:
            count = channels if self._own_channels == channels else 1
            self._resamplers = [_Resampler(self._rate, to=rate) for _ in range(count)]

    @property
    def is_full(self) -> bool:
        return self._queue.samples >= BLOCK_SAMPLES

    def add(self, frame: av.AudioFrame) -> bool:
        """Queue a frame; False when it is of another kind, and this segment is over."""
        if frame.layout.nb_channels != self._own_channels:
            return False
        frame.pts = None  # the queue would insist on stamps without gaps; samples are counted
        try:
            self._queue.write(frame)
        except ValueError:  # the queue compares format and rate itself, and faster
            return False
        return True

    def take(self) -> Block:
        """One block's worth of the queue."""
        block = as_floats(cast(av.AudioFrame, self._queue.read(BLOCK_SAMPLES, partial=True)))
        if block.shape[0] != self._channels:
            block = block.mean(axis=0, keepdims=True, dtype=np.float32)
        if self._resamplers:
            block = np.stack([r.add(row) for r, row in zip(self._resamplers, block, strict=True)])
        return self._spread(block)

    def finish(self) -> Iterator[Block]:
        while self._queue.samples:
            yield self.take()
        if self._resamplers:
            yield self._spread(np.stack([resampler.finish() for resampler in self._resamplers]))

    def _spread(self, block: Block) -> Block:
        return block if block.shape[0] == self._channels else np.repeat(block, self._channels, axis=0)


class _Resampler:
    """One channel from one rate to another; sample i of the outcome lies at i / `to` seconds."""

    def __init__(self, rate: int, *, to: int) -> None:
        self._rate = rate
        self._resampler = av.AudioResampler(format="fltp", layout="mono", rate=to)

    def add(self, row: npt.NDArray[np.float32]) -> npt.NDArray[np.float32]:
        frame = av.AudioFrame.from_ndarray(np.ascontiguousarray(row)[None], format="fltp", layout="mono")
        frame.sample_rate = self._rate
        return self._joined(self._resampler.resample(frame))

    def finish(self) -> npt.NDArray[np.float32]:
        return self._joined(self._resampler.resample(None))

    def _joined(self, frames: list[av.AudioFrame]) -> npt.NDArray[np.float32]:
        parts = [as_floats(frame)[0] for frame in frames]
        return np.concatenate(parts) if parts else np.empty(0, np.float32)


def _is_sane(frame: av.AudioFrame) -> bool:
    channels = PLANES if frame.format.is_planar else CHANNELS
    return frame.sample_rate in RATES and frame.layout.nb_channels in channels


def as_floats(frame: av.AudioFrame) -> Block:
    """A frame's samples as (channels, samples), full scale 1.0; one channel of floats is not copied."""
    dtype, scale = _SAMPLE_TYPES[frame.format.packed.name]
    planes = [memoryview(plane) for plane in frame.planes]
    channels, count = frame.layout.nb_channels, frame.samples
    if frame.format.is_planar:
        rows = [np.frombuffer(plane, dtype, count) for plane in planes]
        values = rows[0][None] if channels == 1 else np.stack(rows)
    else:
        values = np.frombuffer(planes[0], dtype, count * channels).reshape(count, channels).T
    if dtype is np.float32:
        return values
    floats = values.astype(np.float32)
    if dtype is np.uint8:
        floats -= 128
    if scale != 1.0:
        floats *= np.float32(scale)
    return floats
