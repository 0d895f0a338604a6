"""A second auditor's look at what the first approved, and settling what came back too often."""

import pytest

from annotations.actions import reviewing
from annotations.models import Assignment, LabelingTask, Review
from tests.annotations.factories import ANSWERS, make_dataset, make_task
from tests.annotations.working import hand_in
from tests.factories import MembershipFactory
from workspaces.errors import IllegalMove
from workspaces.models import Role

REASON = {"reason_code": "wrong_label", "comment": "It is a pause."}
FIXED = {**ANSWERS, "pace": "slow"}
BODIES = {"approve": {}, "fix": {"answers": FIXED, "size": "minor"}, "reject": REASON, "drop": REASON}


@pytest.fixture
def task(people):
    made = make_task(make_dataset(people.workspace, files=1), by=people.administrator)
    LabelingTask.objects.update(recheck_percent=100)
    return LabelingTask.objects.get(pk=made.pk)


@pytest.fixture
def waiting(task, people):
    """An item the first auditor approved, which waits for a second."""
    turn = hand_in(task, people.operator)
    give("approve", turn, people.auditor)
    return fresh(turn)


def fresh(turn):
    return Assignment.objects.select_related("task").get(pk=turn.pk)


def give(verb, turn, by, **body):
    return getattr(reviewing, verb)(fresh(turn), by=by, body={**BODIES[verb], **body})


def call(api, user, turn, verb):
    return api(user).post(f"/api/v1/assignments/{turn.pk}/{verb}", BODIES[verb])


# First verdict and what it makes of the turn: state, level, who approved it first, first_pass, correction, origin.
FIRST = {
    "approve": ("pending_review", 2, True, True, "", ""),
    "fix": ("pending_review", 2, True, False, "minor", ""),
    "reject": ("rework", 1, False, False, "", ""),
    "drop": ("cancelled", 1, False, False, "", ""),
}


@pytest.mark.parametrize("verb", FIRST)
def test_what_the_first_verdict_makes_of_it(task, people, verb):
    turn = hand_in(task, people.operator)

    review = give(verb, turn, people.auditor)

    turn = fresh(turn)
    is_first_approver = turn.approved_by == people.auditor
    found = (turn.state, turn.review_level, is_first_approver, turn.first_pass, turn.correction, turn.origin)
    assert found == FIRST[verb]
    assert review.origin == "reviewed"


SECOND = {
    "approve": ("approved", "rechecked", 0),
    "fix": ("approved", "rechecked", 0),
    "reject": ("rework", "", 1),
    "drop": ("cancelled", "", 0),
}


@pytest.mark.parametrize("verb", SECOND)
def test_what_the_second_verdict_makes_of_it(waiting, people, second, verb):
    review = give(verb, waiting, second)

    turn = fresh(waiting)
    assert (turn.state, turn.origin, turn.rejections) == SECOND[verb]
    assert (turn.reviewer, turn.approved_by, turn.first_pass) == (second, people.auditor, True)
    assert review.origin == "rechecked"
    assert list(Review.objects.order_by("id").values_list("origin", flat=True)) == ["reviewed", "rechecked"]


@pytest.mark.parametrize("verb", BODIES)
def test_the_second_verdict_is_not_by_whoever_gave_the_first(api, waiting, people, verb):
    refused = call(api, people.auditor, waiting, verb)

    assert refused.status_code == 403
    assert "somebody else judges it a second time" in refused.json()["detail"]
    assert api(people.auditor).post(f"/api/v1/labeling-tasks/{waiting.task_id}/next-review").status_code == 204


def test_the_first_auditor_may_look_at_what_a_second_approved(api, waiting, people, second):
    give("approve", waiting, second)

    assert api(people.auditor).get(f"/api/v1/assignments/{waiting.pk}").status_code == 200


