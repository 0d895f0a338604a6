"""Rules that warn, pause and stop, what follows, and how it is undone."""

from datetime import timedelta

import pytest
from django.core.exceptions import PermissionDenied
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from annotations.actions import working
from annotations.behaviour import evidence, verbs
from annotations.behaviour.rules import rules_of, set_rules
from annotations.behaviour.standing import KeptOut, require_good_standing
from annotations.models import Assignment, Grade, LabelingTask, Standing, StandingEvent, Submission
from annotations.quality import behaviour
from annotations.quality.behaviour import CONTROLS, DAILY_CAP, MAJORITY, PAUSE, SKIPS, STOP, TOO_FAST, WARN, Rule
from tests.annotations.factories import ANSWERS, DURATION_MS, make_dataset, make_task
from tests.annotations.working import begin, hand_in, skip
from tests.factories import MembershipFactory
from workspaces.errors import IllegalMove, Invalid
from workspaces.models import AuditEvent, Notice

State = Assignment.State
HEARD = {"listened": [[0, DURATION_MS]]}
NOT_HEARD = {"active_ms": 300, "listened": []}
IN_A_ROW = Rule(SKIPS, PAUSE, least=2, pause_hours=1)
FAST = Rule(TOO_FAST, WARN, threshold=50, least=2, window=4)


@pytest.fixture
def task(people):
    return make_task(make_dataset(people.workspace, files=60), by=people.administrator, review_mode="none")


@pytest.fixture
def rule(people, task):
    """Set the rules of a task."""

    def put(*rules, on=task, **how):
        set_rules(on, rules, by=people.administrator, **how)
        on.refresh_from_db()

    return put


def standing(task, user):
    return Standing.objects.get(task=task, user=user)


def events(task):
    return list(StandingEvent.objects.filter(task=task).order_by("id").values_list("action", "kind"))


def grade(task, user, *rights, alias="pace"):
    """Control items that somebody met: a turn of the task stands for each, which is as good."""
    for right in rights:
        turn = hand_in(task, user, **HEARD)
        submission = Submission.objects.get(assignment=turn)
        detail = {alias: {"right": right, "share": float(right)}}
        Grade.objects.create(
            assignment=turn, submission=submission, task=task, user=user, is_right=right, share=right, detail=detail
        )


def hand_in_until_kept_out(task, user):
    """Control items are looked at with an answer by chance, so it takes some."""
    for number in range(40):
        try:
            hand_in(task, user, **HEARD)
        except KeptOut:
            return number
    raise AssertionError("nothing happened")


# What a rule sees


def test_too_fast_answers_warn_and_only_with_a_fast_one(people, task, rule):
    rule(FAST)
    hand_in(task, people.operator, times=2, **HEARD)
    hand_in(task, people.operator, **NOT_HEARD)
    assert events(task) == []
    hand_in(task, people.operator, **NOT_HEARD)
    assert events(task) == [("warn", "too_fast")]
    assert standing(task, people.operator).state == "warned"
    event = StandingEvent.objects.get()
    assert event.figures == {"n": 4, "share": 50.0, "threshold": 50, "window": 4}
    assert "listened" in event.reason


def test_a_rule_that_fired_counts_anew(people, task, rule):
    rule(FAST)
    hand_in(task, people.operator, times=3, **NOT_HEARD)
    assert len(events(task)) == 1
    hand_in(task, people.operator, **NOT_HEARD)
    assert len(events(task)) == 2


def test_wrong_control_items_stop_once_chance_does_not_explain_them(people, task, rule):
    rule(Rule(CONTROLS, STOP, threshold=60, least=3))
    grade(task, people.operator, False, False, False, False)
    hand_in(task, people.operator, times=8, **HEARD)
    # 0 of 4 comes in 2.6 of 100 cases to somebody who is right on 60 %, 0 of 5 in 1.0.
    assert events(task) == []
    grade(task, people.operator, False)
    hand_in_until_kept_out(task, people.operator)
    assert events(task) == [("stop", "controls")]
    with pytest.raises(KeptOut, match="stopped"):
        begin(task, people.operator)


