"""Who hears of what in labeling, how it reads, and where it leads."""

from typing import Any

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from annotations import notices
from annotations.actions import reviewing, setting_right, working
from annotations.actions.generating import ask_to_generate
from annotations.actions.transferring import Asked, transfer
from annotations.models import Assignment, Comment, LabelingTask
from tests.annotations.factories import ANSWERS, make_dataset, make_task
from tests.annotations.working import begin, hand_in, judge, skip
from tests.factories import MembershipFactory
from workspaces.models import Notice, Role, User
from workspaces.notices import KINDS, address_of, sentence_of


@pytest.fixture
def task(people: Any) -> LabelingTask:
    return make_task(make_dataset(people.workspace), by=people.annotation_administrator)


@pytest.fixture
def other(people: Any) -> User:
    return MembershipFactory(workspace=people.workspace, user__name="Olga").user


def told(user: User, *, kind: str = "") -> list[str]:
    rows = Notice.objects.filter(user=user).select_related("workspace").order_by("created_at")
    return [sentence_of(notice) for notice in (rows.filter(kind=kind) if kind else rows)]


def leads_to(user: User, *, kind: str) -> str | None:
    return address_of(Notice.objects.select_related("workspace").get(user=user, kind=kind), user=user)


def test_one_item_came_back(people: Any, task: LabelingTask) -> None:
    turn = hand_in(task, people.operator)
    judge(task, people.auditor, reject=True)

    assert told(people.operator) == ["Annotation auditor returned one of your items in “Support calls”"]
    assert leads_to(people.operator, kind=notices.RETURNED) == f"/w/speech-lab/assignments/{turn.pk}/"


def test_several_came_back_from_several(people: Any, task: LabelingTask) -> None:
    second = MembershipFactory(workspace=people.workspace, role=Role.AUDITOR, user__name="Max").user
    hand_in(task, people.operator, times=3)
    judge(task, people.auditor, times=2, reject=True)
    judge(task, second, reject=True)

    assert told(people.operator) == ["Annotation auditor and Max returned 3 of your items in “Support calls”"]
    assert leads_to(people.operator, kind=notices.RETURNED) == "/w/speech-lab/labeling/"


def test_an_item_that_was_given_to_somebody_else_leads_to_the_list(
    people: Any, task: LabelingTask, other: User
) -> None:
    turn = hand_in(task, people.operator)
    judge(task, people.auditor, reject=True)
    Assignment.objects.filter(pk=turn.pk).update(annotator=other)

    assert leads_to(people.operator, kind=notices.RETURNED) == "/w/speech-lab/labeling/"


def test_it_came_back_too_often(people: Any, task: LabelingTask) -> None:
    LabelingTask.objects.filter(pk=task.pk).update(max_rework=0)
    for _ in range(2):
        hand_in(task, people.operator)
        judge(task, people.auditor, reject=True)

    who = people.annotation_administrator
    assert told(who) == ["2 items in “Support calls” were returned too often and wait for your decision"]
    assert leads_to(who, kind=notices.ESCALATED) == f"/w/speech-lab/tasks/{task.pk}/items/?state=escalated"
    assert told(people.operator) == []


def test_a_transfer_names_who_made_it(people: Any, task: LabelingTask, other: User) -> None:
    Assignment.objects.filter(task=task).update(annotator=people.operator, state="assigned", is_dealt=True)
    asked = Asked(kind="labeling", holder=people.operator, to=other, quantity=2)
    transfer(task, asked, by=people.administrator)

    assert told(other) == ["2 items in “Support calls” were transferred to you by Administrator"]
    assert leads_to(other, kind=notices.TRANSFERRED["labeling"]) == "/w/speech-lab/labeling/"
    assert told(people.operator) == []


def test_named_for_a_task_with_and_without_a_number(people: Any, other: User) -> None:
    make_task(
        make_dataset(people.workspace),
        by=people.administrator,
        annotators=[(people.operator, 2), (other, None)],
        reviewers=[(people.auditor, 1), (MembershipFactory(workspace=people.workspace, role=Role.AUDITOR).user, None)],
    )

    assert told(people.operator) == ["You have 2 items in “Support calls”"]
    assert told(other) == ["You can label in “Support calls”"]
    assert told(people.auditor) == ["You have 1 review in “Support calls”"]
    assert leads_to(people.auditor, kind=notices.ASSIGNED["review"]) == "/w/speech-lab/review/"


