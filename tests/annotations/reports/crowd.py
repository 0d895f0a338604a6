"""A task that two teams have answered, made as the product makes it: three of a crowd and two experts on each clip."""

from collections.abc import Callable
from decimal import Decimal
from typing import Any

from django.utils import timezone

from annotations.models import Assignment, LabelingTask, Submission
from annotations.overlapping.planned import TeamSeat
from datasets.models import Dataset
from tests.annotations.checking.checked import make_pool
from tests.annotations.factories import REGIONS, AskedQuestion, make_dataset, make_task
from tests.factories import MembershipFactory
from workspaces.models import Team, User

PACE = AskedQuestion(
    type="categorical",
    name="Pace",
    configuration={"choices": ["slow", "normal", "fast", "variable"], "ordered": True, "escape": ["variable"]},
)
STEPS = {"steps": 5, "min_label": "not at all", "max_label": "very much"}
LIKING = AskedQuestion(type="rating", name="Liking", configuration=STEPS, required=False)
MARKS = AskedQuestion(type=REGIONS.type, name="Marks", configuration=REGIONS.configuration, required=False)
NAMES = ("Ann", "Ben", "Cem", "Dia", "Eli")
Answering = Callable[[int, int], dict[str, Any]]


def as_said(who: int, position: int) -> dict[str, Any]:
    """Everybody hears the same, but Cem (2), who takes every slow clip for fast, hears late and finds other words."""
    pace = ("slow", "normal", "fast")[position % 3]
    late = 120 if who == 2 else 0
    return {
        "pace": "fast" if who == 2 and pace == "slow" else pace,
        "liking": 1 + position % 5,
        "words": {"terms": ["warm"] if who == 2 else ["calm"]},
        "marks": [{"id": "r1", "label": "glitch", "start_ms": 1000 + late, "end_ms": 2000 + late}],
    }


def make_crowd(
    people: Any, *, files: int = 6, dataset: Dataset | None = None, **plan: Any
) -> tuple[LabelingTask, list[User]]:
    workspace = people.workspace
    users = [
        MembershipFactory(
            workspace=workspace,
            role="operator",
            user__name=name,
            user__email=f"{name.lower()}@{workspace.slug}.example",
        ).user
        for name in NAMES
    ]
    # A workspace that several tests share may have teams of these names.
    costs = {"Crowd": Decimal(12), "Experts": Decimal(36)}
    crowd, experts = (
        Team.objects.update_or_create(workspace=workspace, name=name, defaults={"cost_per_hour": cost})[0]
        for name, cost in costs.items()
    )
    crowd.members.set(users[:3])
    experts.members.set(users[3:])
    words = AskedQuestion(
        type="words", name="Words", configuration={"vocabulary": str(make_pool(workspace).pk), "allow_new": True}
    )
    fields: dict[str, Any] = {
        "questions": (PACE, LIKING, words, MARKS),
        "teams": (TeamSeat(crowd, 3), TeamSeat(experts, 2)),
        "review_mode": LabelingTask.ReviewMode.NONE,
    }
    dataset = dataset or make_dataset(workspace, files=files)
    task = make_task(dataset, by=people.administrator, **{**fields, **plan})
    return task, users


def answer_all(task: LabelingTask, users: list[User], *, said: Answering = as_said) -> list[Assignment]:
    """Everybody's answers to everything, as handing in leaves them; experts take three times as long."""
    now, turns = timezone.now(), list(Assignment.objects.filter(task=task).order_by("position", "slot"))
    state = Assignment.State.PENDING_REVIEW if task.is_reviewed else Assignment.State.SUBMITTED
    submissions = []
    for turn in turns:
        ms = 30_000 if turn.slot > 2 else 10_000
        turn.annotator, turn.state, turn.revision, turn.active_ms = users[turn.slot], state, 1, ms
        turn.submitted_at, turn.origin = now, "" if task.is_reviewed else Assignment.Origin.NO_REVIEW
        answers = said(turn.slot, turn.position)
        submissions.append(
            Submission(assignment=turn, author=users[turn.slot], revision=1, answers=answers, active_ms=ms)
        )
    Assignment.objects.bulk_update(
        turns, ["annotator", "state", "revision", "active_ms", "submitted_at", "origin"], batch_size=100
    )
    Submission.objects.bulk_create(submissions)
    return turns