def test_what_the_second_returned_begins_at_the_first_level_and_with_them(waiting, people, second, api):
    give("reject", waiting, second)
    hand_in(waiting.task, people.operator)

    turn = fresh(waiting)
    assert (turn.state, turn.review_level, turn.approved_by, turn.reviewer) == ("pending_review", 1, None, second)
    give("approve", turn, second)
    turn = fresh(turn)
    assert (turn.state, turn.review_level, turn.approved_by) == ("pending_review", 2, second)
    give("approve", turn, people.auditor)
    turn = fresh(turn)
    assert (turn.state, turn.origin, turn.reviewer) == ("approved", "rechecked", people.auditor)


def test_a_stale_second_verdict_is_refused(waiting, people, second):
    late = fresh(waiting)
    give("fix", waiting, second)

    with pytest.raises(IllegalMove):
        reviewing.approve(late, by=MembershipFactory(workspace=people.workspace, role=Role.AUDITOR).user)


@pytest.fixture
def escalated(task, people):
    LabelingTask.objects.update(max_rework=0, recheck_percent=0)
    turn = hand_in(task, people.operator)
    give("reject", turn, people.auditor)
    assert fresh(turn).state == "escalated"
    return fresh(turn)


SETTLED = {"approve": ("approved", "adjudicated"), "fix": ("approved", "adjudicated"), "drop": ("cancelled", "")}


@pytest.mark.parametrize("verb", SETTLED)
def test_whatever_settles_it_ends_it(escalated, people, second, verb):
    # Even where a second level would look at it.
    LabelingTask.objects.update(recheck_percent=100)
    escalated.send_to_adjudication(to=second, by=people.administrator)

    review = give(verb, escalated, second)

    turn = fresh(escalated)
    assert (turn.state, turn.origin, turn.for_adjudication) == (*SETTLED[verb], False)
    assert review.origin == "adjudicated"


def test_what_is_to_be_settled_is_not_returned(api, escalated, people, second):
    escalated.send_to_adjudication(to=second, by=people.administrator)

    refused = call(api, second, escalated, "reject")

    assert refused.status_code == 409
    assert refused.json()["detail"] == "This item was given to you to settle: approve it, mend it, or drop it."
    moves = api(second).get(f"/api/v1/assignments/{escalated.pk}").json()["assignment"]["moves"]
    assert moves == ["approve", "fix", "drop", "let_go"]


def test_it_is_settled_by_who_was_asked(api, escalated, people, second):
    escalated.send_to_adjudication(to=second, by=people.administrator)

    assert call(api, people.auditor, escalated, "approve").status_code == 403
    assert call(api, people.administrator, escalated, "approve").status_code == 403
    assert call(api, second, escalated, "approve").status_code == 200


def test_it_is_settled_by_whoever_comes_first_when_nobody_was_named(api, escalated, people, second):
    escalated.send_to_adjudication(to=None, by=people.administrator)

    found = api(second).post(f"/api/v1/labeling-tasks/{escalated.task_id}/next-review")

    assert found.json()["assignment"]["for_adjudication"] is True
    assert call(api, people.auditor, escalated, "approve").status_code == 403
    assert call(api, second, escalated, "fix").status_code == 200


def test_a_sampled_review_hands_out_the_sample_second_looks_and_what_is_to_be_settled(people, second):
    task = make_task(make_dataset(people.workspace, files=6), by=people.administrator)
    LabelingTask.objects.update(review_mode="sampled", sample_count=2, sample_size=2)
    hand_in(task, people.operator, times=6)
    rows = {turn.draw: turn for turn in Assignment.objects.all()}
    Assignment.objects.filter(pk=rows[4].pk).update(for_adjudication=True)
    Assignment.objects.filter(pk=rows[5].pk).update(review_level=2, approved_by=second)
    task = LabelingTask.objects.get(pk=task.pk)

    asked = Assignment.objects.asked_of_reviewers(task).order_by("draw")

    assert list(asked.values_list("draw", flat=True)) == [0, 1, 4, 5]
    with pytest.raises(IllegalMove, match="not in the sample"):
        give("approve", rows[3], people.auditor)
