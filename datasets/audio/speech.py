"""Speech that no one said: sentences of made-up syllables, for demo clips, tests and training data without a licence.

A small formant synthesizer. Every glottal pulse excites a cascade of resonances whose frequencies move through the
sentence; fricatives and bursts are shaped noise. The result is nobody's voice and no language, but its rhythm, pitch,
level and spectrum move as speech does. The same seed and voice give the same samples.

`speak` promises what `planting` builds on: no digital silence, no flat tops, no gap longer than 450 ms.
"""

import zlib
from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

Signal = NDArray[np.float32]

LOWEST_RATE = 12_000  # below this the upper resonances would not fit under half the rate
_FRAME_MS = 5
_PULSE_MS = 24
_ACTIVE_RMS = 0.07  # -23 dBFS
_PEAK = 0.7
_VOICED_RMS = 0.2  # before levelling; the noises' levels are in the same measure


@dataclass(frozen=True, slots=True)
class Voice:
    """One speaker: pitch in Hz and how far it moves (semitones), size of the head, pace, breath, room noise."""

    name: str
    pitch_hz: float
    pitch_semitones: float
    formant_scale: float
    pace: float
    breath: float
    jitter: float
    floor_db: float


VOICES = (
    Voice("ada", 205, 3.2, 1.17, 1.00, 0.035, 0.006, -52),
    Voice("bela", 112, 2.4, 1.00, 0.94, 0.020, 0.008, -56),
    Voice("chidi", 96, 3.0, 0.95, 1.08, 0.025, 0.010, -50),
    Voice("dunya", 232, 4.0, 1.22, 1.10, 0.045, 0.005, -58),
    Voice("emre", 138, 3.6, 1.04, 1.15, 0.030, 0.007, -48),
    Voice("fleur", 180, 2.0, 1.12, 0.88, 0.060, 0.009, -54),
)

# Resonances F1-F4 of an average male voice in Hz.
_VOWELS = {
    "a": (750, 1250, 2500, 3500),
    "ae": (660, 1700, 2450, 3500),
    "e": (450, 1950, 2600, 3500),
    "i": (290, 2250, 2900, 3600),
    "ih": (390, 1950, 2550, 3500),
    "o": (480, 900, 2450, 3300),
    "u": (310, 870, 2300, 3300),
    "uh": (520, 1450, 2450, 3450),
}
_SONORANTS = {
    "m": (260, 1000, 2200, 3300),
    "n": (270, 1650, 2500, 3400),
    "l": (360, 1150, 2700, 3400),
    "r": (410, 1150, 1650, 3200),
    "w": (300, 720, 2300, 3300),
    "y": (280, 2200, 3000, 3600),
}
_LIPS, _TEETH, _PALATE = (310, 950, 2250, 3350), (310, 1750, 2650, 3500), (310, 2000, 2450, 3500)
# Where the tongue is, centre and width of the noise in Hz, its level, whether the voice goes on.
_FRICATIVES = {
    "s": (_TEETH, 6000, 1500, 0.055, False),
    "sh": (_PALATE, 3300, 1100, 0.060, False),
    "f": (_LIPS, 4500, 3000, 0.018, False),
    "h": (_VOWELS["uh"], 1600, 1300, 0.025, False),
    "z": (_TEETH, 5600, 1500, 0.030, True),
    "v": (_LIPS, 4200, 3000, 0.010, True),
}
_PLOSIVES = {
    "p": (_LIPS, 900, 900, 0.06, False),
    "t": (_TEETH, 4300, 1600, 0.08, False),
    "k": (_PALATE, 2000, 700, 0.09, False),
    "b": (_LIPS, 700, 700, 0.04, True),
    "d": (_TEETH, 3600, 1500, 0.05, True),
    "g": (_PALATE, 1900, 700, 0.05, True),
}
_ONSETS = (*_SONORANTS, *_FRICATIVES, *_PLOSIVES)
_CODAS = ("", "", "", "", "n", "m", "l", "s", "t", "r", "k")
# F5 and the glottal resonance complete the cascade.
_BANDWIDTHS = np.array([75, 95, 140, 220, 320])


@dataclass(frozen=True, slots=True)
class _Noise:
    """Shaped noise inside a segment: centre and width in Hz, level, and whether it bursts or swells."""

    centre_hz: float
    width_hz: float
    level: float
    bursts: bool = False


@dataclass(frozen=True, slots=True)
class _Segment:
    """A piece of a sentence with one target for the mouth."""

    ms: float
    formants: tuple[int, int, int, int]
    voicing: float
    accent: float = 0.0
    noise: _Noise | None = None


