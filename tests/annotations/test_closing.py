"""Closing a review: what it asks for, what becomes of each item, and who may do it."""

from collections import Counter

import pytest
from django.utils import timezone
from hypothesis import given
from hypothesis import strategies as st

from annotations import closing as slices
from annotations.actions import closing, reviewing
from annotations.models import Assignment, LabelingTask, Review, Submission
from annotations.review_figures import floor_of, review_figures
from tests.annotations.factories import ANSWERS, make_dataset, make_task
from tests.annotations.working import hand_in, judge
from tests.callers import WHO
from tests.factories import MembershipFactory
from workspaces.errors import IllegalMove
from workspaces.models import AuditEvent, Job, Notice, Role

REASON = {"reason_code": "wrong_label", "comment": "All of them are pauses."}


def now(task):
    return LabelingTask.objects.get(pk=task.pk)


def partial_task(people, *, files=30, **plan):
    task = make_task(
        make_dataset(people.workspace, files=files), by=people.administrator, review_mode="partial", **plan
    )
    hand_in(task, people.operator, times=files)
    return now(task)


def sampled_task(people, *, files=8, sample=3):
    """All handed in by the operator; the sample is what comes first in the draw."""
    task = make_task(make_dataset(people.workspace, files=files), by=people.administrator)
    LabelingTask.objects.filter(pk=task.pk).update(review_mode="sampled", sample_count=sample, sample_size=sample)
    hand_in(task, people.operator, times=files)
    return now(task)


def states(task):
    return Counter(f"{turn.state} {turn.origin}".strip() for turn in Assignment.objects.filter(task=task))


def approve_rest(api, user, task):
    return api(user).post(f"/api/v1/labeling-tasks/{task.pk}/approve-rest")


def close(api, user, task, action, **body):
    return api(user).post(f"/api/v1/labeling-tasks/{task.pk}/close-sample", {"action": action, **body})


@pytest.mark.parametrize(("who", "status"), list(zip(WHO, (403, 403, 403, 403, 200, 404, 401), strict=True)))
def test_who_approves_the_rest(api, people, who, status):
    task = partial_task(people, files=21)
    judge(task, people.auditor, times=20)

    assert approve_rest(api, people[who], task).status_code == status
    assert Assignment.objects.filter(origin="bulk").count() == (1 if status == 200 else 0)


@pytest.mark.parametrize(("who", "status"), list(zip(WHO, (403, 403, 403, 403, 200, 404, 401), strict=True)))
def test_who_closes_a_sample(api, people, who, status):
    task = sampled_task(people)
    judge(task, people.auditor, times=3)

    assert close(api, people[who], task, "pass_all").status_code == status
    assert Assignment.objects.filter(origin="sample_pass").count() == (5 if status == 200 else 0)


@pytest.mark.parametrize(
    ("mode", "verb", "words"),
    [
        ("full", "approve-rest", "This task asks for a full review"),
        ("none", "approve-rest", "in a partial review alone"),
        ("sampled", "approve-rest", "in a partial review alone"),
        ("full", "close-sample", "is not sampled"),
        ("partial", "close-sample", "is not sampled"),
    ],
)
def test_a_review_is_closed_in_its_own_way(api, people, mode, verb, words):
    task = make_task(make_dataset(people.workspace), by=people.administrator)
    hand_in(task, people.operator, times=3)
    LabelingTask.objects.update(review_mode=mode, **({"sample_count": 1} if mode == "sampled" else {}))

    response = api(people.auditor).post(f"/api/v1/labeling-tasks/{task.pk}/{verb}", {"action": "pass_all"})

    assert response.status_code == 409
    assert words in response.json()["detail"]
    assert states(task) == {"pending_review": 3}


def test_the_rest_waits_for_a_seat_a_floor_and_few_rejections(api, people, second):
    task = partial_task(people, reviewers=[(people.auditor, None)])
    LabelingTask.objects.update(max_rejects=1)
    judge(task, people.auditor, times=18)
    seatless, early = approve_rest(api, second, task), approve_rest(api, people.auditor, task)
    judge(task, people.auditor, times=2, reject=True)
    rejected = approve_rest(api, people.auditor, task)
    LabelingTask.objects.update(max_rejects=2)
    closed = approve_rest(api, people.auditor, task)

    assert (seatless.status_code, early.status_code, rejected.status_code) == (403, 409, 409)
    assert early.json()["detail"] == "Decide 2 more items one by one first: of 20 that must be looked at, 18 were."
    assert "2 of 20 items were returned or dropped" in rejected.json()["detail"]
    assert closed.json() == {"approved": 10, "returned": 0, "escalated": 0, "job": None}
    assert states(task) == {"approved reviewed": 18, "rework": 2, "approved bulk": 10}


