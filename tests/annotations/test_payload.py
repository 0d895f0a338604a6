"""What annotators, auditors and onlookers get for a turn."""

import pytest

from annotations.actions import reviewing, working
from annotations.models import Assignment, Draft, LabelingTask, Submission, TaskPerson
from tests.annotations.factories import ANSWERS, make_dataset, make_task
from tests.annotations.working import begin, hand_in, judge, skip
from tests.factories import MembershipFactory
from workspaces.models import Role

LATER = {**ANSWERS, "marks": [{**ANSWERS["marks"][0], "start_ms": 1180}], "pace": "fast"}


@pytest.fixture
def task(people):
    return make_task(make_dataset(people.workspace), by=people.administrator)


def read(api, user, turn, query=""):
    answer = api(user).get(f"/api/v1/assignments/{turn.pk}{query}")
    assert answer.status_code == 200, answer.content
    return answer.json()


def put_draft(api, user, turn, **body):
    return api(user).put(f"/api/v1/assignments/{turn.pk}/draft", {"version": 0, "answers": LATER, **body})


@pytest.fixture
def reworked(task, people):
    """Handed in, returned and handed in again."""
    hand_in(task, people.operator)
    judge(task, people.auditor, reject=True)
    return hand_in(task, people.operator, answers=LATER)


def test_the_auditor_sees_what_changed_since_it_was_returned(api, people, reworked):
    payload = read(api, people.auditor, reworked)

    assert payload["previous"] == {
        "revision": 1,
        "answers": ANSWERS,
        "author": {"id": str(people.operator.pk), "name": "Annotation operator"},
        "verdict": "rejected",
        "reason": "Boundary late",
        "comment": "starts before the word",
        "reviewer": "Annotation auditor",
    }
    assert payload["changes"] == [
        {"alias": "marks", "kind": "moved", "before": ANSWERS["marks"][0], "after": LATER["marks"][0]},
        {"alias": "pace", "kind": "changed", "before": "normal", "after": "fast"},
    ]
    assert (payload["assignment"]["review_level"], payload["assignment"]["for_adjudication"]) == (1, False)


def test_the_first_time_there_is_nothing_to_compare(api, people, task):
    payload = read(api, people.auditor, hand_in(task, people.operator))

    assert (payload["previous"], payload["changes"], payload["comments"]) == (None, [], [])


def test_a_second_auditor_sees_what_the_first_one_mended(api, people, task):
    turn = hand_in(task, people.operator)
    LabelingTask.objects.filter(pk=task.pk).update(recheck_percent=100)
    second = MembershipFactory(workspace=people.workspace, role=Role.AUDITOR, user__name="Second").user
    turn = Assignment.objects.select_related("task").get(pk=turn.pk)
    turn.fix(
        by=people.auditor, submission=Submission.objects.get(), answers=LATER, size="minor", active_ms=0, listened=[]
    )

    payload = read(api, second, turn)

    assert payload["assignment"]["review_level"] == 2
    assert payload["previous"]["verdict"] == "fixed"
    assert payload["previous"]["author"]["name"] == "Annotation operator"
    assert payload["submission"]["author"]["name"] == "Annotation auditor"
    assert [change["kind"] for change in payload["changes"]] == ["moved", "changed"]
    [row] = payload["history"]
    assert (row["correction"], row["correction_label"], row["author"]) == ("minor", "minor", "Annotation operator")


def test_the_draft_of_a_fix_is_kept_and_found_again(api, people, task):
    turn = hand_in(task, people.operator)
    answer = put_draft(api, people.auditor, turn, revision=1)
    assert (answer.status_code, answer.json()["version"]) == (200, 1)

    payload = read(api, people.auditor, turn)

    assert payload["draft"]["answers"] == LATER
    assert payload["submission"]["answers"] == ANSWERS
    assert payload["assignment"]["draft_version"] == 1
    assert payload["fix_begun_at"] is not None
    turn.refresh_from_db()
    assert (turn.state, turn.reviewer) == ("pending_review", people.auditor)


def test_a_fix_that_was_put_away_is_not_offered_again(api, people, task):
    turn = hand_in(task, people.operator)
    put_draft(api, people.auditor, turn)
    put_draft(api, people.auditor, turn, version=1, answers=ANSWERS)

    payload = read(api, people.auditor, turn)

    assert (payload["fix_begun_at"], payload["assignment"]["draft_version"]) == (None, 2)


def test_a_save_over_a_later_one_says_what_is_stored(api, people, task):
    turn = hand_in(task, people.operator)
    put_draft(api, people.auditor, turn)

    answer = put_draft(api, people.auditor, turn)

    assert (answer.status_code, answer.json()["version"], answer.json()["answers"]) == (409, 1, LATER)


@pytest.mark.parametrize(
    ("who", "status"),
    [
        ("superadmin", 403),
        ("administrator", 403),
        ("annotation_administrator", 403),
        ("operator", 409),  # handed it in already
        ("auditor", 200),
        ("outsider", 404),
        ("anonymous", 401),
    ],
)
def test_who_keeps_a_draft_of_what_was_handed_in(api, people, task, who, status):
    turn = hand_in(task, people.operator)

    assert put_draft(api, people[who], turn).status_code == status
    assert Draft.objects.count() == (1 if status == 200 else 0)


