"""One sound file: its facts and its samples, the same way for every format.

    with read(path) as sound:
        for block in sound.blocks():      # float32, (channels, samples), full scale 1.0
            ...

What a file is, is told by its content, never by its name. WAV, FLAC and AIFF are read by libsndfile, which is several
times faster, when it and the general decoder agree on the length; everything else, and every doubt, is decoded.
"""

import os
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass, field
from pathlib import Path

import numpy as np
import soundfile

from datasets.audio.decoding import BLOCK_SAMPLES, Block, Decoder
from datasets.audio.headers import is_webm, lacks_mp4_index, mp3_states_length, wav_data
from datasets.audio.probing import EMPTY, NO_INDEX, NotAudio, sniff

__all__ = ["Block", "NotAudio", "Sound", "read"]

# Our plain word for what FFmpeg calls a format, and the type under which a browser is told of it.
_CONTAINERS = {
    "aac": ("adts", "audio/aac"),
    "aiff": ("aiff", "audio/aiff"),
    "amr": ("amr", "audio/amr"),
    "asf": ("asf", "audio/x-ms-wma"),
    "au": ("au", "audio/basic"),
    "avi": ("avi", "video/x-msvideo"),
    "caf": ("caf", "audio/x-caf"),
    "flac": ("flac", "audio/flac"),
    "matroska": ("matroska", "audio/x-matroska"),
    "mov": ("mp4", "audio/mp4"),
    "mp3": ("mp3", "audio/mpeg"),
    "mpegts": ("mpegts", "video/mp2t"),
    "ogg": ("ogg", "audio/ogg"),
    "w64": ("w64", "audio/x-w64"),
    "wav": ("wav", "audio/wav"),
}
_GUESSED_LENGTH = {"adts", "amr", "ac3", "eac3", "dts", "gsm", "loas"}  # no length inside: told from the bit rate
_FAST = {"wav", "flac", "aiff"}
_FAST_CODINGS = {"PCM_S8", "PCM_U8", "PCM_16", "PCM_24", "PCM_32", "FLOAT", "DOUBLE", "ULAW", "ALAW"}
_BOUND = 1e6  # full scale is 1.0; squares and sums of these are still numbers
_AAC_TAIL = 4096  # an encoder's padding after the end is at most two of its frames


@dataclass
class Sound:
    """An open sound file. Times are samples at `sample_rate` after the first decoded one.

    `direct` is the file in libsndfile's hands, for reading from any place, when it is to be trusted with it.
    `claimed_samples` is the length that the file's header gives, None when it gives none; `is_length_guessed` says
    that the number has no ground. `coding` is libsndfile's word for how samples are stored ("PCM_16"), None when the
    file is not on its path. `is_header_cut` says that a header promises more data than the file has,
    `is_header_sound` that it promises neither more nor less.

    While `blocks()` runs, `n_samples` and `loudest` (the highest sample, up or down) tell of what has been read. After
    it, `rate_changed`, `is_damaged` (something did not decode) and `is_cut_short` (the end did not) tell how it went.
    """

    path: Path
    sample_rate: int
    channels: int
    codec: str
    container: str
    content_type: str
    start_offset_ms: int
    claimed_samples: int | None
    is_length_guessed: bool
    coding: str | None
    is_header_sound: bool
    is_header_cut: bool
    has_video: bool
    _decoder: Decoder = field(repr=False)
    n_samples: int = 0
    loudest: float = 0.0
    rate_changed: bool = False
    is_damaged: bool = False
    is_cut_short: bool = False
    direct: soundfile.SoundFile | None = field(default=None, repr=False)

    def blocks(self) -> Iterator[Block]:
        """All samples, once, in order. A block is valid until the next one is asked for."""
        samples = self._decoded_blocks() if self.direct is None else self._fast_blocks(self.direct)
        for block in self._ending(samples):
            if not block.shape[1]:
                continue
            self.n_samples += block.shape[1]
            lowest, highest = float(block.min()), float(block.max())
            # Not a number fails both comparisons.
            if not (lowest >= -_BOUND and highest <= _BOUND):
                block = _bounded(block)
                lowest, highest = float(block.min()), float(block.max())
            self.loudest = max(self.loudest, -lowest, highest)
            yield block

    def part_read(self) -> float:
        """How much of the sound has been read, 0 to 1: by its length, or by its bytes where no length is to be had."""
        if self.claimed_samples and not self.is_length_guessed:
            return min(1.0, self.n_samples / self.claimed_samples)
        return self._decoder.part_read()

    def _fast_blocks(self, fast: soundfile.SoundFile) -> Iterator[Block]:
        room = np.empty((BLOCK_SAMPLES, self.channels), np.float32)
        done = 0
        while done < fast.frames:
            try:
                values = fast.read(out=room)
            except soundfile.LibsndfileError:
                values = room[:0]
            if not len(values):
                # Damaged inside: the general decoder gets over it. It gives the same samples up to here.
                yield from _without(self._decoded_blocks(), done)
                return
            done += len(values)
            yield values.T

    def _decoded_blocks(self) -> Iterator[Block]:
        yield from self._decoder.blocks()
        self.rate_changed = self._decoder.rate_changed
        self.is_damaged = self._decoder.damaged_packets > 0 or self._decoder.is_cut_short
        self.is_cut_short = self._decoder.is_cut_short

    def _ending(self, blocks: Iterator[Block]) -> Iterator[Block]:
        """An MP4's AAC decodes past its end by the encoder's padding; its header knows the end, and players keep it."""
        if self.container != "mp4" or self.codec != "aac" or not self.claimed_samples:
            yield from blocks
            return
        room, held = self.claimed_samples, []
        for block in blocks:
            count = block.shape[1]
            if count <= room:
                room -= count
                yield block
                continue
            held.append(block)
            if sum(part.shape[1] for part in held) - room > _AAC_TAIL:  # not padding: the header is wrong
                yield from held
                held, room = [], 1 << 62
        if held:
            yield np.concatenate(held, axis=1)[:, :room]


