from fractions import Fraction
from math import comb

import pytest
from hypothesis import given
from hypothesis import strategies as st

from annotations.quality.bounds import hides_chance, upper_bound


@pytest.mark.parametrize(
    ("errors", "n", "bound"),
    [(0, 20, 0.1391), (0, 60, 0.0487), (1, 60, 0.0766), (2, 50, 0.1206), (0, 0, 1.0), (5, 5, 1.0)],
)
def test_bounds(errors, n, bound):
    assert round(upper_bound(errors, n), 4) == bound


@pytest.mark.parametrize(
    ("n_items", "bad", "sample", "accept", "chance"),
    [
        (200, 10, 20, 0, 0.3398),
        (200, 10, 20, 1, 0.7372),
        (500, 25, 50, 1, 0.2636),
        (10, 10, 3, 2, 0.0),
        (10, 0, 3, 0, 1.0),
        (10, 9, 9, 8, 0.9),
    ],
)
def test_what_a_sample_hides(n_items, bad, sample, accept, chance):
    assert round(hides_chance(n_items, bad, sample, accept), 4) == chance


@st.composite
def counts(draw):
    n = draw(st.integers(1, 200))
    return draw(st.integers(0, n)), n


@given(counts(), st.floats(0.5, 0.999))
def test_the_bound_is_where_seeing_so_few_would_be_as_rare_as_was_said(numbers, confidence):
    errors, n = numbers
    bound = upper_bound(errors, n, confidence=confidence)
    assert errors / n <= bound <= 1
    if errors == n:
        return
    share = Fraction(bound)
    seeing = sum(comb(n, k) * share**k * (1 - share) ** (n - k) for k in range(errors + 1))
    assert float(seeing) == pytest.approx(1 - confidence, rel=1e-6)


@given(counts())
def test_more_errors_raise_the_bound_and_more_verdicts_lower_it(numbers):
    errors, n = numbers

    assert upper_bound(errors, n + 1) < upper_bound(errors, n) or errors == n
    assert upper_bound(errors, n) <= upper_bound(errors + 1, n + 1)
    assert upper_bound(errors, n, confidence=0.9) <= upper_bound(errors, n, confidence=0.99)


@st.composite
def samples(draw):
    n_items = draw(st.integers(1, 60))
    return n_items, draw(st.integers(0, n_items)), draw(st.integers(0, n_items)), draw(st.integers(0, n_items))


@given(samples())
def test_the_chance_is_that_of_counting_all_samples(numbers):
    n_items, bad, sample, accept = numbers
    hiding = sum(comb(bad, k) * comb(n_items - bad, sample - k) for k in range(min(accept, sample) + 1))

    assert hides_chance(*numbers) == pytest.approx(hiding / comb(n_items, sample), abs=1e-9)


@given(samples())
def test_accepting_more_hides_more_and_drawing_more_hides_less(numbers):
    n_items, bad, sample, accept = numbers

    assert hides_chance(n_items, bad, sample, accept) <= hides_chance(n_items, bad, sample, accept + 1) + 1e-9
    if sample < n_items:
        assert hides_chance(n_items, bad, sample + 1, accept) <= hides_chance(n_items, bad, sample, accept) + 1e-9


def test_large_numbers_are_no_matter():
    assert upper_bound(1_000, 100_000) == pytest.approx(0.010532, abs=1e-5)
    assert upper_bound(50_000, 100_000) == pytest.approx(0.5026, abs=1e-4)
    assert hides_chance(100_000, 10_000, 20_000, 2_000) == pytest.approx(0.5, abs=0.01)


@pytest.mark.parametrize("wrong", [(-1, 5), (6, 5)])
def test_counts_that_cannot_be(wrong):
    with pytest.raises(ValueError, match="of 5"):
        upper_bound(*wrong)
    with pytest.raises(ValueError, match="drawn"):
        hides_chance(5, wrong[0], 2)
