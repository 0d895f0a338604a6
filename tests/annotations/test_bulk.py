"""What managers set right, one turn or many at once, over HTTP: who may, what fits, what is counted, who is told."""

from collections import Counter

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from annotations.actions import setting_right
from annotations.models import Assignment, LabelingTask, TaskPerson
from tests.annotations.factories import make_dataset, make_task
from tests.annotations.racing import at_once
from tests.annotations.working import begin, hand_in, judge, skip, turn_url
from tests.callers import WHO
from tests.factories import MembershipFactory
from workspaces.models import AuditEvent, Notice, Role

MANAGERS = (200, 200, 200, 403, 403, 404, 401)


@pytest.fixture
def task(people):
    return make_task(make_dataset(people.workspace, files=8), by=people.administrator)


@pytest.fixture
def colleague(people):
    return MembershipFactory(workspace=people.workspace, user__email="cole@example.org", user__name="Cole").user


@pytest.fixture
def manager(api, people):
    return api(people.annotation_administrator)


def escalate(task, people):
    LabelingTask.objects.filter(pk=task.pk).update(max_rework=0)
    turn = hand_in(task, people.operator)
    judge(task, people.auditor, reject=True)
    return Assignment.objects.get(pk=turn.pk)


def bulk(client, task, move, **body):
    return client.post(f"/api/v1/labeling-tasks/{task.pk}/bulk", {"move": move, **body})


def now(turn):
    return Assignment.objects.get(pk=turn.pk)


# One


@pytest.mark.parametrize(
    ("verb", "who", "status"),
    [
        (verb, *cell)
        for verb in ("reopen", "exclude", "reassign", "adjudicate", "take-back", "bulk")
        for cell in zip(WHO, MANAGERS, strict=True)
    ],
)
def test_who_may_set_right(api, people, task, colleague, verb, who, status):
    turn = begin(task, people.operator) if verb == "take-back" else escalate(task, people)
    body = {"to": colleague.email} if verb == "reassign" else {}
    if verb == "bulk":
        answer = bulk(api(people[who]), task, "exclude", ids=[str(turn.pk)])
    else:
        answer = api(people[who]).post(turn_url(turn, verb), body)

    assert answer.status_code == status, answer.content
    assert (now(turn).state != turn.state) == (status == 200)


@pytest.mark.parametrize("verb", ["reopen", "exclude", "adjudicate", "take-back", "reassign"])
def test_the_wrong_moment_is_told_with_the_state(manager, people, task, colleague, verb):
    turn = hand_in(task, people.operator)

    answer = manager.post(turn_url(turn, verb), {"to": colleague.email} if verb == "reassign" else {})

    assert (answer.status_code, answer.json()["detail"]) == (409, "This cannot be done now: the state is “in review”.")


def test_an_item_left_out_is_taken_in_again(manager, people, task):
    turn = skip(task, people.operator)

    states = [manager.post(turn_url(turn, verb)).json()["state"] for verb in ("exclude", "reopen")]

    assert states == ["cancelled", "open"]
    assert (now(turn).annotator, now(turn).skip_reason) == (None, "")


def test_what_was_dropped_goes_back_to_its_annotator(manager, people, task):
    turn = hand_in(task, people.operator)
    Assignment.objects.filter(pk=turn.pk).update(state="cancelled", rework_count=3)

    assert manager.post(turn_url(turn, "reopen")).json() == {"state": "rework"}
    assert (now(turn).annotator, now(turn).rework_count) == (people.operator, 0)
    assert Notice.objects.get(user=people.operator).kind == "work_returned"


def test_reassigned_work_is_begun_anew_by_another_who_is_told(api, manager, people, task, colleague):
    fresh, corrected = skip(task, people.operator), escalate(task, people)

    answers = [manager.post(turn_url(turn, "reassign"), {"to": colleague.email}) for turn in (fresh, corrected)]

    assert [answer.json() for answer in answers] == [{"state": "assigned"}, {"state": "rework"}]
    assert (now(fresh).annotator, now(corrected).annotator) == (colleague, colleague)
    assert Notice.objects.get(user=colleague).times == 2
    given = {api(colleague).post(f"/api/v1/labeling-tasks/{task.pk}/next").json()["assignment"]["id"]}
    assert given == {str(corrected.pk)}


