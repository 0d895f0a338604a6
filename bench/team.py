"""A team of 30 annotators and 5 auditors over 100,000 items: `python -m bench.team` prints JSON rows.

It runs in a data folder of its own. What measures something on that task is a function in MEASURES: it gets the team
and yields rows, in the order they stand in; each finds the task as the one before left it.
"""

import json
import os
import time
from collections.abc import Callable, Iterable, Iterator
from dataclasses import asdict, dataclass
from typing import Any

import django

from bench import figures, transfers
from bench.rows import Row

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "config.settings")

ITEMS, ANNOTATORS, AUDITORS = 100_000, 30, 5
BATCH = 5000


@dataclass(frozen=True)
class Team:
    """A space with its people, and the labeling task they share out; `dealt_s` is how long making it took."""

    workspace: Any
    manager: Any
    annotators: list[Any]
    auditors: list[Any]
    dataset: Any
    task: Any
    dealt_s: float


def make_team(*, items: int = ITEMS, annotators: int = ANNOTATORS, auditors: int = AUDITORS, **plan: Any) -> Team:
    """An open task over `items` recordings, all of them dealt; `plan` overrides what the task is made with.

    Nothing is labeled yet. Wants a database with its tables in it, and leaves no job behind.
    """
    from workspaces.actions import create_workspace
    from workspaces.models import Membership, Role, User

    workspace = create_workspace(name="Team", slug="team")

    def member(kind: str, number: int, role: Role) -> User:
        user = User.objects.create_user(f"{kind}{number}@team.example", "team", name=f"{kind.title()} {number:02}")
        Membership.objects.create(workspace=workspace, user=user, role=role)
        return user

    manager = member("manager", 1, Role.ADMINISTRATOR)
    label = [member("annotator", number, Role.OPERATOR) for number in range(1, annotators + 1)]
    review = [member("auditor", number, Role.AUDITOR) for number in range(1, auditors + 1)]
    dataset = recordings(workspace, items)
    begun = time.monotonic()
    task = _task(dataset, items, manager, label, review, plan)
    return Team(workspace, manager, label, review, dataset, task, time.monotonic() - begun)


def recordings(workspace: Any, count: int) -> Any:
    """A dataset of `count` ready files of 1 to 600 seconds without bytes."""
    from datasets.models import AudioFile
    from tests.annotations.factories import make_dataset

    dataset = make_dataset(workspace, files=1, name="Recordings")
    template = AudioFile.objects.get(dataset=dataset)
    AudioFile.objects.bulk_create(
        (
            AudioFile(
                workspace=workspace, dataset=dataset, blob=template.blob, status="ready",
                filename=f"call-{number:07}.wav", metadata={"Agent": "voice-v3"},
                duration_ms=1000 + number * 7919 % 600_000, sample_rate=16_000, channels=1,
            )
            for number in range(2, count + 1)
        ),
        batch_size=BATCH,
    )  # fmt: skip
    return dataset


def _task(
    dataset: Any, items: int, manager: Any, annotators: list[Any], auditors: list[Any], plan: dict[str, Any]
) -> Any:
    from annotations.dealing import split_evenly
    from tests.annotations.factories import make_task

    wanted = items * plan.get("overlap", 1)
    numbers = split_evenly(wanted, len(annotators))
    seats = {
        "annotators": list(zip(annotators, numbers, strict=True)),
        "reviewers": [(auditor, None) for auditor in auditors],
    }
    return make_task(dataset, by=manager, **{**seats, **plan})


def deal(team: Team) -> Iterable[Row]:
    """Making the task, measured while it was made."""
    how = (
        f"from the plan to the open task: dealing and storing {ITEMS:,} items, their files and turns for "
        f"{ANNOTATORS} people, wall"
    )
    yield Row("deal_100k_s", round(team.dealt_s, 2), "s", 10, how)


MEASURES: tuple[Callable[[Team], Iterable[Row]], ...] = (deal, transfers.measure, figures.progress)


def rows() -> Iterator[Row]:
    from django.core.management import call_command

    call_command("migrate", verbosity=0)
    call_command("createcachetable", verbosity=0)
    team = make_team()
    for measure in MEASURES:
        yield from measure(team)


def main() -> None:
    django.setup()
    print(json.dumps([asdict(row) for row in rows()]))


if __name__ == "__main__":
    main()
