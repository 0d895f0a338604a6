"""How often people are right, by what is known beforehand and by what others say."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from annotations.quality.dawid_skene import Coded
from annotations.quality.skills import refined

VALUES = 4


def crowd(seed, *, skills, items=400, each=5):
    """Answers of people with these chances to be right, each item to `each` of them, and what is true."""
    rng = np.random.default_rng(seed)
    truth = rng.integers(VALUES, size=items)
    rows = []
    for item in range(items):
        for person in rng.choice(len(skills), each, replace=False):
            is_right = rng.random() < skills[person]
            wrong = (truth[item] + rng.integers(1, VALUES)) % VALUES
            rows.append((item, person, truth[item] if is_right else wrong))
    items_, people, values = np.array(rows, dtype=np.int32).T
    return Coded(items_, people, values, items, len(skills), VALUES), truth


def nothing_known(n_people, q=0.7, n=5.0):
    return {"right": np.full(n_people, q * n), "n": np.full(n_people, n)}


def test_people_are_found_who_no_control_item_tells_apart():
    skills = [0.9, 0.85, 0.8, 0.75, 0.7, 0.4, 0.25]
    coded, _truth = crowd(3, skills=skills)
    found = refined(coded, **nothing_known(len(skills)))
    assert np.abs(found - skills).max() < 0.08
    assert list(np.argsort(found)) == list(np.argsort(skills))


def test_without_answers_it_is_what_was_known():
    empty = np.array([], dtype=np.int32)
    coded = Coded(empty, empty, empty, 0, 2, VALUES)
    found = refined(coded, right=np.array([3.0, 4.5]), n=np.array([5.0, 5.0]))
    assert found == pytest.approx([0.6, 0.9])


def test_one_value_says_nothing_of_anybody():
    coded = Coded(*(np.array([0, 0], dtype=np.int32),) * 3, 1, 1, 1)
    assert refined(coded, right=np.array([4.0]), n=np.array([5.0])) == pytest.approx([0.8])


@settings(max_examples=25, deadline=None)
@given(st.integers(0, 10_000), st.permutations(range(VALUES)))
def test_names_of_values_and_the_order_of_answers_do_not_matter(seed, names):
    coded, _truth = crowd(seed, skills=[0.9, 0.8, 0.6, 0.5], items=30, each=3)
    order = np.random.default_rng(seed).permutation(len(coded.items))
    renamed = np.array(names, dtype=np.int32)[coded.values]
    other = Coded(coded.items[order], coded.people[order], renamed[order], coded.n_items, 4, VALUES)
    known = nothing_known(4)
    assert refined(other, **known) == pytest.approx(refined(coded, **known), abs=1e-6)