def random_voice(seed: int) -> Voice:
    """Somebody nobody has met: the same seed is the same person. High voices tend to have small heads."""
    rng = np.random.default_rng([seed, zlib.crc32(b"voice")])
    height = rng.uniform(0, 1)
    return Voice(
        name=f"voice-{seed}",
        pitch_hz=float(88 * 2.8 ** np.clip(height + rng.normal(0, 0.08), 0, 1)),
        pitch_semitones=float(rng.uniform(1.8, 4.2)),
        formant_scale=float(0.93 + 0.28 * np.clip(height + rng.normal(0, 0.15), 0, 1)),
        pace=float(rng.uniform(0.86, 1.18)),
        breath=float(rng.uniform(0.015, 0.07)),
        jitter=float(rng.uniform(0.004, 0.011)),
        floor_db=float(rng.uniform(-72, -60)),
    )


def speak(
    seed: int,
    *,
    seconds: float,
    voice: Voice,
    sample_rate: int = 16_000,
    gaps_s: tuple[float, float] = (0.20, 0.33),
) -> Signal:
    """Mono speech of exactly `seconds`, about -23 dBFS while someone speaks, peaks within 0.7.

    `gaps_s` are the shortest and the longest pause between two sentences; fading in and out adds up to 0.1 s to what
    is heard as silence. Raises ValueError for a rate below 12 kHz.
    """
    if sample_rate < LOWEST_RATE:
        raise ValueError(f"speech needs a rate of {LOWEST_RATE} or more")
    rng = np.random.default_rng([seed, zlib.crc32(voice.name.encode())])
    out = np.zeros(round(seconds * sample_rate), np.float32)
    at = round(rng.uniform(0.08, 0.2) * sample_rate)
    for sentence_s, pause_s in _plan(rng, (len(out) - at) / sample_rate, gaps_s=gaps_s):
        sound = _sentence(rng, seconds=sentence_s, voice=voice, rate=sample_rate)
        sound = sound[: len(out) - at]
        out[at : at + len(sound)] += sound * np.float32(10 ** (rng.uniform(-2, 2) / 20))
        at += round((sentence_s + pause_s) * sample_rate)
    return _levelled(out, rng, voice=voice, rate=sample_rate)


def _plan(rng: np.random.Generator, seconds: float, *, gaps_s: tuple[float, float]) -> Iterator[tuple[float, float]]:
    """Lengths of sentences and of the pauses after them that fill `seconds`, the last one with a short tail."""
    while seconds > 6.0:
        sentence, pause = rng.uniform(1.6, 4.2), rng.uniform(*gaps_s)
        yield sentence, pause
        seconds -= sentence + pause
    if seconds > 0.3:
        yield seconds - 0.12, 0.12


def _sentence(rng: np.random.Generator, *, seconds: float, voice: Voice, rate: int) -> Signal:
    segments = _words(rng, seconds=seconds, voice=voice)
    lengths = np.array([segment.ms for segment in segments])
    lengths *= seconds * 1000 / lengths.sum()
    edges = np.concatenate([[0.0], np.cumsum(lengths)])
    times = np.arange(0, edges[-1], _FRAME_MS) + _FRAME_MS / 2
    which = np.searchsorted(edges[1:-1], times, side="right")
    targets = np.array([segment.formants for segment in segments], float)[which]
    formants = np.stack([_smooth(column, 60) for column in targets.T], axis=1) * voice.formant_scale
    voicing = _smooth(np.array([segment.voicing for segment in segments])[which], 25)
    voicing *= 10 ** (-np.linspace(0, 4, len(times)) / 20)
    accents = _smooth(np.array([segment.accent for segment in segments])[which], 140)
    pitch_hz = _pitch(rng, accents=accents, voice=voice)
    # The last sample of a pulse or a noise may ring on past the sentence.
    out = np.zeros(round((edges[-1] + _PULSE_MS) * rate / 1000) + 2, np.float32)
    _add_voice(out, rng, formants=formants, voicing=voicing, pitch_hz=pitch_hz, voice=voice, rate=rate)
    for segment, start_ms, length_ms in zip(segments, edges, lengths, strict=False):
        if segment.noise:
            _add_noise(out, rng, noise=segment.noise, start_ms=start_ms, length_ms=length_ms, rate=rate)
    return out


