"""What people said beside what holds: how often each was right, and what was taken for what.

What holds is the result of an item: see annotations.aggregating. Where only one person answered it is theirs, which
says nothing about them; such items are left out unless an auditor settled them.
"""

from collections import Counter, defaultdict
from collections.abc import Mapping, Sequence
from typing import Any

from annotations.models import LabelingTask
from annotations.quality.events import Event, matched_pairs
from annotations.quality.grading import Graded, grade
from annotations.reports.clips import Clips
from annotations.reports.marking import NEAR_MS, Bounds
from annotations.reports.measures import Kind, Measure
from annotations.reports.reading import Heard, Said

# Of marks: nothing there, or nothing marked.
NOTHING = ""
# Each person has keys of their own: of each, fewer clips than of figures of everybody.
MOST_OF_A_PERSON = 100


def holds(part: Mapping[str, Any] | None) -> bool:
    """Whether a part of an item's result is something to measure people by."""
    if part is None or part.get("value") is None:
        return False
    return part.get("method") == "adjudicated" or (part.get("n") or 0) > 1


class Tally:
    """How many answers were compared, how many were right, and their mean share of what is right."""

    def __init__(self) -> None:
        self.n = self.right = 0
        self.share = 0.0

    def add(self, graded: Graded) -> None:
        self.n += 1
        self.right += graded.right
        self.share += graded.share

    def as_json(self) -> dict[str, Any]:
        return {"n": self.n, "right": self.right, "share": self.share / self.n if self.n else None}


class Against:
    """All questions of a task, all people and teams."""

    def __init__(self, task: LabelingTask, measures: Sequence[Measure], *, clips: Clips) -> None:
        self.settings = task.aggregation
        self.measures, self.clips = measures, clips
        self.questions = [measure.question for measure in measures]
        self.of_person = Clips(most=MOST_OF_A_PERSON)
        # By alias, "" for all questions together, and by person, team, or "all".
        self.tallies: dict[tuple[str, str], Tally] = defaultdict(Tally)
        self.cells: dict[str, Counter[tuple[Any, Any]]] = {one.alias: Counter() for one in measures if one.has_table}
        self.bounds = {one.alias: Bounds(one) for one in measures if one.kind == Kind.MARKS}

    def add(self, heard: Heard) -> None:
        expected = {alias: part["value"] for alias, part in heard.finals.items() if holds(part)}
        if not expected:
            return
        finals = {one.alias: one.value(expected) for one in self.measures if one.alias in expected}
        for said in heard.said:
            grading = grade(self.questions, expected, said.answers, settings=self.settings)
            if grading is not None:
                self._grade(heard.position, said, grading.questions)
            for measure in self.measures:
                if measure.alias in finals:
                    self._compare(heard.position, measure, finals[measure.alias], said)

    def _grade(self, position: int, said: Said, graded: Mapping[str, Graded]) -> None:
        person, team = str(said.person), said.team and str(said.team)
        for alias, one in graded.items():
            for who in (person, team, "all"):
                if who:
                    self.tallies[alias, who].add(one)
                    self.tallies["", who].add(one)
            if not one.right:
                self.of_person.add(f"wrong/{person}", position)
                self.of_person.add(f"wrong/{person}/{alias}", position)
                self.clips.add(f"wrong/all/{alias}", position)

    def _compare(self, position: int, measure: Measure, final: Any, said: Said) -> None:
        own = measure.value(said.answers)
        if measure.kind == Kind.MARKS:
            self.bounds[measure.alias].add(position, str(said.person), final, own)
        if measure.alias not in self.cells or own is None:
            return
        pairs = _label_pairs(final, own) if measure.kind == Kind.MARKS else [(final, own)]
        for pair in pairs:
            self.cells[measure.alias][pair] += 1
            self.clips.add(self.cell_key(measure, *pair), position)

    @staticmethod
    def cell_key(measure: Measure, final: Any, own: Any) -> str:
        """Places instead of values, which may hold anything; -1 is nothing."""
        places = {value: place for place, value in enumerate(measure.values)}
        return f"cell/{measure.alias}/{places.get(final, -1)}/{places.get(own, -1)}"

    def table(self, measure: Measure) -> dict[str, Any] | None:
        """What was taken for what: counts with a row for each value that holds and a column for each that was said."""
        cells = self.cells.get(measure.alias)
        if not cells:
            return None
        values = [*measure.values, *([NOTHING] if measure.kind == Kind.MARKS else [])]
        return {"values": values, "rows": [[cells[final, own] for own in values] for final in values]}


def _label_pairs(final: Sequence[Event], own: Sequence[Event]) -> list[tuple[str, str]]:
    """The labels of marks that lie in the same place; what only one side has stands beside nothing."""
    pairs = matched_pairs([_bare(event) for event in final], [_bare(event) for event in own], collar_ms=NEAR_MS)
    left, right = dict(pairs), {j for _i, j in pairs}
    found = [(event.label, own[left[i]].label if i in left else NOTHING) for i, event in enumerate(final)]
    return found + [(NOTHING, event.label) for j, event in enumerate(own) if j not in right]


def _bare(event: Event) -> Event:
    return event._replace(label="")
