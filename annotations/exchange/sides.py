"""The teams of a task as what is made of its results names them, and the people by name or by number."""

from collections.abc import Iterator
from dataclasses import dataclass, replace
from hashlib import blake2s
from uuid import UUID

from annotations.models import Assignment, LabelingTask
from annotations.results import ResultAnswer, ResultItem

CROWD, EXPERT = "t", "e"


@dataclass(frozen=True)
class Side:
    """A team of a task with its number of people per item. Experts are told from the crowd."""

    team_id: UUID
    name: str
    overlap: int
    decides: bool
    is_expert: bool


def sides_of(task: LabelingTask) -> tuple[Side, ...]:
    """The teams in order. Experts are those whose name says so, or else the team that decides."""
    if not task.by_team:
        return ()
    teams = list(task.teams.select_related("team").order_by("position", "id"))
    named = {row.team_id for row in teams if "expert" in row.team.name.casefold()}
    experts = named or {row.team_id for row in teams if row.decides and len(teams) > 1}
    return tuple(Side(row.team_id, row.team.name, row.overlap, row.decides, row.team_id in experts) for row in teams)


class Names:
    """What people are called in an archive: by their names, or by numbers that say nothing of who they are.

    Numbers follow the task's seed, so they are the same in each version and differ between tasks.
    """

    def __init__(self, task: LabelingTask, *, are_hidden: bool) -> None:
        self.are_hidden = are_hidden
        self._experts = {side.team_id for side in sides_of(task) if side.is_expert}
        self._numbers: dict[UUID, int] = {}
        self._auditors: dict[str, str] = {}
        if are_hidden:
            rows = Assignment.objects.filter(task=task, annotator__isnull=False).order_by()
            people = rows.values_list("annotator_id", flat=True).distinct()
            # Also whoever answered before the turn went to somebody else.
            authors = rows.values_list("submissions__author_id", flat=True).distinct()
            everybody = {pk for pk in (*people, *authors) if pk is not None}
            order = sorted(everybody, key=lambda pk: blake2s(f"{task.seed}:{task.pk}:{pk}".encode()).digest())
            self._numbers = {pk: number for number, pk in enumerate(order, start=1)}

    def number_of(self, answer: ResultAnswer) -> str:
        """A short name such as t12 or e3: the crowd's or an expert's."""
        letter = EXPERT if answer.team_id in self._experts else CROWD
        return f"{letter}{self._numbers[answer.annotator_id]}"

    def auditor(self, name: str | None) -> str:
        """The name of whoever judged or settled something, as it goes into the archive; nobody stays nobody."""
        if not name or not self.are_hidden:
            return name or ""
        return self._auditors.setdefault(name, f"a{len(self._auditors) + 1}")

    def items(self, items: Iterator[ResultItem]) -> Iterator[ResultItem]:
        """The items with everybody called as they are to be called."""
        return map(self._renamed, items) if self.are_hidden else items

    def _renamed(self, item: ResultItem) -> ResultItem:
        return replace(item, answers=[self._without_names(answer) for answer in item.answers])

    def _without_names(self, answer: ResultAnswer) -> ResultAnswer:
        return replace(
            answer,
            annotator=self.number_of(answer),
            corrected_by=self.auditor(answer.corrected_by),
            reviewer=self.auditor(answer.reviewer),
            first_reviewer=self.auditor(answer.first_reviewer),
            verdicts=[replace(verdict, reviewer=self.auditor(verdict.reviewer)) for verdict in answer.verdicts],
        )
