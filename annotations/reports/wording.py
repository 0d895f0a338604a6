"""Which words people use, how many and how different ones, by team."""

from collections import Counter, defaultdict
from collections.abc import Sequence
from typing import Any

from annotations.quality.breadth import expected_distinct
from annotations.reports.agreeing import ALL, Given
from annotations.reports.clips import Clips
from annotations.reports.measures import Measure

# Words in the chart and the cloud of each team; the table has all of these.
MOST_WORDS = 100


class Wording:
    """Of one question that is answered with words."""

    def __init__(self, measure: Measure) -> None:
        self.measure = measure
        self.clips = Clips()
        self._words: dict[str, Counter[str]] = defaultdict(Counter)
        self._answers: Counter[str] = Counter()

    def add(self, position: int, given: Sequence[Given]) -> None:
        for said, words in given:
            for scope in (ALL, str(said.team)) if said.team else (ALL,):
                self._answers[scope] += 1
                self._words[scope].update(words)
                for word in words:
                    self.clips.add(f"word/{self.measure.alias}/{scope}/{word}", position)

    def figures(self) -> dict[str, dict[str, Any]]:
        """By scope. `at_same_size` is what is left of `distinct` when each team has said as many words as the least."""
        teams = [counts.total() for scope, counts in self._words.items() if scope != ALL and counts]
        size = min(teams) if len(teams) > 1 else None
        return {
            scope: {
                "answers": n,
                "words": self._words[scope].total(),
                "distinct": len(self._words[scope]),
                "per_answer": self._words[scope].total() / n,
                "same_size": size if scope != ALL else None,
                "at_same_size": self._rarefied(scope, size),
                "top": _top(self._words[scope]),
            }
            for scope, n in self._answers.items()
        }

    def _rarefied(self, scope: str, size: int | None) -> float | None:
        counts = self._words[scope]
        if size is None or scope == ALL or counts.total() < size:
            return None
        return expected_distinct(counts.values(), size)

    def clips_of(self) -> dict[str, Any]:
        """The clips behind those words that are shown."""
        shown = {
            f"word/{self.measure.alias}/{scope}/{word}"
            for scope, counts in self._words.items()
            for word, _n in _top(counts)
        }
        return {key: found for key, found in self.clips.as_json().items() if key in shown}


def _top(counts: Counter[str]) -> list[tuple[str, int]]:
    return sorted(counts.items(), key=lambda pair: (-pair[1], pair[0]))[:MOST_WORDS]
