"""Verdicts over HTTP: who gives them, when, and what they leave behind."""

from datetime import timedelta

import pytest
from django.utils import timezone

from annotations.models import Assignment, LabelingTask, Review, Submission, TaskPerson
from tests.annotations.factories import ANSWERS, make_dataset, make_task
from tests.annotations.working import begin, hand_in, judge
from tests.callers import WHO
from tests.factories import MembershipFactory
from workspaces.models import Notice, Role

REASON = {"reason_code": "wrong_label", "comment": "It is a pause."}
FIXED = {**ANSWERS, "pace": "slow"}
BODIES = {
    "approve": {},
    "fix": {"answers": FIXED, "size": "minor"},
    "reject": REASON,
    "drop": REASON,
    "let-go": {},
}
STATES = {
    "approve": "approved",
    "fix": "approved",
    "reject": "rework",
    "drop": "cancelled",
    "let-go": "pending_review",
}
VERDICTS = [verb for verb in BODIES if verb != "let-go"]


@pytest.fixture
def task(people):
    return make_task(make_dataset(people.workspace, files=4), by=people.administrator)


def call(api, user, turn, verb, **body):
    return api(user).post(f"/api/v1/assignments/{turn.pk}/{verb}", {**BODIES[verb], **body})


def claim(api, user, task):
    response = api(user).post(f"/api/v1/labeling-tasks/{task.pk}/next-review")
    return Assignment.objects.get(pk=response.json()["assignment"]["id"]) if response.status_code == 200 else None


def fresh(turn):
    return Assignment.objects.get(pk=turn.pk)


@pytest.mark.parametrize("verb", BODIES)
@pytest.mark.parametrize(("who", "status"), list(zip(WHO, (403, 403, 403, 403, 200, 404, 401), strict=True)))
def test_who_gives_a_verdict(api, people, other, task, verb, who, status):
    turn = hand_in(task, other)
    assert claim(api, people.auditor, task) == turn

    response = call(api, people[who], turn, verb)

    assert response.status_code == status
    assert fresh(turn).state == (STATES[verb] if status == 200 else "pending_review")


@pytest.mark.parametrize("verb", VERDICTS)
def test_the_wrong_person_hears_that_before_what_is_wrong_with_the_body(api, people, other, task, verb):
    turn = hand_in(task, other)

    assert api(people.operator).post(f"/api/v1/assignments/{turn.pk}/{verb}", {"revision": "x"}).status_code == 403


@pytest.mark.parametrize("verb", VERDICTS)
def test_nobody_reviews_their_own_work_even_with_both_roles(api, people, task, verb):
    MembershipFactory(workspace=people.workspace, user=people.operator, role=Role.AUDITOR)
    turn = hand_in(task, people.operator)

    assert claim(api, people.operator, task) is None
    refused = call(api, people.operator, turn, verb)

    assert (refused.status_code, refused.json()["detail"]) == (403, "Nobody reviews their own work.")
    assert fresh(turn).state == "pending_review"


@pytest.mark.parametrize("verb", VERDICTS)
def test_nobody_reviews_an_item_they_have_a_turn_at(api, people, other, verb):
    MembershipFactory(workspace=people.workspace, user=people.operator, role=Role.AUDITOR)
    task = make_task(make_dataset(people.workspace, files=1), by=people.administrator, overlap=2)
    begin(task, people.operator)
    turn = hand_in(task, other)

    assert claim(api, people.operator, task) is None
    refused = call(api, people.operator, turn, verb)
    looked = api(people.operator).get(f"/api/v1/assignments/{turn.pk}")

    assert (refused.status_code, looked.status_code) == (403, 403)
    assert "You labeled this item too" in refused.json()["detail"]


def test_nobody_labels_an_item_they_judged(api, people, other):
    MembershipFactory(workspace=people.workspace, user=people.operator, role=Role.AUDITOR)
    task = make_task(make_dataset(people.workspace, files=1), by=people.administrator, overlap=2)
    turn = hand_in(task, other)
    assert call(api, people.operator, turn, "approve").status_code == 200

    assert api(people.operator).post(f"/api/v1/labeling-tasks/{task.pk}/next").status_code == 204


