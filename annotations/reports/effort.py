"""What people's work took, what became of it, and how they did on control items: by person and by team."""

from array import array
from collections import Counter, defaultdict
from collections.abc import Iterable
from statistics import median
from typing import Any
from uuid import UUID

from django.db.models import Count, Q, Sum

from annotations.models import Assignment, CheckResult, Grade, LabelingTask, Standing
from annotations.quality.shares import share_interval
from annotations.reports.reading import Heard
from workspaces.models import User

MS_PER_HOUR = 3_600_000


class Effort:
    """Answers, items and time, counted while items go by."""

    def __init__(self) -> None:
        self.answers: Counter[str] = Counter()
        self.items: Counter[str] = Counter()
        self.active_ms: Counter[str] = Counter()
        self.team_of: dict[str, Counter[str]] = defaultdict(Counter)
        # Time per answer, of each team: five hundred thousand whole numbers take four megabytes.
        self._times: dict[str, array[int]] = defaultdict(lambda: array("q"))

    def add(self, heard: Heard) -> None:
        seen = set()
        for said in heard.said:
            person = str(said.person)
            keys = [person]
            if said.team is not None:
                team = str(said.team)
                keys.append(team)
                self.team_of[person][team] += 1
                self._times[team].append(said.active_ms)
            for key in keys:
                self.answers[key] += 1
                self.active_ms[key] += said.active_ms
            seen.update(keys)
        self.items.update(seen)

    def of(self, key: str) -> dict[str, Any]:
        n = self.answers[key]
        return {
            "answers": n,
            "items": self.items[key],
            "active_ms": self.active_ms[key],
            "ms_per_answer": self.active_ms[key] / n if n else None,
        }

    def people_of(self, team: str) -> list[str]:
        return [person for person, teams in self.team_of.items() if teams[team]]

    def team_figures(self, team: str, *, cost_per_hour: float | None) -> dict[str, Any]:
        """With what an item costs: all that the team worked, over the items it answered."""
        found = self.of(team)
        cost = None if cost_per_hour is None else found["active_ms"] / MS_PER_HOUR * cost_per_hour
        times = self._times[team]
        return found | {
            "people": len(self.people_of(team)),
            "median_ms": median(times) if times else None,
            "cost_per_hour": cost_per_hour,
            "cost_per_answer": cost / found["answers"] if cost is not None and found["answers"] else None,
            "cost_per_item": cost / found["items"] if cost is not None and found["items"] else None,
        }


def fates_of(task: LabelingTask) -> dict[tuple[str, str], dict[str, int]]:
    """By person and team ("" for none): times their answers were returned, and answers that were left out for good."""
    left_out = Q(state=Assignment.State.CANCELLED, revision__gt=0)
    rows = Assignment.objects.filter(task=task, annotator__isnull=False, revision__gt=0).order_by()
    found = rows.values_list("annotator", "team").annotate(
        returned=Sum("rejections"), left_out=Count("pk", filter=left_out)
    )
    return {
        (str(person), str(team or "")): {"returned": returned or 0, "left_out": n}
        for person, team, returned, n in found
    }


def controls_of(task: LabelingTask) -> dict[str, dict[str, Any]]:
    """By person: control items answered, and how many rightly. Those mixed into the task may be a task of their own."""
    rows = Grade.objects.filter(Q(task=task) | Q(task__controls_of=task)).order_by()
    found = rows.values_list("user").annotate(n=Count("pk"), n_right=Count("pk", filter=Q(is_right=True)))
    return {str(person): with_interval(right, n) for person, n, right in found}


def with_interval(right: int, n: int) -> dict[str, Any]:
    low, high = share_interval(right, n) or (None, None)
    return {"n": n, "right": right, "share": right / n if n else None, "low": low, "high": high}


def stopped_in(task: LabelingTask) -> dict[str, str]:
    """Where people stand who are not simply in good standing."""
    rows = Standing.objects.filter(task=task).exclude(state=Standing.State.GOOD).values_list("user", "state")
    return {str(person): state for person, state in rows}


def checks_of(task: LabelingTask) -> dict[str, Any]:
    """What automatic checks found, by what they found and by what was done about it."""
    rows = CheckResult.objects.filter(task=task).order_by()
    states = dict(rows.values_list("state").annotate(Count("pk")))
    found = rows.filter(verdict=CheckResult.Verdict.FOUND)
    outcomes = dict(found.values_list("outcome").annotate(Count("pk")))
    codes: Counter[str] = Counter()
    for findings in found.values_list("findings", flat=True).iterator(chunk_size=2000):
        codes.update({str(one.get("code", "")) for one in findings if isinstance(one, dict)})
    return {"states": states, "outcomes": outcomes, "codes": codes.most_common()}


def sums(fates: dict[tuple[str, str], dict[str, int]], *, people: Iterable[str], team: str | None) -> dict[str, int]:
    """Of these people, in this team's turns where one is named."""
    wanted = set(people)
    rows = [row for (person, of), row in fates.items() if person in wanted and (team is None or of == team)]
    return {"returned": sum(row["returned"] for row in rows), "left_out": sum(row["left_out"] for row in rows)}


def names_of(people: Iterable[UUID]) -> dict[str, str]:
    rows = User.objects.filter(pk__in=list(people)).values_list("pk", "name", "email")
    return {str(pk): name or email for pk, name, email in rows}