@contextmanager
def read(path: Path) -> Iterator[Sound]:
    """Open a sound file of any kind.

    Raises NotAudio, with a sentence for the uploader, when there is nothing in it to decode; OSError as `open` does.
    """
    with ExitStack() as stack:
        file = stack.enter_context(path.open("rb"))
        first_bytes = file.read(4096)
        file.seek(0)
        if not first_bytes:
            raise NotAudio(EMPTY)
        try:
            decoder = Decoder(file)
        except NotAudio as problem:
            raise NotAudio(_reason(path, first_bytes, str(problem))) from problem
        stack.callback(decoder.close)
        sound = _sound(path, decoder)
        if sound.container in _FAST and not sound.is_damaged:
            sound.direct = _agreeing(path, sound)
            if sound.direct is not None:
                stack.callback(sound.direct.close)
                sound.coding = sound.direct.subtype
        yield sound


def _reason(path: Path, first_bytes: bytes, otherwise: str) -> str:
    if lacks_mp4_index(path):
        return NO_INDEX
    return sniff(first_bytes) or otherwise


def _sound(path: Path, decoder: Decoder) -> Sound:
    """What the headers say, put in our words."""
    name = decoder.container.format.name.split(",")[0]
    container, content_type = _CONTAINERS.get(name, (name, "application/octet-stream"))
    if container == "matroska" and is_webm(path):
        container, content_type = "webm", "audio/webm"
    start_ms = _start_ms(decoder)
    claimed = _claimed_seconds(decoder, start_ms if name == "matroska" else 0)
    data = wav_data(path) if container == "wav" else None
    return Sound(
        path=path,
        sample_rate=decoder.rate,
        channels=decoder.channels,
        codec=decoder.stream.codec_context.codec.canonical_name,
        container=container,
        content_type=content_type,
        # An MP3's stamps begin with its encoder's delay, which is not an offset.
        start_offset_ms=0 if container == "mp3" else start_ms,
        claimed_samples=None if claimed is None else round(claimed * decoder.rate),
        is_length_guessed=(
            claimed is None or container in _GUESSED_LENGTH or (container == "mp3" and not mp3_states_length(path))
        ),
        coding=None,
        is_header_sound=data.is_whole if data else container != "wav",
        is_header_cut=bool(data and data.is_cut_short),
        has_video=bool(decoder.container.streams.video),
        _decoder=decoder,
    )


def _start_ms(decoder: Decoder) -> int:
    stream = decoder.stream
    if stream.start_time is None or stream.time_base is None:
        return 0
    return max(0, round(stream.start_time * stream.time_base * 1000))


def _claimed_seconds(decoder: Decoder, start_ms: int) -> float | None:
    """The length in the header; Matroska counts it from zero on its clock, so its start is taken off."""
    stream = decoder.stream
    if stream.duration is not None and stream.time_base is not None:
        seconds = float(stream.duration * stream.time_base)
    elif decoder.container.duration is not None:
        seconds = decoder.container.duration / 1_000_000
    else:
        return None
    seconds -= start_ms / 1000
    return seconds if 0 < seconds < 1e7 else None


def _agreeing(path: Path, sound: Sound) -> soundfile.SoundFile | None:
    """The file opened by libsndfile, if it sees the same sound; its own sight fails on sizes of 0 and cut FLACs."""
    # By descriptor, since a name that ends in .raw would be believed.
    descriptor = os.open(path, os.O_RDONLY | getattr(os, "O_BINARY", 0))
    try:
        opened = soundfile.SoundFile(descriptor, closefd=True)
    except (soundfile.LibsndfileError, ValueError, TypeError):
        return None
    seen = (opened.samplerate, opened.channels, opened.frames)
    if opened.subtype in _FAST_CODINGS and seen == (sound.sample_rate, sound.channels, sound.claimed_samples):
        return opened
    opened.close()
    return None


def _without(blocks: Iterator[Block], count: int) -> Iterator[Block]:
    """The blocks after the first `count` samples."""
    for block in blocks:
        if count < block.shape[1]:
            yield block[:, count:]
        count = max(0, count - block.shape[1])


def _bounded(block: Block) -> Block:
    """A float file's block with silence where it holds "not a number", and a bound where it has none."""
    return np.clip(np.nan_to_num(block, nan=0.0), -_BOUND, _BOUND)