def test_of_two_auditors_one_mends(api, people, task):
    turn = hand_in(task, people.operator)
    second = MembershipFactory(workspace=people.workspace, role=Role.AUDITOR).user
    put_draft(api, people.auditor, turn)

    answer = put_draft(api, second, turn)

    assert (answer.status_code, answer.json()["detail"]) == (403, "Another auditor reviews this item.")


def test_a_fix_is_not_begun_beyond_ones_number(api, people):
    dataset = make_dataset(people.workspace, files=2)
    task = make_task(dataset, by=people.administrator, reviewers=[(people.auditor, None)])
    TaskPerson.objects.update(quota=1)
    first, second = hand_in(task, people.operator), hand_in(task, people.operator)
    put_draft(api, people.auditor, first)

    refused = put_draft(api, people.auditor, second)

    assert refused.status_code == 409
    assert refused.json()["detail"].startswith("You have reviewed your number of items in this task.")
    assert Assignment.objects.get(pk=second.pk).reviewer is None
    assert put_draft(api, people.auditor, first, version=1).status_code == 200


def test_a_fix_begun_from_an_older_page_is_refused(api, people, reworked):
    answer = put_draft(api, people.auditor, reworked, revision=1)

    assert answer.status_code == 409
    assert answer.json()["detail"].startswith("This item was corrected and handed in again.")


def test_what_was_decided_meanwhile_takes_no_draft(api, people, task):
    turn = hand_in(task, people.operator)
    reviewing.approve(Assignment.objects.select_related("task").get(pk=turn.pk), by=people.auditor)

    answer = put_draft(api, people.auditor, turn)

    assert answer.status_code == 409
    assert "approved" in answer.json()["detail"]


@pytest.mark.parametrize("who", ["operator", "administrator", "auditor"])
def test_a_finished_item_is_looked_at(api, people, reworked, who):
    reviewing.approve(Assignment.objects.select_related("task").get(pk=reworked.pk), by=people.auditor)

    payload = read(api, people[who], reworked)

    assert [(row["revision"], row["author"]["name"]) for row in payload["revisions"]] == [
        (1, "Annotation operator"),
        (2, "Annotation operator"),
    ]
    assert payload["submission"]["answers"] == LATER
    assert [change["kind"] for change in payload["changes"]] == ["moved", "changed"]
    assert payload["assignment"]["origin_label"] == "reviewed"
    assert payload["assignment"]["annotator"]["name"] == "Annotation operator"
    assert [row["verdict"] for row in payload["history"]] == ["rejected", "approved"]


def test_an_earlier_revision_can_be_looked_at(api, people, reworked):
    payload = read(api, people.administrator, reworked, "?revision=1")

    assert (payload["submission"]["revision"], payload["submission"]["answers"]) == (1, ANSWERS)
    assert (payload["previous"], payload["changes"]) == (None, [])


@pytest.mark.parametrize("wish", ["0", "3", "x", "-1", "1.0", "²", "9" * 5000])
def test_a_revision_that_is_not_there_is_refused_in_a_sentence(api, people, reworked, wish):
    answer = api(people.administrator).get(f"/api/v1/assignments/{reworked.pk}?revision={wish}")

    assert answer.status_code == 422
    assert answer.json()["detail"][0]["msg"] == "Ask for one of the revisions 1 to 2."


def test_a_skipped_item_says_why(api, people, task):
    payload = read(api, people.administrator, skip(task, people.operator))

    assert (payload["assignment"]["state_label"], payload["assignment"]["skip_reason"]) == (
        "skipped",
        "Nothing to hear",
    )
    assert (payload["submission"], payload["revisions"]) == (None, [])


@pytest.mark.parametrize(
    ("who", "moment", "mode"),
    [
        ("operator", "begun", "label"),
        ("operator", "handed in", "view"),
        ("operator", "returned", "label"),
        ("auditor", "handed in", "review"),
        ("auditor", "returned", "view"),
        ("administrator", "begun", "view"),
        ("administrator", "handed in", "view"),
    ],
)
def test_the_page_opens_in_the_mode_the_reader_can_work_in(client_of, people, task, who, moment, mode):
    turn = begin(task, people.operator)
    if moment != "begun":
        turn = hand_in(task, people.operator)
    if moment == "returned":
        judge(task, people.auditor, reject=True)

    page = client_of(people[who]).get(f"/w/speech-lab/assignments/{turn.pk}/").content.decode()

    assert f'data-mode="{mode}"' in page


def test_what_somebody_began_and_did_not_hand_in_is_shown_to_them_alone(api, people, task):
    turn = begin(task, people.operator)
    put_draft(api, people.operator, turn)
    working.skip(turn, by=people.operator, reason="Nothing to hear")

    mine, managers = (read(api, user, turn) for user in (people.operator, people.annotation_administrator))

    assert (mine["assignment"]["state"], mine["submission"], mine["draft"]["answers"]) == ("skipped", None, LATER)
    assert managers["draft"]["answers"] == {}
