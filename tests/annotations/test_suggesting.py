"""A model's suggestions over HTTP: who gets them, and what is kept of what people do with them."""

import pytest

from annotations.models import Assignment, Draft, ItemSuggestions, LabelingTask, Submission
from tests.annotations.suggested import ROWS, answers, region, suggest
from tests.annotations.working import hand_in, judge
from tests.factories import MembershipFactory


@pytest.fixture
def assisted(task):
    suggest(task)
    return task


def take(api, user, task):
    answer = api(user).post(f"/api/v1/labeling-tasks/{task.pk}/next")
    assert answer.status_code == 200, answer.content
    return answer.json()


def send(api, user, turn, verb, body):
    pk = turn["assignment"]["id"] if isinstance(turn, dict) else turn.pk
    client = api(user)
    return (client.put if verb == "draft" else client.post)(f"/api/v1/assignments/{pk}/{verb}", body)


def fates_of(submission):
    return [(row["id"], row["fate"]) for row in submission.suggested]


def test_without_a_model_the_key_is_there_and_empty(api, people, task):
    assert take(api, people.operator, task)["suggestions"] is None


def test_whoever_labels_gets_what_the_model_found(api, people, assisted):
    assert take(api, people.operator, assisted)["suggestions"] == {
        "model": {"id": None, "name": "Glitches 1"},
        "threshold": 0.5,
        "alias": "marks",
        "rows": ROWS,
        "dismissed": [],
    }


@pytest.mark.parametrize("values", [{"error": "No sound in it."}, None], ids=["could not", "not yet"])
def test_what_no_model_has_heard_has_no_suggestions(api, people, task, values):
    suggest(task, [], **(values or {}))
    if values is None:
        ItemSuggestions.objects.all().delete()

    turn = take(api, people.operator, task)
    answer = send(api, people.operator, turn, "submit", {"answers": answers(region())})

    assert (turn["suggestions"], answer.status_code) == (None, 200)
    assert Submission.objects.get().suggested == []
    assert Assignment.objects.get(pk=turn["assignment"]["id"]).fates == ""


def test_finding_nothing_is_told_apart_from_not_listening(api, people, task):
    suggest(task, [])

    turn = take(api, people.operator, task)
    send(api, people.operator, turn, "submit", {"answers": answers(region())})

    assert turn["suggestions"]["rows"] == []
    assert Assignment.objects.get(pk=turn["assignment"]["id"]).fates == "0.0.0.0.1"


def test_what_became_of_each_is_stored_with_the_submission(api, people, assisted):
    turn = take(api, people.operator, assisted)
    given = answers(region("s1"), region("s2", end_ms=5000), region())
    answer = send(api, people.operator, turn, "submit", {"answers": given, "dismissed": ["s3"]})

    assert answer.status_code == 200
    submission = Submission.objects.get()
    assert submission.suggested == [
        {**row, "fate": fate} for row, fate in zip(ROWS, ("accepted", "adjusted", "dismissed"), strict=True)
    ]
    assert [one.get("suggestion") for one in submission.answers["marks"]] == [None, "s1", "s2"]
    assert Assignment.objects.get(pk=turn["assignment"]["id"]).fates == "1.0.1.0.1,0.1"


def test_only_ids_of_the_sender_count(api, people, assisted):
    turn = take(api, people.operator, assisted)
    lie = region("s1", confidence=1.0, fate="accepted", start_ms=1000)
    body = {"answers": answers(lie), "suggested": [{"id": "s1", "fate": "accepted"}], "fates": "9"}
    send(api, people.operator, turn, "submit", body)

    submission = Submission.objects.get()
    assert fates_of(submission) == [("s1", "adjusted"), ("s2", "left"), ("s3", "left")]
    assert submission.answers["marks"] == [region("s1", start_ms=1000)]


WRONG = [
    ({"answers": answers(region(), region("s9", id="b"))}, ["body", "answers", "marks", 1, "suggestion"]),
    ({"answers": answers(region("s1"), region("s1", id="b"))}, ["body", "answers", "marks", 1, "suggestion"]),
    ({"answers": answers(region("s1", suggestion=7))}, ["body", "answers", "marks", 0, "suggestion"]),
    ({"answers": answers(region("s1", suggestion="s" * 41))}, ["body", "answers", "marks", 0, "suggestion"]),
    ({"answers": answers(region()), "dismissed": ["s1", "s9"]}, ["body", "dismissed", 1]),
    ({"answers": answers(region()), "dismissed": "s1"}, ["body", "dismissed"]),
    ({"answers": answers(region()), "dismissed": [1]}, ["body", "dismissed"]),
    ({"answers": answers(region()), "dismissed": ["s" * 41]}, ["body", "dismissed"]),
    ({"answers": answers(region()), "dismissed": None}, ["body", "dismissed"]),
]


