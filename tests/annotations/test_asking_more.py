"""One more person where answers are not sure enough or do not count any more."""

import pytest

from annotations.actions import working
from annotations.models import Assignment, Grade, LabelingTask, Standing, Submission
from annotations.overlapping.asking_more import replace
from tests.annotations.factories import PACE, make_dataset, make_task
from tests.annotations.racing import at_once
from tests.annotations.teams import make_team, members, team_task, turns_at
from workspaces.audit_words import VERBS
from workspaces.models import AuditEvent

DYNAMIC = {"dynamic_overlap": 4, "dynamic_question": "pace", "dynamic_confidence": 0.8}


@pytest.fixture
def crowd(people):
    return make_team(people.workspace, "Crowd", people=6)


@pytest.fixture
def dataset(people):
    return make_dataset(people.workspace, files=1)


def fresh(task):
    return LabelingTask.objects.get(pk=task.pk)


def begin(task, user):
    return working.next_for(fresh(task), by=user)


def answer(task, user, pace):
    turn = begin(task, user)
    assert turn is not None
    working.submit(turn, by=user, body={"answers": {"pace": pace}})
    return turn


def states(task):
    return list(Assignment.objects.filter(task=task).order_by("slot").values_list("slot", "state"))


@pytest.fixture
def task(people, dataset, crowd):
    """One item, first for two people of the crowd."""
    return team_task(dataset, (crowd, 2, False), by=people.administrator, **DYNAMIC)


def test_people_who_agree_are_enough(task, crowd):
    for user in members(crowd)[:2]:
        answer(task, user, "slow")

    assert states(task) == [(0, "submitted"), (1, "submitted")]
    assert fresh(task).state == "ready"


def test_where_they_differ_one_more_is_asked_until_it_is_sure_enough(task, crowd):
    ann, ben, cleo, dan, *_ = members(crowd)
    answer(task, ann, "slow")
    assert len(states(task)) == 2
    answer(task, ben, "fast")

    assert (turns_at(task, 1)[-1], fresh(task).state) == ((2, "Crowd"), "open")
    added = Assignment.objects.get(task=task, slot=2)
    assert (added.state, added.position, added.duration_ms) == ("open", 1, 10_000)
    event = AuditEvent.objects.get(target_id=added.pk)
    # Two of three people who are right in 80 of 100 cases: as sure of either as of the other.
    assert (event.verb, event.actor, event.data) == ("ask_more", None, {"confidence": 0.4706, "question": "pace"})
    assert "ask_more" in VERBS

    answer(task, cleo, "slow")
    # Now 0.8767: 0.8 * 0.1 * 0.8 of 0.064 + 0.008 + 0.001.
    assert (len(states(task)), fresh(task).state) == (3, "ready")
    assert begin(task, dan) is None


def test_who_skips_the_item_is_not_waited_for(people, dataset, crowd):
    task = team_task(dataset, (crowd, 3, False), by=people.administrator, **DYNAMIC)
    ann, ben, cleo, *_ = members(crowd)
    answer(task, ann, "slow")
    answer(task, ben, "fast")
    working.skip(begin(task, cleo), by=cleo, reason="Nothing to hear")

    assert states(task)[-1] == (3, "open")


def test_no_more_than_the_most_are_asked(task, crowd):
    for user, pace in zip(members(crowd), ["slow", "fast", "normal", "slow"], strict=False):
        answer(task, user, pace)

    assert [state for _slot, state in states(task)] == ["submitted"] * 4
    assert fresh(task).state == "ready"


def test_while_somebody_is_at_it_nobody_more_is_asked(people, dataset, crowd):
    task = team_task(dataset, (crowd, 3, False), by=people.administrator, **DYNAMIC)
    ann, ben, cleo, *_ = members(crowd)
    begin(task, cleo)
    answer(task, ann, "slow")
    answer(task, ben, "fast")

    assert len(states(task)) == 3


@pytest.mark.parametrize(("right", "wrong", "asked"), [(9, 0, 2), (8, 1, 3), (3, 6, 3)])
def test_how_often_somebody_was_right_on_control_items_counts(people, task, crowd, right, wrong, asked):
    """With nine of nine q is 0.95, and against 0.8 that is 0.095 of 0.095 + 0.02 + 0.0025: 0.8085."""
    ann, ben, *_ = members(crowd)
    grade(task, ann, right=right, wrong=wrong, people=people)
    answer(task, ann, "slow")
    answer(task, ben, "fast")

    assert len(states(task)) == asked


def grade(task, user, *, right, wrong, people):
    """Grades of this person in the task, as control items leave them."""
    other = make_task(make_dataset(people.workspace, files=right + wrong, name="Control"), by=people.administrator,
                      questions=(PACE,), review_mode="none")  # fmt: skip
    for number in range(right + wrong):
        turn = working.next_for(fresh(other), by=user)
        working.submit(turn, by=user, body={"answers": {"pace": "slow"}})
        Grade.objects.create(
            assignment=turn, submission=Submission.objects.get(assignment=turn), task=task, user=user,
            is_right=number < right, share=1.0,
        )  # fmt: skip


def test_what_somebody_says_who_was_stopped_does_not_count(task, crowd):
    ann, ben, *_ = members(crowd)
    answer(task, ann, "slow")
    Standing.objects.create(task=task, user=ann, state="stopped")
    answer(task, ben, "fast")

    # One answer is left, and 0.8 is as sure as was asked for.
    assert len(states(task)) == 2


