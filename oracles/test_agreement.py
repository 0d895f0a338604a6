"""Alpha and kappa beside krippendorff, nltk, statsmodels, scikit-learn, and confidence intervals beside scipy."""

import math
from typing import Any

import krippendorff
import numpy as np
import pytest
from hypothesis import assume, given
from hypothesis import strategies as st
from nltk.metrics import agreement as nltk_agreement
from nltk.metrics import jaccard_distance, masi_distance
from scipy import stats
from sklearn.metrics import cohen_kappa_score
from statsmodels.stats.inter_rater import fleiss_kappa

from annotations.quality import kappa, scores
from annotations.quality.agreement import alpha

# People by items; None where somebody did not answer.
TABLES = st.integers(2, 5).flatmap(
    lambda people: st.lists(
        st.lists(st.none() | st.integers(1, 5), min_size=people, max_size=people), min_size=2, max_size=12
    )
)
SETS = st.lists(
    st.lists(st.frozensets(st.sampled_from("abcde"), min_size=1), min_size=3, max_size=3), min_size=2, max_size=8
)


@pytest.mark.parametrize("metric", ["nominal", "ordinal", "interval", "ratio"])
@given(units=TABLES)
def test_alpha_on_scales(metric: Any, units: list[list[int | None]]) -> None:
    found = alpha(units, metric=metric)
    assume(found.value is not None)

    data = np.array([[math.nan if value is None else value for value in unit] for unit in units]).T
    # Where all pairable values are equal the library divides by zero; ours said so above.
    assert found.value == pytest.approx(krippendorff.alpha(data, level_of_measurement=metric), abs=1e-9)


def masi_with_two_decimals(a: frozenset[str], b: frozenset[str]) -> float:
    """Newer versions of the library weigh with two thirds and one third, older ones and we with 0.67 and 0.33."""
    share = 1 - jaccard_distance(a, b)
    return 1 - share * round((1 - masi_distance(a, b)) / share, 2) if share else 1.0


@pytest.mark.parametrize(("metric", "distance"), [("jaccard", jaccard_distance), ("masi", masi_with_two_decimals)])
@given(units=SETS)
def test_alpha_on_sets(metric: Any, distance: Any, units: list[list[frozenset[str]]]) -> None:
    found = alpha(units, metric=metric)
    assume(found.value is not None)

    rows = [(person, item, value) for item, unit in enumerate(units) for person, value in enumerate(unit)]
    task = nltk_agreement.AnnotationTask(data=rows, distance=distance)
    assert found.value == pytest.approx(task.alpha(), abs=1e-6)


@given(
    units=st.integers(2, 6).flatmap(
        lambda people: st.lists(st.lists(st.integers(0, 3), min_size=people, max_size=people), min_size=2, max_size=12)
    )
)
def test_fleiss_and_randolph(units: list[list[int]]) -> None:
    table = kappa.counted(units, range(4))
    found = kappa.fleiss(table)
    assume(found is not None)

    assert found == pytest.approx(fleiss_kappa(np.array(table)), abs=1e-9)
    assert kappa.randolph(table) == pytest.approx(fleiss_kappa(np.array(table), method="randolph"), abs=1e-9)


@pytest.mark.parametrize("weights", ["none", "linear", "quadratic"])
@given(pairs=st.lists(st.tuples(st.integers(0, 3), st.integers(0, 3)), min_size=2, max_size=30))
def test_cohen(weights: Any, pairs: list[tuple[int, int]]) -> None:
    found = kappa.cohen(pairs, weights=weights, order=range(4))
    assume(found is not None)

    a, b = zip(*pairs, strict=True)
    known = cohen_kappa_score(a, b, labels=range(4), weights=None if weights == "none" else weights)
    assert found == pytest.approx(known, abs=1e-9)


@given(freedom=st.integers(1, 500), confidence=st.floats(0.5, 0.999))
def test_the_quantile_of_student(freedom: int, confidence: float) -> None:
    known = stats.t.ppf((1 + confidence) / 2, freedom)

    assert scores.t_quantile(freedom, confidence=confidence) == pytest.approx(known, rel=1e-8)


@given(values=st.lists(st.integers(1, 5), min_size=2, max_size=40))
def test_the_interval_of_a_mean(values: list[int]) -> None:
    found = scores.mean_score(values)
    assert found is not None
    assume(found.sd)

    low, high = stats.t.interval(0.95, len(values) - 1, loc=np.mean(values), scale=stats.sem(values))
    assert (found.low, found.high) == (pytest.approx(low), pytest.approx(high))
