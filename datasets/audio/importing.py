"""Everything the product wants to know of an upload, in one pass over its samples."""

from collections.abc import Callable
from contextlib import ExitStack, closing
from dataclasses import dataclass
from pathlib import Path

import numpy as np

from datasets.audio.decoding import Block
from datasets.audio.peaks import PeaksHeader, PeaksWriter
from datasets.audio.playback import CONTENT_TYPES, PlaybackWriter, Quality, playback_rate
from datasets.audio.probing import NO_SOUND
from datasets.audio.reading import NotAudio, Sound, read
from datasets.audio.timeline import to_ms

WARNINGS = ("truncated", "duration_estimated", "rate_changed", "clipped", "silent")

_FULL_SCALE = 32767 / 32768  # what 16 bits can hold at most
_CLIPPED_RUN = 3  # samples in a row at full scale; a single one may be a normalised peak
_SILENT = 1e-4  # -80 dB: what a lossy coder makes of silence stays below it
_EXACT_ORIGINALS = {
    "wav": {"PCM_U8", "PCM_16", "PCM_24", "FLOAT", "ULAW", "ALAW"},
    "flac": {"PCM_16", "PCM_24"},
}
_SMALL_ORIGINALS = {("mp4", "aac"), ("ogg", "opus"), ("webm", "opus")}


@dataclass(frozen=True)
class Analysis:
    """What an upload turned out to be.

    `n_samples` at `sample_rate` Hz is the exact length of the source's time line; `duration_ms` is the same, rounded.
    `start_offset_ms` is where the file's own clock begins, for the curious: our time line always begins at 0.
    `warnings` holds words of WARNINGS, in that order. `peaks` is the header of the peaks file.
    `plays_as_is` says that browsers play the original to the millisecond. If they do not, a copy was written when
    `playback_to` was given. `playback_content_type` is the type of whichever is to be played, None when there is none.
    """

    n_samples: int
    sample_rate: int
    channels: int
    duration_ms: int
    codec: str
    container: str
    content_type: str
    start_offset_ms: int
    warnings: list[str]
    peaks: PeaksHeader
    plays_as_is: bool
    playback_written: bool
    playback_content_type: str | None


def analyse(
    path: Path,
    *,
    peaks_to: Path,
    playback_to: Path | None = None,
    quality: Quality = "exact",
    on_progress: Callable[[float], None] = lambda part: None,
) -> Analysis:
    """Decode a file once: count, measure, draw its peaks and, where its original will not do, write a playback copy.

    `on_progress` gets 0.0 first, 1.0 last, and rising numbers in steps of at least 0.01 in between. Memory does not
    grow with the length of the file. What was written is removed when anything goes wrong.

    Raises NotAudio, with a sentence for the uploader, when there is no sound to be had; OSError for disk troubles.
    """
    try:
        return _analyse(
            path, peaks_to=peaks_to, playback_to=playback_to, quality=quality, progress=_Progress(on_progress)
        )
    except BaseException:
        peaks_to.unlink(missing_ok=True)
        if playback_to is not None:
            playback_to.unlink(missing_ok=True)
        raise


def _analyse(
    path: Path, *, peaks_to: Path, playback_to: Path | None, quality: Quality, progress: "_Progress"
) -> Analysis:
    is_clipped = False
    with ExitStack() as stack:
        sound = stack.enter_context(read(path))
        peaks = PeaksWriter(peaks_to, sample_rate=sound.sample_rate)
        stack.callback(peaks.close)
        copy = None
        if playback_to is not None and not _looks_playable(sound, quality=quality):
            copy = _start_copy(sound, to=playback_to, quality=quality)
            stack.callback(copy.close)
        for block in sound.blocks():
            is_clipped = is_clipped or (sound.loudest >= _FULL_SCALE and _runs_into_full_scale(block))
            peaks.add(block)
            if copy:
                copy.add(block)
            progress.report(sound.part_read())
        if not to_ms(sound.n_samples, rate=sound.sample_rate):
            raise NotAudio(NO_SOUND)
        header = peaks.finish()
        if copy:
            copy.finish()
    plays_as_is = _looks_playable(sound, quality=quality) and _kept_its_word(sound)
    if playback_to is not None and copy is None and not plays_as_is:
        _copy_afterwards(path, to=playback_to, quality=quality)
    progress.finish()
    copied = quality if playback_to is not None and not plays_as_is else None
    return _result(
        sound, warnings=_warnings(sound, is_clipped=is_clipped), peaks=header, plays_as_is=plays_as_is, copied=copied
    )


