"""Answers in seconds and in milliseconds, and merge patches: pure functions, tried with many values."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from evaluations.values import LAST_SECOND, WrongTime, from_v5, to_v5, unanswered

moments = st.integers(0, LAST_SECOND * 1000)
anything = st.recursive(
    st.none() | st.booleans() | st.integers() | st.text(max_size=5),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=3), inner, max_size=3),
    max_leaves=8,
)


@given(moments)
def test_a_moment_comes_back_as_it_was(ms):
    seconds = to_v5("timestamp", {}, ms)

    assert seconds == pytest.approx(ms / 1000, abs=1e-9)
    assert from_v5("timestamp", {}, seconds) == ms


@given(st.lists(moments, min_size=1))
def test_moments_come_back_sorted_and_once(given_ms):
    seconds = to_v5("timestamp", {"multi": True}, given_ms)

    assert seconds == sorted(seconds)
    assert from_v5("timestamp", {"multi": True}, seconds) == sorted(set(given_ms))


@given(st.floats(0, LAST_SECOND))
def test_seconds_are_rounded_to_the_millisecond(seconds):
    ms = from_v5("timestamp", {}, seconds)

    assert type(ms) is int
    assert abs(ms - seconds * 1000) <= 0.501


@given(st.sampled_from(["categorical", "rating", "number", "free_text", "form"]), anything)
def test_other_answers_are_the_same_in_both_units(kind, value):
    assert to_v5(kind, {}, value) == value
    assert from_v5(kind, {}, value) == value


@pytest.mark.parametrize(
    "value", [-0.001, LAST_SECOND + 1, "1.5", True, {"at": 1}, [1, None], float("inf"), float("nan"), 10**400, [[1]]]
)
def test_what_is_no_time_is_refused_by_name(value):
    with pytest.raises(WrongTime, match="is no time") as refused:
        from_v5("timestamp", {"multi": True}, value)
    assert f"“{refused.value.value}”" in str(refused.value)


def test_nothing_is_nothing():
    assert from_v5("timestamp", {}, None) is None
    assert from_v5("timestamp", {"multi": True}, []) is None
    assert to_v5("timestamp", {}, None) is None


@pytest.mark.parametrize(
    ("kind", "configuration", "empty"),
    [
        ("timestamp", {"multi": True}, []), ("timestamp", {"multi": False}, None), ("timestamp", {}, None),
        ("categorical", {"multi": True, "choices": ["a"]}, []), ("categorical", {"choices": ["a"]}, None),
        ("rating", {"steps": 5}, None), ("number", {}, None), ("free_text", {}, None), ("form", {}, None),
    ],
)  # fmt: skip
def test_what_stands_for_no_answer(kind, configuration, empty):
    assert unanswered(kind, configuration) == empty


# The table of RFC 7396, appendix A.
@pytest.mark.parametrize(
    ("target", "patch", "result"),
    [
        ({"a": "b"}, {"a": "c"}, {"a": "c"}),
        ({"a": "b"}, {"b": "c"}, {"a": "b", "b": "c"}),
        ({"a": "b"}, {"a": None}, {}),
        ({"a": "b", "b": "c"}, {"a": None}, {"b": "c"}),
        ({"a": ["b"]}, {"a": "c"}, {"a": "c"}),
        ({"a": "c"}, {"a": ["b"]}, {"a": ["b"]}),
        ({"a": {"b": "c"}}, {"a": {"b": "d", "c": None}}, {"a": {"b": "d"}}),
        ({"a": [{"b": "c"}]}, {"a": [1]}, {"a": [1]}),
        ({"e": None}, {"a": 1}, {"e": None, "a": 1}),
        ([1, 2], {"a": "b", "c": None}, {"a": "b"}),
        ({}, {"a": {"bb": {"ccc": None}}}, {"a": {"bb": {}}}),
        (None, {"a": 1}, {"a": 1}),
    ],
)
def test_merge_patches_as_the_standard_has_them(target, patch, result):
    from evaluations.actions.evaluations import merge_patch

    assert merge_patch(target, patch) == result


@given(st.dictionaries(st.text(max_size=3), anything, max_size=4), st.dictionaries(st.text(max_size=3), anything))
def test_a_merge_patch_done_twice_is_done_once(target, patch):
    from evaluations.actions.evaluations import merge_patch

    once = merge_patch(target, patch)

    assert merge_patch(once, patch) == once
    assert all((key in once) == (value is not None) for key, value in patch.items())
    assert all(once[key] == value for key, value in target.items() if key not in patch)
