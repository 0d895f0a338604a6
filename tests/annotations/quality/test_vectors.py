"""Known answers, to four decimals, computed with krippendorff, nltk, statsmodels, scikit-learn and jiwer."""

from typing import Any

import pytest

from annotations.quality import kappa, scores, transcripts
from annotations.quality.agreement import alpha, scale_alpha

# Three people on five clips: what each gave.
PITCH = [
    ("low", "low", "low"),
    ("medium", "medium", "high"),
    ("high", "low", "high"),
    ("medium", "low", "high"),
    ("low", "low", "medium"),
]
ORDER = ("low", "medium", "high")


def columns(*rows: str) -> list[list[int | None]]:
    """The units of a table with a person per row and "." where an answer is missing."""
    split = [[None if cell == "." else int(cell) for cell in row.split()] for row in rows]
    return [list(column) for column in zip(*split, strict=True)]


PACE = columns("1 2 3 3 2 1 4 .", "1 2 3 3 2 2 4 2", ". 2 3 2 2 1 4 2")
PACE_ON_SCALE = columns("1 2 3 3 2 1 .", "1 2 3 3 2 2 2", ". 2 3 2 2 1 2")
OPINIONS = columns("4 3 5 2 1 .", "5 3 4 2 1 3", "4 2 5 3 . 3")
TEXTBOOK = columns(
    "1 2 3 3 2 1 4 1 2 . . .", "1 2 3 3 2 2 4 1 2 5 . 3", ". 3 3 3 2 3 4 2 2 5 1 .", "1 2 3 3 2 4 4 1 2 5 1 ."
)
WORDS = [
    ({"happy", "excited"}, {"happy"}, {"happy", "optimistic"}),
    ({"sad"}, {"sad", "tired"}, {"bored"}),
    ({"angry"}, {"angry"}, {"angry", "loud"}),
]


def four(value: float | None) -> float | None:
    return None if value is None else round(value, 4)


@pytest.mark.parametrize(
    ("units", "metric", "expected"),
    [
        ([[ORDER.index(v) for v in unit] for unit in PITCH], "nominal", 0.1250),
        ([[ORDER.index(v) for v in unit] for unit in PITCH], "ordinal", 0.2103),
        ([[ORDER.index(v) for v in unit] for unit in PITCH], "interval", 0.1923),
        (PACE, "nominal", 0.7485),
        (PACE_ON_SCALE, "nominal", 0.6727),
        (PACE_ON_SCALE, "ordinal", 0.7890),
        (PACE_ON_SCALE, "interval", 0.7882),
        (OPINIONS, "nominal", 0.4000),
        (OPINIONS, "ordinal", 0.8551),
        (OPINIONS, "interval", 0.8544),
        (OPINIONS, "ratio", 0.8754),
        (TEXTBOOK, "nominal", 0.7434),
        (TEXTBOOK, "ordinal", 0.8154),
        (TEXTBOOK, "interval", 0.8491),
        (TEXTBOOK, "ratio", 0.7974),
        ([(1, 2), (2, 1)], "nominal", -0.5),
        ([(1, 1), (2, 2)], "nominal", 1.0),
        ([("low", "low"), ("high", "high"), ("low", "high")], "nominal", 0.4444),
        (WORDS, "jaccard", 0.3575),
        (WORDS, "masi", 0.2515),
    ],
)
def test_alpha(units: Any, metric: Any, expected: float) -> None:
    assert four(alpha(units, metric=metric).value) == expected


@pytest.mark.parametrize(
    ("units", "metric", "observed", "expected"),
    [
        (PITCH, "nominal", 0.6000, 0.6857),
        (PACE, "nominal", 0.1818, 0.7229),
        (OPINIONS, "interval", 0.5, 3.4333),
        (WORDS, "jaccard", 0.5741, 0.8935),
        (WORDS, "masi", 0.6906, 0.9226),
    ],
)
def test_what_is_observed_and_expected(units: Any, metric: Any, observed: float, expected: float) -> None:
    found = alpha(units, metric=metric)

    assert (four(found.observed), four(found.expected)) == (observed, expected)


def test_words_in_an_order() -> None:
    assert four(alpha(PITCH, metric="ordinal", order=ORDER).value) == 0.2103


@pytest.mark.parametrize(
    ("units", "reason"), [([], "one_rater"), ([(1,), (2, None)], "one_rater"), ([(1, 1), (1, 1)], "no_variation")]
)
def test_no_alpha_but_a_reason(units: Any, reason: str) -> None:
    found = alpha(units, resamples=10)

    assert (found.value, found.reason, found.low, found.high) == (None, reason, None, None)


def test_a_scale_with_a_value_off_it_has_two_alphas() -> None:
    found = scale_alpha(PACE, order=(1, 2, 3), escape={4})

    # The unit that was variable for everybody has nothing on the scale, and the others are as if it had not been.
    assert four(found.ordered.value) == 0.7890
    assert (found.ordered.n_units, found.escape.n_units) == (7, 8)
    assert found.escape.value == 1.0


def test_fleiss_and_randolph() -> None:
    table = kappa.counted(PITCH, ORDER)

    assert table == [[3, 0, 0], [0, 2, 1], [1, 0, 2], [1, 1, 1], [2, 1, 0]]
    assert (four(kappa.fleiss(table)), four(kappa.randolph(table))) == (0.0625, 0.1000)


def test_cohen() -> None:
    a, b, c = zip(*PITCH, strict=True)

    assert [four(kappa.cohen(zip(*pair, strict=True))) for pair in ((a, b), (a, c), (b, c))] == [0.3333, 0.1667, 0.0]
    weighted = [kappa.cohen(zip(a, b, strict=True), weights=w, order=ORDER) for w in ("linear", "quadratic")]
    assert list(map(four, weighted)) == [0.2105, 0.0741]


def test_shares() -> None:
    assert (four(kappa.pairwise_agreement(PITCH)), four(kappa.modal_share(PITCH))) == (0.4, 0.6667)


def test_transcripts() -> None:
    pair = "the cat sat on the mat", "the cat sit on mat"

    assert four(transcripts.word_error_rate(*pair)) == 0.3333
    assert four(transcripts.character_error_rate(*pair)) == 0.2273


def test_opinions() -> None:
    found = scores.mean_score([4, 5, 4, 3, 4, 5, 2, 4])

    assert found is not None
    assert [four(x) for x in (found.mean, found.half_width, found.sd)] == [3.8750, 0.8285, 0.9910]
    assert four(scores.t_quantile(7)) == 2.3646