def test_the_team_that_decides_is_asked(people, dataset, crowd):
    experts = make_team(people.workspace, "Experts", people=4)
    seats = ((crowd, 2, False), (experts, 1, True))
    task = team_task(dataset, *seats, by=people.administrator, **{**DYNAMIC, "dynamic_confidence": 0.9})
    erna = members(experts)[0]

    answer(task, erna, "slow")

    # One of them is 0.8 sure, which is less than asked for; what the crowd says is not waited for.
    assert turns_at(task, 1)[-1] == (3, "Experts")
    answer(task, members(crowd)[0], "fast")
    answer(task, members(crowd)[1], "fast")
    assert len(turns_at(task, 1)) == 4


def test_nobody_is_asked_where_nobody_is_left(people, dataset):
    task = make_task(
        dataset, by=people.administrator, questions=(PACE,), review_mode="none",
        annotators=[(people.operator, None), (people.annotation_administrator, None), (people.administrator, None)],
        **{**DYNAMIC, "dynamic_overlap": 3},
        overlap=2,
    )  # fmt: skip
    answer(task, people.operator, "slow")
    people.administrator.memberships.all().delete()
    answer(task, people.annotation_administrator, "fast")

    assert (len(states(task)), fresh(task).state) == (2, "ready")


def test_named_people_and_an_open_pool_are_asked_too(people, dataset):
    named = [(people.operator, None), (people.annotation_administrator, None), (people.administrator, None)]
    for annotators in (named, None):
        task = make_task(
            dataset, by=people.administrator, questions=(PACE,), review_mode="none", annotators=annotators, overlap=2,
            **{**DYNAMIC, "dynamic_overlap": 3},
        )  # fmt: skip
        answer(task, people.operator, "slow")
        answer(task, people.annotation_administrator, "fast")
        answer(task, people.administrator, "fast")
        assert fresh(task).state == "ready"


def test_one_person_may_be_enough_at_first(people, dataset, crowd):
    task = team_task(dataset, (crowd, 1, False), by=people.administrator, **{**DYNAMIC, "dynamic_confidence": 0.9})
    ann, ben, *_ = members(crowd)

    answer(task, ann, "slow")
    assert len(states(task)) == 2
    answer(task, ben, "slow")

    assert (len(states(task)), fresh(task).state) == (2, "ready")


def test_answers_that_wait_for_a_review_count(people, dataset, crowd):
    task = team_task(dataset, (crowd, 2, False), by=people.administrator, review_mode="full", **DYNAMIC)
    ann, ben, *_ = members(crowd)
    answer(task, ann, "slow")
    answer(task, ben, "fast")

    assert [state for _slot, state in states(task)] == ["pending_review", "pending_review", "open"]
    assert fresh(task).state == "open"


# In place of an answer that does not count any more


@pytest.fixture
def taken_out(people, dataset, crowd):
    """A task that was done, and the turn of its two that was taken out since."""
    task = team_task(dataset, (crowd, 2, False), by=people.administrator, review_mode="sampled", sample_count=1)
    turns = [answer(task, user, "slow") for user in members(crowd)[:2]]
    drawn = next(turn for turn in turns if Assignment.objects.get(pk=turn.pk).draw == 0)
    Assignment.objects.filter(pk=drawn.pk).update(state="cancelled")
    return Assignment.objects.select_related("task__workspace").get(pk=drawn.pk)


def test_somebody_else_is_asked_in_place_of_an_answer_that_does_not_count(people, crowd, taken_out):
    added = replace(taken_out, by=people.administrator)

    assert (added.slot, added.team, added.state, added.draw) == (2, crowd, "open", taken_out.draw)
    task = fresh(taken_out.task)
    assert task.state == "open"
    event = AuditEvent.objects.get(target_id=added.pk)
    assert (event.verb, event.actor, event.data) == (
        "ask_more", people.administrator, {"instead_of": str(taken_out.pk)},
    )  # fmt: skip
    # As likely to be looked at as what it stands for, which was in the sample.
    assert added.draw < task.sample_size
    ann, ben, cleo, *_ = members(crowd)
    assert begin(task, ann) is None
    assert begin(task, ben) is None
    assert begin(task, cleo).pk == added.pk


def test_nobody_is_asked_in_its_place_where_nobody_is_left(people, crowd, taken_out):
    crowd.members.set(members(crowd)[:2])

    assert replace(taken_out, by=None) is None
    assert len(states(taken_out.task)) == 2


@pytest.mark.django_db(transaction=True)
@pytest.mark.parametrize("answers", [("slow", "fast"), ("fast", "slow")])
def test_of_two_who_hand_in_at_once_one_more_is_asked_once(people, crowd, answers):
    for number in range(4):
        dataset = make_dataset(people.workspace, files=1, name=f"Race {number}")
        task = team_task(dataset, (crowd, 2, False), by=people.administrator, **DYNAMIC)
        begun = [(user, begin(task, user)) for user in members(crowd)[:2]]

        refused = at_once(
            *(
                lambda user=user, turn=turn, pace=pace: working.submit(turn, by=user, body={"answers": {"pace": pace}})
                for (user, turn), pace in zip(begun, answers, strict=True)
            )
        )

        assert refused == [None, None]
        assert states(task) == [(0, "submitted"), (1, "submitted"), (2, "open")]
        assert fresh(task).state == "open"


@pytest.mark.django_db(transaction=True)
def test_two_turns_that_are_replaced_at_once_get_one_each(people, crowd, dataset):
    task = team_task(dataset, (crowd, 2, False), by=people.administrator)
    turns = [answer(task, user, "slow") for user in members(crowd)[:2]]
    Assignment.objects.filter(task=task).update(state="cancelled")

    assert at_once(*(lambda turn=turn: replace(turn, by=None) for turn in turns)) == [None, None]

    assert states(task) == [(0, "cancelled"), (1, "cancelled"), (2, "open"), (3, "open")]
