"""Plants artifacts in clean speech and says where, to the millisecond: truth for demos, tests and detectors.

What each kind is follows how such faults sound in calls and in synthetic voices: clicks (`glitch`), a hole in a
sentence (`long_pause`), a voice heard twice (`echo`), lost packets (`dropout`), a level driven too high (`clipping`).
"""

from collections.abc import Callable, Iterable

import numpy as np
from numpy.typing import NDArray

from datasets.formats.regions import Region

Signal = NDArray[np.float32]

KINDS = ("glitch", "long_pause", "echo", "dropout", "clipping")
_APART_MS = 300
_FRAME_MS = 10
_TRIES = 400
_CEILING = 0.98


def plant(signal: Signal, *, kinds: Iterable[str], seed: int, sample_rate: int = 16_000) -> tuple[Signal, list[Region]]:
    """A copy of `signal` (mono, within 1) with one artifact per entry of `kinds`, and where each one lies.

    Regions are labeled with the kind, sorted, at least 300 ms apart, numbered by their ids. Each `long_pause` makes
    the copy longer. Raises ValueError for an unknown kind, or when an artifact finds no place.
    """
    wanted = list(kinds)
    if unknown := set(wanted) - set(KINDS):
        raise ValueError(f"unknown kinds: {sorted(unknown)}")
    field = _Field(signal.astype(np.float32), rng=np.random.default_rng(seed), rate=sample_rate)
    # Pauses move all that comes after them, so they go first, and the long kinds before the short ones: a click
    # always finds a place.
    order = ("long_pause", "echo", "clipping", "dropout", "glitch")
    for kind in sorted(wanted, key=order.index):
        _PLANTERS[kind](field)
    found = sorted(field.taken, key=lambda region: region.start_ms)
    regions = [Region(region.start_ms, region.end_ms, region.label, id=f"t{i}") for i, region in enumerate(found, 1)]
    return np.clip(field.signal, -1, 1), regions