def test_what_the_rest_leaves_behind(people, api):
    task = partial_task(people, files=21)
    judge(task, people.auditor, times=20)
    approve_rest(api, people.auditor, task)

    turn = Assignment.objects.get(origin="bulk")
    review = Review.objects.get(origin="bulk")
    event = AuditEvent.objects.get(target_id=turn.pk, verb="approve")
    assert (turn.reviewer, turn.first_pass, turn.rejections, turn.approved_by) == (people.auditor, None, 0, None)
    assert (review.submission.assignment, review.verdict) == (turn, "approved")
    assert (event.actor, event.data) == (people.auditor, {"state": "approved", "origin": "bulk"})
    assert now(task).state == "ready"


def test_the_rest_leaves_ones_own_second_looks_and_what_others_have_open(people, second, api):
    MembershipFactory(workspace=people.workspace, user=people.auditor, role=Role.OPERATOR)
    task = make_task(make_dataset(people.workspace, files=30), by=people.administrator, review_mode="partial")
    hand_in(task, people.operator, times=29)
    own = hand_in(task, people.auditor)
    Assignment.objects.filter(pk=own.pk).update(draw=1000)
    LabelingTask.objects.update(recheck_percent=100)
    first = judge(task, second)
    LabelingTask.objects.update(recheck_percent=0)
    judge(task, second, times=19)
    open_elsewhere = reviewing.next_review_for(now(task), by=second)

    closed = approve_rest(api, people.auditor, task)

    left = Assignment.objects.filter(state="pending_review")
    assert {turn.pk for turn in left} == {own.pk, first.pk, open_elsewhere.pk}
    assert closed.json()["approved"] == 30 - 19 - 3


def test_two_auditors_close_at_once_and_each_item_has_one_of_them(people, second, monkeypatch):
    task = partial_task(people, files=30)
    judge(task, people.auditor, times=20)
    monkeypatch.setattr(slices, "SLICE", 3)
    theirs = []

    def other_one_comes(so_far):
        if so_far.total() == 3:
            theirs.append(slices.run(asked(task, second, "approve_rest")))

    mine = slices.run(asked(task, people.auditor, "approve_rest"), heard=other_one_comes)

    assert (mine, theirs) == ({"approved": 3}, [{"approved": 7}])
    rows = Review.objects.filter(origin="bulk").values_list("reviewer", flat=True)
    assert Counter(rows) == {people.auditor.pk: 3, second.pk: 7}


def asked(task, by, action, **reason):
    return slices.Closing(task=now(task), action=action, by=by, until=timezone.now(), **reason)


# What becomes of a sample of which one was approved, one returned, one returned and begun again, one fixed; 6 wait.
CLOSED = {
    "pass_all": {"approved reviewed": 2, "approved sample_pass": 7, "in_progress": 1},
    "pass_unchecked": {"approved reviewed": 2, "approved sample_pass": 6, "rework": 1, "in_progress": 1},
    "pass_checked": {"approved reviewed": 2, "rework": 7, "in_progress": 1},
    "reject_all": {"rework": 9, "in_progress": 1},
}
COUNTS = {"pass_all": (7, 0), "pass_unchecked": (6, 0), "pass_checked": (0, 6), "reject_all": (0, 8)}


@pytest.fixture
def decided(people):
    task = sampled_task(people, files=10, sample=4)
    judge(task, people.auditor)
    judge(task, people.auditor, times=2, reject=True)
    turn = reviewing.next_review_for(now(task), by=people.auditor)
    reviewing.fix(turn, by=people.auditor, body={"answers": {**ANSWERS, "pace": "slow"}, "size": "minor"})
    begun = Assignment.objects.filter(state="rework").order_by("position").first()
    begun.start(by=people.operator)
    return now(task)


