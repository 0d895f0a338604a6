"""Dealing more of what is left: everybody gets theirs wherever that can be done."""

from itertools import product

from hypothesis import given
from hypothesis import strategies as st

from annotations.redealing import deal_more


@st.composite
def situations(draw):
    pool = draw(st.lists(st.integers(0, 4), max_size=7))
    people = draw(st.integers(1, 3))
    barred = [draw(st.sets(st.integers(0, 4))) for _ in range(people)]
    needs = [draw(st.integers(0, 4)) for _ in range(people)]
    return pool, needs, barred


def most_there_can_be(pool, needs, barred):
    """By trying everything: the most turns that can be given."""
    best = 0
    for owners in product(range(-1, len(needs)), repeat=len(pool)):
        got = [
            [item for item, owner in zip(pool, owners, strict=True) if owner == person] for person in range(len(needs))
        ]
        is_allowed = all(
            len(items) <= need and len(set(items)) == len(items) and not set(items) & bar
            for items, need, bar in zip(got, needs, barred, strict=True)
        )
        if is_allowed:
            best = max(best, sum(map(len, got)))
    return best


@given(situations(), st.text(max_size=3))
def test_as_much_is_dealt_as_can_be(situation, seed):
    pool, needs, barred = situation

    dealt = deal_more(pool, needs=needs, barred=barred, seed=seed)

    turns = [turn for given in dealt for turn in given]
    assert len(set(turns)) == len(turns)
    for given_turns, need, bar in zip(dealt, needs, barred, strict=True):
        items = [pool[turn] for turn in given_turns]
        assert len(items) <= need
        assert len(set(items)) == len(items)
        assert not set(items) & bar
    assert len(turns) == most_there_can_be(pool, needs, barred)


@given(situations())
def test_the_same_seed_gives_the_same_deal(situation):
    pool, needs, barred = situation

    first, second = (deal_more(pool, needs=needs, barred=barred, seed="7:0") for _ in range(2))

    assert first == second


def test_an_exchange_makes_room():
    # The second person may have item 1 alone, which the first one got before.
    for seed in map(str, range(20)):
        dealt = deal_more([0, 1], needs=[1, 1], barred=[set(), {0}], seed=seed)
        assert dealt == [[0], [1]]


def test_all_that_is_left_goes_to_those_who_ask_for_it():
    dealt = deal_more(range(20_000), needs=[12_000, 8_000], barred=[set(), set()], seed="7:0")

    assert [len(turns) for turns in dealt] == [12_000, 8_000]
