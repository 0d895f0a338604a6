"""Numbers, regions, moments and words: what many people's come to, and what is left open."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from annotations.quality import numbers, regions, word_sets


@pytest.mark.parametrize(
    ("values", "found"),
    [([1000, 1150, 1080], 1080), ([3, 4], 3.5), ([4, 4], 4), ([1.5], 1.5), ([3, 5], 4), ([2, 9, 1, 4], 3)],
)
def test_medians(values, found):
    assert numbers.median(values) == found
    assert type(numbers.median(values)) is type(found)


def test_spread_and_share():
    found = numbers.middle([4, 5, 4, 3, 4, 5, 2, 4], tolerance=1)
    assert (found.median, found.spread, found.share) == (4, 3, 0.875)


@pytest.mark.parametrize(("n", "quorum", "needed"), [(5, 0.7, 4), (3, 0.5, 2), (2, 0.5, 1), (4, 0.5, 2), (1, 0.5, 1)])
def test_a_quorum(n, quorum, needed):
    assert regions.quorum_of(n, quorum) == needed


def laughs(*spans):
    return {name: [("laugh", *span)] for name, span in zip("abcde", spans, strict=False)}


def test_boundaries_are_medians():
    found = regions.consensus(laughs((1000, 2000), (1150, 2100), (1080, 2050)))
    assert found.regions == (("laugh", 1080, 2050),)
    assert (found.share, found.is_disputed) == (1.0, False)
    assert found.clusters[0].conflicts == ()


def test_too_few_marked_it():
    found = regions.consensus({**laughs((1000, 2000)), "b": [], "c": []})
    assert found.regions == ()
    assert [cluster.conflicts for cluster in found.clusters] == [("missed",)]
    assert found.share == pytest.approx(2 / 3)
    assert not found.is_disputed


def test_half_against_half_is_open():
    found = regions.consensus({**laughs((1000, 2000)), "b": []})
    assert found.is_disputed


def test_other_labels_for_the_same_sound():
    found = regions.consensus({"a": [("laugh", 0, 900)], "b": [("sigh", 0, 950)], "c": [("cough", 10, 940)]})
    assert {cluster.conflicts[0] for cluster in found.clusters} == {"label"}
    assert found.regions == ()
    assert found.is_disputed
    settled = regions.consensus({"a": [("laugh", 0, 900)], "b": [("laugh", 0, 950)], "c": [("cough", 10, 940)]})
    assert settled.regions == (("laugh", 0, 925),)
    assert not settled.is_disputed


def test_split_and_merged():
    halves = [("speech", 0, 4000), ("speech", 5000, 9000)]
    one = [("speech", 0, 9000)]
    found = regions.consensus({"a": halves, "b": halves, "c": one})
    assert found.regions == (("speech", 0, 4000), ("speech", 5000, 9000))
    assert found.clusters[0].conflicts == ("split",)
    assert not found.is_disputed
    assert regions.consensus({"a": halves, "b": one}).is_disputed


def test_boundaries_nobody_stands_by_are_open():
    found = regions.consensus(laughs((0, 1000), (0, 2000)), collar_ms=200)
    assert found.clusters[0].conflicts == ("boundary",)
    assert found.is_disputed
    assert regions.union(found.clusters[0]) == ("laugh", 0, 2000)


def test_neighbours_that_hardly_touch_stay_apart():
    found = regions.consensus(laughs((0, 10_000), (9_000, 20_000)))
    assert len(found.clusters) == 2


def test_moments():
    found = regions.moments({"a": [1000, 5000], "b": [1100], "c": [1050, 5100, 9000]}, collar_ms=200)
    assert found.regions == (("", 1050, 1050), ("", 5050, 5050))
    assert [cluster.support for cluster in found.clusters] == [3, 2, 1]


span = st.tuples(st.sampled_from(["laugh", "sigh"]), st.integers(0, 3000), st.integers(1, 1500)).map(
    lambda row: (row[0], row[1], row[1] + row[2])
)
crowd = st.dictionaries(st.sampled_from("abcde"), st.lists(span, max_size=4), min_size=1)


@given(crowd)
def test_the_order_of_people_and_regions_does_not_matter(people):
    turned = {name: list(reversed(spans)) for name, spans in reversed(people.items())}
    before, after = regions.consensus(people), regions.consensus(turned)
    assert before.regions == after.regions
    assert (before.share, before.is_disputed) == (after.share, after.is_disputed)


@given(crowd)
def test_a_consensus_lies_between_the_boundaries(people):
    for cluster in regions.consensus(people).clusters:
        for start, end in cluster.spans:
            assert cluster.start_ms <= start < end <= cluster.end_ms


@given(crowd)
def test_names_of_labels_do_not_matter(people):
    other = {"laugh": "yawn", "sigh": "cough"}
    renamed = {name: [(other[label], start, end) for label, start, end in spans] for name, spans in people.items()}
    expected = {(other[label], start, end) for label, start, end in regions.consensus(people).regions}
    assert set(regions.consensus(renamed).regions) == expected


@given(crowd, st.integers(0, 100_000))
def test_when_it_was_does_not_matter(people, later):
    moved = {name: [(label, a + later, b + later) for label, a, b in spans] for name, spans in people.items()}
    expected = tuple((label, a + later, b + later) for label, a, b in regions.consensus(people).regions)
    assert regions.consensus(moved).regions == expected


FAMILIES = {"happy": "joy", "joyful": "joy", "sad": "sadness", "tired": "fatigue", "excited": "joy"}


def test_a_word_of_two_in_three_is_kept():
    found = word_sets.in_common([{"happy", "excited"}, {"happy"}, {"happy", "sad"}], families=FAMILIES)
    assert (found.words, found.families, found.share) == (("happy",), (), 1.0)
    assert found.votes == {"happy": 3, "excited": 1, "sad": 1}


def test_else_the_family_is_kept():
    found = word_sets.in_common([{"happy"}, {"joyful"}, {"sad"}], families=FAMILIES)
    assert (found.words, found.families) == ((), ("joy",))
    assert found.is_family_only
    assert found.share == pytest.approx(2 / 3)


def test_else_it_is_disputed():
    found = word_sets.in_common([{"happy"}, {"tired"}, {"sad"}], families=FAMILIES)
    assert found.is_disputed
    assert found.share == pytest.approx(1 / 3)


@pytest.mark.parametrize(("n", "least"), [(1, 1), (2, 2), (3, 2), (4, 2), (5, 3), (6, 3)])
def test_how_many_have_to_choose_a_word(n, least):
    assert word_sets.least_of(n) == least


def test_nobody_found_a_word():
    assert word_sets.in_common([set(), set()]) == word_sets.Words()
    assert not word_sets.in_common([set(), set(), {"sad"}]).is_disputed


words = st.lists(st.sets(st.sampled_from(sorted(FAMILIES))), min_size=1, max_size=6)


@given(words, st.randoms(use_true_random=False))
def test_the_order_of_people_does_not_matter_to_words(sets, draw):
    before = word_sets.in_common(sets, families=FAMILIES)
    draw.shuffle(sets)
    assert word_sets.in_common(sets, families=FAMILIES) == before