def test_right_control_items_do_nothing(people, task, rule):
    rule(Rule(CONTROLS, STOP, threshold=60, least=3), Rule(CONTROLS, WARN, threshold=60, least=3))
    grade(task, people.operator, True, True, False, True)
    hand_in(task, people.operator, times=8, **HEARD)
    assert events(task) == []


def test_skips_in_a_row_pause(people, task, rule):
    rule(IN_A_ROW)
    skip(task, people.operator)
    hand_in(task, people.operator, **HEARD)
    skip(task, people.operator)
    assert events(task) == []
    skip(task, people.operator)
    assert events(task) == [("pause", "skips")]
    assert standing(task, people.operator).until > timezone.now() + timedelta(minutes=59)


def test_a_pause_ends_by_itself(people, task, rule):
    rule(IN_A_ROW)
    skip(task, people.operator)
    skip(task, people.operator)
    with pytest.raises(KeptOut, match="paused"):
        begin(task, people.operator)
    Standing.objects.update(until=timezone.now() - timedelta(seconds=1))
    assert begin(task, people.operator).annotator == people.operator
    assert verbs.state_now(standing(task, people.operator)) == "good"


def test_a_daily_number_ends_the_day_and_says_until_when(people, task, rule):
    rule(Rule(DAILY_CAP, PAUSE, least=2))
    hand_in(task, people.operator, times=2, **HEARD)
    with pytest.raises(KeptOut, match="2 items within 24 hours"):
        begin(task, people.operator)
    Assignment.objects.filter(annotator=people.operator).update(submitted_at=timezone.now() - timedelta(hours=25))
    begin(task, people.operator)
    assert Standing.objects.count() == 0


def test_managers_are_exempt(people, task, rule):
    rule(FAST, IN_A_ROW, Rule(DAILY_CAP, PAUSE, least=1))
    hand_in(task, people.annotation_administrator, times=3, **NOT_HEARD)
    skip(task, people.annotation_administrator)
    skip(task, people.annotation_administrator)
    begin(task, people.annotation_administrator)
    assert events(task) == []
    with pytest.raises(IllegalMove, match="never"):
        verbs.act(task, people.annotation_administrator, WARN, by=people.administrator, reason="too fast")


# Agreement with the majority


@pytest.fixture
def crowd(people):
    return [people.operator, *(MembershipFactory(workspace=people.workspace, role="operator").user for _ in range(2))]


def say(task, user, pace):
    turn = begin(task, user)
    working.submit(turn, by=user, body={"answers": {**ANSWERS, "pace": pace}, "active_ms": 60_000, **HEARD})
    return turn


@pytest.fixture
def shared(people, crowd):
    return make_task(
        make_dataset(people.workspace, files=4, name="Shared"), by=people.administrator, review_mode="none", overlap=3
    )


def test_agreement_is_known_once_the_item_is_full(people, crowd, shared, rule):
    rule(Rule(MAJORITY, WARN, threshold=50, least=2), on=shared)
    for user, pace in zip(crowd, ("slow", "slow", "fast"), strict=True):
        for _ in range(4):
            assert set(Assignment.objects.filter(annotator=crowd[2]).values_list("agrees", flat=True)) <= {None, False}
            say(shared, user, pace)
    found = dict.fromkeys([user.pk for user in crowd[:2]], True) | {crowd[2].pk: False}
    for annotator, agrees in Assignment.objects.filter(task=shared).values_list("annotator", "agrees"):
        assert agrees is found[annotator]
    warned = set(StandingEvent.objects.values_list("user", "kind"))
    assert warned == {(crowd[2].pk, "majority")}


def test_nobody_looks_for_a_majority_where_no_rule_asks(people, crowd, shared, rule):
    rule(FAST, on=shared)
    for user in crowd:
        say(shared, user, "slow")
    assert set(Assignment.objects.values_list("agrees", flat=True)) == {None}


