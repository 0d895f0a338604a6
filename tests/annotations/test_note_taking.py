"""What the buttons inside the wizard's steps do. Numbers and rows, no pages."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from annotations import note_taking


def rows(*kinds):
    fields = {}
    for kind in kinds:
        fields = note_taking.with_question(fields, kind, artifact_types=["glitch", "echo"])
    return fields


def test_a_new_row_is_required_and_marks_all_types():
    assert rows("regions", "timestamp") == {
        "row": ["q1", "q2"],
        "q1-type": ["regions"],
        "q1-required": ["on"],
        "q1-labels": ["glitch", "echo"],
        "q2-type": ["timestamp"],
        "q2-required": ["on"],
    }


def test_a_removed_row_takes_its_fields_along_and_its_name_is_not_given_again_to_the_next():
    fields = rows("timestamp", "free_text")
    left = note_taking.without_question({**fields, "q10-name": ["kept"], "instructions": ["x"]}, "q1")

    assert left == {
        "row": ["q2"], "q2-type": ["free_text"], "q2-required": ["on"], "q10-name": ["kept"], "instructions": ["x"],
    }  # fmt: skip
    assert note_taking.with_question(left, "timestamp")["row"] == ["q2", "q3"]


@pytest.mark.parametrize(
    ("row", "by", "order"),
    [
        ("q1", 1, "q2 q1 q3"),
        ("q3", -1, "q1 q3 q2"),
        ("q1", -1, "q1 q2 q3"),
        ("q3", 1, "q1 q2 q3"),
        ("q9", 1, "q1 q2 q3"),
    ],
)
def test_rows_move_as_far_as_there_is_room(row, by, order):
    assert (
        note_taking.with_question_moved(rows("regions", "timestamp", "free_text"), row, by=by)["row"] == order.split()
    )


def test_a_rating_begins_with_five_steps():
    assert rows("rating") == {"row": ["q1"], "q1-type": ["rating"], "q1-required": ["on"], "q1-steps": ["5"]}


def test_a_question_of_the_library_is_a_row_that_names_it():
    fields = note_taking.with_taken_question(rows("timestamp"), "an-id", "rating")

    assert fields == {
        "row": ["q1", "q2"], "q1-type": ["timestamp"], "q1-required": ["on"],
        "q2-type": ["rating"], "q2-required": ["on"], "q2-question": ["an-id"],
    }  # fmt: skip
    full = rows(*["timestamp"] * note_taking.MOST_QUESTIONS)
    assert note_taking.with_taken_question(full, "an-id", "rating") == full


def test_unknown_kinds_and_too_many_rows_change_nothing():
    full = rows(*["timestamp"] * note_taking.MOST_QUESTIONS)

    assert note_taking.with_question(full, "timestamp") == full
    assert note_taking.with_question({}, "painting") == {}


def test_after_another_dataset_regions_mark_its_types():
    fields = note_taking.with_artifact_types(rows("regions", "timestamp"), ["hum"])

    assert fields["q1-labels"] == ["hum"]
    assert "q2-labels" not in fields


@given(wanted=st.integers(1, 500), people=st.integers(1, 12))
def test_splitting_gives_all_of_it_to_those_chosen(wanted, people):
    chosen = [f"p{n}" for n in range(people)]
    fields = note_taking.split({"annotator": chosen, "annotator-x": ["7"]}, "annotator", wanted=wanted, most=wanted)

    numbers = [int(fields[f"annotator-{pk}"][0]) for pk in chosen]
    assert sum(numbers) == wanted
    assert max(numbers) - min(numbers) <= 1
    assert fields["annotator-x"] == ["7"]


def test_nobody_gets_more_than_there_are_items():
    fields = note_taking.split({"annotator": ["a", "b"]}, "annotator", wanted=30, most=10)

    assert (fields["annotator-a"], fields["annotator-b"]) == (["10"], ["10"])
    assert note_taking.split({}, "annotator", wanted=30, most=10) == {}
