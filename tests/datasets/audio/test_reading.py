import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from datasets.audio.importing import analyse
from datasets.audio.reading import NotAudio, read
from tests.datasets.audio.listening import lateness, samples_of
from tests.datasets.audio.zoo import KINDS, encode, voice

SMALL = ["plain.wav", "adpcm.wav", "stereo.wav", "loud_floats.wav", "plain.flac", "plain.aiff", "cbr.mp3", "no_tag.mp3"]
SMALL += [
    "cover.mp3",
    "sound.m4a",
    "raw.aac",
    "vorbis.ogg",
    "opus.ogg",
    "opus.webm",
    "phone.amr",
    "old.wma",
    "stream.ts",
]


@pytest.mark.parametrize("name", ["plain.wav", "stereo.wav", "studio.wav", "ulaw.wav", "plain.flac", "plain.aiff"])
def test_the_fast_way_gives_the_samples_of_the_slow_one(zoo, name):
    with read(zoo.path(name)) as sound:
        assert sound.direct is not None
        fast = np.concatenate([block.copy() for block in sound.blocks()], axis=1)
    with read(zoo.path(name)) as sound:
        sound.direct = None
        slow = np.concatenate(list(sound.blocks()), axis=1)

    np.testing.assert_array_equal(fast, slow)


@pytest.mark.parametrize("name", ["zero_sizes.wav", "cbr.mp3", "opus.ogg", "adpcm.wav"])
def test_the_fast_way_is_not_taken_where_it_errs(zoo, name):
    with read(zoo.path(name)) as sound:
        assert sound.direct is None


def test_numbers_that_are_none_are_silence(zoo):
    samples = samples_of(zoo.path("wild_floats.wav"))[0]

    assert (samples[100:120] == 0).all()
    assert (samples[200:220] == 1e6).all()
    assert (samples[300:320] == -1e6).all()
    np.testing.assert_array_equal(samples[400:], voice(16_000).astype(np.float32)[400:])


def test_a_second_rate_is_brought_to_the_first(zoo):
    samples = samples_of(zoo.path("two_rates.mp3"))[0]

    assert lateness(samples[:80_000], voice(44_100)) == 0
    # The second file begins anew; what its first frames lack is the coder's start.
    second = samples[88_200:]
    assert 0 <= lateness(second, voice(44_100)) < 5_000


@pytest.mark.parametrize(("first", "second"), [("mono", "stereo"), ("stereo", "mono")])
def test_other_channels_are_brought_to_the_first(tmp_path, first, second):
    path = tmp_path / "glued.aac"
    content = b""
    for layout in (first, second):
        sound = voice(44_100) if layout == "mono" else np.stack([voice(44_100)] * 2)
        encode(path, sound, "aac", rate=44_100, container="adts", layout=layout, bit_rate=96_000)
        content += path.read_bytes()
    path.write_bytes(content)

    with read(path) as sound:
        channels = sound.channels
        blocks = [block.copy() for block in sound.blocks()]

    assert channels == (1 if first == "mono" else 2)
    assert sound.rate_changed
    samples = np.concatenate(blocks, axis=1)
    assert samples.shape == (channels, 2 * 90_112)
    assert lateness(samples[-1, 90_112:], voice(44_100)) == 1024


@settings(max_examples=60)
@given(data=st.data())
def test_a_damaged_file_is_read_or_refused_and_nothing_else(zoo, tmp_path_factory, data):
    name = data.draw(st.sampled_from(SMALL))
    content = bytearray(zoo.path(name).read_bytes())
    for _ in range(data.draw(st.integers(0, 30))):
        # Most of what can go wrong stands in the first bytes.
        place = data.draw(st.integers(0, 400) | st.integers(0, len(content) - 1))
        content[min(place, len(content) - 1)] = data.draw(st.integers(0, 255))
    if data.draw(st.booleans()):
        del content[data.draw(st.integers(0, len(content))) :]
    folder = tmp_path_factory.mktemp("damaged")
    (folder / "file").write_bytes(content)

    try:
        found = analyse(folder / "file", peaks_to=folder / "peaks", playback_to=folder / "playback")
    except NotAudio:
        return
    assert found.duration_ms > 0
    assert found.peaks["n_samples"] == found.n_samples
    assert found.playback_written or found.plays_as_is


def test_every_damage_is_tried_on_a_kind_that_exists():
    assert set(SMALL) <= set(KINDS)
