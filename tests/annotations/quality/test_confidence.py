"""How sure several answers make us: the published vectors to four decimals, and what must hold for any answers."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from annotations.quality.confidence import beliefs, chance_of_right, confidence

ANSWERS = ("low", "medium", "high", "variable")
votes_of_four = st.lists(st.tuples(st.sampled_from(ANSWERS), st.floats(0.05, 0.99)), min_size=1, max_size=12)


@pytest.mark.parametrize(("right", "total", "chance"), [(0, 0, 0.5), (3, 3, 0.875), (7, 10, 0.6818), (10, 10, 0.9545)])
def test_how_often_somebody_is_right(right, total, chance):
    assert chance_of_right(right, total) == pytest.approx(chance, abs=5e-5)


@pytest.mark.parametrize(
    ("votes", "options", "best", "per_cent"),
    [
        ([("OK", 0.7), ("OK", 0.9)], 3, "OK", 97.6744),
        ([("OK", 0.7), ("BAD", 0.9)], 3, "BAD", 76.0563),
        ([("OK", 0.7), ("BAD", 0.9), ("BAD", 0.8)], 3, "BAD", 96.2138),
        ([("low", 0.8), ("low", 0.8)], 4, "low", 97.9592),
        ([("low", 0.8), ("medium", 0.8)], 4, "low", 46.1538),
        ([("low", 0.8), ("medium", 0.8), ("low", 0.8)], 4, "low", 91.1392),
        ([("low", 0.5), ("low", 0.5), ("low", 0.5)], 4, "low", 90.0),
    ],
)
def test_the_published_vectors(votes, options, best, per_cent):
    found, sure = confidence(votes, options=options)

    assert (found, round(100 * sure, 4)) == (best, per_cent)


def test_two_who_differ_make_both_answers_as_likely():
    found = beliefs([("low", 0.8), ("medium", 0.8)], options=4)

    assert {answer: round(value, 4) for answer, value in found.items()} == {"low": 0.4615, "medium": 0.4615}


def test_without_answers_nothing_is_sure_and_a_question_of_one_answer_always_is():
    assert confidence([], options=4) == (None, 0.0)
    assert confidence([("yes", 0.5)], options=1) == ("yes", 1.0)


@pytest.mark.parametrize(
    ("votes", "said"),
    [
        ([("a", 1.0)], "a chance lies between 0 and 1"),
        ([("a", 0.0)], "a chance lies between 0 and 1"),
        ([("a", 0.5), ("b", 0.5), ("c", 0.5)], "more answers were given than there are"),
    ],
)
def test_what_cannot_be_is_refused(votes, said):
    with pytest.raises(ValueError, match=said):
        confidence(votes, options=2)


def test_nobody_was_right_more_often_than_asked():
    with pytest.raises(ValueError, match="nobody is right more often than they were asked"):
        chance_of_right(3, 2)


@given(votes_of_four)
def test_beliefs_are_chances_and_with_all_answers_given_they_add_up(votes):
    found = beliefs(votes, options=4)

    assert all(0 <= value <= 1 for value in found.values())
    total = sum(found.values())
    assert total <= 1 + 1e-9
    if len(found) == 4:
        assert total == pytest.approx(1)


@given(votes_of_four, st.randoms())
def test_the_order_of_the_answers_does_not_matter(votes, chance):
    other = list(votes)
    chance.shuffle(other)

    first, second = beliefs(votes, options=4), beliefs(other, options=4)

    assert first == pytest.approx({answer: second[answer] for answer in first})


@given(votes_of_four, st.floats(0.26, 0.99))
def test_one_more_who_agrees_and_knows_more_than_nothing_makes_it_surer(votes, q):
    best, sure = confidence(votes, options=4)

    assert beliefs([*votes, (best, q)], options=4)[best] >= sure - 1e-12


@given(votes_of_four)
def test_somebody_who_guesses_changes_nothing(votes):
    best, sure = confidence(votes, options=4)

    assert beliefs([*votes, (best, 0.25)], options=4)[best] == pytest.approx(sure)


@given(st.integers(0, 500), st.integers(0, 500))
def test_the_chance_lies_between_and_grows_with_what_was_right(right, wrong):
    q = chance_of_right(right, right + wrong)

    assert 0 < q < 1
    assert chance_of_right(right + 1, right + wrong + 1) > q > chance_of_right(right, right + wrong + 1)