@pytest.mark.parametrize("action", CLOSED)
def test_what_becomes_of_everything_by_its_sample(api, people, decided, action):
    response = close(api, people.auditor, decided, action, **REASON)

    approved, returned = COUNTS[action]
    assert response.json() == {"approved": approved, "returned": returned, "escalated": 0, "job": None}
    assert states(decided) == CLOSED[action]
    noted = Review.objects.filter(origin="sample_pass").values_list("verdict", "reason_code", "comment")
    if returned:
        assert Counter(noted) == {("rejected", *REASON.values()): returned}
    else:
        assert Counter(noted) == {("approved", "", ""): approved}


def test_what_goes_back_counts_and_belongs_to_no_auditor_unless_one_looked(api, people, decided):
    Notice.objects.all().delete()
    close(api, people.auditor, decided, "reject_all", **REASON)

    waited = Assignment.objects.filter(draw__gte=4)
    approved = Assignment.objects.filter(draw__lt=4, submissions__reviews__verdict="approved")
    assert set(waited.values_list("reviewer", "rework_count", "rejections", "first_pass")) == {(None, 1, 1, None)}
    assert set(approved.values_list("reviewer", "rework_count", "rejections", "first_pass")) == {
        (people.auditor.pk, 1, 1, True)
    }
    assert list(Notice.objects.values_list("user", "kind", "times")) == [(people.operator.pk, "work_returned", 8)]
    verbs = AuditEvent.objects.filter(verb="reject", target_id__in=waited.values("pk"))
    assert verbs.count() == 6


def test_what_comes_back_too_often_by_closing_goes_to_the_manager(api, people, decided):
    LabelingTask.objects.update(max_rework=0)
    Notice.objects.all().delete()

    response = close(api, people.auditor, decided, "pass_checked", **REASON)

    assert response.json() == {"approved": 0, "returned": 0, "escalated": 6, "job": None}
    assert Assignment.objects.filter(state="escalated", rework_count=1, rejections=1).count() == 6
    assert list(Notice.objects.values_list("kind", "times")) == [("item_escalated", 6)]


def test_a_sample_is_closed_when_all_of_it_is_decided(api, people):
    task = sampled_task(people)
    judge(task, people.auditor, times=2)
    one_left = close(api, people.auditor, task, "pass_all")
    judge(task, people.auditor, reject=True)
    returned = review_figures(now(task))
    hand_in(task, people.operator)
    handed_in_again = close(api, people.auditor, task, "pass_all")

    assert (one_left.status_code, handed_in_again.status_code) == (409, 409)
    assert one_left.json()["detail"].startswith("1 item of the sample is not decided yet")
    assert (returned.sample_decided, returned.sample_size, returned.waiting) == (3, 3, 5)


@pytest.mark.parametrize(
    ("body", "place"),
    [
        ({"action": "all"}, ["body", "action"]),
        ({}, ["body", "action"]),
        ({"action": ["pass_all"]}, ["body", "action"]),
        ({"action": "reject_all", "comment": "Pauses."}, ["body", "reason_code"]),
        ({"action": "pass_checked", "reason_code": "other"}, ["body", "comment"]),
    ],
)
def test_a_closing_that_says_too_little(api, people, decided, body, place):
    response = api(people.auditor).post(f"/api/v1/labeling-tasks/{decided.pk}/close-sample", body)

    assert response.status_code == 422
    assert response.json()["detail"][0]["loc"] == place


def test_returned_work_is_judged_anew_and_the_next_closing_passes_what_waits_then(api, people, decided):
    close(api, people.auditor, decided, "reject_all", **REASON)
    assert review_figures(now(decided)).bound is None
    hand_in(decided, people.operator, times=10)
    judge(decided, people.auditor, times=4)

    figures = review_figures(now(decided))
    response = close(api, people.auditor, decided, "pass_all")

    assert (figures.decided, figures.errors, figures.sample_decided) == (4, 0, 4)
    assert response.json()["approved"] == 6
    assert now(decided).state == "ready"
    assert close(api, people.auditor, decided, "reject_all", **REASON).status_code == 409


def test_what_an_earlier_closing_returned_is_not_passed_unseen(api, people, decided):
    close(api, people.auditor, decided, "pass_checked", **REASON)

    assert close(api, people.auditor, decided, "pass_all").json()["approved"] == 1
    assert Assignment.objects.filter(state="rework").count() == 6


