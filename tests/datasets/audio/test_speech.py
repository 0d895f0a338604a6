import time

import numpy as np
import pytest

from datasets.audio.speech import VOICES, random_voice, speak


def levels(signal, *, sample_rate=16_000):
    """Level of every 10 ms."""
    frames = signal[: len(signal) // (sample_rate // 100) * (sample_rate // 100)].reshape(-1, sample_rate // 100)
    return np.sqrt(np.mean(frames**2, axis=1))


def runs(condition):
    """Lengths of the stretches in which a condition holds."""
    edges = np.flatnonzero(np.diff(np.concatenate([[False], condition, [False]]).astype(int)))
    return edges[1::2] - edges[::2]


def pitch_hz(signal, sample_rate=16_000):
    """The median pitch of the loud frames, by autocorrelation between 60 and 400 Hz."""
    frames = signal[: len(signal) // 800 * 800].reshape(-1, 800)
    frames = frames[np.sqrt(np.mean(frames**2, axis=1)) > 0.05]
    spectrum = np.abs(np.fft.rfft(frames, 2048)) ** 2
    correlation = np.fft.irfft(spectrum)[:, sample_rate // 400 : sample_rate // 60]
    return sample_rate / np.median(correlation.argmax(axis=1) + sample_rate // 400)


@pytest.fixture(scope="module", params=VOICES, ids=lambda voice: voice.name)
def spoken(request):
    return request.param, speak(5, seconds=30, voice=request.param)


def test_the_same_seed_says_the_same(spoken):
    voice, signal = spoken

    assert signal.dtype == np.float32
    assert np.array_equal(signal, speak(5, seconds=30, voice=voice))
    assert not np.array_equal(signal, speak(6, seconds=30, voice=voice))


def test_it_is_as_long_as_asked_and_never_too_loud(spoken):
    _, signal = spoken

    assert signal.shape == (480_000,)
    assert np.abs(signal).max() <= 0.71
    assert 0.03 < np.sqrt(np.mean(signal**2)) < 0.09


def test_clean_speech_shows_no_artifact(spoken):
    _, signal = spoken
    level = levels(signal)

    is_quiet = level < np.quantile(level, 0.95) * 10 ** (-25 / 20)

    assert runs(is_quiet).max() * 10 < 450
    assert runs(signal == 0).max(initial=0) <= 2
    assert runs(np.diff(signal) == 0).max(initial=0) <= 2


def test_it_moves_as_speech_does(spoken):
    voice, signal = spoken
    level = levels(signal)

    active = level > np.quantile(level, 0.95) * 10 ** (-25 / 20)

    assert 0.6 < active.mean() < 0.9
    assert voice.pitch_hz * 0.75 < pitch_hz(signal) < voice.pitch_hz * 1.35
    # Syllables: the envelope moves at 2-8 Hz more than at 10-16 Hz.
    spectrum = np.abs(np.fft.rfft(level - level.mean())) ** 2
    hertz = np.fft.rfftfreq(len(level), 0.01)
    slow, fast = ((low <= hertz) & (hertz < low + 6) for low in (2, 10))
    assert spectrum[slow].sum() > 3 * spectrum[fast].sum()


@pytest.mark.parametrize(
    ("seconds", "sample_rate", "n_samples"),
    [(0, 16_000, 0), (0.1, 16_000, 1_600), (0.45, 16_000, 7_200), (1.3, 44_100, 57_330), (7.5, 48_000, 360_000)],
)
def test_any_length_and_rate(seconds, sample_rate, n_samples):
    signal = speak(1, seconds=seconds, voice=VOICES[0], sample_rate=sample_rate)

    assert signal.shape == (n_samples,)
    assert np.isfinite(signal).all()


def test_a_rate_too_low_for_the_voice_is_refused():
    with pytest.raises(ValueError, match="12000"):
        speak(1, seconds=1, voice=VOICES[0], sample_rate=8_000)


def test_a_minute_costs_little():
    started = time.process_time()
    speak(1, seconds=60, voice=VOICES[0])

    assert time.process_time() - started < 2


def test_random_voices_are_many_people_and_the_same_seed_is_the_same_one():
    voices = [random_voice(seed) for seed in range(40)]

    assert voices[7] == random_voice(7)
    assert len({voice.pitch_hz for voice in voices}) > 30
    assert min(voice.pitch_hz for voice in voices) < 115 < 200 < max(voice.pitch_hz for voice in voices)
    assert all(80 <= voice.pitch_hz <= 260 and 0.9 <= voice.formant_scale <= 1.25 for voice in voices)


def test_gaps_between_sentences_are_as_long_as_asked():
    short, long = (speak(5, seconds=30, voice=random_voice(1), gaps_s=gaps) for gaps in ((0.1, 0.1), (0.4, 0.4)))

    quiet = [runs(level < np.quantile(level, 0.95) * 10 ** (-25 / 20)).max() for level in map(levels, (short, long))]

    assert quiet[0] < 30 < 38 < quiet[1] < 60