def test_ready_by_the_last_verdict(people: Any, task: LabelingTask) -> None:
    hand_in(task, people.operator, times=3)
    judge(task, people.auditor, times=2)
    assert told(people.annotation_administrator) == []
    judge(task, people.auditor)

    who = people.annotation_administrator
    assert told(who) == ["“Support calls” is ready: a dataset can be generated"]
    assert leads_to(who, kind=notices.READY) == f"/w/speech-lab/tasks/{task.pk}/?generate"


def test_ready_by_the_last_item_that_is_handed_in_or_set_aside(people: Any) -> None:
    dataset = make_dataset(people.workspace, files=1)
    handed_in, set_aside = (
        make_task(dataset, by=people.administrator, review_mode="none", name=name) for name in ("One", "Two")
    )
    hand_in(handed_in, people.operator)
    turn = skip(set_aside, people.operator)

    ready = ["“One” is ready: a dataset can be generated", "“Two” is ready: a dataset can be generated"]
    assert told(people.administrator) == ready

    setting_right.one(Assignment.objects.select_related("task").get(pk=turn.pk), "reopen", by=people.administrator)
    skip(set_aside, people.operator)
    assert told(people.administrator) == ready
    assert Notice.objects.get(target_id=set_aside.pk, kind=notices.READY).times == 2


def test_a_program_made_the_task(people: Any, task: LabelingTask) -> None:
    LabelingTask.objects.filter(pk=task.pk).update(created_by=None)
    hand_in(task, people.operator, times=3)
    judge(task, people.auditor, times=3)

    assert told(people.administrator, kind=notices.READY) == told(people.annotation_administrator, kind=notices.READY)
    assert len(told(people.administrator, kind=notices.READY)) == 1


def test_a_move_that_does_not_hold_tells_nobody(people: Any, task: LabelingTask) -> None:
    hand_in(task, people.operator)
    turn = judge(task, people.auditor)

    with pytest.raises(Exception, match="cannot be done now"):
        reviewing.reject(turn, by=people.auditor, body={"reason_code": "wrong_label", "comment": "no glitch"})

    assert told(people.operator) == []


def test_generated_and_again_without_a_change(people: Any, media: Any, django_capture_on_commit_callbacks: Any) -> None:
    task = make_task(make_dataset(people.workspace, files=1), by=people.administrator, review_mode="none")
    hand_in(task, people.operator)
    task.refresh_from_db()
    for _ in range(2):
        with django_capture_on_commit_callbacks(execute=True):
            ask_to_generate(task, by=people.annotation_administrator, options={})

    who = people.annotation_administrator
    rows = Notice.objects.filter(user=who, kind=notices.GENERATED)
    assert told(who) == ["The dataset of “Support calls” is generated (version 1)"]
    assert rows.get().times == 2
    assert leads_to(who, kind=notices.GENERATED) == f"/w/speech-lab/datasets/{task.dataset_id}/processed/"


def test_not_generated(people: Any, task: LabelingTask, django_capture_on_commit_callbacks: Any) -> None:
    with django_capture_on_commit_callbacks(execute=True):
        ask_to_generate(task, by=people.administrator, options={})

    assert told(people.administrator) == [
        "The dataset of “Support calls” could not be generated: "
        "The labeling task is not finished any more. Generate again when it is."
    ]
    assert leads_to(people.administrator, kind=notices.NOT_GENERATED) == f"/w/speech-lab/tasks/{task.pk}/"