@pytest.mark.parametrize(
    ("to", "status", "sentence"),
    [
        (None, 422, "Choose who gets it."),
        ("nobody@example.org", 422, "“nobody@example.org” is not a member of this workspace."),
        ("auditor@example.org", 422, "Annotation auditor has no role for this in the workspace."),
        ("operator@example.org", 409, "it is with this person already"),
    ],
)
def test_who_cannot_be_given_an_item(api, people, task, to, status, sentence):
    turn = escalate(task, people)

    answer = bulk(api(people.administrator), task, "reassign", to=to, ids=[str(turn.pk)])
    single = api(people.administrator).post(turn_url(turn, "reassign"), {"to": to} if to else {})

    assert single.status_code == status
    if status == 409:
        assert single.json()["detail"] == f"This cannot be done now: {sentence}."
        assert answer.json() == {"moved": 0, "refused": [{"reason": sentence, "count": 1}]}
    else:
        assert answer.json()["detail"][0]["msg"] == sentence
    assert now(turn).state == "escalated"


def test_nobody_gets_what_they_judged_or_have_a_turn_at(manager, people):
    both = MembershipFactory(workspace=people.workspace, role=Role.AUDITOR, user__email="both@example.org").user
    MembershipFactory(workspace=people.workspace, role=Role.OPERATOR, user=both)
    task = make_task(make_dataset(people.workspace, files=1), by=people.administrator, overlap=2)
    LabelingTask.objects.filter(pk=task.pk).update(max_rework=0)
    first, second = hand_in(task, people.operator), hand_in(task, people.administrator)
    judge(task, both, times=2, reject=True)

    judged = manager.post(turn_url(first, "reassign"), {"to": both.email})
    twice = manager.post(turn_url(first, "reassign"), {"to": people.administrator.email})
    own = manager.post(turn_url(second, "adjudicate"), {"to": both.email})

    assert (judged.status_code, judged.json()["detail"]) == (
        409,
        "This cannot be done now: this person has judged the item.",
    )
    assert (twice.status_code, twice.json()["detail"]) == (
        409,
        "This cannot be done now: this person has a turn at the same item.",
    )
    assert own.status_code == 200


def test_an_auditor_settles_what_was_escalated(api, manager, people, task):
    second = MembershipFactory(workspace=people.workspace, role=Role.AUDITOR, user__email="second@example.org").user
    turn, free = escalate(task, people), escalate(task, people)

    named = manager.post(turn_url(turn, "adjudicate"), {"to": second.email})
    whoever = manager.post(turn_url(free, "adjudicate"))
    handed_out = api(second).post(f"/api/v1/labeling-tasks/{task.pk}/next-review").json()["assignment"]["id"]

    assert (named.json(), whoever.json()) == ({"state": "pending_review"}, {"state": "pending_review"})
    assert (now(turn).reviewer, now(free).reviewer) == (second, None)
    assert handed_out == str(turn.pk)
    assert api(second).post(turn_url(turn, "approve")).status_code == 200
    assert (now(turn).state, now(turn).origin) == ("approved", "adjudicated")
    assert Notice.objects.get(user=second).kind == "item_to_settle"


def test_whoever_labeled_does_not_settle(manager, people, task):
    MembershipFactory(workspace=people.workspace, role=Role.AUDITOR, user=people.operator)
    turn = escalate(task, people)

    answer = manager.post(turn_url(turn, "adjudicate"), {"to": people.operator.email})

    assert (answer.status_code, answer.json()["detail"]) == (
        409,
        "This cannot be done now: this person has a turn at the same item.",
    )


def test_an_item_is_taken_back_and_its_draft_kept(api, manager, people, task):
    turn = begin(task, people.operator)
    api(people.operator).put(turn_url(turn, "draft"), {"version": 0, "answers": {"note": "half"}})

    assert manager.post(turn_url(turn, "take-back")).json() == {"state": "open"}
    assert (now(turn).annotator, now(turn).lease_until) == (None, None)
    assert turn.drafts.get().answers == {"note": "half"}


