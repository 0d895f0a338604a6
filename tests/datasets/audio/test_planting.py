import itertools

import numpy as np
import pytest

from datasets.audio.planting import KINDS, plant
from datasets.audio.speech import VOICES, speak


@pytest.fixture(scope="module")
def clean():
    return speak(11, seconds=20, voice=VOICES[1])


def sliced(signal, region, *, margin_ms=0):
    return signal[max(region.start_ms - margin_ms, 0) * 16 : (region.end_ms + margin_ms) * 16]


def planted(clean, kind, *, seeds=range(12)):
    """One artifact of a kind for each seed: the signal and where it lies."""
    for seed in seeds:
        signal, (region,) = plant(clean, kinds=[kind], seed=seed)
        yield signal, region


def longest_run(condition):
    edges = np.flatnonzero(np.diff(np.concatenate([[False], condition, [False]]).astype(int)))
    return int((edges[1::2] - edges[::2]).max(initial=0))


@pytest.mark.parametrize("kind", [kind for kind in KINDS if kind != "long_pause"])
def test_nothing_changes_outside_the_region(clean, kind):
    margin_ms = {"glitch": 0, "dropout": 0, "clipping": 10, "echo": 0}[kind]
    for signal, region in planted(clean, kind):
        before, after = (region.start_ms - margin_ms) * 16, (region.end_ms + margin_ms) * 16

        assert signal.shape == clean.shape
        if kind == "echo":  # it fades in and out below a twentieth of its height
            height = np.abs(signal - clean).max()
            assert np.abs(signal - clean)[:before].max() <= height / 20
            assert np.abs(signal - clean)[after:].max() <= height / 20
        else:
            assert np.array_equal(signal[:before], clean[:before])
            assert np.array_equal(signal[after:], clean[after:])


def test_a_pause_moves_the_rest_along(clean):
    for signal, region in planted(clean, "long_pause"):
        start, length = region.start_ms * 16, (region.end_ms - region.start_ms) * 16

        assert 500 <= region.end_ms - region.start_ms <= 1_500
        assert len(signal) == len(clean) + length
        assert np.abs(signal[start : start + length]).max() < 0.005
        assert np.array_equal(signal[: start - 64], clean[: start - 64])
        assert np.array_equal(signal[start + length + 64 :], clean[start + 64 :])
        assert np.abs(signal[start - 1_600 : start - 64]).max() > 0.02


def test_some_pauses_are_digital_silence(clean):
    silent = [not sliced(signal, region).any() for signal, region in planted(clean, "long_pause", seeds=range(20))]

    assert 3 <= sum(silent) <= 14


def test_a_glitch_is_sharper_than_what_is_around(clean):
    for signal, region in planted(clean, "glitch"):
        assert 1 <= region.end_ms - region.start_ms <= 30
        around = sliced(clean, region, margin_ms=15)
        difference = sliced(signal - clean, region, margin_ms=1)
        assert difference[16] != 0
        sharpness = [np.abs(sound[1:] - 0.95 * sound[:-1]).max() for sound in (difference, around)]
        assert sharpness[0] > 2 * sharpness[1]


def test_a_dropout_is_a_hole_in_loud_speech(clean):
    for signal, region in planted(clean, "dropout"):
        assert 20 <= region.end_ms - region.start_ms <= 150
        inside = sliced(signal, region)[32:-32]
        assert np.sqrt(np.mean(inside**2)) < 0.002
        assert np.sqrt(np.mean(sliced(clean, region) ** 2)) > 0.005


def test_clipping_is_flat_where_it_says(clean):
    for signal, region in planted(clean, "clipping"):
        inside = np.abs(sliced(signal, region))
        top = inside.max()

        assert longest_run(inside >= top * 0.999) >= 2
        assert np.mean(inside >= top * 0.999) > 0.03
        assert (inside[:16] >= top * 0.999).any()
        assert (inside[-16:] >= top * 0.999).any()


def test_an_echo_repeats_what_was_said(clean):
    for signal, region in planted(clean, "echo"):
        added = signal - clean
        start, end = region.start_ms * 16, region.end_ms * 16
        best = max(
            float(np.corrcoef(added[start + 320 : end - 320], clean[start + 320 - lag : end - 320 - lag])[0, 1])
            for lag in range(120 * 16, 301 * 16, 16)
        )
        assert best > 0.7  # a second tap lowers it


def test_many_kinds_lie_apart_and_in_order():
    clean = speak(3, seconds=60, voice=VOICES[2])

    signal, regions = plant(clean, kinds=KINDS * 4, seed=1)

    assert sorted(region.label for region in regions) == sorted(KINDS * 4)
    assert [region.id for region in regions] == [f"t{number}" for number in range(1, 21)]
    for before, after in itertools.pairwise(regions):
        assert after.start_ms - before.end_ms >= 300
    pauses = sum(region.end_ms - region.start_ms for region in regions if region.label == "long_pause")
    assert len(signal) == len(clean) + pauses * 16
    for region in regions:
        if region.label == "long_pause":
            assert np.abs(sliced(signal, region)).max() < 0.01
        if region.label == "dropout":
            assert np.sqrt(np.mean(sliced(signal, region)[32:-32] ** 2)) < 0.002
    assert np.abs(signal).max() <= 1


def test_the_same_seed_plants_the_same(clean):
    first, second, other = (plant(clean, kinds=KINDS, seed=seed) for seed in (1, 1, 2))

    assert np.array_equal(first[0], second[0])
    assert first[1] == second[1]
    assert first[1] != other[1]


def test_the_given_signal_is_left_alone(clean):
    copy = clean.copy()

    plant(clean, kinds=KINDS, seed=1)

    assert np.array_equal(clean, copy)


def test_another_rate_keeps_the_truth():
    clean = speak(1, seconds=10, voice=VOICES[4], sample_rate=44_100)

    signal, regions = plant(clean, kinds=["long_pause", "dropout"], seed=4, sample_rate=44_100)

    for region in regions:
        inside = signal[round(region.start_ms * 44.1) + 100 : round(region.end_ms * 44.1) - 100]
        assert np.abs(inside).max() < 0.01


def test_nothing_to_plant_changes_nothing(clean):
    signal, regions = plant(clean, kinds=[], seed=1)

    assert regions == []
    assert np.array_equal(signal, clean)


@pytest.mark.parametrize(
    ("seconds", "kinds", "message"),
    [
        (5, ["hum"], r"unknown kinds: \['hum'\]"),
        (1, ["echo"], r"no place is left for \d+ ms of echo"),
        (0, ["glitch"], r"no place is left for \d+ ms of glitch"),
        (8, ["echo"] * 9, r"no place is left for \d+ ms of echo"),
    ],
)
def test_what_cannot_be_planted_is_refused(seconds, kinds, message):
    with pytest.raises(ValueError, match=message):
        plant(speak(1, seconds=seconds, voice=VOICES[0]), kinds=kinds, seed=1)
