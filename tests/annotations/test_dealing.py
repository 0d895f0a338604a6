from collections import Counter

import pytest
from hypothesis import given
from hypothesis import strategies as st

from annotations.dealing import Infeasible, deal, split_evenly


@given(n=st.integers(0, 10_000), people=st.integers(1, 50))
def test_split_evenly_gives_all_and_differs_by_one_at_most(n, people):
    parts = split_evenly(n, people)

    assert sum(parts) == n
    assert max(parts) - min(parts) <= 1
    assert parts == sorted(parts, reverse=True)


@st.composite
def feasible(draw):
    """Numbers that can be dealt, with or without a rest for the pool."""
    n_items = draw(st.integers(1, 40))
    overlap = draw(st.integers(1, 4))
    left = n_items * overlap
    quotas = []
    while left and len(quotas) < 8:
        quotas.append(draw(st.integers(1, min(n_items, left))))
        left -= quotas[-1]
    return n_items, overlap, quotas, draw(st.integers(0, 2**31))


@given(feasible())
def test_everybody_gets_their_number_and_nobody_an_item_twice(numbers):
    n_items, overlap, quotas, seed = numbers
    dealt = deal(n_items=n_items, overlap=overlap, quotas=quotas, seed=seed, rest_in_pool=True)

    assert [len(turns) for turns in dealt] == [overlap] * n_items
    for turns in dealt:
        people = [person for person in turns if person is not None]
        assert len(set(people)) == len(people)
    counts = Counter(person for turns in dealt for person in turns)
    assert [counts[person] for person in range(len(quotas))] == quotas
    assert counts[None] == n_items * overlap - sum(quotas)


@st.composite
def complete(draw):
    """Numbers of different people that take all there is, nobody more than there are items."""
    n_items = draw(st.integers(1, 40))
    overlap = draw(st.integers(1, 4))
    people = draw(st.integers(overlap, 8))
    quotas, left = [], n_items * overlap
    for others in range(people - 1, -1, -1):
        # So many that the others can take the rest, and no more than there is.
        quotas.append(draw(st.integers(max(0, left - others * n_items), min(n_items, left))))
        left -= quotas[-1]
    return n_items, overlap, draw(st.permutations(quotas)), draw(st.integers(0, 2**31))


@given(complete())
def test_all_that_can_be_dealt_is_dealt_and_nothing_is_left(numbers):
    n_items, overlap, quotas, seed = numbers
    dealt = deal(n_items=n_items, overlap=overlap, quotas=quotas, seed=seed, rest_in_pool=False)

    assert all(len(set(turns)) == overlap and None not in turns for turns in dealt)
    counts = Counter(person for turns in dealt for person in turns)
    assert [counts[person] for person in range(len(quotas))] == list(quotas)


@given(feasible())
def test_the_same_seed_gives_the_same_deal(numbers):
    n_items, overlap, quotas, seed = numbers
    arguments = {"n_items": n_items, "overlap": overlap, "quotas": quotas, "seed": seed, "rest_in_pool": True}

    assert deal(**arguments) == deal(**arguments)


@pytest.mark.parametrize(
    ("n_items", "overlap", "quotas", "rest_in_pool", "reason", "wanted"),
    [
        (10, 1, [6, 5], False, "too many", 10),
        (10, 1, [6, 5], True, "too many", 10),
        (10, 1, [6, 3], False, "too few", 10),
        (10, 2, [11, 9], False, "more than there are items", 10),
    ],
)
def test_infeasible_numbers_say_what_would_do(n_items, overlap, quotas, rest_in_pool, reason, wanted):
    with pytest.raises(Infeasible) as refusal:
        deal(n_items=n_items, overlap=overlap, quotas=quotas, seed=1, rest_in_pool=rest_in_pool)

    assert (refusal.value.reason, refusal.value.wanted) == (reason, wanted)


def test_another_seed_gives_another_deal():
    arguments = {"n_items": 100, "overlap": 1, "quotas": [50, 50], "rest_in_pool": False}

    assert deal(**arguments, seed=1) != deal(**arguments, seed=2)