def _words(rng: np.random.Generator, *, seconds: float, voice: Voice) -> list[_Segment]:
    """Made-up words of about `seconds` in all, now and then with a short break between two."""
    segments: list[_Segment] = []
    wanted_ms, total_ms = seconds * 1000, 0.0
    while not segments or total_ms + 250 / voice.pace < wanted_ms:
        if segments and rng.random() < 0.25:
            segments.append(_Segment(rng.uniform(50, 130), _VOWELS["uh"], 0.0))
        n_syllables = int(rng.choice([1, 2, 2, 3, 4]))
        stressed = int(rng.integers(n_syllables))
        for number in range(n_syllables):
            segments += _syllable(rng, is_stressed=number == stressed, pace=voice.pace)
        total_ms = sum(segment.ms for segment in segments)
    return segments


def _syllable(rng: np.random.Generator, *, is_stressed: bool, pace: float) -> Iterator[_Segment]:
    stress = 1.0 if is_stressed else 0.0
    onset, coda = str(rng.choice(_ONSETS)), str(rng.choice(_CODAS))
    vowel = _VOWELS[str(rng.choice(list(_VOWELS) if is_stressed else ["uh", "ih", "e", "o", "a"]))]
    yield from _consonant(onset, vowel=vowel, pace=pace)
    yield _Segment(rng.uniform(70, 110) * (1.45 if is_stressed else 1) / pace, vowel, 0.75 + 0.25 * stress, stress)
    if coda:
        yield from _consonant(coda, vowel=vowel, pace=pace * 1.1)


def _consonant(name: str, *, vowel: tuple[int, int, int, int], pace: float) -> Iterator[_Segment]:
    if name in _SONORANTS:
        yield _Segment(62 / pace, _SONORANTS[name], 0.45)
    elif name in _FRICATIVES:
        place, centre, width, level, is_voiced = _FRICATIVES[name]
        yield _Segment((70 if is_voiced else 95) / pace, place, 0.22 * is_voiced, noise=_Noise(centre, width, level))
    else:
        place, centre, width, level, is_voiced = _PLOSIVES[name]
        yield _Segment(55 / pace, place, 0.07 * is_voiced)
        yield _Segment(12, place, 0.1 * is_voiced, noise=_Noise(centre, width, level, bursts=True))
        if not is_voiced:
            breath = _Noise((centre + vowel[1]) / 2, 1400, level * 0.25)
            yield _Segment(34 / pace, vowel, 0.0, noise=breath)


def _pitch(rng: np.random.Generator, *, accents: NDArray[np.float64], voice: Voice) -> NDArray[np.float64]:
    """Pitch per frame in Hz: it sinks through the sentence, rises on accents, and falls or asks at the end."""
    n = len(accents)
    place = np.linspace(0, 1, n)
    ending = np.clip((place - 0.85) / 0.15, 0, 1) * (1.4 if rng.random() < 0.2 else -0.9)
    wander = _smooth(rng.standard_normal(n), 400) * 1.5
    semitones = voice.pitch_semitones * (0.5 - 0.9 * place + accents * 0.8 + ending) + wander
    return voice.pitch_hz * 2 ** (semitones / 12)


def _add_voice(
    out: Signal,
    rng: np.random.Generator,
    *,
    formants: NDArray[np.float64],
    voicing: NDArray[np.float64],
    pitch_hz: NDArray[np.float64],
    voice: Voice,
    rate: int,
) -> None:
    """Add one decaying response per glottal pulse; the radiation from the lips is the difference at the end."""
    frame = rate * _FRAME_MS / 1000
    cycles = np.concatenate([[0.0], np.cumsum(pitch_hz * _FRAME_MS / 1000)])
    n_pulses = int(cycles[-1])
    at = np.interp(np.arange(n_pulses), cycles, np.arange(len(cycles)) * frame)
    frames = np.minimum((at / frame).astype(int), len(voicing) - 1)
    level = voicing[frames] * (1 + 0.05 * rng.standard_normal(n_pulses))
    at = np.maximum(at + rng.standard_normal(n_pulses) * voice.jitter * rate / pitch_hz[frames], 0)
    loud = level > 0.004
    at, frames, level = at[loud], frames[loud], level[loud]
    first = np.ceil(at).astype(int)
    responses = _responses(formants[frames], pitch_hz[frames], late=first - at, scale=voice.formant_scale, rate=rate)
    # Open vowels are louder, but less so than a cascade makes them: people adjust.
    loudness = np.sqrt(np.mean(responses**2, axis=1))
    responses *= (level / loudness**0.6).astype(np.float32)[:, None]
    length = responses.shape[1]
    voiced = np.zeros(len(out) + length + 1, np.float32)
    for start, response in zip(first.tolist(), responses, strict=True):
        voiced[start : start + length] += response
    hiss = rng.standard_normal(len(out), dtype=np.float32)
    envelope = np.interp(np.arange(len(out)), (np.arange(len(voicing)) + 0.5) * frame, voicing)
    voiced = np.diff(voiced)[: len(out)]
    is_loud = envelope > 0.3
    if is_loud.any():
        out += voiced * np.float32(_VOICED_RMS / np.sqrt(np.mean(voiced[is_loud] ** 2)))
    out += np.diff(hiss, prepend=np.float32(0)) * (envelope * voice.breath * 0.05).astype(np.float32)