def test_nothing_is_closed_by_its_own_annotator(api, people, second):
    MembershipFactory(workspace=people.workspace, user=people.auditor, role=Role.OPERATOR)
    task = make_task(make_dataset(people.workspace, files=6), by=people.administrator)
    LabelingTask.objects.update(review_mode="sampled", sample_count=1, sample_size=1)
    hand_in(task, people.operator, times=3)
    hand_in(task, people.auditor, times=3)
    judge(task, second)

    closed = close(api, people.auditor, task, "pass_all")

    left = Assignment.objects.filter(state="pending_review")
    assert set(left.values_list("annotator", flat=True)) == {people.auditor.pk}
    assert closed.json()["approved"] + left.count() == 5
    assert close(api, second, task, "pass_all").json()["approved"] == left.count() or not left.exists()


def test_many_items_are_closed_by_a_worker(api, people, monkeypatch, django_capture_on_commit_callbacks):
    monkeypatch.setattr(closing, "AT_ONCE", 4)
    monkeypatch.setattr(slices, "SLICE", 2)
    task = partial_task(people, files=27)
    judge(task, people.auditor, times=20)

    with django_capture_on_commit_callbacks() as hints:
        asked_for = approve_rest(api, people.auditor, task)
        again = approve_rest(api, people.auditor, task)
    job = Job.objects.get(pk=asked_for.json()["job"])
    assert (asked_for.status_code, again.status_code, job.state) == (202, 409, "pending")
    for hint in hints:
        hint()
    job.refresh_from_db()

    assert (job.state, job.progress_done, job.progress_total) == ("completed", 7, 7)
    assert job.args["outcome"] == {"approved": 7}
    assert now(task).state == "ready"


def test_a_stopped_task_stops_its_closing_and_what_was_decided_stays(people, monkeypatch):
    monkeypatch.setattr(slices, "SLICE", 3)
    task = partial_task(people, files=30)
    judge(task, people.auditor, times=20)

    def stop(so_far):
        LabelingTask.objects.update(state="stopped", stopped_in="reviewing")

    with pytest.raises(IllegalMove, match="stopped meanwhile"):
        slices.run(asked(task, people.auditor, "approve_rest"), heard=stop)
    assert Assignment.objects.filter(origin="bulk").count() == 3
    LabelingTask.objects.update(state="reviewing", stopped_in="")
    assert slices.run(asked(task, people.auditor, "approve_rest")) == {"approved": 7}


def test_what_is_handed_in_after_it_was_asked_for_stays(people):
    task = partial_task(people, files=22)
    judge(task, people.auditor, times=20)
    before = asked(task, people.auditor, "approve_rest")
    Assignment.objects.filter(pk=Assignment.objects.filter(state="pending_review").first().pk).update(
        submitted_at=timezone.now()
    )

    assert slices.run(before) == {"approved": 1}


def test_figures_count_first_verdicts(api, people):
    task = partial_task(people, files=25)
    judge(task, people.auditor, times=17)
    judge(task, people.auditor, reject=True)
    for verb, body in (
        ("fix", {"answers": {**ANSWERS, "pace": "slow"}, "size": "major"}),
        ("drop", REASON),
    ):
        turn = reviewing.next_review_for(now(task), by=people.auditor)
        getattr(reviewing, verb)(turn, by=people.auditor, body=body)
    hand_in(task, people.operator)
    judge(task, people.auditor)

    found = api(people.administrator).get(f"/api/v1/labeling-tasks/{task.pk}/review-figures").json()

    assert round(found.pop("bound"), 4) == 0.3437
    assert found == {
        "decided": 20,
        "rejected": 1,
        "fixed": 1,
        "dropped": 1,
        "floor": 20,
        "waiting": 5,
        "sample_size": 0,
        "sample_decided": 0,
        "by_origin": {"reviewed": 19},
    }


@given(st.integers(0, 500_000))
def test_the_floor_is_a_tenth_and_at_least_twenty_of_what_there_is(total):
    floor = floor_of(total)

    assert 0 <= floor <= total
    assert floor * 10 >= total
    assert floor >= min(20, total)
    assert floor_of(total + 1) >= floor
    assert total < 200 or floor == -(-total // 10)


def test_no_submission_was_touched(api, people, decided):
    before = list(Submission.objects.order_by("id").values())
    close(api, people.auditor, decided, "pass_all")

    assert list(Submission.objects.order_by("id").values()) == before