@pytest.mark.parametrize("verb", VERDICTS)
def test_whoever_labeled_it_before_it_was_reassigned_does_not_judge_it(api, people, other, task, verb):
    MembershipFactory(workspace=people.workspace, user=people.operator, role=Role.AUDITOR)
    turn = hand_in(task, people.operator)
    judge(task, people.auditor, reject=True)
    fresh(turn).reassign(to=other, by=people.administrator)
    hand_in(task, other)
    Assignment.objects.filter(pk=turn.pk).update(reviewer=None)

    assert call(api, people.operator, turn, verb).status_code == 403


@pytest.mark.parametrize("verb", VERDICTS)
def test_a_verdict_needs_a_seat(api, people, other, second, verb):
    task = make_task(make_dataset(people.workspace), by=people.administrator, reviewers=[(second, None)])
    turn = hand_in(task, other)

    refused = call(api, people.auditor, turn, verb)
    looked = api(people.auditor).get(f"/api/v1/assignments/{turn.pk}")

    assert (refused.status_code, looked.status_code) == (403, 403)
    assert "You are not among the people" in refused.json()["detail"]
    assert call(api, second, turn, verb).status_code == 200


@pytest.mark.parametrize("verb", BODIES)
def test_what_another_auditor_has_open_is_theirs(api, people, other, second, task, verb):
    turn = hand_in(task, other)
    claim(api, second, task)

    refused = call(api, people.auditor, turn, verb)

    assert (refused.status_code, refused.json()["detail"]) == (403, "Another auditor reviews this item.")


def approved_meanwhile(turn, people):
    turn.approve(by=people.auditor, submission=turn.submissions.get())


def returned_meanwhile(turn, people):
    submission = turn.submissions.get()
    turn.reject(by=people.auditor, submission=submission, reason_code="other", comment="No, no.")


def taken_by_another(turn, people):
    other = MembershipFactory(workspace=people.workspace, role=Role.AUDITOR).user
    Assignment.objects.filter(pk=turn.pk).update(reviewer=other)


def stopped(turn, people):
    turn.task.stop(by=people.administrator)


def deleted(turn, people):
    LabelingTask.objects.filter(pk=turn.task_id).update(deleted_at=timezone.now())


@pytest.mark.parametrize("verb", VERDICTS)
@pytest.mark.parametrize(
    ("meanwhile", "status"),
    [(approved_meanwhile, 409), (returned_meanwhile, 409), (taken_by_another, 403), (stopped, 409), (deleted, 409)],
)
def test_what_changed_since_the_page_was_opened(api, people, other, task, verb, meanwhile, status):
    hand_in(task, other)
    turn = claim(api, people.auditor, task)
    meanwhile(fresh(turn), people)
    before = list(Review.objects.values_list("verdict", flat=True)), Submission.objects.count(), fresh(turn).state

    response = call(api, people.auditor, turn, verb, revision=1)

    assert response.status_code == status
    assert response.json()["detail"].endswith(".")
    after = list(Review.objects.values_list("verdict", flat=True)), Submission.objects.count(), fresh(turn).state
    assert after == before


@pytest.mark.parametrize("verb", VERDICTS)
def test_a_verdict_is_about_the_revision_it_saw(api, people, other, task, verb):
    turn = hand_in(task, other)
    judge(task, people.auditor, reject=True)
    hand_in(task, other)

    stale = call(api, people.auditor, turn, verb, revision=1)
    wrong = call(api, people.auditor, turn, verb, revision="1")
    timely = call(api, people.auditor, turn, verb, revision=2)

    assert (stale.status_code, wrong.status_code, timely.status_code) == (409, 422, 200)
    assert "handed in again" in stale.json()["detail"]