class _Field:
    """The signal as it is being spoiled, with what has been planted so far."""

    def __init__(self, signal: Signal, *, rng: np.random.Generator, rate: int) -> None:
        self.signal = signal
        self.rng = rng
        self.rate = rate
        self.taken: list[Region] = []
        self._measure()
        # The room's own noise, measured before pauses of digital silence come in.
        self.floor = float(np.quantile(self.rms, 0.02)) if len(self.rms) else 0.0

    def _measure(self) -> None:
        """Which frames of 10 ms hold speech: those within 25 dB of the loud ones."""
        width = self.sample(_FRAME_MS)
        frames = self.signal[: len(self.signal) // width * width].reshape(-1, width)
        self.rms = np.sqrt(np.mean(frames**2, axis=1))
        loud = np.quantile(self.rms, 0.95) if len(self.rms) else 0.0
        self.is_active = self.rms > loud * 10 ** (-25 / 20)

    @property
    def duration_ms(self) -> int:
        return int(len(self.signal) * 1000 // self.rate)

    def sample(self, ms: int) -> int:
        """The first sample of a millisecond."""
        return round(ms * self.rate / 1000)

    def piece(self, start_ms: int, end_ms: int) -> Signal:
        """The samples of a stretch, to be written to in place."""
        return self.signal[self.sample(start_ms) : self.sample(end_ms)]

    def activity(self, start_ms: int, end_ms: int) -> float:
        """The share of a stretch in which someone speaks, 0 to 1."""
        frames = self.is_active[start_ms // _FRAME_MS : -(-end_ms // _FRAME_MS)]
        return float(frames.mean()) if len(frames) else 0.0

    def find(self, kind: str, length_ms: int, *, activity: float) -> int:
        """A random start for `length_ms` that is free and has at least this share of speech; ValueError if none."""
        latest = self.duration_ms - length_ms - _APART_MS
        for _ in range(_TRIES if latest > _APART_MS else 0):
            start_ms = int(self.rng.integers(_APART_MS, latest + 1))
            if (
                self.is_free(start_ms, start_ms + length_ms)
                and self.activity(start_ms, start_ms + length_ms) >= activity
            ):
                return start_ms
        raise ValueError(f"no place is left for {length_ms} ms of {kind}")

    def is_free(self, start_ms: int, end_ms: int) -> bool:
        return all(
            end_ms + _APART_MS <= region.start_ms or region.end_ms + _APART_MS <= start_ms for region in self.taken
        )

    def mark(self, kind: str, start_ms: int, length_ms: int) -> None:
        """Remember that this stretch, in full, is spoiled."""
        self.taken.append(Region(start_ms, start_ms + length_ms, kind))

    def mark_where(self, kind: str, start_ms: int, is_spoiled: NDArray[np.bool_]) -> None:
        """Remember the stretch from the first to the last spoiled sample, counted from `start_ms`, in whole ms."""
        first, last = np.flatnonzero(is_spoiled)[[0, -1]] * 1000 / self.rate
        self.taken.append(Region(start_ms + int(first), start_ms + int(last) + 1, kind))

    def insert(self, start_ms: int, silence: Signal) -> None:
        """Make room at `start_ms`; what was planted behind it moves along."""
        at, longer_ms = self.sample(start_ms), round(len(silence) * 1000 / self.rate)
        self.signal = np.concatenate([self.signal[:at], silence, self.signal[at:]])
        self.taken = [
            Region(region.start_ms + longer_ms, region.end_ms + longer_ms, region.label)
            if region.start_ms >= start_ms
            else region
            for region in self.taken
        ]
        self._measure()


def _plant_glitch(field: _Field) -> None:
    """1-30 ms of click: its sharpest edge stands 10 to 18 dB above that of the 15 ms around it."""
    rng = field.rng
    length_ms = int(np.exp(rng.uniform(np.log(1), np.log(30.99))))
    start_ms = field.find("glitch", length_ms, activity=0.9)
    around = field.piece(start_ms - 15, start_ms + length_ms + 15)
    target = _edge(around) * 10 ** (rng.uniform(10, 18) / 20)
    click = _click(rng, n=field.sample(start_ms + length_ms) - field.sample(start_ms), rate=field.rate)
    piece = field.piece(start_ms, start_ms + length_ms)
    room = max(_CEILING - float(np.abs(piece).max()), 0.05)
    piece += click * np.float32(min(target / _edge(click), room / float(np.abs(click).max())))
    field.mark("glitch", start_ms, length_ms)


def _click(rng: np.random.Generator, *, n: int, rate: int) -> Signal:
    """A burst of noise, a pop, a ping or single spikes over `n` samples; never zero at its first and last sample."""
    place = np.arange(n) / n
    shape = int(rng.integers(4))
    if shape == 0:
        sound = rng.standard_normal(n)
    elif shape == 1:
        sound = np.exp(-5 * place) * rng.choice([-1.0, 1.0])
    elif shape == 2:
        sound = np.cos(2 * np.pi * rng.uniform(1500, 5000) / rate * np.arange(n)) * np.exp(-4 * place)
    else:
        sound = np.zeros(n)
        sound[rng.integers(n, size=1 + n // 80)] = rng.choice([-1.0, 1.0])
        sound[[0, -1]] = 1.0, -0.7
    return sound.astype(np.float32)


def _edge(sound: Signal) -> float:
    """The largest step of the sound after pre-emphasis: what makes a click a click."""
    return float(
        np.abs(np.diff(sound, prepend=np.float32(0)) if len(sound) == 1 else sound[1:] - 0.95 * sound[:-1]).max()
    )


def _plant_long_pause(field: _Field) -> None:
    """500-1500 ms cut into running speech, 40 % of them digital silence, the others the room's own noise."""
    rng = field.rng
    length_ms = int(rng.integers(500, 1501))
    start_ms = field.find("long_pause", 160, activity=0.9) + 80
    n = field.sample(start_ms + length_ms) - field.sample(start_ms)
    silence = np.zeros(n, np.float32)
    if rng.random() >= 0.4:
        silence = rng.standard_normal(n, dtype=np.float32) * np.float32(field.floor)
    before, after = field.piece(start_ms - 4, start_ms), field.piece(start_ms, start_ms + 4)
    before *= np.linspace(1, 0, len(before), dtype=np.float32)
    after *= np.linspace(0, 1, len(after), dtype=np.float32)
    field.insert(start_ms, silence)
    field.mark("long_pause", start_ms, length_ms)


def _plant_echo(field: _Field) -> None:
    """0.8-2 s in which the voice comes back after 120-300 ms at 0.35-0.7, sometimes a second time."""
    rng = field.rng
    length_ms, delay_ms = int(rng.integers(800, 2001)), int(rng.integers(120, 301))
    start_ms = field.find("echo", length_ms, activity=0.6)
    piece = field.piece(start_ms, start_ms + length_ms)
    echo = np.zeros_like(piece)
    gain = rng.uniform(0.35, 0.7)
    for tap in range(1, 3 if rng.random() < 0.3 else 2):
        late = field.sample(start_ms) - field.sample(delay_ms * tap)
        source = field.signal[max(late, 0) : late + len(piece)]
        echo[len(piece) - len(source) :] += source * np.float32(gain**tap)
    place = np.arange(len(piece))
    echo *= np.minimum(np.minimum(place, place[::-1]) / field.sample(10), 1).astype(np.float32)
    too_loud = np.abs(piece + echo) > _CEILING
    if too_loud.any():
        echo *= max(0.0, float(((_CEILING - np.abs(piece)) / np.abs(echo))[too_loud].min()))
    piece += echo
    # Who hears the echo begin hears its first sound, not the quiet before it.
    field.mark_where("echo", start_ms, np.abs(echo) > 0.05 * np.abs(echo).max())


def _plant_dropout(field: _Field) -> None:
    """20-150 ms of loud speech lost, 70 % to exact zero, 30 % to a faint noise; half with ramps of 2 ms."""
    rng = field.rng
    length_ms = int(rng.integers(20, 151))
    start_ms = field.find("dropout", length_ms, activity=0.95)
    piece = field.piece(start_ms, start_ms + length_ms)
    filling = np.zeros(len(piece), np.float32)
    if rng.random() >= 0.7:
        filling += rng.standard_normal(len(piece), dtype=np.float32) * np.float32(field.floor)
    kept = np.zeros(len(piece), np.float32)
    if rng.random() < 0.5:
        ramp = np.linspace(1, 0, field.sample(2), dtype=np.float32)
        kept[: len(ramp)], kept[-len(ramp) :] = ramp, ramp[::-1]
    piece[:] = piece * kept + filling * (1 - kept)
    field.mark("dropout", start_ms, length_ms)


def _plant_clipping(field: _Field) -> None:
    """0.3-1.5 s driven too high: cut flat at the 84-96 % quantile of their own level, and up to three times as loud."""
    rng = field.rng
    length_ms = int(rng.integers(300, 1501))
    start_ms = field.find("clipping", length_ms, activity=0.75)
    piece = field.piece(start_ms, start_ms + length_ms)
    level = np.abs(piece)
    limit = float(np.quantile(level, rng.uniform(0.84, 0.96)))
    drive = min(float(level.max()) / limit, 3.0)
    is_flat = level >= limit
    # Full drive from the first to the last flat sample; the ramps lie outside, where nothing reaches the limit.
    first, last = np.flatnonzero(is_flat)[[0, -1]]
    place, ramp = np.arange(len(piece)), field.sample(10)
    gain = np.interp(place, [first - ramp, first, last, last + ramp], [1, drive, drive, 1])
    piece[:] = np.clip(piece, -limit, limit) * gain.astype(np.float32)
    field.mark_where("clipping", start_ms, is_flat)


_PLANTERS: dict[str, Callable[[_Field], None]] = {
    "glitch": _plant_glitch,
    "long_pause": _plant_long_pause,
    "echo": _plant_echo,
    "dropout": _plant_dropout,
    "clipping": _plant_clipping,
}
