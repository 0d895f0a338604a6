"""Rows that come with answers: what programs read of them, and who is still asked."""

import pytest

from annotations.models import TaskItem
from tests.evaluations.factories import (
    make_evaluation,
    make_question,
    task_of,
)
from tests.evaluations.reading import rows


@pytest.fixture
def prefilled(people):
    """Rows whose marks are given, in one of them behind the end as well, in one none at all; and two without."""
    data = [{"heard": [4.801, 1.25]}, {"heard": None}, {"heard": [1, 99]}, {"heard": []}, {}]
    return make_evaluation(
        people.workspace,
        by=people.administrator,
        data=data,
        tasks=[task_of(make_question(people.workspace), prefill_from="heard")],
        skip_prefilled_rows=True,
    )


def test_rows_that_were_answered_beforehand_are_shown_to_nobody(v5, prefilled):
    found = rows(v5, prefilled)

    assert [row["task_result_statuses"]["marks"] for row in found] == [
        "prefilled", "pending", "prefilled", "prefilled", "pending",
    ]  # fmt: skip
    assert [row["data"] for row in found] == [
        {"heard": [4.801, 1.25], "marks": [1.25, 4.801]},
        {"heard": None},
        {"heard": [1, 99], "marks": [1.0]},
        {"heard": [], "marks": []},
        {},
    ]


def test_no_choices_at_all_are_an_answer_where_several_may_be_chosen(v5, people):
    several = {"choices": ["a", "b"], "multi": True}
    question = make_question(people.workspace, "categorical", configuration=several)
    evaluation = make_evaluation(
        people.workspace,
        by=people.administrator,
        data=[{"chosen": []}, {"chosen": None}],
        tasks=[task_of(question, prefill_from="chosen")],
        skip_prefilled_rows=True,
    )

    none, nothing = rows(v5, evaluation)

    assert (none["data"], none["task_result_statuses"]) == ({"chosen": [], "marks": []}, {"marks": "prefilled"})
    assert (nothing["data"], nothing["task_result_statuses"]) == ({"chosen": None}, {"marks": "pending"})


def test_no_moments_given_beforehand_are_nothing_to_see_for_who_is_asked(v5, people):
    evaluation = make_evaluation(
        people.workspace,
        by=people.administrator,
        data=[{"heard": []}],
        tasks=[task_of(make_question(people.workspace), prefill_from="heard")],
    )

    (row,) = rows(v5, evaluation)
    assert (row["data"], row["task_result_statuses"]) == ({"heard": []}, {"marks": "pending"})
    assert TaskItem.objects.get().prefilled == {}


def test_an_answer_that_was_only_begun_beforehand_is_none(v5, people):
    evaluation = make_evaluation(
        people.workspace,
        by=people.administrator,
        data=[{"heard": [1.25]}],
        tasks=[task_of(make_question(people.workspace), prefill_from="heard")],
    )

    (row,) = rows(v5, evaluation)
    assert (row["data"], row["task_result_statuses"]) == ({"heard": [1.25]}, {"marks": "pending"})
