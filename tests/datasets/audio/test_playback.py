import av
import numpy as np
import pytest

from datasets.audio.playback import playback_rate
from tests.datasets.audio.listening import lateness, samples_of
from tests.datasets.audio.zoo import KINDS, to_int16, voice, wav_bytes

COPIED = [kind.name for kind in KINDS.values() if kind.refusal is None and not kind.plays_as_is and kind.rate <= 48_000]


@pytest.mark.parametrize("name", COPIED)
def test_an_exact_copy_is_the_sound_sample_by_sample(zoo, import_file, tmp_path, name):
    found = import_file(zoo.path(name))

    source, copy = samples_of(zoo.path(name)), samples_of(tmp_path / "playback")

    if found.channels > 2:
        source = source.mean(axis=0, keepdims=True)
    assert copy.shape == source.shape
    assert np.abs(copy - source.clip(-1, 32767 / 32768)).max() <= 0.51 / 32768


@pytest.mark.parametrize("name", [name for name in COPIED if KINDS[name].late is not None])
def test_a_small_copy_is_aligned_to_the_sample(zoo, import_file, tmp_path, name):
    path = zoo.path(name)
    if import_file(path, quality="small").plays_as_is:
        return

    source, copy = samples_of(path), samples_of(tmp_path / "playback")

    assert copy.shape[1] == source.shape[1]
    assert lateness(copy[0], source.mean(axis=0) if len(source) > 2 else source[0]) == 0


@pytest.mark.parametrize("quality", ["exact", "small"])
def test_a_higher_rate_comes_down_to_48_khz_in_step(zoo, import_file, tmp_path, quality):
    import_file(zoo.path("studio.wav"), quality=quality)

    source, copy = samples_of(zoo.path("studio.wav")), samples_of(tmp_path / "playback")

    assert copy.shape == (2, 96_000)
    assert lateness(copy[0], source[0, ::2]) == 0
    assert lateness(copy[1], source[1, ::2]) == 0


@pytest.mark.parametrize("quality", ["exact", "small"])
def test_a_copy_says_how_long_it_is(zoo, import_file, tmp_path, quality):
    found = import_file(zoo.path("no_tag.mp3"), quality=quality)

    with av.open(str(tmp_path / "playback")) as copy:
        seconds = copy.duration / 1_000_000

    assert seconds == pytest.approx(found.n_samples / found.sample_rate, abs=1e-5)


@pytest.mark.parametrize("quality", ["exact", "small"])
def test_the_same_sound_makes_the_same_copy(zoo, import_file, tmp_path, quality):
    copies = []
    for _ in range(2):
        import_file(zoo.path("cbr.mp3"), quality=quality)
        copies.append((tmp_path / "playback").read_bytes())

    assert copies[0] == copies[1]


@pytest.mark.parametrize("quality", ["exact", "small"])
def test_values_without_bounds_are_encoded_all_the_same(import_file, tmp_path, quality):
    path = tmp_path / "wild.wav"
    sound = voice(16_000).astype("<f4")
    sound[3_000:3_100] *= 1e30
    path.write_bytes(wav_bytes(sound.tobytes(), bits=32, coding=3, claimed=0xFFFFFFFF))

    import_file(path, quality=quality)

    assert samples_of(tmp_path / "playback").shape == (1, 32_000)


def test_the_index_of_a_small_copy_stands_in_front(zoo, import_file, tmp_path):
    import_file(zoo.path("cbr.mp3"), quality="small")

    content = (tmp_path / "playback").read_bytes()

    assert 0 < content.index(b"moov") < content.index(b"mdat")


@pytest.mark.parametrize(
    ("rate", "exact", "small"),
    [
        (1_000, 8_000, 8_000),
        (6_000, 6_000, 8_000),
        (16_000, 16_000, 16_000),
        (37_800, 37_800, 44_100),
        (44_100, 44_100, 44_100),
        (96_000, 48_000, 48_000),
    ],
)
def test_the_rate_of_a_copy(rate, exact, small):
    assert (playback_rate(rate, quality="exact"), playback_rate(rate, quality="small")) == (exact, small)


@pytest.mark.parametrize("rate", [1_500, 37_800])
@pytest.mark.parametrize("quality", ["exact", "small"])
def test_an_odd_rate_keeps_its_time(import_file, tmp_path, rate, quality):
    path = tmp_path / "odd.aiff.wav"
    # A WAV that claims too much is never played as it is.
    path.write_bytes(wav_bytes(to_int16(voice(rate)).tobytes(), rate=rate, claimed=0xFFFFFFFF))
    import_file(path, quality=quality)

    copy = samples_of(tmp_path / "playback")

    played_at = playback_rate(rate, quality=quality)
    assert copy.shape[1] == pytest.approx(2 * played_at, abs=1)
    assert abs(lateness(copy[0], voice_at(path, rate, played_at))) <= 1


def voice_at(path, rate, wanted):
    """The file's sound at another rate, by way of its spectrum."""
    sound = samples_of(path)[0]
    spectrum = np.fft.rfft(sound)
    count = len(sound) * wanted // rate
    return np.fft.irfft(spectrum, count) * count / len(sound)
