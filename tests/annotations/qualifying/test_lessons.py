"""Trainings and exams: a hint and a second try, a score and a skill, and what a skill opens."""

from datetime import timedelta

import pytest
from django.core.exceptions import PermissionDenied
from django.utils import timezone

from annotations.actions import working
from annotations.models import Assignment, Attempt, Grade, ItemKey, Skill, SkillValue
from annotations.qualifying import attempts
from annotations.qualifying.controls import change_key
from annotations.qualifying.lessons import change_lesson, remove_item
from annotations.qualifying.requirements import set_requirements
from annotations.qualifying.skills import delete_skill, give, take
from tests.annotations.qualifying.made import RIGHT, WRONG, answer, make_lesson, make_plain_task, now
from workspaces.errors import IllegalMove, Invalid

pytestmark = pytest.mark.django_db


@pytest.fixture
def task(people):
    return make_plain_task(people, files=3)


def last_try(lesson, user):
    return Attempt.objects.filter(task=lesson, user=user).order_by("-number").first()


def test_a_wrong_first_answer_comes_back_once(people, task):
    lesson = make_lesson(task, people, n=2)
    turn = answer(lesson, people.operator, WRONG)
    assert (turn.state, turn.feedback.again) == ("rework", True)
    again = working.next_for(now(lesson), by=people.operator)
    assert again.pk == turn.pk
    again = answer(lesson, people.operator, WRONG)
    assert (again.pk, again.state, again.feedback.again) == (turn.pk, "submitted", False)
    assert working.progress_of(now(lesson), user=people.operator, kind="labeling") == {"done": 1, "total": 2}
    answer(lesson, people.operator, RIGHT)
    done = last_try(lesson, people.operator)
    assert (done.state, done.score, done.n_right, done.n_done) == ("failed", 50, 1, 2)
    assert list(Grade.objects.order_by("id").values_list("is_right", flat=True)) == [False, True]
    assert SkillValue.objects.get().value == 50
    assert working.next_for(now(lesson), by=people.operator) is None


def test_an_exam_says_nothing_until_it_is_passed(people, task):
    exam = make_lesson(task, people, kind="exam", n=5, pass_percent=80)
    for answers in (RIGHT, RIGHT, WRONG, RIGHT, RIGHT):
        assert answer(exam, people.operator, answers).state == "submitted"
    done = last_try(exam, people.operator)
    assert (done.state, done.score) == ("passed", 80)
    value = SkillValue.objects.get(user=people.operator)
    assert (value.value, value.source) == (80, "exam")
    with pytest.raises(IllegalMove, match="passed"):
        attempts.begin(exam, by=people.operator)


def test_another_try_when_it_is_time_has_other_items_first(people, task):
    exam = make_lesson(task, people, kind="exam", n=5, attempt_size=2, retry_after_hours=2)
    for _n in range(2):
        answer(exam, people.operator, WRONG)
    assert answer(exam, people.operator) is None
    with pytest.raises(IllegalMove, match="possible from"):
        attempts.begin(exam, by=people.operator)
    Attempt.objects.update(finished_at=timezone.now() - timedelta(hours=2))
    assert attempts.begin(exam, by=people.operator).number == 2
    for _n in range(2):
        answer(exam, people.operator)
    assert last_try(exam, people.operator).state == "passed"
    turns = Assignment.objects.filter(task=exam)
    assert turns.count() == turns.values("item").distinct().count() == 4
    assert set(turns.values_list("attempt", flat=True)) == {1, 2}


def test_there_may_be_one_try(people, task):
    exam = make_lesson(task, people, kind="exam", n=1, retry_after_hours=None)
    answer(exam, people.operator, WRONG)
    with pytest.raises(IllegalMove, match="one try"):
        attempts.begin(exam, by=people.operator)


def test_the_same_item_can_come_in_another_try(people, task):
    exam = make_lesson(task, people, kind="exam", n=1)
    answer(exam, people.operator, WRONG)
    attempts.begin(exam, by=people.operator)
    answer(exam, people.operator)
    assert [row.state for row in attempts.attempts_of(exam, user=people.operator)] == ["passed", "failed"]
    assert list(Assignment.objects.filter(task=exam).order_by("slot").values_list("slot", "attempt")) == [
        (0, 1),
        (1, 2),
    ]