@pytest.mark.parametrize("verb", ["submit", "draft"])
@pytest.mark.parametrize(("body", "loc"), WRONG)
def test_what_is_no_suggestion_of_the_item_is_refused_at_its_place(api, people, assisted, verb, body, loc):
    turn = take(api, people.operator, assisted)
    answer = send(api, people.operator, turn, verb, {"version": 0, **body})

    assert answer.status_code == 422, answer.content
    assert [row["loc"] for row in answer.json()["detail"]] == [loc]
    assert (Submission.objects.count(), Draft.objects.count()) == (0, 0)


def test_without_a_model_nothing_can_be_made_from_a_suggestion(api, people, task):
    turn = take(api, people.operator, task)

    linked = send(api, people.operator, turn, "submit", {"answers": answers(region("s1"))})
    dismissed = send(api, people.operator, turn, "submit", {"answers": answers(region()), "dismissed": ["s1"]})
    plain = send(api, people.operator, turn, "submit", {"answers": answers(region()), "dismissed": []})

    assert [answer.status_code for answer in (linked, dismissed, plain)] == [422, 422, 200]


def test_a_draft_keeps_what_was_dismissed_until_it_says_otherwise(api, people, assisted):
    turn = take(api, people.operator, assisted)
    body = {"answers": answers(region("s1"))}
    assert (
        send(api, people.operator, turn, "draft", {**body, "version": 0, "dismissed": ["s2", "s2"]}).status_code == 200
    )
    assert send(api, people.operator, turn, "draft", {**body, "version": 1}).status_code == 200

    again = take(api, people.operator, assisted)
    assert again["suggestions"]["dismissed"] == ["s2"]
    assert again["draft"]["answers"]["marks"] == [region("s1")]
    stale = send(api, people.operator, turn, "draft", {**body, "version": 0})
    assert (stale.status_code, stale.json()["dismissed"]) == (409, ["s2"])
    send(api, people.operator, turn, "submit", body)
    assert fates_of(Submission.objects.get()) == [("s1", "accepted"), ("s2", "dismissed"), ("s3", "left")]


def test_a_submission_that_says_that_nothing_is_dismissed_is_believed(api, people, assisted):
    turn = take(api, people.operator, assisted)
    send(api, people.operator, turn, "draft", {"answers": {}, "version": 0, "dismissed": ["s2"]})
    send(api, people.operator, turn, "submit", {"answers": answers(region()), "dismissed": []})

    assert {fate for _pk, fate in fates_of(Submission.objects.get())} == {"left"}


def test_an_auditor_sees_what_became_of_each_and_their_fix_has_its_own(api, people, assisted):
    turn = hand_in(assisted, people.operator, answers=answers(region("s1"), region("s2")), dismissed=["s3"])
    seen = api(people.auditor).post(f"/api/v1/labeling-tasks/{assisted.pk}/next-review").json()
    fixed = answers(region("s2"), region("s3"))
    unknown = send(api, people.auditor, turn, "fix", {"answers": answers(region("s4")), "size": "minor"})
    answer = send(api, people.auditor, turn, "fix", {"answers": fixed, "size": "minor", "dismissed": ["s1"]})

    assert [row["fate"] for row in seen["suggestions"]["rows"]] == ["accepted", "accepted", "dismissed"]
    assert seen["suggestions"]["dismissed"] == ["s3"]
    assert (unknown.status_code, answer.status_code) == (422, 200)
    theirs, own = Submission.objects.order_by("revision")
    assert [fate for _pk, fate in fates_of(theirs)] == ["accepted", "accepted", "dismissed"]
    assert [fate for _pk, fate in fates_of(own)] == ["dismissed", "accepted", "accepted"]
    turn.refresh_from_db()
    assert turn.fates == "1.0.1,1"


def test_a_fix_that_does_not_speak_of_dismissals_leaves_them(api, people, assisted):
    turn = hand_in(assisted, people.operator, answers=answers(region("s1")), dismissed=["s3"])
    send(api, people.auditor, turn, "fix", {"answers": answers(region("s2")), "size": "minor"})

    assert [fate for _pk, fate in fates_of(Submission.objects.get(revision=2))] == ["left", "accepted", "dismissed"]


def test_rework_begins_with_what_was_handed_in_links_and_dismissals(api, people, assisted):
    hand_in(assisted, people.operator, answers=answers(region("s1")), dismissed=["s3"])
    judge(assisted, people.auditor, reject=True)

    pk = Assignment.objects.get(revision=1).pk
    turn = api(people.operator).post(f"/api/v1/assignments/{pk}/open").json()
    send(api, people.operator, turn, "submit", {"answers": answers(region("s1"), region("s2")), "revision": 1})

    assert turn["suggestions"]["dismissed"] == ["s3"]
    assert turn["draft"]["answers"]["marks"] == [region("s1")]
    assert [fate for _pk, fate in fates_of(Submission.objects.get(revision=2))] == ["accepted", "accepted", "dismissed"]


