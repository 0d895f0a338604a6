import itertools
from pathlib import Path
from tempfile import TemporaryDirectory

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from datasets.audio.peaks import PeaksWriter

RATES = [1, 999, 8_000, 11_025, 16_000, 22_050, 44_100, 48_000, 192_000]


def write_peaks(blocks, *, rate):
    """The header and the points, one array of shape (points, 3) per level."""
    with TemporaryDirectory() as folder:
        path = Path(folder) / "peaks"
        writer = PeaksWriter(path, sample_rate=rate)
        for block in blocks:
            writer.add(block)
        header = writer.finish()
        content = path.read_bytes()
        assert [file.name for file in Path(folder).iterdir()] == ["peaks"]
    assert header["size"] == len(content)
    levels = []
    for level in header["levels"]:
        part = content[level["offset"] : level["offset"] + 3 * level["points"]]
        levels.append(np.frombuffer(part, np.int8).reshape(-1, 3))
    return header, levels


def naive_points(sound, samples_per_point):
    """Point by point, as the format is described."""
    mono = sound.mean(axis=0, dtype=np.float64)
    points = []
    for at in range(0, len(mono), samples_per_point):
        part = mono[at : at + samples_per_point]
        points.append([part.min(), part.max(), np.sqrt(np.mean(part**2))])
    return np.clip(np.rint(np.array(points) * 127), -127, 127)


@st.composite
def sounds(draw):
    """A rate and samples of shape (channels, samples), some of them beyond full scale."""
    rate = draw(st.sampled_from(RATES))
    seconds = draw(st.floats(0.0001, 0.4))
    count = draw(st.integers(1, 5)) if rate == 1 else max(1, round(rate * seconds))
    shape = draw(st.integers(1, 3)), count
    rng = np.random.default_rng(draw(st.integers(0, 1000)))
    return rate, (rng.standard_normal(shape) * draw(st.floats(0, 1))).astype(np.float32)


@given(sounds())
def test_points_are_what_a_naive_count_gives(case):
    rate, sound = case

    header, levels = write_peaks([sound], rate=rate)

    assert [level["samples_per_point"] for level in header["levels"]] == [-(-rate // 1000) * k for k in (100, 10, 1)]
    for level, points in zip(header["levels"], levels, strict=True):
        expected = naive_points(sound, level["samples_per_point"])
        assert points.shape == expected.shape
        # One step of 127 where a value lies on the edge between two of them; float32 here, float64 there.
        assert np.abs(points - expected).max() <= 1
        assert (points != expected).mean() < 0.02 or points.size < 300


@given(sounds(), st.lists(st.integers(1, 50_000), max_size=20))
def test_the_blocks_make_no_difference(case, cuts):
    rate, sound = case
    edges = [0, *sorted({cut for cut in cuts if cut < sound.shape[1]}), sound.shape[1]]
    blocks = [sound[:, a:b] for a, b in itertools.pairwise(edges)]

    in_one, in_many = write_peaks([sound], rate=rate), write_peaks(blocks, rate=rate)

    assert in_one[0] == in_many[0]
    assert [level.tobytes() for level in in_one[1]] == [level.tobytes() for level in in_many[1]]


def test_a_sound_longer_than_the_room_is_one_row_of_points():
    sound = np.sin(np.arange(700_000, dtype=np.float32) / 50)[None]

    header, levels = write_peaks(np.array_split(sound, 11, axis=1), rate=44_100)

    assert header == {
        "version": 1,
        "sample_rate": 44_100,
        "n_samples": 700_000,
        "size": 51_849,
        "values": ["min", "max", "rms"],
        "levels": [
            {"samples_per_point": 4_500, "points": 156, "offset": 0},
            {"samples_per_point": 450, "points": 1_556, "offset": 468},
            {"samples_per_point": 45, "points": 15_556, "offset": 5_136},
        ],
    } | {"size": 3 * (156 + 1_556 + 15_556)}
    for level, points in zip(header["levels"], levels, strict=True):
        assert np.abs(points - naive_points(sound, level["samples_per_point"])).max() <= 1


@pytest.mark.parametrize(
    ("value", "point"), [(0.0, [0, 0, 0]), (1.0, [127] * 3), (-1.0, [-127, -127, 127]), (7.0, [127] * 3)]
)
def test_full_scale_is_127(value, point):
    _, levels = write_peaks([np.full((1, 160), value, np.float32)], rate=16_000)

    assert [set(map(tuple, level.tolist())) for level in levels] == [{tuple(point)}] * 3


def test_channels_are_drawn_as_their_mean():
    sound = np.stack([np.full(160, 0.5), np.full(160, -0.25)]).astype(np.float32)

    _, levels = write_peaks([sound], rate=16_000)

    assert levels[2].tolist() == [[16, 16, 16]] * 10
