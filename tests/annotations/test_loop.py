"""The loop over HTTP: next, draft, submit, review, rework, approve."""

from datetime import timedelta

import pytest
from django.utils import timezone

from annotations.models import Assignment, Draft, LabelingTask, Submission
from tests.annotations.factories import ANSWERS, make_dataset, make_task
from workspaces.models import AuditEvent


@pytest.fixture
def task(people):
    return make_task(make_dataset(people.workspace), by=people.administrator)


def take(api, user, task):
    response = api(user).post(f"/api/v1/labeling-tasks/{task.pk}/next")
    assert response.status_code == 200, response.content
    return response.json()


def url(turn, verb):
    return f"/api/v1/assignments/{turn['assignment']['id']}/{verb}"


def hand_in(api, user, turn, **extra):
    body = {"answers": ANSWERS, "active_ms": 9000, "listened": [[0, 4000], [3000, 10_000]], **extra}
    response = api(user).post(url(turn, "submit"), body)
    assert response.status_code == 200, response.content
    return response.json()


def test_next_hands_out_the_first_item_with_its_form(api, people, task):
    turn = take(api, people.operator, task)

    assert turn["item"]["position"] == 1
    assert turn["assignment"]["state"] == "in_progress"
    assert turn["assignment"]["moves"] == ["open", "submit", "skip", "release"]
    assert [question["alias"] for question in turn["questions"]] == ["marks", "pace", "moments", "note"]
    assert turn["item"]["files"][0]["duration_ms"] == 10_000
    assert turn["progress"] == {"done": 0, "total": 3}


def test_next_gives_the_same_item_until_it_is_handed_in(api, people, task):
    first = take(api, people.operator, task)
    again = take(api, people.operator, task)
    hand_in(api, people.operator, again)
    second = take(api, people.operator, task)

    assert again["assignment"]["id"] == first["assignment"]["id"]
    assert second["item"]["position"] == 2


def test_two_people_get_two_items(api, people, task):
    mine = take(api, people.operator, task)
    theirs = take(api, people.annotation_administrator, task)

    assert mine["item"]["position"] == 1
    assert theirs["item"]["position"] == 2


def test_next_is_204_when_nothing_is_left(api, people, task):
    for _ in range(3):
        hand_in(api, people.operator, take(api, people.operator, task))

    assert api(people.operator).post(f"/api/v1/labeling-tasks/{task.pk}/next").status_code == 204


def test_submit_stores_an_immutable_revision_and_the_next_item(api, people, task):
    turn = take(api, people.operator, task)
    answer = hand_in(api, people.operator, turn, next=True)

    submission = Submission.objects.get()
    assert (submission.revision, submission.active_ms, submission.listened) == (1, 9000, [[0, 10_000]])
    assert submission.answers == ANSWERS
    assert answer["submission"] == {"id": str(submission.pk), "revision": 1, "state": "pending_review"}
    assert answer["next"]["item"]["position"] == 2
    with pytest.raises(TypeError):
        submission.save()


def test_submit_twice_is_409_and_stores_one(api, people, task):
    turn = take(api, people.operator, task)
    hand_in(api, people.operator, turn)
    again = api(people.operator).post(url(turn, "submit"), {"answers": ANSWERS, "revision": 0})

    assert again.status_code == 409
    assert Submission.objects.count() == 1


@pytest.mark.parametrize(
    ("answers", "loc"),
    [
        ({"pace": "normal"}, ["body", "answers", "marks"]),
        ({**ANSWERS, "pace": "rapid"}, ["body", "answers", "pace"]),
        ({**ANSWERS, "pace": ["normal"]}, ["body", "answers", "pace"]),
        ({**ANSWERS, "nonsense": 1}, ["body", "answers", "nonsense"]),
        (
            {**ANSWERS, "marks": [{"label": "glitch", "start_ms": 10, "end_ms": 10}]},
            ["body", "answers", "marks", 0, "end_ms"],
        ),
        (
            {**ANSWERS, "marks": [{"label": "glitch", "start_ms": -1, "end_ms": 10}]},
            ["body", "answers", "marks", 0, "start_ms"],
        ),
        (
            {**ANSWERS, "marks": [{"label": "glitch", "start_ms": 1, "end_ms": 10_001}]},
            ["body", "answers", "marks", 0, "end_ms"],
        ),
        (
            {**ANSWERS, "marks": [{"label": "glitch", "start_ms": True, "end_ms": 9}]},
            ["body", "answers", "marks", 0, "start_ms"],
        ),
        (
            {**ANSWERS, "marks": [{"label": "glitch", "start_ms": 1.5, "end_ms": 9}]},
            ["body", "answers", "marks", 0, "start_ms"],
        ),
        (
            {**ANSWERS, "marks": [{"label": ["glitch"], "start_ms": 1, "end_ms": 9}]},
            ["body", "answers", "marks", 0, "label"],
        ),
        ({**ANSWERS, "marks": ["glitch"]}, ["body", "answers", "marks", 0]),
        ({**ANSWERS, "marks": {"glitch": 1}}, ["body", "answers", "marks"]),
        ({**ANSWERS, "moments": [1, "2"]}, ["body", "answers", "moments", 1]),
        ({**ANSWERS, "note": "x" * 51}, ["body", "answers", "note"]),
        ({**ANSWERS, "note": "a\u0000b"}, ["body", "answers", "note"]),
        ([], ["body", "answers"]),
    ],
)
def test_submit_refuses_wrong_answers_and_stores_nothing(api, people, task, answers, loc):
    turn = take(api, people.operator, task)
    response = api(people.operator).post(url(turn, "submit"), {"answers": answers})

    assert response.status_code == 422
    assert response.json()["detail"][0]["loc"] == loc
    assert Submission.objects.count() == 0
    assert Assignment.objects.get(pk=turn["assignment"]["id"]).state == "in_progress"