def _responses(
    formants: NDArray[np.float64], pitch_hz: NDArray[np.float64], *, late: NDArray[np.float64], scale: float, rate: int
) -> Signal:
    """Impulse responses of the cascade, one row per pulse, `late` samples after the pulse at the first column.

    A cascade of resonances equals a sum of decaying cosines (partial fractions), which needs no filter state: all
    pulses are computed at once.
    """
    n = len(formants)
    glottal, fifth = pitch_hz[:, None] * 0.9, np.full((n, 1), 4300.0 * scale)
    hertz = np.hstack([formants, fifth, glottal])
    width = np.hstack([np.broadcast_to(_BANDWIDTHS * scale, (n, 5)), 90 + 0.4 * pitch_hz[:, None]])
    poles = np.exp((-np.pi * width + 2j * np.pi * hertz) / rate)
    ratio = poles[:, None, :] / poles[:, :, None]  # [pulse, i, j] = p_j / p_i
    mirrored = poles.conj()[:, None, :] / poles[:, :, None]
    ratio[:, np.arange(6), np.arange(6)] = 0
    residues = np.prod(np.abs(1 - poles) ** 2, axis=1)[:, None] / np.prod((1 - ratio) * (1 - mirrored), axis=2)
    length = rate * _PULSE_MS // 1000
    when = (np.arange(length) + late[:, None]).astype(np.float32)
    out = np.zeros((n, length), np.float32)
    for i in range(6):
        angle = when * (2 * np.pi / rate * hertz[:, i : i + 1]).astype(np.float32)
        angle += np.angle(residues[:, i : i + 1]).astype(np.float32)
        decay = when * (-np.pi / rate * width[:, i : i + 1]).astype(np.float32)
        decay += np.log(2 * np.abs(residues[:, i : i + 1])).astype(np.float32)
        out += np.cos(angle) * np.exp(decay)
    tail = length // 3
    out[:, -tail:] *= np.cos(np.linspace(0, np.pi / 2, tail, dtype=np.float32)) ** 2
    return out


def _add_noise(
    out: Signal, rng: np.random.Generator, *, noise: _Noise, start_ms: float, length_ms: float, rate: int
) -> None:
    n = max(round(length_ms * rate / 1000), 16)
    spectrum = np.fft.rfft(rng.standard_normal(n))
    spectrum *= np.exp(-0.5 * ((np.fft.rfftfreq(n, 1 / rate) - noise.centre_hz) / noise.width_hz) ** 2)
    sound = np.fft.irfft(spectrum, n)
    sound *= noise.level / (np.sqrt(np.mean(sound**2)) + 1e-9)
    place = np.arange(n) / n
    # A burst starts within a millisecond and dies away; a fricative swells and fades.
    envelope = (
        np.minimum(place * n / rate * 1000, 1) * np.exp(-3 * place) if noise.bursts else np.sin(np.pi * place) ** 0.7
    )
    start = round(start_ms * rate / 1000)
    out[start : start + n] += (sound * envelope).astype(np.float32)[: len(out) - start]


def _levelled(out: Signal, rng: np.random.Generator, *, voice: Voice, rate: int) -> Signal:
    """Scale speech to a common level and lay the room's noise under it, so that no sample run is digital silence."""
    active = np.abs(out) > 1e-4
    rms = float(np.sqrt(np.mean(out[active] ** 2))) if active.any() else 1.0
    peak = float(np.abs(out).max(initial=0)) or 1.0
    gain = min(_ACTIVE_RMS / rms, _PEAK / peak)
    floor = rng.standard_normal(len(out) + 4, dtype=np.float32)
    floor = floor[4:] + floor[3:-1] + floor[2:-2] + floor[1:-3] + floor[:-4]
    return out * np.float32(gain) + floor * np.float32(gain * rms * 10 ** (voice.floor_db / 20) / np.sqrt(5))


def _smooth(track: NDArray[np.float64], ms: int) -> NDArray[np.float64]:
    """A moving average of about `ms` over frames, the ends held."""
    width = max(ms // _FRAME_MS, 1) | 1
    window = np.hanning(width + 2)[1:-1]
    padded = np.pad(track, width // 2, mode="edge")
    return np.convolve(padded, window / window.sum(), mode="valid")