@pytest.mark.parametrize(
    ("at_ms", "words"),
    [
        (24_900, "Olga commented in “Support calls” at 0:24.900: Too late?"),
        (None, "Olga commented in “Support calls”: Too late?"),
    ],
)  # fmt: skip
def test_a_comment(people: Any, task: LabelingTask, other: User, at_ms: int | None, words: str) -> None:
    turn = hand_in(task, other)
    judge(task, people.auditor)
    turn.refresh_from_db()
    notices.commented(Comment.objects.create(assignment=turn, author=other, at_ms=at_ms, text="Too\nlate?"))

    assert told(people.auditor) == [words]
    assert told(people.annotation_administrator) == [words]
    assert told(other) == []
    assert leads_to(people.auditor, kind=notices.COMMENTED) == f"/w/speech-lab/assignments/{turn.pk}/"


def test_several_comments_on_one_item_are_one_notice(people: Any, task: LabelingTask, other: User) -> None:
    turn = hand_in(task, other)
    for text in ("First", "Last"):
        notices.commented(Comment.objects.create(assignment=turn, author=people.auditor, text=text))

    assert told(other) == ["Annotation auditor left 2 comments on an item in “Support calls”, the last: Last"]


def test_asked_to_settle_an_argument(people: Any, task: LabelingTask) -> None:
    turn = hand_in(task, people.operator)
    Assignment.objects.filter(pk=turn.pk).update(reviewer=people.auditor)
    notices.to_settle(turn, to=people.auditor, by=people.administrator)

    assert told(people.auditor) == ["Administrator asks you to settle an item in “Support calls”"]
    assert leads_to(people.auditor, kind=notices.TO_SETTLE) == f"/w/speech-lab/assignments/{turn.pk}/"
    judge(task, people.auditor)
    assert leads_to(people.auditor, kind=notices.TO_SETTLE) == "/w/speech-lab/review/"


def one_of_each(people: Any, task: LabelingTask, turn: Assignment) -> None:
    """A notice of every kind for a person who may do everything."""
    for kind in KINDS:
        data = {"task_id": str(task.pk), "assignment_id": str(turn.pk), "dataset_id": str(task.dataset_id)}
        Notice.objects.create(
            workspace=people.workspace, user=people.operator, kind=kind, target_id=task.pk, updated_at=task.created_at,
            data={
                **data, "task": task.name, "version": 1, "error": "", "number": 2, "who": [], "text": "",
                "reason": "", "until": "2030-01-01T10:00:00+00:00",
            },
        )  # fmt: skip


@pytest.mark.parametrize("change", ["role", "deleted"])
def test_nothing_leads_where_one_may_not_go(people: Any, task: LabelingTask, client_of: Any, change: str) -> None:
    turn = hand_in(task, people.operator)
    one_of_each(people, task, turn)
    if change == "role":
        people.operator.memberships.update(role=Role.AUDITOR)
        Assignment.objects.filter(pk=turn.pk).update(annotator=people.administrator, reviewer=people.auditor)
    else:
        people.operator.memberships.update(role=Role.ADMINISTRATOR)
        LabelingTask.objects.update(deleted_at=task.created_at)
    client = client_of(people.operator)

    found = {
        notice.kind: client.get(f"/w/speech-lab/notices/{notice.pk}/", follow=True) for notice in Notice.objects.all()
    }

    assert {answer.status_code for answer in found.values()} == {200}
    still = {kind for kind, answer in found.items() if "/notices/" not in answer.redirect_chain[-1][0]}
    # A review list for an auditor; a dataset that was made stays when its task is deleted.
    reviews = {notices.ASSIGNED["review"], notices.TRANSFERRED["review"], notices.TO_SETTLE}
    assert still == (reviews if change == "role" else {notices.GENERATED})


def test_every_kind_has_its_words(people: Any, task: LabelingTask) -> None:
    one_of_each(people, task, hand_in(task, people.operator))

    for times in (1, 3):
        Notice.objects.update(times=times)
        assert all("Support calls" in words and "%" not in words for words in told(people.operator))


def test_labeling_takes_no_query_for_notices(people: Any, task: LabelingTask) -> None:
    turn = begin(task, people.operator)
    turn = Assignment.objects.select_related("task").get(pk=turn.pk)

    with CaptureQueriesContext(connection) as found:
        working.submit(turn, by=people.operator, body={"answers": ANSWERS})

    assert not [query for query in found.captured_queries if "notice" in query["sql"]]