def test_draft_survives_and_its_version_guards_it(api, people, task):
    turn = take(api, people.operator, task)
    client = api(people.operator)
    saved = client.put(url(turn, "draft"), {"version": 0, "answers": {"note": "half a sen"}, "active_ms": 10})
    stale = client.put(url(turn, "draft"), {"version": 0, "answers": {"note": "from another tab"}})
    again = take(api, people.operator, task)

    assert saved.json()["version"] == 1
    assert (stale.status_code, stale.json()["version"]) == (409, 1)
    assert again["draft"] == {"answers": {"note": "half a sen"}, "active_ms": 10, "listened": []}
    assert again["assignment"]["draft_version"] == 1


def test_an_older_window_does_not_hand_in_over_a_later_draft(api, people, task):
    turn = take(api, people.operator, task)
    client = api(people.operator)
    client.put(url(turn, "draft"), {"version": 0, "answers": {"note": "from the newer window"}})

    older = client.post(url(turn, "submit"), {"answers": ANSWERS, "revision": 0, "draft_version": 0})
    stored = Submission.objects.count()
    newer = client.post(url(turn, "submit"), {"answers": ANSWERS, "revision": 0, "draft_version": 1})

    assert (older.status_code, older.json()["version"], stored) == (409, 1, 0)
    assert newer.status_code == 200


@pytest.mark.parametrize("version", [0, 1])
def test_what_was_handed_in_takes_no_draft_from_an_older_window(api, people, task, version):
    turn = take(api, people.operator, task)
    client = api(people.operator)
    if version:
        client.put(url(turn, "draft"), {"version": 0, "answers": {"note": "half"}})
    hand_in(api, people.operator, turn)

    refused = client.put(url(turn, "draft"), {"version": version, "answers": {"note": "too late"}})

    assert refused.status_code == 409
    assert "in review" in refused.json()["detail"]
    assert "version" not in refused.json()
    assert not Draft.objects.filter(answers={"note": "too late"}).exists()


@pytest.mark.parametrize("verb", ["approve", "reject"])
def test_a_verdict_is_about_the_revision_it_saw(api, people, task, verb):
    hand_in(api, people.operator, take(api, people.operator, task))
    auditor = api(people.auditor)
    seen = auditor.post(f"/api/v1/labeling-tasks/{task.pk}/next-review").json()
    verdict = {"reason_code": "wrong_label", "comment": "not a click"}
    auditor.post(url(seen, "reject"), {**verdict, "revision": 1})
    hand_in(api, people.operator, take(api, people.operator, task))

    late = auditor.post(url(seen, verb), {**verdict, "revision": 1})
    wrong = auditor.post(url(seen, verb), {**verdict, "revision": "1"})
    state = Assignment.objects.get(pk=seen["assignment"]["id"]).state
    timely = auditor.post(url(seen, verb), {**verdict, "revision": 2})

    assert (late.status_code, wrong.status_code, state) == (409, 422, "pending_review")
    assert "handed in again" in late.json()["detail"]
    assert timely.status_code == 200


def test_a_draft_may_be_unfinished_but_not_wrong(api, people, task):
    turn = take(api, people.operator, task)
    response = api(people.operator).put(url(turn, "draft"), {"version": 0, "answers": {"pace": "rapid"}})

    assert response.status_code == 422
    assert Draft.objects.count() == 0


