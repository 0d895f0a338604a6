"""Control items among the others: when they come, that they are graded, and that they end with the task."""

from collections import Counter

import pytest
from django.core.exceptions import PermissionDenied
from hypothesis import given
from hypothesis import strategies as st

from annotations import my_work
from annotations.actions import commenting, deleting, managing, working
from annotations.models import Assignment, Grade, LabelingTask
from annotations.my_figures import Own
from annotations.permissions import may_read
from annotations.qualifying.mixing import FIRST, is_control, planned
from tests.annotations.factories import make_task
from tests.annotations.qualifying.made import RIGHT, WRONG, answer, make_plain_task, now, with_controls
from workspaces.errors import IllegalMove
from workspaces.ids import id_near, new_id

pytestmark = pytest.mark.django_db


@pytest.fixture
def mixed(people):
    return with_controls(make_plain_task(people), people)


def controls(**which):
    return Assignment.objects.filter(task__purpose="control", **which)


@given(st.integers(0, 2**31), st.uuids(), st.integers(1, 50))
def test_one_of_the_first_items_is_a_control_item_and_it_repeats(seed, person, percent):
    drawn = [is_control(n, seed=seed, person=person, percent=percent) for n in range(FIRST)]
    assert drawn.count(True) == 1
    assert drawn == [is_control(n, seed=seed, person=person, percent=percent) for n in range(FIRST)]
    assert not any(is_control(n, seed=seed, person=person, percent=0) for n in range(FIRST))


def test_as_many_come_as_were_asked_for():
    person = new_id()
    found = sum(is_control(n, seed=3, person=person, percent=20) for n in range(5000))
    assert 900 < found < 1100
    assert planned(4000, seed=3, person=person, percent=20, most=10**6) == pytest.approx(1000, rel=0.1)
    assert planned(4000, seed=3, person=person, percent=20, most=7) == 7


@given(st.uuids(version=4))
def test_an_id_says_the_moment_of_another(other):
    made = id_near(other)
    assert (made.int >> 80, made.version, made.variant) == (other.int >> 80, 7, other.variant)
    assert made != id_near(other)


def test_everybody_gets_some_each_once_and_they_are_graded(people, other, mixed):
    for user in (people.operator, other):
        for answers in (RIGHT, WRONG) * 4:
            answer(mixed, user, answers)
    for user in (people.operator, other):
        items = list(controls(annotator=user).values_list("item", flat=True))
        assert 1 <= len(items) == len(set(items))
        assert Grade.objects.filter(user=user, task=mixed).count() == len(items)
    for grade in Grade.objects.select_related("submission"):
        assert grade.is_right == (grade.submission.answers == RIGHT)
        assert grade.detail == {"pace": {"right": grade.is_right, "share": float(grade.is_right)}}


def test_the_same_comes_again_until_it_is_handed_in(people, mixed):
    turn = None
    while turn is None or turn.task.purpose != "control":
        if turn is not None:
            working.submit(turn, by=people.operator, body={"answers": RIGHT})
        turn = working.next_for(now(mixed), by=people.operator)
    assert working.next_for(now(mixed), by=people.operator).pk == turn.pk
    working.release(turn, by=people.operator)
    assert (turn.state, turn.annotator_id) == ("open", None)
    again = working.next_for(now(mixed), by=people.operator)
    assert again.pk == turn.pk
    working.save_draft(again, by=people.operator, body={"version": 0, "answers": RIGHT})
    commenting.comment(again, by=people.operator, body={"text": "hum"})
    working.skip(again, by=people.operator, reason="nothing to hear")
    assert again.state == "skipped"
    assert not Grade.objects.exists()


def test_nobody_gets_control_items_alone(people):
    task = with_controls(make_plain_task(people, files=3), people, percent=50)
    turns = []
    while (turn := answer(task, people.operator)) is not None:
        turns.append(turn)
    assert Counter(turn.task.purpose for turn in turns)["labeling"] == 3
    assert turns[-1].task.purpose == "labeling" or controls().count() == 1
    assert now(task).state == "ready"


