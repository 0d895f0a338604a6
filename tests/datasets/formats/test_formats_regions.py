import itertools

import pytest
from hypothesis import given
from hypothesis import strategies as st

from datasets.formats.regions import (
    FormatError,
    Region,
    clean,
    milliseconds,
    seconds,
    split_overlaps,
    texts_as_labels,
)

REGIONS = st.lists(
    st.builds(
        Region,
        st.integers(-500, 5_000),
        st.integers(-500, 5_000),
        st.just("x"),
        id=st.text("abc", max_size=2),
    ),
    max_size=30,
)


@pytest.mark.parametrize(
    ("start_ms", "end_ms", "kept"),
    [
        (100, 200, (100, 200)),
        (-50, 200, (0, 200)),
        (900, 1_200, (900, 1_000)),
        (-10, 2_000, (0, 1_000)),
        (0, 0, (0, 0)),
        (1_000, 1_000, (1_000, 1_000)),
    ],
)
def test_clean_clips_to_the_file(start_ms, end_ms, kept):
    assert clean([Region(start_ms, end_ms, "a")], duration_ms=1_000) == [Region(*kept, "a")]


@pytest.mark.parametrize(
    ("start_ms", "end_ms"),
    [(300, 200), (1_000, 1_100), (-100, 0), (1_500, 1_600), (1_001, 1_001), (-1, -1)],
)
def test_clean_drops_what_is_reversed_or_outside(start_ms, end_ms):
    assert clean([Region(start_ms, end_ms, "a")], duration_ms=1_000) == []


def test_clean_sorts_by_start_end_and_id():
    regions = [
        Region(5, 9, "c", id="2"),
        Region(5, 9, "b", id="1"),
        Region(5, 7, "a", id="3"),
        Region(0, 99, "d"),
    ]

    assert [region.label for region in clean(regions, duration_ms=100)] == [
        "d",
        "a",
        "b",
        "c",
    ]


@given(REGIONS)
def test_clean_keeps_the_rules_and_is_stable(regions):
    cleaned = clean(regions, duration_ms=4_000)

    assert all(0 <= region.start_ms <= region.end_ms <= 4_000 for region in cleaned)
    assert clean(cleaned, duration_ms=4_000) == cleaned


@given(REGIONS)
def test_lanes_hold_every_region_once_without_overlap(regions):
    cleaned = clean(regions, duration_ms=4_000)

    lanes = split_overlaps(cleaned)

    key = Region.__repr__
    assert sorted((region for lane in lanes for region in lane), key=key) == sorted(cleaned, key=key)
    for lane in lanes:
        for before, after in itertools.pairwise(lane):
            assert before.end_ms <= after.start_ms
            assert not (before.is_point and after.start_ms == before.start_ms)


def test_lanes_are_as_few_as_the_deepest_overlap():
    regions = [
        Region(0, 10, "a"),
        Region(5, 20, "b"),
        Region(10, 30, "c"),
        Region(20, 25, "d"),
    ]

    assert [[region.label for region in lane] for lane in split_overlaps(regions)] == [
        ["a", "c"],
        ["b", "d"],
    ]


def test_texts_become_labels_of_their_own():
    regions = [Region(0, 5, "noise", "a door", "r1"), Region(5, 9, "noise", "  ")]

    assert texts_as_labels(regions) == [Region(0, 5, "a door", "", "r1")]


@given(st.integers(0, 10**9))
def test_seconds_round_trip(ms):
    assert milliseconds(seconds(ms), line=1) == ms


@pytest.mark.parametrize("text", ["", "nan", "inf", "1e999", "one"])
def test_milliseconds_refuses_what_is_no_time(text):
    with pytest.raises(FormatError, match=r"^Line 7: .* is not a time in seconds\.$") as caught:
        milliseconds(text, line=7)

    assert caught.value.line == 7


def test_a_decimal_comma_is_refused_by_its_name():
    with pytest.raises(FormatError, match=r"^Line 2: '1,5' has a decimal comma\. Write it with a point, as in 1\.5\.$"):
        milliseconds("1,5", line=2)
