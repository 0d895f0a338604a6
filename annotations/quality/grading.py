"""Comparing answers with the key of their item, question by question. Pure.

What counts as right: a choice and a step that are the same (several choices as a set), a number within `tolerance`,
regions whose event F1 at the collar is at least 0.8, moments likewise (a single one within the collar), words whose
Jaccard index over their codes is at least 0.5, and a form whose named fields are all equal. Free text is not graded.
Times are integer milliseconds.
"""

from collections import defaultdict
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Protocol

COLLAR_MS = 200
RIGHT_F1 = 0.8
RIGHT_JACCARD = 0.5
# Two ways to compute the same share may differ in the last bit.
NEARLY = 1e-9


class Asked(Protocol):
    """What of a question of a form matters here."""

    @property
    def alias(self) -> str: ...
    @property
    def type(self) -> str: ...


@dataclass(frozen=True)
class Graded:
    """One question: whether the answer counts as right, and how much of it agrees, 0 to 1."""

    right: bool
    share: float


@dataclass(frozen=True)
class Grading:
    """All graded questions of an item. `share` of them are right."""

    questions: dict[str, Graded]

    @property
    def is_right(self) -> bool:
        return all(graded.right for graded in self.questions.values())

    @property
    def share(self) -> float:
        return sum(graded.right for graded in self.questions.values()) / len(self.questions)

    def detail(self) -> dict[str, dict[str, Any]]:
        return {
            alias: {"right": graded.right, "share": round(graded.share, 6)} for alias, graded in self.questions.items()
        }


def grade(
    form: Iterable[Asked],
    expected: Mapping[str, Any],
    answers: Mapping[str, Any],
    *,
    settings: Mapping[str, Any] | None = None,
) -> Grading | None:
    """How `answers` compare with what is `expected`; None where nothing is expected that can be graded.

    `settings` are those of the task's aggregation, by alias: `tolerance` of a number or a step, `collar_ms`. A question
    that `expected` does not name is not graded; one it names with nothing in it ([], None) is right when nothing was
    answered.
    """
    found: dict[str, Graded] = {}
    for question in form:
        compare = _COMPARED.get(question.type)
        if compare is None or question.alias not in expected:
            continue
        wanted, given = expected[question.alias], answers.get(question.alias)
        if not wanted and wanted != 0:
            found[question.alias] = _all_or_none(not given and given != 0)
        elif given is None:
            found[question.alias] = Graded(right=False, share=0.0)
        else:
            found[question.alias] = compare(wanted, given, (settings or {}).get(question.alias) or {})
    return Grading(found) if found else None


def gradable(form: Iterable[Asked]) -> set[str]:
    """The aliases of the questions that can be graded at all."""
    return {question.alias for question in form if question.type in _COMPARED}


def _all_or_none(right: bool) -> Graded:
    return Graded(right=right, share=float(right))


def _choice(wanted: Any, given: Any, settings: Mapping[str, Any]) -> Graded:
    if isinstance(wanted, list) or isinstance(given, list):
        one, other = _as_set(wanted), _as_set(given)
        return Graded(right=one == other, share=_jaccard(one, other))
    return _all_or_none(wanted == given)


def _as_set(value: Any) -> set[str]:
    return set(value) if isinstance(value, list) else {value}


def _jaccard(one: set[str], other: set[str]) -> float:
    return len(one & other) / len(one | other) if one | other else 1.0


def _number(wanted: float, given: float, settings: Mapping[str, Any]) -> Graded:
    return _all_or_none(abs(wanted - given) <= settings.get("tolerance", 0) + NEARLY)


def _words(wanted: Mapping[str, Any], given: Mapping[str, Any], settings: Mapping[str, Any]) -> Graded:
    if wanted.get("cannot_judge") or given.get("cannot_judge"):
        return _all_or_none(bool(wanted.get("cannot_judge")) == bool(given.get("cannot_judge")))
    share = _jaccard(set(wanted.get("terms", ())), set(given.get("terms", ())))
    return Graded(right=share >= RIGHT_JACCARD - NEARLY, share=share)


