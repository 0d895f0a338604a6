"""Random people work through a task of a team, in every review mode; what must hold, holds after each step.

A move may be refused: then it has changed nothing. Anything else that is raised is a bug. To look for new ways through,
run with HYPOTHESIS_PROFILE=explore.
"""

from collections import Counter
from typing import Any
from uuid import UUID

import pytest
from django.db.models import F
from hypothesis import HealthCheck, settings
from hypothesis.stateful import invariant, precondition, run_state_machine_as_test

from annotations import review_figures
from annotations.models import Assignment, LabelingTask, Review, Submission, TaskPerson
from tests.annotations.team import TURNS, State, Team

STEPS = 30
EXAMPLES = 4


class Held(Team):
    # What holds

    @invariant()
    @precondition(lambda self: hasattr(self, "pk"))
    def everything_holds(self) -> None:
        rows, task = self.rows(), self.task()
        self.nothing_is_lost(rows)
        self.nobody_has_too_much(rows)
        self.submissions_stay(rows)
        self.each_change_is_written_down(rows)
        self.the_task_is_where_its_turns_are(rows, task)
        self.numbers_follow(rows)

    def nothing_is_lost(self, rows: list[dict[str, Any]]) -> None:
        assert len(rows) == TURNS
        for row in rows:
            assert (row["origin"] != "") == (row["state"] in Assignment.DONE), row
            assert (row["lease_until"] is not None) or row["state"] != State.IN_PROGRESS, row

    def nobody_has_too_much(self, rows: list[dict[str, Any]]) -> None:
        turns = Counter((row["item_id"], row["annotator_id"]) for row in rows if row["annotator_id"])
        assert not turns or max(turns.values()) == 1
        for row in rows:
            assert row["annotator_id"] is None or row["annotator_id"] not in (row["reviewer_id"], row["approved_by_id"])
        own = Review.objects.filter(submission__author=F("reviewer"), submission__assignment__task=self.pk)
        assert not own.exists()
        looks = Counter(
            Review.objects.filter(
                submission__assignment__task=self.pk, verdict="approved", origin__in=["reviewed", "rechecked"]
            ).values_list("submission", "reviewer")
        )
        assert not looks or max(looks.values()) == 1

    def submissions_stay(self, rows: list[dict[str, Any]]) -> None:
        names = ("pk", "assignment_id", "author_id", "revision", "active_ms", "listened", "answers", "created_at")
        stored = {row[0]: row for row in Submission.objects.filter(assignment__task=self.pk).values_list(*names)}
        assert {pk: stored.get(pk) for pk in self.handed_in} == self.handed_in
        self.handed_in = stored
        revisions: dict[UUID, list[int]] = {}
        for row in stored.values():
            revisions.setdefault(row[1], []).append(row[3])
        for turn in rows:
            assert sorted(revisions.get(turn["id"], [])) == list(range(1, turn["revision"] + 1)), turn

    def each_change_is_written_down(self, rows: list[dict[str, Any]]) -> None:
        news = list(self.events().order_by("id")[self.n_events :])
        self.n_events += len(news)
        told: dict[UUID, set[str]] = {}
        for event in news:
            told.setdefault(event.target_id, set()).add(event.data.get("state", ""))
        # One event for all that moves with a transfer or a change of people; it names the items, or the people.
        moved = {item for event in news if event.verb == "transfer" for item in event.data.get("items", [])}
        is_staffed = any(event.verb == "staff" for event in news)
        for row in rows:
            before, now = self.states[row["id"]], row["state"]
            if before == now or now in told.get(row["id"], set()):
                continue
            is_transfer = before == State.IN_PROGRESS and str(row["item_id"]) in moved
            is_staff = is_staffed and {before, now} == {State.OPEN, State.ASSIGNED}
            assert is_transfer or is_staff, (before, now, [(event.verb, event.data) for event in news])
        self.states = {row["id"]: row["state"] for row in rows}

    def the_task_is_where_its_turns_are(self, rows: list[dict[str, Any]], task: LabelingTask) -> None:
        if task.state == LabelingTask.State.STOPPED:
            assert State.IN_PROGRESS not in {row["state"] for row in rows}
            return
        states = {row["state"] for row in rows}
        if states & set(Assignment.LEFT_TO_LABEL):
            expected = {LabelingTask.State.OPEN}
        elif states & set(Assignment.LEFT_TO_REVIEW):
            expected = {LabelingTask.State.REVIEWING}
        else:
            expected = {LabelingTask.State.READY, LabelingTask.State.GENERATED}
        assert task.state in expected, (task.state, states)

    def numbers_follow(self, rows: list[dict[str, Any]]) -> None:
        seats = TaskPerson.objects.filter(task=self.pk)
        assert {(seat.kind, seat.user_id): seat.quota for seat in seats} == self.number_of
        if self.is_all_dealt:
            held = Counter(row["annotator_id"] for row in rows)
            numbers = {user: number for (kind, user), number in self.number_of.items() if kind == "labeling" and number}
            assert numbers == dict(held)


class InFull(Held):
    plan = {"review_mode": "full"}


class InPart(Held):
    plan = {"review_mode": "partial"}


class BySample(Held):
    plan = {"review_mode": "sampled", "sample_count": 2}


@pytest.mark.django_db(transaction=True)
@pytest.mark.parametrize("machine", [InFull, InPart, BySample])
def test_what_must_hold_holds_after_each_step(machine: type[Held], monkeypatch: pytest.MonkeyPatch) -> None:
    # With a floor of 20 nobody would ever come to approve the rest of so few.
    monkeypatch.setattr(review_figures, "FLOOR_ITEMS", 3)
    explores = settings().max_examples > settings.get_profile("steady").max_examples
    run_state_machine_as_test(
        machine,
        settings=settings(
            max_examples=settings().max_examples if explores else EXAMPLES,
            stateful_step_count=STEPS,
            suppress_health_check=list(HealthCheck),
        ),
    )
