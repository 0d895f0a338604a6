"""What changed between two revisions of somebody's answers: what a reviewer looks at after a correction."""

from collections.abc import Callable, Hashable, Iterator, Sequence
from typing import TYPE_CHECKING, Any

from datasets.pairing import bounds, paired, same_place

if TYPE_CHECKING:
    from annotations.answers import FormQuestion

Region = dict[str, Any]
Change = dict[str, Any]


def changes(form: "Sequence[FormQuestion]", before: dict[str, Any], after: dict[str, Any]) -> list[Change]:
    """Each change as {"alias", "kind", "before", "after"}, in the order of the form, marks in the order of time.

    Kinds of regions: "added", "removed", "relabeled" (the bounds may differ too), "moved" (the note may differ too) and
    "noted"; both sides are whole regions. Moments are "added" or "removed", in milliseconds; where there is but one, it
    may have "moved". Words are "added" or "removed", each as {"term": code}, {"word": free word} or
    {"cannot_judge": true}. Other answers "changed". None stands where there is nothing on a side.
    """
    found: list[Change] = []
    for question in form:
        old, new = before.get(question.alias), after.get(question.alias)
        if old != new:
            compare = _COMPARERS.get(question.type, _values)
            found += [{"alias": question.alias, **change} for change in compare(old, new)]
    return found


def _change(kind: str, before: Any, after: Any) -> Change:
    return {"kind": kind, "before": before, "after": after}


def _values(before: Any, after: Any) -> Iterator[Change]:
    yield _change("changed", before, after)


def _moments(before: Any, after: Any) -> Iterator[Change]:
    if isinstance(before, int) and isinstance(after, int):
        yield _change("moved", before, after)
        return
    old, new = (
        set(value if isinstance(value, list) else [] if value is None else [value]) for value in (before, after)
    )
    for moment in sorted(old ^ new):
        yield _change("removed", moment, None) if moment in old else _change("added", None, moment)


def _words(before: dict[str, Any] | None, after: dict[str, Any] | None) -> Iterator[Change]:
    old, new = _parts(before), _parts(after)
    yield from (_change("removed", part, None) for part in old if part not in new)
    yield from (_change("added", None, part) for part in new if part not in old)


def _parts(answer: dict[str, Any] | None) -> list[dict[str, Any]]:
    answer = answer or {}
    words = [{"term": code} for code in answer.get("terms", ())] + [{"word": word} for word in answer.get("words", ())]
    return [*words, {"cannot_judge": True}] if answer.get("cannot_judge") else words


def _regions(before: list[Region] | None, after: list[Region] | None) -> Iterator[Change]:
    found = []
    for old, new in paired(before or [], after or [], keys=(_same_mark, same_place, _same_id)):
        kind = _kind_of(old, new)
        if kind:
            found.append(_change(kind, old, new))
    yield from sorted(found, key=_when)


def _when(change: Change) -> tuple[int, int, str]:
    region = change["after"] or change["before"]
    return region["start_ms"], region["end_ms"], change["kind"]


def _kind_of(old: Region | None, new: Region | None) -> str | None:
    if old is None:
        return "added"
    if new is None:
        return "removed"
    if old["label"] != new["label"]:
        return "relabeled"
    if bounds(old) != bounds(new):
        return "moved"
    return None if old.get("note", "") == new.get("note", "") else "noted"


def _same_mark(region: Region) -> Hashable:
    """What is the same comes first: ids may be numbers in a list."""
    return region["id"], region["label"], bounds(region)


def _same_id(region: Region) -> Hashable:
    return (region["id"],)


_COMPARERS: dict[str, Callable[[Any, Any], Iterator[Change]]] = {
    "regions": _regions,
    "timestamp": _moments,
    "words": _words,
}
