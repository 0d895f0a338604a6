"""How sure a share is, and how broad a vocabulary: known values, and what holds for all."""

from itertools import combinations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from annotations.quality.breadth import expected_distinct
from annotations.quality.shares import share_interval


def test_known_intervals():
    assert [round(bound, 4) for bound in share_interval(8, 10)] == [0.4902, 0.9433]
    assert [round(bound, 4) for bound in share_interval(0, 20)] == [0, 0.1611]
    assert share_interval(0, 0) is None


@given(st.integers(1, 10_000).flatmap(lambda n: st.tuples(st.integers(0, n), st.just(n))))
def test_an_interval_holds_its_share(counts):
    right, n = counts
    low, high = share_interval(right, n)
    assert 0 <= low <= right / n <= high <= 1
    wider = share_interval(right, n, confidence=0.99)
    assert wider[0] <= low
    assert high <= wider[1]


@pytest.mark.parametrize(("right", "n", "confidence"), [(-1, 3, 0.95), (4, 3, 0.95), (1, 3, 1)])
def test_counts_that_cannot_be(right, n, confidence):
    with pytest.raises(ValueError, match=str(n)):
        share_interval(right, n, confidence=confidence)


@given(st.lists(st.integers(1, 3), min_size=1, max_size=4), st.data())
def test_rarefied_words_are_the_mean_over_all_draws(counts, data):
    said = [word for word, count in enumerate(counts) for _ in range(count)]
    n = data.draw(st.integers(0, len(said)))
    draws = list(combinations(said, n))
    assert expected_distinct(counts, n) == pytest.approx(sum(len(set(draw)) for draw in draws) / len(draws))


def test_more_words_than_were_said():
    with pytest.raises(ValueError, match="of 3"):
        expected_distinct([1, 2], 4)