# What follows


def stop(task, person, people, **how):
    return verbs.act(task, person, STOP, by=people.administrator, reason="Answers at random", **how)


def test_a_stop_gives_back_what_was_dealt_and_lets_begun_work_be_handed_in(people):
    task = make_task(
        make_dataset(people.workspace, files=4),
        by=people.administrator,
        annotators=[(people.operator, 3), (people.annotation_administrator, 1)],
        review_mode="none",
    )
    begun = begin(task, people.operator)
    stop(task, people.operator, people)
    states = sorted(Assignment.objects.filter(task=task).values_list("state", flat=True))
    assert states == ["assigned", "in_progress", "open", "open"]
    begun.refresh_from_db()
    working.submit(begun, by=people.operator, body={"answers": ANSWERS, **HEARD})
    assert Assignment.objects.get(pk=begun.pk).state == State.SUBMITTED
    with pytest.raises(KeptOut):
        begin(task, people.operator)


def test_begun_work_that_is_left_by_somebody_stopped_goes_to_the_pool(people):
    task = make_task(
        make_dataset(people.workspace, files=2), by=people.administrator, annotators=[(people.operator, 2)]
    )
    begun = begin(task, people.operator)
    stop(task, people.operator, people)
    Assignment.objects.filter(pk=begun.pk).update(lease_until=timezone.now() - timedelta(minutes=1))
    Assignment.objects.filter(task=task).give_back_expired()
    begun.refresh_from_db()
    assert (begun.state, begun.annotator) == (State.OPEN, None)


@pytest.mark.parametrize("asks_others", [True, False])
def test_others_are_asked_instead_where_the_task_says_so(people, crowd, task, rule, asks_others):
    rule(replaces_answers=asks_others)
    hand_in(task, people.operator, times=3, **HEARD)
    stop(task, people.operator, people)
    theirs = Assignment.objects.filter(task=task, annotator=people.operator)
    assert set(theirs.values_list("state", flat=True)) == {State.SUBMITTED}
    added = Assignment.objects.filter(task=task, item__in=theirs.values("item"), state=State.OPEN)
    assert added.count() == (3 if asks_others else 0)


def test_a_person_who_was_stopped_cannot_begin_by_the_address_of_a_turn(people, task):
    verbs.act(task, people.operator, PAUSE, by=people.administrator, reason="Please read again")
    turn = Assignment.objects.filter(task=task).select_related("task").first()
    Assignment.objects.filter(pk=turn.pk).update(state=State.ASSIGNED, annotator=people.operator, is_dealt=True)
    turn = Assignment.objects.select_related("task").get(pk=turn.pk)
    with pytest.raises(KeptOut):
        working.open_one(turn, by=people.operator)
    with pytest.raises(KeptOut):
        working.submit(turn, by=people.operator, body={"answers": ANSWERS})


def test_undoing_leaves_a_trace_and_what_led_to_it_does_not_count_again(people, task, rule):
    rule(FAST, Rule(TOO_FAST, STOP, threshold=100, least=4))
    hand_in(task, people.operator, times=4, **NOT_HEARD)
    assert events(task) == [("warn", "too_fast"), ("stop", "too_fast")]
    verbs.act(task, people.operator, "undo", by=people.administrator, reason="The recordings were silent")
    assert standing(task, people.operator).state == "good"
    assert set(StandingEvent.objects.values_list("undone_by", flat=True)) == {people.administrator.pk}
    hand_in(task, people.operator, **NOT_HEARD)
    assert len(events(task)) == 2
    hand_in(task, people.operator, **NOT_HEARD)
    assert events(task)[2:] == [("warn", "too_fast")]


