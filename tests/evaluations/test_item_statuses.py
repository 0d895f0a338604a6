"""How far each task of a row is, over `/v5/`: by the state of its turn, and by whether its file could be read."""

import pytest

from annotations.actions import reviewing, setting_right
from annotations.models import LabelingTask
from datasets.models import AudioFile
from tests.evaluations.factories import (
    make_evaluation,
    make_files,
    make_question,
    task_of,
)
from tests.evaluations.labeling import answer, begin, skip, turn_at
from tests.evaluations.reading import rows, with_unreadable


def reviewed(evaluation):
    LabelingTask.objects.filter(evaluation_queue__evaluation=evaluation).update(review_mode="full")


MARKS = {"marks": [1250]}


def opened(evaluation, people):
    pass


def in_progress(evaluation, people):
    begin(evaluation, 2, by=people.operator)


def assigned(evaluation, people):
    setting_right.one(turn_at(evaluation, 2), "reassign", to=people.operator, by=people.administrator)


def submitted(evaluation, people):
    answer(evaluation, 2, MARKS, by=people.operator)


def pending_review(evaluation, people):
    reviewed(evaluation)
    answer(evaluation, 2, MARKS, by=people.operator)


def approved(evaluation, people):
    pending_review(evaluation, people)
    reviewing.approve(turn_at(evaluation, 2), by=people.auditor)


def fixed(evaluation, people):
    pending_review(evaluation, people)
    body = {"answers": {"marks": [2500]}, "size": "minor", "active_ms": 0, "listened": []}
    reviewing.fix(turn_at(evaluation, 2), by=people.auditor, body=body)


def rework(evaluation, people):
    pending_review(evaluation, people)
    reason = {"reason_code": "missed_event", "comment": "one more at the end"}
    reviewing.reject(turn_at(evaluation, 2), by=people.auditor, body=reason)


def escalated(evaluation, people):
    LabelingTask.objects.filter(evaluation_queue__evaluation=evaluation).update(max_rework=0)
    rework(evaluation, people)


def dropped(evaluation, people):
    pending_review(evaluation, people)
    reason = {"reason_code": "unusable_audio", "comment": "nothing but noise"}
    reviewing.drop(turn_at(evaluation, 2), by=people.auditor, body=reason)


def skipped(evaluation, people):
    skip(evaluation, 2, by=people.operator)


def cancelled(evaluation, people):
    skipped(evaluation, people)
    setting_right.one(turn_at(evaluation, 2), "exclude", by=people.administrator)


def reopened(evaluation, people):
    cancelled(evaluation, people)
    setting_right.one(turn_at(evaluation, 2), "reopen", by=people.administrator)


@pytest.mark.parametrize(
    ("happen", "state", "status", "marks"),
    [
        (opened, "open", "pending", None),
        (in_progress, "in_progress", "pending", None),
        (assigned, "assigned", "pending", None),
        (submitted, "submitted", "completed", [1.25]),
        (pending_review, "pending_review", "pending", None),
        (approved, "approved", "completed", [1.25]),
        (fixed, "approved", "completed", [2.5]),
        (rework, "rework", "pending", None),
        (escalated, "escalated", "pending", None),
        (dropped, "cancelled", "skipped", None),
        (skipped, "skipped", "skipped", None),
        (cancelled, "cancelled", "skipped", None),
        (reopened, "open", "pending", None),
    ],
)
def test_the_status_of_a_task_follows_from_the_state_of_its_turn(v5, people, evaluation, happen, state, status, marks):
    happen(evaluation, people)

    found = rows(v5, evaluation)
    assert turn_at(evaluation, 2).state == state
    assert [row["task_result_statuses"]["marks"] for row in found] == ["pending", status, "pending"]
    assert found[1]["data"] == {"text": "call 2", **({"marks": marks} if marks else {})}
    assert v5.get(f"/v5/evaluation-items/{found[1]['id']}").json() == found[1]


def test_queues_of_a_row_are_answered_apart(v5, people):
    quality = make_question(people.workspace, "rating", name="Quality")
    note = make_question(people.workspace, "free_text", name="Note")
    marks = make_question(people.workspace)
    evaluation = make_evaluation(
        people.workspace,
        by=people.administrator,
        rows=2,
        tasks=[
            task_of(marks, alias="marks"),
            task_of(quality, alias="quality", queue_id="second"),
            task_of(note, alias="note"),
        ],
    )

    answer(evaluation, 1, {"quality": 3}, by=people.operator, queue="second")
    answer(evaluation, 2, {"marks": [], "note": "none heard"}, by=people.operator)

    first, second = rows(v5, evaluation)
    assert first["data"] == {"text": "call 1", "quality": 3}
    assert first["task_result_statuses"] == {"marks": "pending", "quality": "completed", "note": "pending"}
    assert second["data"] == {"text": "call 2", "marks": [], "note": "none heard"}
    assert second["task_result_statuses"] == {"marks": "completed", "quality": "pending", "note": "completed"}


@pytest.fixture
def half_failed(people):
    """Of three rows the second has a file that cannot be read."""
    return with_unreadable(people, [1, 2, 3], [2])


def test_a_row_whose_file_cannot_be_read_says_so(v5, half_failed):
    _first, second, third = rows(v5, half_failed)

    assert second["task_result_statuses"] == {"marks": "errored"}
    assert second["task_errors"]["marks"]["type"] == "file_unreadable"
    assert second["files"]["audio"] in second["task_errors"]["marks"]["message"]
    assert second["data"] == {"n": 2}
    assert (third["task_result_statuses"], third["task_errors"]) == ({"marks": "pending"}, None)


@pytest.mark.parametrize(("status", "numbers"), [("failed", [2]), ("passed", [1, 3]), ("all", [1, 2, 3])])
def test_rows_are_found_by_whether_they_have_errors(v5, half_failed, status, numbers):
    found = rows(v5, half_failed, f"&completion_status={status}")

    assert [row["data"]["n"] for row in found] == numbers


def test_rows_that_wait_for_their_files_are_pending(v5, people):
    unread = make_files(people.workspace, 2, status=AudioFile.Status.PENDING)
    files = [{"audio": str(one.pk)} for one in unread]
    evaluation = make_evaluation(people.workspace, by=people.administrator, data=[{}, {}], files=files)

    assert [row["task_result_statuses"] for row in rows(v5, evaluation)] == [{"marks": "pending"}] * 2


def test_an_evaluation_without_tasks_has_no_statuses(v5, people):
    evaluation = make_evaluation(people.workspace, by=people.administrator, data=[{"n": 1}], files=None, tasks=[])

    (row,) = rows(v5, evaluation)
    assert (row["task_result_statuses"], row["files"]) == (None, None)