def test_where_people_are_named_numbers_follow_and_seats_are_given(manager, people, colleague):
    task = make_task(
        make_dataset(people.workspace, files=4),
        by=people.administrator,
        annotators=[(people.operator, 4)],
        reviewers=[(people.auditor, None)],
    )
    second = MembershipFactory(workspace=people.workspace, role=Role.AUDITOR, user__email="second@example.org").user
    ids = [str(pk) for pk in Assignment.objects.filter(task=task).values_list("pk", flat=True)]

    bulk(manager, task, "reassign", to=colleague.email, ids=ids[:3])
    turn = escalate(task, people)
    manager.post(turn_url(turn, "adjudicate"), {"to": second.email})

    seats = TaskPerson.objects.filter(task=task).values_list("kind", "user__email", "quota")
    assert set(seats) == {
        ("labeling", "operator@example.org", 1),
        ("labeling", "cole@example.org", 3),
        ("review", "second@example.org", 1),
        ("review", "auditor@example.org", None),
    }


def test_the_task_goes_back_to_work_with_its_item(manager, people):
    task = make_task(make_dataset(people.workspace, files=1), by=people.administrator, review_mode="none")
    turn = skip(task, people.operator)
    finished = LabelingTask.objects.get(pk=task.pk).state

    manager.post(turn_url(turn, "reopen"))

    assert (finished, LabelingTask.objects.get(pk=task.pk).state) == ("ready", "open")


def test_while_a_task_is_filled_nothing_is_moved(manager, people, task, colleague):
    turn = Assignment.objects.filter(task=task).first()
    LabelingTask.objects.filter(pk=task.pk).update(state="draft")

    answers = [
        manager.post(turn_url(turn, "reassign"), {"to": colleague.email}),
        bulk(manager, task, "reassign", to=colleague.email, only={}),
    ]

    assert [answer.status_code for answer in answers] == [409, 409]


# Many


def test_a_selection_is_moved_and_what_does_not_fit_is_counted(manager, people, task, colleague, monkeypatch):
    monkeypatch.setattr(setting_right, "SLICE", 3)
    hand_in(task, people.operator, times=2)
    begin(task, colleague)
    skip(task, people.administrator)

    answer = bulk(manager, task, "reassign", to=colleague.email, only={}, expect=8)

    assert answer.json() == {
        "moved": 5,
        "refused": [
            {"reason": "the state is “in review”", "count": 2},
            {"reason": "the state is “in progress”", "count": 1},
        ],
    }
    states = Counter(Assignment.objects.filter(task=task).values_list("state", "annotator__name"))
    assert states == {
        ("pending_review", "Annotation operator"): 2, ("in_progress", "Cole"): 1, ("assigned", "Cole"): 5,
    }  # fmt: skip
    events = AuditEvent.objects.filter(verb="reassign")
    assert Counter(events.values_list("actor__name", "target_type")) == {("Annotation administrator", "assignment"): 5}
    assert events[0].data == {"state": "assigned", "to": str(colleague.pk)}
    assert Notice.objects.get(user=colleague).times == 5


def test_moves_by_filter_find_what_the_page_finds(manager, people, task):
    escalate(task, people)
    skip(task, people.operator)
    skip(task, people.administrator)

    mine = bulk(manager, task, "reopen", only={"state": "waits", "person": str(people.operator.pk)}, expect=2)
    rest = bulk(manager, task, "exclude", only={"state": "skipped"}, expect=1)
    named = bulk(manager, task, "take_back", only={"q": "0005"})

    assert (mine.json()["moved"], rest.json()["moved"]) == (2, 1)
    assert named.json() == {"moved": 0, "refused": [{"reason": "the state is “open”", "count": 1}]}
    assert Counter(Assignment.objects.filter(task=task).values_list("state", flat=True)) == {
        "rework": 1, "cancelled": 1, "open": 6,
    }  # fmt: skip


def test_a_selection_that_changed_is_told_with_its_new_number(manager, people, task):
    skip(task, people.operator)
    skip(task, people.administrator)

    answer = bulk(manager, task, "exclude", only={"state": "skipped"}, expect=3)

    assert (answer.status_code, answer.json()) == (
        409,
        {"detail": "The selection changed meanwhile: 2 items match now. Look again and repeat.", "count": 2},
    )
    assert not AuditEvent.objects.filter(verb="exclude").exists()