def test_rejected_work_returns_to_its_annotator_and_is_handed_in_again(api, people, task):
    turn = take(api, people.operator, task)
    hand_in(api, people.operator, turn)
    review = api(people.auditor).post(f"/api/v1/labeling-tasks/{task.pk}/next-review").json()
    answer = api(people.auditor).post(
        url(review, "reject"), {"reason_code": "boundary_late", "comment": "Starts too late."}
    )
    rework = take(api, people.operator, task)
    corrected = {**ANSWERS, "pace": "slow"}
    hand_in(api, people.operator, rework, answers=corrected, revision=1)
    second = api(people.auditor).post(f"/api/v1/labeling-tasks/{task.pk}/next-review").json()
    api(people.auditor).post(url(second, "approve"))

    assert review["submission"]["answers"] == ANSWERS
    assert answer.json() == {"state": "rework", "next": None}
    assert rework["returned"]["comment"] == "Starts too late."
    assert rework["draft"]["answers"] == ANSWERS
    assert [row["revision"] for row in Submission.objects.order_by("revision").values("revision")] == [1, 2]
    assert second["history"][0]["verdict"] == "rejected"
    done = Assignment.objects.get(pk=turn["assignment"]["id"])
    assert (done.state, done.origin, done.reviewer, done.rework_count) == ("approved", "reviewed", people.auditor, 1)


def test_after_the_last_rework_the_item_is_escalated(api, people, task):
    task.max_rework = 0
    task.save()
    turn = take(api, people.operator, task)
    hand_in(api, people.operator, turn)
    review = api(people.auditor).post(f"/api/v1/labeling-tasks/{task.pk}/next-review").json()
    api(people.auditor).post(url(review, "reject"), {"reason_code": "other", "comment": "Still wrong."})

    assert Assignment.objects.get(pk=turn["assignment"]["id"]).state == "escalated"
    reopened = api(people.administrator).post(url(turn, "reopen"))
    assert reopened.json() == {"state": "rework"}


@pytest.mark.parametrize(
    ("body", "loc"),
    [
        ({"comment": "No code."}, ["body", "reason_code"]),
        ({"reason_code": "nonsense", "comment": "Wrong code."}, ["body", "reason_code"]),
        ({"reason_code": "other"}, ["body", "comment"]),
        ({"reason_code": "other", "comment": "  x "}, ["body", "comment"]),
    ],
)
def test_reject_needs_a_reason(api, people, task, body, loc):
    hand_in(api, people.operator, take(api, people.operator, task))
    review = api(people.auditor).post(f"/api/v1/labeling-tasks/{task.pk}/next-review").json()
    response = api(people.auditor).post(url(review, "reject"), body)

    assert response.status_code == 422
    assert response.json()["detail"][0]["loc"] == loc
    assert Assignment.objects.get(pk=review["assignment"]["id"]).state == "pending_review"


def test_a_left_item_goes_back_to_the_pool_and_its_draft_waits(api, people, task):
    turn = take(api, people.operator, task)
    api(people.operator).put(url(turn, "draft"), {"version": 0, "answers": {"note": "mine"}})
    Assignment.objects.filter(pk=turn["assignment"]["id"]).update(lease_until=timezone.now() - timedelta(seconds=1))
    Assignment.objects.give_back_expired()

    assert Assignment.objects.get(pk=turn["assignment"]["id"]).state == "open"
    saved = api(people.operator).put(url(turn, "draft"), {"version": 1, "answers": {"note": "mine still"}})
    assert saved.json()["version"] == 2
    assert Assignment.objects.get(pk=turn["assignment"]["id"]).annotator == people.operator


def test_what_another_took_meanwhile_cannot_be_handed_in(api, people, task):
    turn = take(api, people.operator, task)
    api(people.operator).put(url(turn, "draft"), {"version": 0, "answers": {"note": "mine"}})
    Assignment.objects.filter(pk=turn["assignment"]["id"]).update(lease_until=timezone.now() - timedelta(seconds=1))
    Assignment.objects.give_back_expired()
    other = take(api, people.annotation_administrator, task)
    response = api(people.operator).post(url(turn, "submit"), {"answers": ANSWERS})

    assert other["assignment"]["id"] == turn["assignment"]["id"]
    assert other["draft"]["answers"] == {}
    assert response.status_code == 409
    assert Submission.objects.count() == 0
    assert Draft.objects.get().answers == {"note": "mine"}


def test_skip_sets_aside_and_release_gives_back(api, people, task):
    first = take(api, people.operator, task)
    skipped = api(people.operator).post(url(first, "skip"), {"reason": "Only noise.", "next": True}).json()
    second = skipped["next"]
    released = api(people.operator).post(url(second, "release"))

    assert Assignment.objects.get(pk=first["assignment"]["id"]).skip_reason == "Only noise."
    assert second["item"]["position"] == 2
    assert released.status_code == 204
    assert Assignment.objects.get(pk=second["assignment"]["id"]).annotator is None


