"""The arithmetic of what the pages of models draw and say."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from detectors import showing
from tests.detectors.factories import curve, epoch, metrics

SHARES = st.floats(0, 1)


@pytest.mark.parametrize(
    ("confidence", "band"),
    [
        (1.0, "very_high"),
        (0.9, "very_high"),
        (0.8999, "high"),
        (0.7, "high"),
        (0.5, "review"),
        (0.49, "low"),
        (0.3, "low"),
        (0.29, "very_low"),
        (0.0, "very_low"),
    ],
)
def test_the_lower_edge_of_a_band_belongs_to_it(confidence, band):
    assert showing.band_of(confidence)[0] == band


@given(SHARES, SHARES)
def test_more_confidence_is_never_a_lower_band(one, other):
    order = [key for _least, key, _word in showing.BANDS]
    low, high = sorted([one, other])
    assert order.index(showing.band_of(high)[0]) <= order.index(showing.band_of(low)[0])


def test_types_keep_their_colours_and_new_ones_get_others():
    colors = showing.colors_of(["echo", "glitch", "pop"], {"glitch": "#d7263d", "other": "#000000"})

    assert colors["glitch"] == "#d7263d"
    assert len(set(colors.values())) == 3


def test_more_types_than_colours_have_colours_all_the_same():
    names = [f"type {number}" for number in range(25)]
    assert list(showing.colors_of(names, {})) == names


@given(st.lists(SHARES, min_size=1, max_size=20, unique=True), SHARES)
def test_a_threshold_does_what_the_highest_one_below_it_did(measured, threshold):
    rows = [{"threshold": value} for value in measured]
    found = showing.row_at(rows, threshold)

    assert found is not None
    below = [value for value in measured if value <= threshold + 1e-9]
    assert found["threshold"] == (max(below) if below else min(measured))


def test_nothing_measured_is_nothing_shown():
    assert showing.row_at([], 0.5) is None
    assert showing.figures_of({}, ["glitch"], {}) == []
    assert showing.thresholds_of({}) == []


def test_figures_are_in_the_models_order_with_the_row_of_the_default():
    found = showing.figures_of(metrics("glitch", "echo"), ["echo", "glitch"], {"echo": "#111111"})

    assert [one.name for one in found] == ["echo", "glitch"]
    assert found[0].color == "#111111"
    assert found[0].usual_ms == (60, 400)
    assert found[0].at == next(row for row in curve() if row["threshold"] == 0.5)
    assert not found[0].is_thin
    assert list(showing.curve_charts(found)) == ["type-1", "type-2"]
    assert showing.thresholds_of(metrics("glitch")["per_type"]) == [0.1, 0.3, 0.5, 0.7, 0.9]


def test_a_training_is_drawn_by_loss_and_by_type():
    epochs = [epoch(1, "glitch"), epoch(2, "glitch")]

    charts = showing.training_charts(epochs, ["glitch", "echo"], {"glitch": "#111111"})

    assert charts["loss"]["labels"] == ["1", "2"]
    assert [line["data"] for line in charts["loss"]["lines"]] == [[0.6, 0.3], [0.7, 0.35]]
    assert [line["data"] for line in charts["f1"]["lines"]] == [[0.69, 0.69], [None, None]]
    rows = showing.epoch_rows(epochs, ["glitch", "echo"])
    assert [(row["epoch"], row["f1"]) for row in rows] == [(2, [0.69, None]), (1, [0.69, None])]


@pytest.mark.parametrize(
    ("least", "names"), [(50, []), (60, []), (61, ["glitch"]), (520, ["glitch"]), (521, ["glitch", "long_pause"])]
)
def test_a_minimum_is_held_against_what_is_usual(least, names):
    usual = {"glitch": (2, 30), "long_pause": (520, 1400)}
    assert [one.name for one in showing.left_out_by(least, usual)] == names


def test_what_is_usual_comes_from_the_figures():
    assert showing.usual_of(metrics("glitch")) == {"glitch": (60, 400)}
    assert showing.usual_of({}) == {}


def test_totals_are_of_all_files_and_types():
    row = {"artifact_type": "glitch", "start_ms": 100, "end_ms": 350, "confidence": 0.5}
    odd = row | {"artifact_type": "unheard of"}

    totals = showing.totals_of([[row, row], None, [], [odd]], {"glitch": "#111111", "echo": "#222222"})

    assert [(one.name, one.count, one.duration_ms) for one in totals] == [
        ("glitch", 2, 500),
        ("echo", 0, 0),
        ("unheard of", 1, 250),
    ]
