import io

import numpy as np
import pytest
import soundfile
from hypothesis import given
from hypothesis import strategies as st

from datasets.audio.clips import Clip, cut, encode
from datasets.audio.timeline import to_samples
from tests.datasets.audio.listening import samples_of
from tests.datasets.audio.zoo import to_int16, voice

SPANS = [(1500, 1999), (0, 1), (250, 1250), (250, 260), (100, 2000), (7, 13)]


def cut_to_dict(path, spans, **options):
    files = {}
    clips = cut(path, spans, write_to=lambda index, content: files.setdefault(index, content), **options)
    assert len(files) == len(clips) == len(spans)
    return clips, files


def decoded(content, dtype="float32"):
    samples, rate = soundfile.read(io.BytesIO(content), dtype=dtype, always_2d=True)
    return samples.T, rate


@pytest.mark.parametrize("form", ["wav", "flac"])
@pytest.mark.parametrize(
    "name", ["plain.wav", "stereo.wav", "studio.wav", "ulaw.wav", "plain.flac", "surround.flac", "plain.aiff"]
)
def test_clips_are_the_very_samples(zoo, name, form):
    source = samples_of(zoo.path(name))

    clips, files = cut_to_dict(zoo.path(name), SPANS, format=form)

    for index, (start_ms, end_ms) in enumerate(SPANS):
        rate = clips[index].sample_rate
        start, end = to_samples(start_ms, rate=rate), to_samples(end_ms, rate=rate)
        samples, told = decoded(files[index])
        assert (clips[index], told) == (Clip(start, end - start, rate), rate)
        np.testing.assert_array_equal(samples, source[:, start:end])


@pytest.mark.parametrize("form", ["wav", "flac"])
@pytest.mark.parametrize("name", ["cbr.mp3", "sound.m4a", "opus.ogg", "zero_sizes.wav", "cut.flac", "two_rates.mp3"])
def test_what_cannot_be_sought_in_is_cut_in_one_pass(zoo, name, form):
    spans = [(400, 700), (0, 1), (250, 650), (100, 700)]
    source = samples_of(zoo.path(name))

    clips, files = cut_to_dict(zoo.path(name), spans, format=form)

    for index, clip in enumerate(clips):
        samples, _ = decoded(files[index])
        expected = source[:, clip.start_sample : clip.start_sample + clip.n_samples]
        assert samples.shape == expected.shape
        assert np.abs(samples - expected.clip(-1, 32767 / 32768)).max() <= 0.51 / 32768


def test_floats_stay_floats_in_a_wav_and_are_bounded_in_a_flac(zoo):
    source = samples_of(zoo.path("loud_floats.wav"))

    _, files = cut_to_dict(zoo.path("loud_floats.wav"), [(0, 2000)])
    _, bounded = cut_to_dict(zoo.path("loud_floats.wav"), [(0, 2000)], format="flac")

    np.testing.assert_array_equal(decoded(files[0])[0], source)
    assert np.abs(decoded(bounded[0])[0] - source.clip(-1, 1)).max() < 1e-6


@pytest.mark.parametrize("form", ["wav", "flac"])
@pytest.mark.parametrize("name", ["plain.wav", "studio.wav", "loud_floats.wav", "plain.flac", "cbr.mp3"])
def test_the_same_clip_is_the_same_bytes(zoo, name, form):
    assert cut_to_dict(zoo.path(name), SPANS, format=form) == cut_to_dict(zoo.path(name), SPANS, format=form)


@given(spans=st.lists(st.tuples(st.integers(0, 1999), st.integers(1, 900)), min_size=1, max_size=12))
@pytest.mark.parametrize("name", ["plain.flac", "plain.wav"])
def test_the_order_of_spans_makes_no_difference(zoo, name, spans):
    source = samples_of(zoo.path(name))
    asked = [(start, start + length) for start, length in spans]

    clips, files = cut_to_dict(zoo.path(name), asked)

    for index, clip in enumerate(clips):
        expected = source[:, clip.start_sample : clip.start_sample + clip.n_samples]
        assert clip.start_sample == to_samples(asked[index][0], rate=clip.sample_rate)
        np.testing.assert_array_equal(decoded(files[index])[0], expected)


@pytest.mark.parametrize("name", ["plain.wav", "cbr.mp3"])
def test_a_span_ends_with_the_sound(zoo, name):
    clips, _ = cut_to_dict(zoo.path(name), [(1_999, 2_050)])

    assert clips[0].n_samples == to_samples(1, rate=clips[0].sample_rate)


@pytest.mark.parametrize("name", ["plain.wav", "cbr.mp3"])
@pytest.mark.parametrize("span", [(5, 5), (9, 3), (-1, 10), (2_001, 2_050)])
def test_a_span_without_a_sample_is_refused(zoo, name, span):
    with pytest.raises(ValueError, match=r"^span 1 "):
        cut(zoo.path(name), [(0, 100), span], write_to=lambda index, content: None)


def test_clips_of_a_flac_damaged_inside_are_cut_around_the_damage(zoo, tmp_path):
    path = tmp_path / "damaged.flac"
    content = bytearray(zoo.path("plain.flac").read_bytes())
    content[len(content) // 2 : len(content) // 2 + 40] = bytes(40)
    path.write_bytes(content)

    _, files = cut_to_dict(path, [(100, 300), (1_800, 1_850)])

    np.testing.assert_array_equal(decoded(files[0])[0], samples_of(zoo.path("plain.flac"))[:, 4_410:13_230])
    assert decoded(files[1])[0].shape == (1, 2_205)


def test_no_spans_are_no_clips(zoo):
    assert cut_to_dict(zoo.path("plain.wav"), []) == ([], {})


def test_an_odd_number_of_bytes_is_padded_as_wav_wants_it():
    samples = np.array([[1 << 20], [2 << 20], [3 << 20]], np.int32)

    content = encode(samples, rate=8_000, format="wav")

    assert len(content) % 2 == 0
    np.testing.assert_array_equal(decoded(content, dtype="int32")[0], samples.T)


def test_encode_takes_what_an_editor_made():
    samples = to_int16(voice(16_000))[:, None]

    for form in ("wav", "flac"):
        np.testing.assert_array_equal(decoded(encode(samples, rate=16_000, format=form), dtype="int16")[0], samples.T)
