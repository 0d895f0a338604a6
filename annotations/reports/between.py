"""How often teams come to the same answer, each by itself."""

from collections import defaultdict
from collections.abc import Sequence
from itertools import combinations
from typing import Any

from annotations.models import LabelingTask
from annotations.quality.grading import grade
from annotations.reports.against import Tally
from annotations.reports.clips import Clips
from annotations.reports.measures import Measure
from annotations.reports.reading import Heard


class Between:
    """Two teams at a time: the first one's answer to an item taken for right, the other's graded by it."""

    def __init__(self, task: LabelingTask, measures: Sequence[Measure], *, clips: Clips) -> None:
        self.measures, self.clips, self.settings = measures, clips, task.aggregation
        self._tallies: dict[tuple[str, str, str], Tally] = defaultdict(Tally)

    def add(self, heard: Heard) -> None:
        for measure in self.measures:
            alias = measure.alias
            by_team = (heard.finals.get(alias) or {}).get("by_team") or {}
            known = [
                (team, by_team[team]["value"]) for team in sorted(by_team) if by_team[team].get("value") is not None
            ]
            for (a, of_a), (b, of_b) in combinations(known, 2):
                grading = grade([measure.question], {alias: of_a}, {alias: of_b}, settings=self.settings)
                if grading is None:
                    continue
                self._tallies[alias, a, b].add(grading.questions[alias])
                if not grading.questions[alias].right:
                    self.clips.add(f"between/{alias}/{a}/{b}", heard.position)

    def figures(self, alias: str) -> list[dict[str, Any]]:
        return [{"a": a, "b": b, **tally.as_json()} for (of, a, b), tally in self._tallies.items() if of == alias]
