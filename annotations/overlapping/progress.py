"""How far each team of a task is."""

from collections import defaultdict
from dataclasses import dataclass
from uuid import UUID

from django.db.models import Count

from annotations.models import Assignment, LabelingTask, TaskTeam
from annotations.overlapping.teams import teams_of
from annotations.progress import Segments, segments_from
from workspaces.permissions import Right, members_with


@dataclass(frozen=True)
class TeamProgress:
    """A team's part in a task: what it is to do, how far it is, and how many of it may label and have begun."""

    row: TaskTeam
    segments: Segments
    n_people: int
    n_at_work: int

    @property
    def is_short(self) -> bool:
        """Fewer people than an item asks for: some turns would never be taken."""
        return self.n_people < self.row.overlap


def team_progress(task: LabelingTask) -> list[TeamProgress]:
    """In the order of the teams; none where no teams label. Four queries."""
    rows = teams_of(task)
    if not rows:
        return []
    turns = Assignment.objects.filter(task=task, team__isnull=False).order_by()
    states: dict[UUID, dict[str, int]] = defaultdict(dict)
    for team, state, n in turns.values_list("team", "state").annotate(n=Count("*")):
        states[team][state] = n
    begun = turns.filter(annotator__isnull=False).values_list("team").annotate(n=Count("annotator", distinct=True))
    at_work = dict(begun)
    allowed = members_with(Right.LABEL, task.workspace).filter(teams__in=[row.team_id for row in rows])
    pairs = set(allowed.values_list("teams__pk", "pk"))
    return [
        TeamProgress(
            row=row,
            segments=segments_from(states[row.team_id]),
            n_people=sum(team == row.team_id for team, _person in pairs),
            n_at_work=at_work.get(row.team_id, 0),
        )
        for row in rows
    ]