def test_a_rule_that_comes_back_remembers_what_was_undone(people, task, rule):
    rule(FAST)
    hand_in(task, people.operator, times=2, **NOT_HEARD)
    verbs.act(task, people.operator, "undo", by=people.administrator, reason="")
    rule()
    assert rules_of(task) == []
    rule(FAST)
    hand_in(task, people.operator, **NOT_HEARD)
    assert len(events(task)) == 1


def test_people_and_managers_are_told(people, task, rule):
    rule(Rule(TOO_FAST, STOP, threshold=100, least=2))
    hand_in(task, people.operator, times=2, **NOT_HEARD)
    told = set(Notice.objects.values_list("user__email", "kind"))
    assert ("operator@example.org", "standing_stopped") in told
    assert ("administrator@example.org", "person_stopped") in told
    event = AuditEvent.objects.get(verb="stop_person")
    assert (event.actor, event.target_id) == (None, people.operator.pk)
    verbs.act(task, people.operator, "undo", by=people.administrator, reason="")
    assert Notice.objects.filter(user=people.operator, kind="standing_restored").exists()


def test_moves_in_the_wrong_order_are_refused(people, task):
    def act(move, **how):
        return verbs.act(task, people.operator, move, by=people.administrator, reason="Reasons", **how)

    with pytest.raises(IllegalMove):
        act("undo")
    act(STOP)
    for move in (WARN, PAUSE, STOP):
        with pytest.raises(IllegalMove, match="stopped"):
            act(move)
    act("undo")
    act(PAUSE, hours=1)
    act(PAUSE, hours=48)
    assert standing(task, people.operator).until > timezone.now() + timedelta(hours=47)
    with pytest.raises(Invalid):
        act(PAUSE, hours=0)
    with pytest.raises(Invalid, match="few words"):
        verbs.act(task, people.operator, STOP, by=people.administrator, reason=" ")
    with pytest.raises(PermissionDenied):
        verbs.act(task, people.operator, "undo", by=people.operator, reason="")


# What it costs


def test_a_task_without_rules_pays_nothing(people, task):
    hand_in(task, people.operator, **HEARD)
    with CaptureQueriesContext(connection) as seen:
        hand_in(task, people.operator, **NOT_HEARD)
    assert not [query["sql"] for query in seen if "qualityrule" in query["sql"] or "standing" in query["sql"]]


def test_rules_cost_at_most_five_statements_of_an_answer(people, crowd, shared, rule):
    turns = [begin(shared, user) for user in crowd]

    def statements(turn):
        body = {"answers": ANSWERS, "active_ms": 60_000, **HEARD}
        with CaptureQueriesContext(connection) as seen:
            working.submit(Assignment.objects.select_related("task").get(pk=turn.pk), by=turn.annotator, body=body)
        return len(seen)

    plain = statements(turns[0])
    rule(*behaviour.recommended(), Rule(DAILY_CAP, PAUSE, least=100), on=shared)
    for turn in turns[1:]:
        assert statements(turn) <= plain + 5


def test_standing_costs_one_look_at_the_next_item_and_two_with_a_daily_number(
    people, task, rule, django_assert_num_queries
):
    person = people.operator
    rule(FAST)
    person.roles_by_workspace  # noqa: B018 - loaded once per request
    with django_assert_num_queries(1):
        require_good_standing(task, by=person)
    rule(FAST, Rule(DAILY_CAP, PAUSE, least=5))
    with django_assert_num_queries(2):
        require_good_standing(task, by=person)


def test_marks_of_control_items_count_each_question():
    detail = {"pace": {"right": True}, "pitch": {"right": False}}
    assert evidence.as_mark(is_right=False, detail=detail) == (1, 2)
    assert evidence.as_mark(is_right=True, detail={}) == (1, 1)


def test_is_ruled_follows_the_rules_and_the_standings(people, task, rule):
    rule(FAST)
    assert task.is_ruled
    rule()
    assert not task.is_ruled
    stop(task, people.operator, people)
    assert LabelingTask.objects.get(pk=task.pk).is_ruled
    rule()
    assert task.is_ruled