def test_a_manager_sees_the_fates_of_every_revision(api, people, assisted):
    turn = hand_in(assisted, people.operator, answers=answers(region("s1")))
    judge(assisted, people.auditor, reject=True)
    turn = Assignment.objects.get(pk=turn.pk)
    api(people.operator).post(f"/api/v1/assignments/{turn.pk}/open")
    send(api, people.operator, turn, "submit", {"answers": answers(region("s2")), "revision": 1})

    address = f"/api/v1/assignments/{turn.pk}"
    seen = [api(people.annotation_administrator).get(f"{address}?revision={n}").json() for n in (1, 2)]

    fates = [[row["fate"] for row in payload["suggestions"]["rows"]] for payload in seen]
    assert fates == [["accepted", "left", "left"], ["left", "accepted", "left"]]


def test_dismissals_go_with_a_transferred_draft(api, people, assisted, other):
    turn = take(api, people.operator, assisted)
    send(api, people.operator, turn, "draft", {"answers": answers(region("s1")), "version": 0, "dismissed": ["s2"]})
    moved = api(people.annotation_administrator).post(
        f"/api/v1/labeling-tasks/{assisted.pk}/transfers",
        {"kind": "labeling", "from": str(people.operator.pk), "to": str(other.pk), "quantity": 1, "with_begun": True},
    )
    assert moved.status_code in (200, 201), moved.content

    theirs = take(api, other, assisted)

    assert theirs["assignment"]["id"] == turn["assignment"]["id"]
    assert theirs["suggestions"]["dismissed"] == ["s2"]
    assert theirs["draft"]["answers"]["marks"] == [region("s1")]


def test_dismissals_stay_with_a_draft_that_was_left(api, people, assisted):
    turn = take(api, people.operator, assisted)
    send(api, people.operator, turn, "draft", {"answers": {}, "version": 0, "dismissed": ["s2"]})
    send(api, people.operator, turn, "release", {})

    again = take(api, people.operator, assisted)

    assert again["assignment"]["id"] == turn["assignment"]["id"]
    assert again["suggestions"]["dismissed"] == ["s2"]


def test_two_people_at_an_item_get_the_same_and_judge_for_themselves(api, people, dataset, other):
    from tests.annotations.factories import make_task

    task = make_task(dataset, by=people.administrator, overlap=2, review_mode="none")
    suggest(task)
    hand_in(task, people.operator, answers=answers(region("s1")))
    hand_in(task, other, answers=answers(region("s2")), dismissed=["s1"])

    first, second = Submission.objects.order_by("id")
    assert [fate for _pk, fate in fates_of(first)] == ["accepted", "left", "left"]
    assert [fate for _pk, fate in fates_of(second)] == ["dismissed", "accepted", "left"]


def test_what_was_begun_with_suggestions_is_handed_in_after_they_are_switched_off(api, people, assisted):
    turn = take(api, people.operator, assisted)
    LabelingTask.objects.filter(pk=assisted.pk).update(ai_assisted=False)

    answer = send(api, people.operator, turn, "submit", {"answers": answers(region("s1")), "dismissed": ["s2"]})

    assert answer.status_code == 200
    assert [fate for _pk, fate in fates_of(Submission.objects.get())] == ["accepted", "dismissed", "left"]


def test_next_and_submit_cost_one_statement_more_with_suggestions(
    api, people, task, django_assert_max_num_queries, django_capture_on_commit_callbacks
):
    from django.db import connection
    from django.test.utils import CaptureQueriesContext

    from tests.factories import ApiKeyFactory

    def statements():
        with CaptureQueriesContext(connection) as captured:
            turn = client.post(f"/api/v1/labeling-tasks/{task.pk}/next").json()
            pk = turn["assignment"]["id"]
            answer = client.post(f"/api/v1/assignments/{pk}/submit", {"answers": answers(region())})
        assert answer.status_code == 200
        control = ("BEGIN", "COMMIT", "SAVEPOINT", "RELEASE")
        return sum(not query["sql"].startswith(control) for query in captured.captured_queries)

    member = MembershipFactory(workspace=people.workspace, role="operator")
    secret = ApiKeyFactory(workspace=people.workspace, user=member.user).plain_secret
    client = api(key=secret)
    statements()
    plain = statements()
    suggest(task)

    assert (statements(), plain <= 15) == (plain + 1, True)