def _form(wanted: Mapping[str, Any], given: Mapping[str, Any], settings: Mapping[str, Any]) -> Graded:
    equal = sum(name in given and given[name] == value for name, value in wanted.items())
    return Graded(right=equal == len(wanted), share=equal / len(wanted))


def _regions(
    wanted: Sequence[Mapping[str, Any]], given: Sequence[Mapping[str, Any]], settings: Mapping[str, Any]
) -> Graded:
    share = event_f1(wanted, given, collar_ms=settings.get("collar_ms", COLLAR_MS))
    return Graded(right=share >= RIGHT_F1 - NEARLY, share=share)


def _moments(wanted: Any, given: Any, settings: Mapping[str, Any]) -> Graded:
    collar = settings.get("collar_ms", COLLAR_MS)
    if not isinstance(wanted, list):
        return _all_or_none(isinstance(given, int) and abs(wanted - given) <= collar)
    share = moments_f1(wanted, given if isinstance(given, list) else [given], collar_ms=collar)
    return Graded(right=share >= RIGHT_F1 - NEARLY, share=share)


def moments_f1(wanted: Iterable[int], given: Iterable[int], *, collar_ms: int) -> float:
    """F1 of moments that are matched one to one within the collar. With one collar for all, the earliest fits best."""
    ours, theirs = sorted(wanted), sorted(given)
    if not ours and not theirs:
        return 1.0
    hits = at = 0
    for moment in ours:
        while at < len(theirs) and theirs[at] < moment - collar_ms:
            at += 1
        if at < len(theirs) and theirs[at] <= moment + collar_ms:
            hits, at = hits + 1, at + 1
    return 2 * hits / (len(ours) + len(theirs))


def event_f1(wanted: Sequence[Mapping[str, Any]], given: Sequence[Mapping[str, Any]], *, collar_ms: int) -> float:
    """F1 of labeled regions: as many pairs as can be of the same label, with both edges within the collar."""
    if not wanted and not given:
        return 1.0
    return 2 * _most_pairs(_edges(wanted, given, collar_ms)) / (len(wanted) + len(given))


def _edges(wanted: Sequence[Mapping[str, Any]], given: Sequence[Mapping[str, Any]], collar_ms: int) -> list[list[int]]:
    """For each wanted region the numbers of those given that fit it.

    Of many that fit one, as many as there are wanted ones are enough: the others can take no more away.
    """
    by_label: dict[str, list[tuple[int, int, int]]] = defaultdict(list)
    for number, region in enumerate(given):
        by_label[region["label"]].append((region["start_ms"], region["end_ms"], number))
    return [
        [
            number
            for start, end, number in by_label[region["label"]]
            if abs(start - region["start_ms"]) <= collar_ms and abs(end - region["end_ms"]) <= collar_ms
        ][: len(wanted)]
        for region in wanted
    ]


def _most_pairs(edges: list[list[int]]) -> int:
    """Size of the largest one-to-one matching: one augmenting path after the other, each found breadth first."""
    holder: dict[int, int] = {}
    return sum(_augment(edges, holder, start) for start in range(len(edges)))


def _augment(edges: list[list[int]], holder: dict[int, int], start: int) -> bool:
    """Give the wanted region `start` a partner, moving others to another of theirs where that helps."""
    came_from: dict[int, int] = {}
    queue = [start]
    for wanted in queue:
        for given in edges[wanted]:
            if given in came_from:
                continue
            came_from[given] = wanted
            if given in holder:
                queue.append(holder[given])
                continue
            _take_path(holder, came_from, given, start)
            return True
    return False


def _take_path(holder: dict[int, int], came_from: dict[int, int], given: int, start: int) -> None:
    taken = {wanted: number for number, wanted in holder.items()}
    while True:
        wanted = came_from[given]
        before = taken.get(wanted)
        holder[given] = wanted
        if wanted == start or before is None:
            return
        given = before


_COMPARED: dict[str, Callable[[Any, Any, Mapping[str, Any]], Graded]] = {
    "regions": _regions,
    "timestamp": _moments,
    "categorical": _choice,
    "rating": _number,
    "number": _number,
    "form": _form,
    "words": _words,
}
