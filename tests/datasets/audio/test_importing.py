import sys
from dataclasses import replace

import numpy as np
import pytest

from datasets.audio.importing import analyse
from datasets.audio.reading import NotAudio
from tests.datasets.audio.listening import lateness, samples_of
from tests.datasets.audio.zoo import KINDS, encode, to_int16, voice, wav_bytes

SOUNDS = [kind for kind in KINDS.values() if kind.refusal is None]
REFUSED = [kind for kind in KINDS.values() if kind.refusal is not None]


def named(kinds):
    return [pytest.param(kind, id=kind.name) for kind in kinds]


@pytest.mark.parametrize("kind", named(SOUNDS))
def test_every_kind_of_sound_is_told_exactly(zoo, import_file, kind):
    found = import_file(zoo.path(kind.name))

    assert replace(kind, make=None, name="", late=None) == replace(
        kind,
        make=None,
        name="",
        late=None,
        samples=found.n_samples,
        rate=found.sample_rate,
        channels=found.channels,
        container=found.container,
        codec=found.codec,
        content_type=found.content_type,
        warnings=found.warnings,
        plays_as_is=found.plays_as_is,
        start_offset_ms=found.start_offset_ms,
    )
    assert found.duration_ms == int(1000 * kind.samples / kind.rate + 0.5)
    assert found.peaks["n_samples"] == kind.samples


@pytest.mark.parametrize("kind", named(REFUSED))
def test_what_holds_no_sound_is_refused_with_a_sentence(zoo, import_file, tmp_path, kind):
    with pytest.raises(NotAudio) as refusal:
        import_file(zoo.path(kind.name))

    assert str(refusal.value).startswith(kind.refusal)
    assert list(tmp_path.iterdir()) == []


@pytest.mark.parametrize("kind", named(kind for kind in SOUNDS if kind.late is not None))
def test_sample_0_is_the_first_decoded_one(zoo, kind):
    heard = samples_of(zoo.path(kind.name))

    assert lateness(heard[0], voice(kind.rate)) == kind.late


@pytest.mark.parametrize("kind", named(SOUNDS))
def test_a_copy_is_made_when_the_original_will_not_do(zoo, import_file, tmp_path, kind):
    found = import_file(zoo.path(kind.name))

    assert found.playback_written is not kind.plays_as_is
    assert (tmp_path / "playback").exists() is not kind.plays_as_is
    assert found.playback_content_type == (kind.content_type if kind.plays_as_is else "audio/flac")


@pytest.mark.parametrize(
    ("name", "plays"),
    [
        ("plain.wav", True),
        ("plain.flac", True),
        ("sound.m4a", True),
        ("opus.ogg", True),
        ("opus.webm", True),
        ("live.webm", False),
        ("cbr.mp3", False),
        ("raw.aac", False),
        ("vorbis.ogg", False),
    ],
)
def test_small_lets_small_originals_play(zoo, import_file, name, plays):
    found = import_file(zoo.path(name), quality="small")

    assert found.plays_as_is is plays
    assert found.playback_content_type == (KINDS[name].content_type if plays else "audio/mp4")


def test_without_a_place_for_it_no_copy_is_made(zoo, tmp_path):
    found = analyse(zoo.path("cbr.mp3"), peaks_to=tmp_path / "peaks")

    assert (found.plays_as_is, found.playback_written, found.playback_content_type) == (False, False, None)
    assert [path.name for path in tmp_path.iterdir()] == ["peaks"]


@pytest.mark.parametrize("name", ["plain.wav", "cbr.mp3", "no_tag.mp3", "live.webm", "cut.flac", "two_rates.mp3"])
def test_progress_rises_from_0_to_1(zoo, import_file, name):
    parts = []

    import_file(zoo.path(name), on_progress=parts.append)

    assert parts[0] == 0.0
    assert parts[-1] == 1.0
    assert parts == sorted(set(parts))


def test_progress_is_told_along_the_way_even_without_a_length(tmp_path, import_file):
    path = tmp_path / "long.aac"
    encode(path, np.tile(voice(8_000), 60), "aac", rate=8_000, container="adts")
    parts = []

    import_file(path, on_progress=parts.append)

    assert len(parts) > 5


def test_a_single_full_sample_is_a_peak_and_three_in_a_row_are_clipping(tmp_path, import_file):
    path = tmp_path / "loud.wav"
    sound = to_int16(voice(16_000))
    sound[[500, 900]] = 32767, -32768
    path.write_bytes(wav_bytes(sound.tobytes()))
    assert import_file(path).warnings == []

    sound[500:503] = 32767
    path.write_bytes(wav_bytes(sound.tobytes()))

    assert import_file(path).warnings == ["clipped"]


def test_clipping_in_one_of_two_channels_is_seen(tmp_path, import_file):
    path = tmp_path / "loud.wav"
    sound = to_int16(np.stack([voice(16_000), -voice(16_000)], 1))
    sound[500:503, 1] = -32768
    path.write_bytes(wav_bytes(sound.tobytes(), channels=2))

    assert import_file(path).warnings == ["clipped"]


def test_a_mono_mix_that_cancels_out_is_not_silent(tmp_path, import_file):
    path = tmp_path / "opposed.wav"
    sound = to_int16(voice(16_000))
    path.write_bytes(wav_bytes(np.stack([sound, -sound], 1).tobytes(), channels=2))

    assert import_file(path).warnings == []


def test_a_flac_damaged_inside_is_copied(zoo, import_file, tmp_path):
    path = tmp_path / "damaged.flac"
    content = bytearray(zoo.path("plain.flac").read_bytes())
    content[len(content) // 2 : len(content) // 2 + 40] = bytes(40)
    path.write_bytes(content)

    found = import_file(path)

    assert found.n_samples < 88_200
    assert found.playback_written
    assert samples_of(tmp_path / "playback").shape[1] == found.n_samples


def test_less_than_half_a_millisecond_is_no_sound(tmp_path, import_file):
    path = tmp_path / "click.wav"
    path.write_bytes(wav_bytes(bytes(14)))

    with pytest.raises(NotAudio, match=r"^There is no sound in it\.$"):
        import_file(path)


def test_a_missing_file_is_the_callers_trouble(tmp_path, import_file):
    with pytest.raises(FileNotFoundError):
        import_file(tmp_path / "gone.wav")


def test_the_web_process_need_not_load_the_decoders():
    import subprocess

    code = "import sys, datasets.audio, datasets.audio.probing, datasets.audio.timeline;"
    code += "sys.exit(bool({'numpy', 'av', 'soundfile', 'django'} & set(sys.modules)))"

    assert subprocess.run([sys.executable, "-c", code], check=False).returncode == 0
