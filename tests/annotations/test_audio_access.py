"""Who hears a recording because of labeling work."""

import pytest

from annotations.audio_access import has_work_on
from annotations.models import Assignment
from tests.annotations.factories import make_dataset, make_task
from tests.annotations.working import begin, hand_in
from tests.factories import MembershipFactory
from workspaces.models import Role


@pytest.fixture
def task(people):
    return make_task(make_dataset(people.workspace), by=people.administrator)


def audio_of(turn):
    return turn.item.files.get().audio


def test_what_waits_for_any_auditor_is_heard_by_each_of_them(people, task):
    audio = audio_of(hand_in(task, people.operator))
    second = MembershipFactory(workspace=people.workspace, role=Role.AUDITOR).user
    colleague = MembershipFactory(workspace=people.workspace).user
    elsewhere = MembershipFactory(role=Role.AUDITOR).user

    heard = [has_work_on(user, audio) for user in (people.operator, people.auditor, second, colleague, elsewhere)]

    assert heard == [True, True, True, False, False]


def test_what_one_auditor_has_is_not_another_ones(people, task):
    turn = hand_in(task, people.operator)
    Assignment.objects.filter(pk=turn.pk).update(reviewer=people.auditor)
    second = MembershipFactory(workspace=people.workspace, role=Role.AUDITOR).user

    assert [has_work_on(user, audio_of(turn)) for user in (people.auditor, second)] == [True, False]


def test_what_was_not_handed_in_is_its_annotators_alone(people, task):
    audio = audio_of(begin(task, people.operator))

    assert [has_work_on(user, audio) for user in (people.operator, people.auditor)] == [True, False]