def test_a_fix_is_a_revision_of_its_own_and_keeps_both_authors(api, people, other, task):
    turn = hand_in(task, other)

    response = call(api, people.auditor, turn, "fix", size="major", active_ms=5000, listened=[[0, 100]])

    turn = fresh(turn)
    assert response.json() == {"state": "approved", "next": None}
    assert (turn.annotator, turn.reviewer, turn.correction, turn.origin) == (other, people.auditor, "major", "reviewed")
    assert (turn.revision, turn.first_pass, turn.rejections) == (2, False, 0)
    rows = turn.submissions.order_by("revision").values_list("revision", "author", "answers", "active_ms")
    assert list(rows) == [(1, other.pk, ANSWERS, 60_000), (2, people.auditor.pk, FIXED, 5000)]
    review = Review.objects.get()
    assert (review.submission.revision, review.verdict, review.correction) == (1, "fixed", "major")


@pytest.mark.parametrize(
    ("body", "place", "words"),
    [
        ({"answers": ANSWERS}, ["body", "answers"], "Nothing was changed"),
        (
            {"answers": {**ANSWERS, "marks": [{**ANSWERS["marks"][0], "id": "other"}]}},
            ["body", "answers"],
            "Nothing was changed",
        ),
        ({"answers": {"pace": "slow"}}, ["body", "answers", "marks"], "Mark at least one region"),
        ({"answers": {**ANSWERS, "pace": "rapid"}}, ["body", "answers", "pace"], "not one of the choices"),
        ({"answers": None}, ["body", "answers"], "Send an object"),
        ({"size": "huge"}, ["body", "size"], "minor or major"),
        ({"active_ms": -1}, ["body", "active_ms"], "whole milliseconds"),
    ],
)
def test_a_wrong_fix_changes_nothing(api, people, other, task, body, place, words):
    turn = hand_in(task, other)

    response = call(api, people.auditor, turn, "fix", **body)

    assert response.status_code == 422
    assert response.json()["detail"][0]["loc"] == place
    assert words in response.json()["detail"][0]["msg"]
    assert (fresh(turn).state, Submission.objects.count()) == ("pending_review", 1)


@pytest.mark.parametrize("verb", ["reject", "drop"])
@pytest.mark.parametrize(
    ("body", "field"),
    [({"reason_code": "bad"}, "reason_code"), ({"comment": " a "}, "comment"), ({"comment": None}, "comment")],
)
def test_what_goes_back_or_out_has_its_reason(api, people, other, task, verb, body, field):
    turn = hand_in(task, other)

    response = call(api, people.auditor, turn, verb, **body)

    assert response.status_code == 422
    assert [row["loc"] for row in response.json()["detail"]] == [["body", field]]
    assert fresh(turn).state == "pending_review"


def test_after_a_correction_it_goes_to_whoever_returned_it(api, people, other, second, task):
    hand_in(task, other, times=2)
    turn = judge(task, people.auditor, reject=True)
    hand_in(task, other)

    assert fresh(turn).state == "pending_review"
    assert claim(api, second, task) != turn
    assert claim(api, people.auditor, task) == turn


def test_what_comes_back_too_often_is_escalated_and_said_once_each(api, people, other, task):
    LabelingTask.objects.update(max_rework=1)
    turn = hand_in(task, other)
    states = []
    for _ in range(2):
        call(api, people.auditor, turn, "reject")
        states.append(fresh(turn).state)
        if states[-1] == "rework":
            hand_in(task, other)

    turn = fresh(turn)
    assert (states, turn.rework_count, turn.rejections, turn.first_pass) == (["rework", "escalated"], 2, 2, False)
    assert list(Notice.objects.filter(user=other).values_list("kind", "times")) == [("work_returned", 1)]
    assert list(Notice.objects.filter(kind="item_escalated").values_list("user", flat=True)) == [
        people.administrator.pk
    ]


def test_a_number_of_reviews_counts_both_levels(api, people, other, second):
    task = make_task(
        make_dataset(people.workspace, files=4),
        by=people.administrator,
        reviewers=[(people.auditor, 2), (second, None)],
    )
    LabelingTask.objects.update(recheck_percent=100)
    hand_in(task, other, times=4)
    judge(task, people.auditor, times=2)
    left = Assignment.objects.filter(state="pending_review", review_level=1).first()

    assert Assignment.objects.filter(approved_by=people.auditor).count() == 2
    assert claim(api, people.auditor, task) is None
    refused = call(api, people.auditor, left, "approve")
    assert refused.status_code == 409
    assert "your number of items" in refused.json()["detail"]


