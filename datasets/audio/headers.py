"""What a file's own header claims, where the decoders do not tell: they trust, or quietly mend, what they read."""

import struct
from dataclasses import dataclass
from pathlib import Path

from datasets.audio.kinds import content_type_of
from datasets.audio.probing import NO_INDEX, NO_SOUND, UNREADABLE

_MP3_FRAME_ROOM = 2048  # bytes that hold the longest first frame, with the length tag in it
# Magic word and the first header of formats that have one.
_LEAST_BYTES = {"audio/flac": 42, "audio/ogg": 28, "audio/aiff": 54}
_HUGE = 0x7FFF0000  # recorders write a size near 2 or 4 GiB while they do not know it yet


@dataclass(frozen=True)
class DataChunk:
    """The sample data of a WAV file: bytes its header claims (None when it does not say) and bytes that are there."""

    claimed: int | None
    present: int

    @property
    def is_whole(self) -> bool:
        return self.claimed == self.present

    @property
    def is_cut_short(self) -> bool:
        return self.claimed is not None and 100 * self.present < 98 * self.claimed


def wav_data(path: Path) -> DataChunk | None:
    """The `data` chunk of a RIFF WAVE file, or None when there is none to be found."""
    size = path.stat().st_size
    with path.open("rb") as file:
        start = file.read(12)
        if len(start) < 12 or start[:4] not in (b"RIFF", b"RF64") or start[8:] != b"WAVE":
            return None
        at = 12
        while at + 8 <= size:
            file.seek(at)
            name, length = struct.unpack("<4sI", file.read(8))
            if name == b"data":
                present = size - at - 8
                if length == 0 or (length >= _HUGE and present < length):
                    return DataChunk(claimed=None if present else 0, present=present)
                return DataChunk(claimed=length, present=min(length, present))
            at += 8 + length + length % 2
    return None


def mp3_states_length(path: Path) -> bool:
    """Whether an MP3 carries the tag (Xing, Info, VBRI) that states its length; without it a length is a guess."""
    with path.open("rb") as file:
        tag = file.read(10)
        start = 0
        if len(tag) == 10 and tag[:3] == b"ID3":
            start = 10 + (tag[6] << 21 | tag[7] << 14 | tag[8] << 7 | tag[9])
        file.seek(start)
        frame = file.read(_MP3_FRAME_ROOM)
    return any(mark in frame for mark in (b"Xing", b"Info", b"VBRI"))


def is_webm(path: Path) -> bool:
    """Whether a Matroska file calls itself WebM, the kind that browsers play."""
    with path.open("rb") as file:
        return b"\x42\x82\x84webm" in file.read(64)


def lacks_mp4_index(path: Path) -> bool:
    """Whether this is an MP4 whose `moov` box, without which nothing can be decoded, is not there."""
    size = path.stat().st_size
    with path.open("rb") as file:
        if file.read(8)[4:8] != b"ftyp":
            return False
        at = 0
        while at + 8 <= size:
            file.seek(at)
            head = file.read(16)
            length: int = struct.unpack(">I", head[:4])[0]
            if head[4:8] == b"moov":
                return at + length > size
            if length == 1 and len(head) == 16:
                length = struct.unpack(">Q", head[8:])[0]
            if length < 8:
                return True
            at += length
    return True


def why_broken(path: Path) -> str | None:
    """Why nothing of this file can be played, as a sentence, where its header alone tells; None where it does not."""
    with path.open("rb") as file:
        kind = content_type_of(file.read(4096))
    if kind == "audio/wav":
        data = wav_data(path)
        return UNREADABLE if data is None else None if data.present else NO_SOUND
    if kind == "audio/mp4":
        return NO_INDEX if lacks_mp4_index(path) else None
    return UNREADABLE if path.stat().st_size < _LEAST_BYTES.get(kind, 0) else None