def test_dealt_work_stays_with_its_person(api, people):
    task = make_task(
        make_dataset(people.workspace, files=4),
        by=people.administrator,
        annotators=[(people.operator, 3), (people.annotation_administrator, 1)],
    )
    turn = take(api, people.operator, task)
    api(people.operator).post(url(turn, "release"))

    assert turn["progress"] == {"done": 0, "total": 3}
    row = Assignment.objects.get(pk=turn["assignment"]["id"])
    assert (row.state, row.annotator) == ("assigned", people.operator)
    assert Assignment.objects.filter(annotator=people.annotation_administrator).count() == 1


def test_the_task_follows_its_items(api, people):
    task = make_task(make_dataset(people.workspace, files=1), by=people.administrator)
    states = [task.state]
    hand_in(api, people.operator, take(api, people.operator, task))
    states.append(LabelingTask.objects.get().state)
    review = api(people.auditor).post(f"/api/v1/labeling-tasks/{task.pk}/next-review").json()
    api(people.auditor).post(url(review, "reject"), {"reason_code": "other", "comment": "Once more."})
    states.append(LabelingTask.objects.get().state)
    hand_in(api, people.operator, take(api, people.operator, task))
    review = api(people.auditor).post(f"/api/v1/labeling-tasks/{task.pk}/next-review").json()
    api(people.auditor).post(url(review, "approve"))
    states.append(LabelingTask.objects.get().state)

    assert states == ["open", "reviewing", "open", "ready"]


def test_without_review_submitted_is_done(api, people):
    task = make_task(make_dataset(people.workspace, files=1), by=people.administrator, review_mode="none")
    hand_in(api, people.operator, take(api, people.operator, task))

    row = Assignment.objects.get()
    assert (row.state, row.origin, LabelingTask.objects.get().state) == ("submitted", "no_review", "ready")


def test_a_stopped_task_takes_nothing_and_keeps_drafts(api, people, task):
    turn = take(api, people.operator, task)
    api(people.operator).put(url(turn, "draft"), {"version": 0, "answers": {"note": "kept"}})
    api(people.administrator).post(f"/api/v1/labeling-tasks/{task.pk}/stop")

    for call in (
        api(people.operator).post(f"/api/v1/labeling-tasks/{task.pk}/next"),
        api(people.operator).post(url(turn, "submit"), {"answers": ANSWERS}),
    ):
        assert call.status_code == 409
    api(people.administrator).post(f"/api/v1/labeling-tasks/{task.pk}/resume")
    assert take(api, people.operator, task)["draft"]["answers"] == {"note": "kept"}


def test_work_on_a_deleted_task_is_told_so(api, people, task):
    turn = take(api, people.operator, task)
    api(people.administrator).delete(f"/api/v1/labeling-tasks/{task.pk}")
    submitted = api(people.operator).post(url(turn, "submit"), {"answers": ANSWERS})

    assert (submitted.status_code, submitted.json()["detail"]) == (409, "This labeling task was deleted.")
    assert api(people.operator).get(f"/api/v1/assignments/{turn['assignment']['id']}").status_code == 404
    assert api(people.operator).post(f"/api/v1/labeling-tasks/{task.pk}/next").status_code == 404


def test_partial_review_approves_the_rest_after_the_floor(api, people):
    task = make_task(make_dataset(people.workspace, files=22), by=people.administrator, review_mode="partial")
    for _ in range(22):
        hand_in(api, people.operator, take(api, people.operator, task))
    early = api(people.auditor).post(f"/api/v1/labeling-tasks/{task.pk}/approve-rest")
    for _ in range(20):
        review = api(people.auditor).post(f"/api/v1/labeling-tasks/{task.pk}/next-review").json()
        api(people.auditor).post(url(review, "approve"))
    rest = api(people.auditor).post(f"/api/v1/labeling-tasks/{task.pk}/approve-rest")

    assert early.status_code == 409
    assert rest.json() == {"approved": 2, "returned": 0, "escalated": 0, "job": None}
    assert Assignment.objects.filter(origin="bulk").count() == 2
    assert LabelingTask.objects.get().state == "ready"


def test_each_move_leaves_one_event(api, people, task):
    AuditEvent.objects.all().delete()
    turn = take(api, people.operator, task)
    hand_in(api, people.operator, turn)
    review = api(people.auditor).post(f"/api/v1/labeling-tasks/{task.pk}/next-review").json()
    api(people.auditor).post(url(review, "approve"))

    events = AuditEvent.objects.filter(target_id=turn["assignment"]["id"]).order_by("id")
    assert [(event.verb, event.actor) for event in events] == [
        ("take", people.operator),
        ("submit", people.operator),
        ("approve", people.auditor),
    ]
