"""Settings as they are sent: what is taken, what is filled in, and what is said about the rest."""

import json

import pytest
from hypothesis import given
from hypothesis import strategies as st

from detectors.configs import DETECTION_BOUNDS, TRAINING_BOUNDS, detection_config, training_config
from detectors.learning.settings import DetectionConfig, TrainingConfig
from workspaces.errors import Invalid

json_values = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=5),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=5), inner, max_size=3),
    max_leaves=5,
)


def within(bounds):
    if bounds.is_whole:
        return st.integers(int(bounds.low), int(bounds.high))
    return st.floats(bounds.low, bounds.high)


@given(st.fixed_dictionaries({}, optional={name: within(bounds) for name, bounds in DETECTION_BOUNDS.items()}))
def test_any_subset_of_good_values_is_taken_and_the_rest_is_as_usual(given_values):
    config = detection_config(given_values)

    assert config.as_dict() == DetectionConfig().as_dict() | given_values
    assert detection_config(json.loads(json.dumps(config.as_dict()))) == config


@given(
    st.fixed_dictionaries(
        {"artifact_types": st.lists(st.text(min_size=1, max_size=100), min_size=1, max_size=4, unique=True)},
        optional={name: within(bounds) for name, bounds in TRAINING_BOUNDS.items()},
    )
)
def test_a_training_config_is_taken_unless_its_stride_passes_its_chunk(given_values):
    filled = TrainingConfig(("a",)).as_dict() | given_values

    if filled["stride_ms"] > filled["chunk_size_ms"]:
        with pytest.raises(Invalid) as error:
            training_config(given_values)
        assert [loc for loc, _msg, _kind in error.value.problems] == [("body", "config", "stride_ms")]
    else:
        assert training_config(given_values).as_dict() == filled


@given(json_values)
def test_whatever_is_sent_is_taken_or_refused_with_places(data):
    for read in (training_config, detection_config):
        problems = []
        try:
            read(data)
        except Invalid as error:
            problems = error.problems
        assert all(loc[:2] == ("body", "config") and msg for loc, msg, _kind in problems)


@given(st.dictionaries(st.sampled_from([*DETECTION_BOUNDS]), json_values, min_size=1))
def test_every_bad_value_is_named(given_values):
    try:
        config = detection_config(given_values)
    except Invalid as error:
        named = {loc[2] for loc, _msg, _kind in error.problems}
        assert named <= given_values.keys()
        good = {name: value for name, value in given_values.items() if name not in named}
        detection_config(good)
    else:
        for name, bounds in DETECTION_BOUNDS.items():
            assert bounds.low <= getattr(config, name) <= bounds.high


@pytest.mark.parametrize(
    ("data", "field"),
    [
        ({"threshold": 1.5}, "threshold"),
        ({"threshold": -0.1}, "threshold"),
        ({"threshold": True}, "threshold"),
        ({"threshold": float("nan")}, "threshold"),
        ({"merge_window_ms": 5001}, "merge_window_ms"),
        ({"merge_window_ms": 2.5}, "merge_window_ms"),
        ({"min_duration_ms": 1001}, "min_duration_ms"),
        ({"min_duration_ms": "50"}, "min_duration_ms"),
    ],
)
def test_detection_values_that_are_refused(data, field):
    with pytest.raises(Invalid) as error:
        detection_config(data)

    assert [loc for loc, _msg, _kind in error.value.problems] == [("body", "config", field)]


def test_nothing_is_what_is_usual():
    assert detection_config(None) == detection_config({}) == DetectionConfig(0.5, 200, 50)
