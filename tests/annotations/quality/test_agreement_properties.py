"""What holds of agreement whatever people answer."""

import time
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from annotations.quality import kappa, scores, transcripts
from annotations.quality.agreement import Metric, alpha, scale_alpha

UNITS = st.lists(st.lists(st.none() | st.integers(1, 4), max_size=5), max_size=12)
METRICS = st.sampled_from(["nominal", "ordinal", "interval", "ratio"])


@given(units=UNITS, metric=METRICS)
def test_alpha_is_at_most_one_or_says_why_there_is_none(units: list[list[int | None]], metric: Metric) -> None:
    found = alpha(units, metric=metric)

    assert (found.value is None) == bool(found.reason)
    if found.value is not None:
        assert found.value <= 1 + 1e-12
        assert found.observed is not None
        assert found.expected is not None
        assert found.value == 1 - found.observed / found.expected


@given(units=UNITS, metric=METRICS, random=st.randoms(use_true_random=False))
def test_neither_people_nor_items_have_an_order(units: list[list[int | None]], metric: Metric, random: Any) -> None:
    shuffled = [random.sample(unit, len(unit)) for unit in random.sample(units, len(units))]

    assert alpha(shuffled, metric=metric).value == pytest.approx(alpha(units, metric=metric).value)


@given(units=UNITS)
def test_nominal_alpha_knows_no_order_of_values_and_ordinal_only_their_order(units: list[list[int | None]]) -> None:
    names = {1: "d", 2: "a", 3: "c", 4: "b", None: None}
    renamed = [[names[value] for value in unit] for unit in units]
    stretched = [[None if value is None else value**3 for value in unit] for unit in units]

    assert alpha(renamed).value == pytest.approx(alpha(units).value)
    assert alpha(stretched, metric="ordinal").value == pytest.approx(alpha(units, metric="ordinal").value)
    ordered = alpha(renamed, metric="ordinal", order=["d", "a", "c", "b"])
    assert ordered.value == pytest.approx(alpha(units, metric="ordinal").value)


@given(units=UNITS, metric=METRICS)
def test_all_of_one_mind_agree_fully(units: list[list[int | None]], metric: Metric) -> None:
    agreed = [[unit[0]] * 3 for unit in units if unit and unit[0] is not None]
    found = alpha(agreed, metric=metric)

    varied = len({unit[0] for unit in agreed}) > 1
    assert found.value == (1.0 if varied else None)


@given(units=UNITS, metric=METRICS)
def test_sets_of_one_word_agree_as_the_words_do(units: list[list[int | None]], metric: Metric) -> None:
    sets = [[None if value is None else {value} for value in unit] for unit in units]

    for of_sets in ("jaccard", "masi"):
        assert alpha(sets, metric=of_sets).value == pytest.approx(alpha(units).value)


def test_the_interval_holds_alpha_and_repeats() -> None:
    units = [[1, 1, 2], [2, 2, 2], [3, 3, 1], [1, 1, 1], [2, 3, 3], [3, 3, 3]] * 5
    first, again, other = (alpha(units, metric="ordinal", resamples=300, seed=seed) for seed in (1, 1, 2))

    assert first == again
    assert first != other
    assert first.low is not None
    assert first.high is not None
    assert first.value is not None
    assert first.low < first.value < first.high


def test_the_interval_is_the_same_by_kinds_and_by_units() -> None:
    """Few kinds of units are drawn by kind, many by unit: either way about the same interval."""
    few = [[value, value, value + (n % 3 == 0)] for n, value in enumerate([1, 2, 3, 4] * 40)]
    many = [[value + n * 1e-9 for value in unit] for n, unit in enumerate(few)]
    a, b = (alpha(units, metric="interval", resamples=400) for units in (few, many))

    assert (a.low, a.high) == (pytest.approx(b.low, abs=0.01), pytest.approx(b.high, abs=0.01))


def test_a_hundred_thousand_items_of_five_people() -> None:
    units = [[(n * k * 7919 >> 3) % 4 for k in range(1, 6)] for n in range(100_000)]
    begun = time.process_time()
    found = alpha(units, metric="ordinal", resamples=1000)

    assert found.n_values == 500_000
    assert time.process_time() - begun < 10


@given(units=UNITS)
def test_a_value_off_the_scale_counts_in_one_alpha_only(units: list[list[int | None]]) -> None:
    found = scale_alpha(units, order=(1, 2, 3), escape={4})

    on_scale = [[value for value in unit if value != 4] for unit in units]
    assert found.ordered.value == pytest.approx(alpha(on_scale, metric="ordinal").value)
    assert found.escape.n_values == alpha(units).n_values


def test_a_value_that_is_not_in_the_order_is_refused() -> None:
    with pytest.raises(ValueError, match="loud"):
        alpha([["low", "loud"]], metric="ordinal", order=["low", "high"])


@given(pairs=st.lists(st.tuples(st.integers(0, 2), st.integers(0, 2)), min_size=1))
def test_kappa_of_two_is_symmetric(pairs: list[tuple[int, int]]) -> None:
    turned = [(b, a) for a, b in pairs]

    for weights in ("none", "linear", "quadratic"):
        mine = kappa.cohen(pairs, weights=weights, order=range(3))
        assert kappa.cohen(turned, weights=weights, order=range(3)) == pytest.approx(mine)


def test_kappa_says_where_it_has_nothing_to_say() -> None:
    assert kappa.cohen([]) is None
    assert kappa.cohen([("a", "a")]) is None
    assert kappa.fleiss([]) is None
    assert kappa.fleiss([[2, 0], [2, 0]]) is None
    assert kappa.pairwise_agreement([["a"]]) is None
    with pytest.raises(ValueError, match="differ"):
        kappa.fleiss([[2, 0], [1, 0]])
    with pytest.raises(ValueError, match="order"):
        kappa.cohen([("a", "b")], weights="linear")
    with pytest.raises(ValueError, match="values"):
        kappa.counted([["c"]], ["a", "b"])


@given(a=st.text("ab ", max_size=8), b=st.text("ab ", max_size=8))
def test_edit_distance_is_a_distance(a: str, b: str) -> None:
    there = transcripts.edit_distance(a, b)

    assert there == transcripts.edit_distance(b, a)
    assert (there == 0) == (a == b)
    assert abs(len(a) - len(b)) <= there <= max(len(a), len(b))


def test_a_transcript_of_silence() -> None:
    assert transcripts.word_error_rate("", "") == 0.0
    assert transcripts.word_error_rate("", "a word") is None


def test_one_opinion_has_no_spread() -> None:
    one = scores.mean_score([4])

    assert one is not None
    assert (one.mean, one.low, one.high) == (4, None, None)
    assert scores.mean_score([]) is None
    with pytest.raises(ValueError, match="freedom"):
        scores.t_quantile(0)