def test_too_many_at_once_are_refused_with_what_to_do(manager, people, task, monkeypatch):
    monkeypatch.setattr(setting_right, "MOST", 5)

    answer = bulk(manager, task, "exclude", only={})

    assert answer.status_code == 422
    assert answer.json()["detail"][0]["msg"] == (
        "8 items match; at most 5 can be moved at once. Narrow the filter, say to one person."
    )


@pytest.mark.parametrize(
    ("body", "loc"),
    [
        ({"move": "approve", "ids": []}, ["body", "move"]),
        ({"move": "reopen"}, ["body", "only"]),
        ({"move": "reopen", "ids": [], "only": {}}, ["body", "only"]),
        ({"move": "reopen", "ids": ["one"]}, ["body", "ids", "0"]),
        ({"move": "reopen", "only": {"state": "nonsense"}}, ["body", "only", "state"]),
        ({"move": "reopen", "only": {}, "expect": -1}, ["body", "expect"]),
        ({"move": "reassign", "ids": []}, ["body", "to"]),
    ],
)
def test_what_cannot_be_read_is_said_with_its_place(manager, task, body, loc):
    answer = manager.post(f"/api/v1/labeling-tasks/{task.pk}/bulk", body)

    assert answer.status_code == 422
    assert [str(part) for part in answer.json()["detail"][0]["loc"]] == loc


def test_items_of_another_task_are_left_alone(manager, people, task):
    other = make_task(task.dataset, by=people.administrator, name="Other")
    turn = skip(other, people.operator)

    assert bulk(manager, task, "exclude", ids=[str(turn.pk)]).json() == {"moved": 0, "refused": []}
    assert now(turn).state == "skipped"


def test_of_an_items_turns_one_goes_to_the_same_person(manager, people, colleague):
    task = make_task(make_dataset(people.workspace, files=3), by=people.administrator, overlap=2)

    answer = bulk(manager, task, "reassign", to=colleague.email, only={})

    assert answer.json() == {
        "moved": 3,
        "refused": [{"reason": "this person has a turn at the same item", "count": 3}],
    }


def test_as_many_queries_for_many_as_for_a_few(manager, people, colleague):
    task = make_task(make_dataset(people.workspace, files=70), by=people.administrator)
    ids = [str(pk) for pk in Assignment.objects.filter(task=task).values_list("pk", flat=True)]

    def queries(some):
        with CaptureQueriesContext(connection) as caught:
            assert bulk(manager, task, "reassign", to=colleague.email, ids=some).json()["moved"] == len(some)
        return len(caught)

    queries(ids[:1])
    assert queries(ids[1:3]) == queries(ids[3:])


@pytest.mark.django_db(transaction=True)
def test_two_managers_reassign_the_same_items(people):
    """Each item goes to one of the two; what one of them was too late for is counted, and the numbers add up."""
    first, second = (MembershipFactory(workspace=people.workspace).user for _ in range(2))
    task = make_task(make_dataset(people.workspace, files=30), by=people.administrator, overlap=2)
    outcomes = {}

    def give(to, by):
        outcomes[to.pk] = setting_right.many(
            LabelingTask.objects.get(pk=task.pk), "reassign", by=by, selection=setting_right.Selection(), to=to
        )

    at_once(lambda: give(first, people.administrator), lambda: give(second, people.annotation_administrator))

    for user in (first, second):
        mine = Assignment.objects.filter(task=task, annotator=user)
        assert mine.values("item").distinct().count() == mine.count()
        assert outcomes[user.pk].done + outcomes[user.pk].n_refused == 60
    moved = AuditEvent.objects.filter(verb="reassign").count()
    assert moved == sum(outcome.done for outcome in outcomes.values())


@pytest.mark.django_db(transaction=True)
def test_two_managers_decide_about_the_same_item_and_one_wins(people, task):
    turn = escalate(task, people)
    colleague = MembershipFactory(workspace=people.workspace).user

    def move(name, **to):
        return lambda: setting_right.one(
            Assignment.objects.select_related("task").get(pk=turn.pk), name, by=people.administrator, **to
        )

    refused = at_once(move("exclude"), move("adjudicate"))

    assert sorted(refusal is None for refusal in refused) == [False, True]
    assert now(turn).state in ("cancelled", "pending_review")
    assert colleague not in (now(turn).annotator, now(turn).reviewer)
