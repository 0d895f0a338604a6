from collections import Counter

import numpy as np
import pytest
import soundfile

from bench.truth import TEACHING_VOICES, UNSEEN_VOICES, make


@pytest.fixture(scope="module")
def made(tmp_path_factory):
    return make(tmp_path_factory.mktemp("truth"), minutes=4, seed=3, voices=TEACHING_VOICES)


def test_files_are_half_a_minute_of_sixteen_bits(made):
    assert len(made) == 8
    for path, _events in made:
        info = soundfile.info(path)
        assert (info.samplerate, info.channels, info.subtype) == (16_000, 1, "PCM_16")
        assert 27 < info.duration < 33


def test_every_kind_occurs_about_as_often_as_promised(made):
    counts = Counter(event.artifact_type for _path, events in made for event in events)

    assert set(counts) == {"glitch", "long_pause", "echo", "dropout", "clipping"}
    assert 18 <= counts["glitch"] <= 28
    assert 12 <= counts["dropout"] <= 20
    assert 5 <= counts["echo"] <= 15


def test_planted_pauses_are_quiet_and_lie_inside_the_file(made):
    for path, events in made:
        signal, rate = soundfile.read(path)
        loud = np.sqrt(np.mean(signal**2))
        for event in events:
            assert 0 <= event.start_ms < event.end_ms <= len(signal) * 1000 / rate
            if event.artifact_type == "long_pause":
                inside = signal[event.start_ms * rate // 1000 : event.end_ms * rate // 1000]
                assert np.sqrt(np.mean(inside**2)) < loud * 10 ** (-20 / 20)


def test_the_same_arguments_give_the_same_files(made, tmp_path):
    again = make(tmp_path, minutes=4, seed=3, voices=TEACHING_VOICES)

    for (path, events), (copy, copied) in zip(made, again, strict=True):
        assert path.read_bytes() == copy.read_bytes()
        assert events == copied


def test_another_seed_says_something_else(made, tmp_path):
    other = make(tmp_path, minutes=0.5, seed=4, voices=TEACHING_VOICES)

    assert other[0][0].read_bytes() != made[0][0].read_bytes()


def test_who_is_judged_by_was_never_learned_from():
    assert not set(TEACHING_VOICES) & set(UNSEEN_VOICES)