def test_several_people_answer_the_same_items(people, other, task):
    exam = make_lesson(task, people, kind="exam", n=3)
    for _n in range(3):
        for user in (people.operator, other):
            answer(exam, user)
    assert Attempt.objects.filter(state="passed", score=100).count() == 2


def test_a_try_under_way_ends_although_items_were_taken_out(people, task):
    exam = make_lesson(task, people, kind="exam", n=3)
    answer(exam, people.operator)
    for item in exam.items.filter(assignments=None):
        remove_item(item, by=people.administrator)
    with pytest.raises(IllegalMove, match="at least one"):
        remove_item(exam.items.get(), by=people.administrator)
    assert answer(exam, people.operator) is None
    assert last_try(exam, people.operator).state == "failed"


def test_nothing_is_skipped_and_all_that_is_begun_waits_with_its_person(people, task):
    lesson = make_lesson(task, people)
    turn = working.next_for(now(lesson), by=people.operator)
    with pytest.raises(IllegalMove, match="set aside"):
        working.skip(turn, by=people.operator, reason="no idea")
    working.release(turn, by=people.operator)
    assert turn.state == "assigned"
    assert working.next_for(now(lesson), by=people.operator).pk == turn.pk


def test_a_skill_opens_a_task(people, task):
    exam = make_lesson(task, people, kind="exam", n=1, name="Entry exam")
    skill = exam.skill
    set_requirements(task, [{"skill_id": str(skill.pk), "least": 80}], by=people.administrator)
    with pytest.raises(PermissionDenied, match=r"“Pace” of at least 80, and nothing is known.*earned in “Entry exam”"):
        working.next_for(now(task), by=people.operator)
    answer(exam, people.operator, WRONG)
    with pytest.raises(PermissionDenied, match="yours is 0"):
        working.next_for(now(task), by=people.operator)
    attempts.begin(exam, by=people.operator)
    answer(exam, people.operator)
    assert working.next_for(now(task), by=people.operator) is not None
    with pytest.raises(IllegalMove, match="asked for"):
        delete_skill(skill, by=people.administrator)
    set_requirements(task, [], by=people.administrator)
    assert now(task).has_requirements is False


def test_nothing_known_may_be_enough(people, task):
    skill = Skill.objects.create(workspace=people.workspace, name="Ears")
    rows = [{"skill_id": str(skill.pk), "least": 50, "accepts_missing": True}]
    set_requirements(task, rows, by=people.administrator)
    assert working.next_for(now(task), by=people.operator) is not None
    give(skill, people.operator, value=49.5, by=people.administrator)
    with pytest.raises(PermissionDenied, match=r"yours is 49.5\. Ask the manager"):
        working.next_for(now(task), by=people.operator)
    take(skill, people.operator, by=people.administrator)
    assert working.next_for(now(task), by=people.operator) is not None


def test_what_is_wrong_with_requirements_is_said_with_its_place(people, task):
    skill = Skill.objects.create(workspace=people.workspace, name="Ears")
    rows = [{"skill_id": str(skill.pk), "least": 101}, {"skill_id": "x", "least": 1}]
    with pytest.raises(Invalid) as found:
        set_requirements(task, rows, by=people.administrator)
    assert [place for place, _text, _kind in found.value.problems] == [("body", 0, "least"), ("body", 1, "skill_id")]


def test_a_key_is_changed_and_checked(people, task):
    lesson = make_lesson(task, people, n=1)
    key = ItemKey.objects.get(item__task=lesson)
    change_key(key, by=people.administrator, changes={"expected": {"pace": "slow"}, "hint": " Slower. "})
    key.refresh_from_db()
    assert (key.expected, key.hint, key.explanation) == ({"pace": "slow"}, "Slower.", "About two words a second.")
    with pytest.raises(Invalid, match="choices"):
        change_key(key, by=people.administrator, changes={"expected": {"pace": "purple"}})
    change_lesson(lesson, by=people.administrator, changes={"pass_percent": 60, "name": "Warm up"})
    assert (now(lesson).pass_percent, now(lesson).name) == (60, "Warm up")
    with pytest.raises(Invalid):
        change_lesson(lesson, by=people.administrator, changes={"pass_percent": 0})