def test_a_review_that_is_let_go_is_for_others(api, people, other, second, task):
    hand_in(task, other, times=2)
    first = claim(api, people.auditor, task)

    following = call(api, people.auditor, first, "let-go", next=True).json()["next"]
    again = call(api, people.auditor, first, "let-go")

    assert following["assignment"]["id"] != str(first.pk)
    assert again.status_code == 409
    assert claim(api, second, task) == first


def test_what_an_auditor_let_go_comes_to_them_last(api, people, other, task):
    hand_in(task, other, times=3)
    first = claim(api, people.auditor, task)
    second = call(api, people.auditor, first, "let-go", next=True).json()["next"]["assignment"]["id"]

    third = call(api, people.auditor, Assignment(pk=second), "approve", next=True).json()["next"]["assignment"]["id"]
    last = call(api, people.auditor, Assignment(pk=third), "approve", next=True).json()["next"]["assignment"]["id"]
    none = call(api, people.auditor, first, "let-go", next=True).json()["next"]

    assert (last, none) == (str(first.pk), None)
    assert claim(api, people.auditor, task) == first


def test_a_review_that_was_left_for_a_day_goes_to_others(api, people, other, second, task):
    hand_in(task, other)
    turn = claim(api, people.auditor, task)
    assert (Assignment.objects.give_back_left_reviews(), claim(api, second, task)) == (0, None)

    Assignment.objects.update(lease_until=timezone.now() - timedelta(seconds=1))

    assert Assignment.objects.give_back_left_reviews() == 1
    assert claim(api, second, task) == turn


def test_moves_are_what_the_verbs_allow(api, people, other, second, task):
    turn = hand_in(task, other)
    claim(api, people.auditor, task)

    def moves(user):
        return api(user).get(f"/api/v1/assignments/{turn.pk}").json()["assignment"]["moves"]

    assert moves(people.auditor) == ["approve", "fix", "reject", "drop", "let_go"]
    assert [move for move in moves(people.administrator) if move in BODIES] == []
    TaskPerson.objects.create(task=task, user=second, kind="review")
    LabelingTask.objects.update(reviews_openly=False)
    assert moves(people.auditor) == []


READS = {
    "review-figures": (200, 200, 200, 403, 200, 404, 401),
    "reviews": (200, 200, 200, 403, 200, 404, 401),
}


@pytest.mark.parametrize(
    ("path", "who", "status"), [(path, *cell) for path, row in READS.items() for cell in zip(WHO, row, strict=True)]
)
def test_who_sees_how_a_review_goes(api, people, task, path, who, status):
    assert api(people[who]).get(f"/api/v1/labeling-tasks/{task.pk}/{path}").status_code == status


def test_verdicts_are_listed_newest_first_to_managers_and_ones_own_to_auditors(api, people, other, second, task):
    hand_in(task, other, times=3)
    rejected = judge(task, people.auditor, reject=True)
    judge(task, second)
    url = f"/api/v1/labeling-tasks/{task.pk}/reviews"

    def verdicts(user, query=""):
        return [row["verdict"] for row in api(user).get(url + query).json()["items"]]

    row = api(people.auditor).get(url).json()["items"][0]

    assert verdicts(people.administrator) == ["approved", "rejected"]
    assert verdicts(people.administrator, "?verdict=rejected") == ["rejected"]
    assert (verdicts(people.auditor), verdicts(second)) == (["rejected"], ["approved"])
    assert api(people.administrator).get(f"{url}?verdict=bad").status_code == 422
    assert row["assignment"] == str(rejected.pk)
    assert (row["revision"], row["origin"], row["correction"]) == (1, "reviewed", "")
    assert (row["reason"], row["comment"]) == ("boundary_late", "starts before the word")
    assert row["reviewer"] == {"id": str(people.auditor.pk), "name": str(people.auditor)}
