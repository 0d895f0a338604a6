"""People of a team at random: what each may try with a task, for `test_team_machine.py`."""

from collections import Counter
from collections.abc import Callable
from datetime import timedelta
from typing import Any
from uuid import UUID

from django.core.exceptions import PermissionDenied
from django.utils import timezone
from hypothesis import strategies as st
from hypothesis.stateful import (
    RuleBasedStateMachine,
    initialize,
    rule,
)

from annotations.actions import closing, managing, reviewing, setting_right, staffing, working
from annotations.actions.handing_back import have_redone, have_reviewed
from annotations.actions.plans import Seat
from annotations.actions.staffing import Wanted
from annotations.actions.transferring import Asked, transfer
from annotations.models import Assignment, LabelingTask
from annotations.permissions import MANAGER_MOVES
from tests.annotations.factories import make_dataset, make_task
from tests.factories import MembershipFactory, WorkspaceFactory
from workspaces.errors import IllegalMove, Invalid
from workspaces.models import AuditEvent, Role, User

State = Assignment.State
ITEMS, OVERLAP = 6, 2
TURNS = ITEMS * OVERLAP
REFUSED = (IllegalMove, Invalid, PermissionDenied)

ROLES = {
    "ann": [Role.OPERATOR],
    "ben": [Role.OPERATOR],
    "cleo": [Role.OPERATOR],
    "both": [Role.OPERATOR, Role.AUDITOR],
    "rita": [Role.AUDITOR],
    "sam": [Role.AUDITOR],
    "manager": [Role.ANNOTATION_ADMINISTRATOR],
}
ANNOTATORS = ("ann", "ben", "cleo", "both")
AUDITORS = ("both", "rita", "sam")
anybody = st.sampled_from(tuple(ROLES))
annotator, auditor = st.sampled_from(ANNOTATORS), st.sampled_from(AUDITORS)
place = st.integers(0, TURNS - 1)
CAN_MOVE = {"labeling": Assignment.WITH_ANNOTATOR, "review": (State.PENDING_REVIEW,)}
REASON = {"reason_code": "boundary_late", "comment": "starts before the word"}
REVIEWERS: tuple[dict[str, int | None], ...] = ({}, dict.fromkeys(AUDITORS), {"rita": 5, "sam": None, "both": 2})
STAFF: dict[str, dict[str, int | None]] = {
    "pool": {},
    "numbers": dict.fromkeys(ANNOTATORS, TURNS // len(ANNOTATORS)),
    "mixed": {"ann": 4, "both": 3, "ben": None, "cleo": None},
}


def answers(number: int) -> dict[str, Any]:
    region = {"id": "r1", "label": "glitch", "start_ms": 100 * number, "end_ms": 100 * number + 50, "note": ""}
    return {"marks": [region], "pace": "slow" if number % 2 else "fast"}


class Team(RuleBasedStateMachine):
    """A task, its people, and what is expected of them: numbers by seat, states and submissions as they were."""

    plan: dict[str, Any] = {}

    @initialize(
        staff=st.sampled_from(tuple(STAFF)),
        reviewers=st.sampled_from(REVIEWERS),
        max_rework=st.integers(0, 2),
        recheck=st.sampled_from([0, 50, 100]),
        seed=st.integers(0, 9),
        labeled=st.sampled_from([TURNS, TURNS // 2, 0]),
        judged=st.sampled_from([3, TURNS, 0]),
        verdicts=st.lists(st.sampled_from(["approve", "reject", "fix", "drop"]), min_size=3, max_size=3),
    )
    def begin(
        self,
        staff: str,
        reviewers: dict[str, int | None],
        max_rework: int,
        recheck: int,
        seed: int,
        labeled: int,
        judged: int,
        verdicts: list[str],
    ) -> None:
        """A task on which people have been at work for a while."""
        self.workspace = WorkspaceFactory()
        self.people: dict[str, User] = {}
        for name, roles in ROLES.items():
            for role in roles:
                known = {"user": self.people[name]} if name in self.people else {"user__name": name}
                self.people[name] = MembershipFactory(workspace=self.workspace, role=role, **known).user
        numbers = STAFF[staff]
        self.is_all_dealt = staff == "numbers"
        self.pk = make_task(
            make_dataset(self.workspace, files=ITEMS),
            by=self.people["manager"],
            overlap=OVERLAP,
            annotators=[(self.people[name], number) for name, number in numbers.items()],
            reviewers=[(self.people[name], number) for name, number in reviewers.items()],
            rest_in_pool=staff == "mixed",
            max_rework=max_rework,
            recheck_percent=recheck,
            seed=seed,
            **self.plan,
        ).pk
        self.number_of = {
            (kind, self.people[name].pk): number
            for kind, seats in (("labeling", numbers), ("review", reviewers))
            for name, number in seats.items()
        }
        self.order = list(Assignment.objects.filter(task=self.pk).values_list("pk", flat=True))
        self.states = {row["id"]: row["state"] for row in self.rows()}
        self.loaded: dict[UUID, Assignment] = {}
        self.handed_in: dict[UUID, tuple[Any, ...]] = {}
        self.n_events = self.events().count()
        for number in range(labeled):
            self.label(ANNOTATORS[number % len(ANNOTATORS)], "submit", number)
            self.everything_holds()
        for number in range(judged):
            self.review(AUDITORS[number % len(AUDITORS)], verdicts[number % 3], number + labeled)
            self.everything_holds()

    def everything_holds(self) -> None:
        raise NotImplementedError

    # What there is

    def task(self) -> LabelingTask:
        return LabelingTask.objects.select_related("workspace").get(pk=self.pk)

    def turn(self, number: int, *, is_stale: bool = False) -> Assignment:
        """The turn as it is now, or as it was when somebody loaded it last."""
        pk = self.order[number]
        if not is_stale or pk not in self.loaded:
            self.loaded[pk] = Assignment.objects.select_related("task__workspace", "annotator", "reviewer").get(pk=pk)
        return self.loaded[pk]

    def rows(self) -> list[dict[str, Any]]:
        return list(Assignment.objects.filter(task=self.pk).order_by("pk").values())

    def events(self) -> Any:
        return AuditEvent.objects.filter(workspace=self.workspace)

    def attempt(self, move: Callable[[], Any]) -> Any:
        """What the move answers, or None where it was refused and has changed nothing."""
        before = self.rows()
        try:
            return move()
        except REFUSED:
            assert self.rows() == before
            return None

    # Annotators

    @rule(
        who=annotator,
        then=st.sampled_from(["submit", "submit", "submit", "leave", "draft", "skip", "release"]),
        number=st.integers(0, 9),
        times=st.integers(1, 3),
    )
    def label_some(self, who: str, then: str, number: int, times: int) -> None:
        for _ in range(times):
            self.label(who, then, number)

    def label(self, who: str, then: str, number: int) -> None:
        by = self.people[who]
        turn = self.attempt(lambda: working.next_for(self.task(), by=by))
        if turn is not None:
            assert (turn.state, turn.annotator_id) == (State.IN_PROGRESS, by.pk)
            self.loaded[turn.pk] = turn
            self.attempt(lambda: self.annotate(turn, then, by=by, number=number))

    def annotate(self, turn: Assignment, move: str, *, by: User, number: int) -> None:
        if move == "draft":
            draft = working.current_draft(turn, by)
            body = {"answers": answers(number), "version": draft.version if draft else 0}
            working.save_draft(turn, by=by, body=body)
        elif move == "submit":
            working.submit(turn, by=by, body={"answers": answers(number), "active_ms": 1000})
        elif move == "skip":
            working.skip(turn, by=by, reason="Nothing to hear")
        elif move == "release":
            working.release(turn, by=by)
        elif move == "open":
            working.open_one(turn, by=by)

    # Auditors

    @rule(
        who=auditor,
        then=st.sampled_from(["approve", "approve", "leave", "fix", "reject", "reject", "drop", "let_go"]),
        number=st.integers(0, 9),
        times=st.integers(1, 3),
    )
    def review_some(self, who: str, then: str, number: int, times: int) -> None:
        for _ in range(times):
            self.review(who, then, number)

    def review(self, who: str, then: str, number: int) -> None:
        by = self.people[who]
        turn = self.attempt(lambda: reviewing.next_review_for(self.task(), by=by))
        if turn is not None:
            assert turn.state == State.PENDING_REVIEW
            assert by.pk not in (turn.annotator_id, turn.approved_by_id)
            self.loaded[turn.pk] = turn
            self.attempt(lambda: self.judge(turn, then, by=by, number=number))

    def judge(self, turn: Assignment, move: str, *, by: User, number: int) -> None:
        if move == "approve":
            reviewing.approve(turn, by=by)
        elif move == "fix":
            reviewing.fix(turn, by=by, body={"answers": answers(number), "size": "minor"})
        elif move == "reject":
            reviewing.reject(turn, by=by, body=dict(REASON))
        elif move == "drop":
            reviewing.drop(turn, by=by, body=dict(REASON))
        elif move == "let_go":
            reviewing.let_go(turn, by=by)

    @rule(
        who=auditor,
        action=st.sampled_from(["approve_rest", "pass_all", "pass_unchecked", "pass_checked", "reject_all"]),
    )
    def close(self, who: str, action: str) -> None:
        body = {"action": action, **REASON}
        if action == "approve_rest":
            self.attempt(lambda: closing.approve_rest(self.task(), by=self.people[who]))
        else:
            self.attempt(lambda: closing.close_sample(self.task(), by=self.people[who], body=body))

    # Anybody, with anything, perhaps from a page that is out of date

    @rule(
        who=anybody,
        at=place,
        move=st.sampled_from(
            ["open", "draft", "submit", "skip", "release", "approve", "fix", "reject", "drop", "let_go"]
        ),
        number=st.integers(0, 9),
        is_stale=st.booleans(),
    )
    def try_anything(self, who: str, at: int, move: str, number: int, is_stale: bool) -> None:
        turn, by = self.turn(at, is_stale=is_stale), self.people[who]
        does = self.judge if move in ("approve", "fix", "reject", "drop", "let_go") else self.annotate
        self.attempt(lambda: does(turn, move, by=by, number=number))

    @rule(
        who=st.sampled_from(["holder", "manager", "manager", "ann", "rita"]),
        kind=st.sampled_from(["labeling", "labeling", "review"]),
        holder=st.integers(0, 9),
        to=anybody,
        quantity=st.integers(0, 3),
        with_begun=st.booleans(),
        key=st.sampled_from(["", "", "once"]),
    )
    def hand_over(self, who: str, kind: str, holder: int, to: str, quantity: int, with_begun: bool, key: str) -> None:
        field = "annotator_id" if kind == "labeling" else "reviewer_id"
        held = {row[field] for row in self.rows() if row["state"] in CAN_MOVE[kind]} - {None}
        holders = [user for user in self.people.values() if user.pk in held] or list(self.people.values())
        asked = Asked(
            kind=kind,
            holder=holders[holder % len(holders)],
            to=self.people[to],
            quantity=quantity,
            with_begun=with_begun,
            idempotency_key=key,
        )
        was_made = bool(key) and self.task().transfers.filter(idempotency_key=key).exists()
        by = asked.holder if who == "holder" else self.people[who]
        made = self.attempt(lambda: transfer(self.task(), asked, by=by))
        if made is not None and not was_made:
            self.gain(kind, asked.holder.pk, -quantity)
            self.gain(kind, asked.to.pk, quantity)

    # The manager

    @rule(at=place, move=st.sampled_from(tuple(MANAGER_MOVES)), to=st.none() | anybody, is_stale=st.booleans())
    def set_right(self, at: int, move: str, to: str | None, is_stale: bool) -> None:
        fitting = [number for number in range(TURNS) if self.states[self.order[number]] in MANAGER_MOVES[move]]
        turn = self.turn(fitting[at % len(fitting)] if fitting else at, is_stale=is_stale)
        receiver = self.people[to] if to else None
        before = Assignment.objects.get(pk=turn.pk).annotator_id

        def make() -> bool:
            setting_right.one(turn, move, by=self.people["manager"], to=receiver)
            return True

        if self.attempt(make) and receiver is not None:
            self.follow(move, receiver.pk, Counter([before]))

    @rule(at=place, to=st.none() | auditor, is_stale=st.booleans())
    def hand_back(self, at: int, to: str | None, is_stale: bool) -> None:
        """Something done is to be done once more, or something that waits is given to a certain auditor."""
        wanted = (State.PENDING_REVIEW,) if to else Assignment.DONE
        fitting = [number for number in range(TURNS) if self.states[self.order[number]] in wanted]
        turn, by = self.turn(fitting[at % len(fitting)] if fitting else at, is_stale=is_stale), self.people["manager"]
        if to:
            self.attempt(lambda: have_reviewed(turn, to=self.people[to], by=by))
        else:
            self.attempt(lambda: have_redone(turn, by=by))

    @rule(move=st.sampled_from(tuple(MANAGER_MOVES)), state=st.sampled_from(State.values), to=st.none() | anybody)
    def set_many_right(self, move: str, state: str, to: str | None) -> None:
        receiver = self.people[to] if to else None
        selection = setting_right.Selection(only=setting_right.TurnFilter(state=state))
        outcome = self.attempt(
            lambda: setting_right.many(self.task(), move, by=self.people["manager"], selection=selection, to=receiver)
        )
        if outcome is not None and receiver is not None:
            assert outcome.done == outcome.holders.total()
            self.follow(move, receiver.pk, outcome.holders)

    def follow(self, move: str, to: UUID, holders: "Counter[UUID | None]") -> None:
        """Numbers follow the items that a manager gives to somebody."""
        if not holders.total():
            return
        if move == "reassign":
            for holder, n in holders.items():
                if holder is not None:
                    self.gain("labeling", holder, -n)
            self.gain("labeling", to, holders.total())
        elif move == "adjudicate":
            self.gain("review", to, holders.total())

    def gain(self, kind: str, user: UUID, n: int) -> None:
        if (number := self.number_of.get((kind, user))) is not None:
            self.number_of[kind, user] = max(0, number + n)
        elif (kind, user) not in self.number_of and n > 0 and not self.task().is_open_for(kind):
            self.number_of[kind, user] = n

    @rule(move=st.sampled_from(["stop", "resume", "resume", "generate"]), who=st.sampled_from(["manager", "ann"]))
    def manage(self, move: str, who: str) -> None:
        task, by = self.task(), self.people[who]
        if move == "stop":
            self.attempt(lambda: managing.stop(task, by=by))
        elif move == "resume":
            self.attempt(lambda: managing.resume(task, by=by))
        else:
            self.attempt(lambda: task.note_generated(by=by))

    @rule(
        numbers=st.one_of(
            st.dictionaries(annotator, st.none() | st.integers(0, 6), min_size=2).map(
                lambda given: ("labeling", given)
            ),
            st.dictionaries(auditor, st.none() | st.integers(0, TURNS)).map(lambda given: ("review", given)),
        )
    )
    def change_people(self, numbers: tuple[str, dict[str, int | None]]) -> None:
        self.change(*numbers)

    def change(self, kind: str, numbers: dict[str, int | None]) -> None:
        seats = [Seat(self.people[name], number) for name, number in numbers.items()]
        wanted = Wanted(annotators=seats) if kind == "labeling" else Wanted(reviewers=seats)
        if self.attempt(lambda: staffing.set_people(self.task(), wanted, by=self.people["manager"])) is None:
            return
        kept = {seat: number for seat, number in self.number_of.items() if seat[0] != kind}
        self.number_of = kept | {(kind, self.people[name].pk): number for name, number in numbers.items()}
        self.is_all_dealt = self.is_all_dealt and (kind == "review" or (bool(numbers) and None not in numbers.values()))

    # Time

    @rule(is_swept=st.booleans())
    def time_goes_by(self, is_swept: bool) -> None:
        """Leases run out; a sweep comes before or after the next who asks for work."""
        rows = Assignment.objects.filter(task=self.pk, lease_until__isnull=False)
        rows.update(lease_until=timezone.now() - timedelta(minutes=1))
        if is_swept:
            Assignment.objects.give_back_expired()
            Assignment.objects.give_back_left_reviews()
            assert not Assignment.objects.filter(task=self.pk).expired().exists()