def _result(
    sound: Sound, *, warnings: list[str], peaks: PeaksHeader, plays_as_is: bool, copied: Quality | None
) -> Analysis:
    return Analysis(
        n_samples=sound.n_samples,
        sample_rate=sound.sample_rate,
        channels=sound.channels,
        duration_ms=to_ms(sound.n_samples, rate=sound.sample_rate),
        codec=sound.codec,
        container=sound.container,
        content_type=sound.content_type,
        start_offset_ms=sound.start_offset_ms,
        warnings=warnings,
        peaks=peaks,
        plays_as_is=plays_as_is,
        playback_written=copied is not None,
        playback_content_type=sound.content_type if plays_as_is else CONTENT_TYPES[copied] if copied else None,
    )


def _warnings(sound: Sound, *, is_clipped: bool) -> list[str]:
    claimed = sound.claimed_samples or 0
    # Within this a length is right: coders pad, and containers keep time in milliseconds.
    slack = max(0.02 * claimed, 0.1 * sound.sample_rate)
    if sound.is_length_guessed:
        is_truncated = sound.is_cut_short
    else:
        is_truncated = sound.is_header_cut or sound.n_samples < claimed - slack
    found = {
        "truncated": is_truncated,
        "duration_estimated": sound.is_length_guessed or sound.n_samples > claimed + slack,
        "rate_changed": sound.rate_changed,
        "clipped": is_clipped,
        "silent": sound.loudest < _SILENT,
    }
    return [word for word in WARNINGS if found[word]]


def _runs_into_full_scale(block: Block) -> bool:
    full = np.abs(block) >= _FULL_SCALE
    return bool((full[:, : 1 - _CLIPPED_RUN] & full[:, 1:-1] & full[:, _CLIPPED_RUN - 1 :]).any())


def _looks_playable(sound: Sound, *, quality: Quality) -> bool:
    """Whether, by its header, browsers play the original and seek in it to the millisecond (or two, when small)."""
    if sound.sample_rate != playback_rate(sound.sample_rate, quality="exact") or sound.channels > 2:
        return False
    if sound.start_offset_ms or not sound.is_header_sound:
        return False
    if sound.coding in _EXACT_ORIGINALS.get(sound.container, ()):
        return True
    is_known = (sound.container, sound.codec) in _SMALL_ORIGINALS
    return quality == "small" and is_known and not sound.has_video and not sound.is_length_guessed


def _kept_its_word(sound: Sound) -> bool:
    """Whether the samples were what the header promised; a browser's player believes the header."""
    if sound.is_damaged or sound.rate_changed or sound.claimed_samples is None:
        return False
    slack = 0 if sound.coding else 0.02 * sound.claimed_samples
    return abs(sound.n_samples - sound.claimed_samples) <= slack


def _start_copy(sound: Sound, *, to: Path, quality: Quality) -> PlaybackWriter:
    return PlaybackWriter(to, sample_rate=sound.sample_rate, channels=sound.channels, quality=quality)


def _copy_afterwards(path: Path, *, to: Path, quality: Quality) -> None:
    """A second pass, for the rare original whose header promised well and whose samples did not."""
    with read(path) as sound, closing(_start_copy(sound, to=to, quality=quality)) as copy:
        for block in sound.blocks():
            copy.add(block)
        copy.finish()


class _Progress:
    """Passes on rising parts of the work, 0.01 apart at least, so that the listener need not be quick."""

    def __init__(self, listener: Callable[[float], None]) -> None:
        self._listener = listener
        self._last = 0.0
        listener(0.0)

    def report(self, part: float) -> None:
        """Tell of a part from 0 to 1, unless it is too near to the last one or to the end."""
        if self._last + 0.01 <= part < 0.995:
            self._last = part
            self._listener(part)

    def finish(self) -> None:
        self._listener(1.0)