def test_those_with_a_number_get_them_too(people):
    task = with_controls(make_plain_task(people, annotators=[(people.operator, 12)]), people)
    totals, kinds = set(), []
    for n in range(1, 13):
        turn = answer(task, people.operator)
        kinds.append(turn.task.purpose)
        how_far = working.progress_of(now(task), user=people.operator, kind="labeling")
        assert how_far["done"] == n
        totals.add(how_far["total"])
    assert kinds.count("control") >= 1
    assert len(totals) == 1
    row = my_work.labeling_rows(people.operator, people.workspace)[0]
    assert (row.done, row.mine.handed_in, row.total) == (12, 12, totals.pop())
    assert Own(people.operator, now(task)).labeled().handed_in == 12


def test_a_count_takes_a_step_with_every_item_and_ends_full(people, mixed):
    done = []
    while answer(mixed, people.operator) is not None:
        how_far = working.progress_of(now(mixed), user=people.operator, kind="labeling")
        done.append(how_far["done"])
    assert done == list(range(1, len(done) + 1))
    assert how_far == {"done": len(done), "total": len(done)}


def test_a_recording_somebody_knows_is_no_control_item_for_them(people):
    from annotations.qualifying.controls import add_controls
    from annotations.qualifying.keys import listed

    task = make_plain_task(people)
    rows = [{"item_id": str(item.pk), "expected": RIGHT} for item in task.items.all()]
    add_controls(task, listed(task, rows), percent=50, by=people.administrator)
    for _n in range(6):
        answer(task, people.operator)
    heard = Assignment.objects.filter(annotator=people.operator, task=task).values("item__files__audio")
    known = controls(annotator=people.operator).first()
    assert not heard.filter(submitted_at__lt=known.submitted_at, item__files__audio=known.item.files.get().audio_id)


def test_they_stop_and_go_with_the_task(people, mixed):
    turn = working.next_for(now(mixed), by=people.operator)
    while turn.task.purpose != "control":
        working.submit(turn, by=people.operator, body={"answers": RIGHT})
        turn = working.next_for(now(mixed), by=people.operator)
    managing.stop(now(mixed), by=people.administrator)
    turn = working.assignment_for(people.operator, turn.pk)
    assert turn.state == "open"
    with pytest.raises(IllegalMove, match="stopped"):
        working.next_for(now(mixed), by=people.operator)
    managing.resume(now(mixed), by=people.administrator)
    deleting.delete(now(mixed), by=people.administrator)
    assert LabelingTask.objects.get(controls_of=mixed).deleted_at is not None
    assert my_work.begun_turns(people.operator, people.workspace) == []
    deleting.restore(now(mixed), by=people.administrator)
    assert LabelingTask.objects.get(controls_of=mixed).deleted_at is None
    assert working.next_for(now(mixed), by=people.operator).pk == turn.pk


def test_reviewers_never_get_them(people):
    from tests.annotations.factories import make_dataset

    task = make_task(make_dataset(people.workspace, files=12), by=people.administrator)
    task = with_controls(task, people)
    from tests.annotations.working import hand_in, judge

    hand_in(task, people.operator, times=6)
    turn = controls(annotator=people.operator).order_by("submitted_at").first()
    assert turn.state == "pending_review"
    while not Assignment.objects.filter(task=task, submitted_at__gt=turn.submitted_at).exists():
        hand_in(task, people.operator)
    assert not may_read(people.auditor, working.assignment_for(people.auditor, turn.pk))
    waiting = Assignment.objects.filter(task=task, state="pending_review").count()
    judge(task, people.auditor, times=waiting)
    from annotations.actions import reviewing

    assert reviewing.next_review_for(now(task), by=people.auditor) is None
    with pytest.raises(PermissionDenied):
        reviewing.approve(working.assignment_for(people.auditor, turn.pk), by=people.auditor)
    # Its neighbours are decided, and so is it.
    answers = {"marks": [{"label": "glitch", "start_ms": 1, "end_ms": 900}], "pace": "slow"}
    working.submit(working.next_for(now(task), by=people.operator), by=people.operator, body={"answers": answers})
    working.next_for(now(task), by=people.operator)
    assert not controls(annotator=people.operator, state="pending_review", pk=turn.pk).exists()
