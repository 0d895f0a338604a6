"""What the buttons inside the wizard's steps do to the notes: rows of questions, and numbers split evenly. Pure."""

from collections.abc import Iterable

from annotations.dealing import split_evenly
from annotations.models import QuestionType

MOST_QUESTIONS = 50
Fields = dict[str, list[str]]


def with_question(fields: Fields, kind: str, *, artifact_types: Iterable[str] = ()) -> Fields:
    """One more annotation item at the end: required, and with all artifact types where it asks for regions."""
    rows = fields.get("row", [])
    if kind not in QuestionType.values or len(rows) >= MOST_QUESTIONS:
        return fields
    taken = [int(row[1:]) for row in rows if row[1:].isdigit()]
    row = f"q{max(taken, default=0) + 1}"
    new = {**new_question(kind, row=row), f"{row}-required": ["on"]}
    if kind == QuestionType.REGIONS:
        new[f"{row}-labels"] = list(artifact_types)
    return {**fields, "row": [*rows, row], **new}


def new_question(kind: str, *, row: str) -> Fields:
    """What stands in the fields of a question before anything is typed."""
    new = {f"{row}-type": [kind]}
    if kind == QuestionType.RATING:
        new[f"{row}-steps"] = ["5"]
    if kind == QuestionType.WORDS:
        words = {"min": ["1"], "max": ["5"], "allow_new": ["on"], "cannot_judge": ["on"]}
        new |= {f"{row}-{name}": values for name, values in words.items()}
    return new


def with_taken_question(fields: Fields, pk: str, kind: str) -> Fields:
    """One more annotation item at the end that asks a question of the library."""
    added = with_question(fields, kind)
    if added is fields:
        return fields
    row = added["row"][-1]
    own = {f"{row}-type": [kind], f"{row}-required": ["on"], f"{row}-question": [pk]}
    return {**fields, "row": added["row"], **own}


def without_question(fields: Fields, row: str) -> Fields:
    left = {name: values for name, values in fields.items() if not name.startswith(f"{row}-")}
    return {**left, "row": [other for other in fields.get("row", []) if other != row]}


def with_question_moved(fields: Fields, row: str, *, by: int) -> Fields:
    """The row `by` places further down (negative: up), as far as there is room."""
    rows = list(fields.get("row", []))
    if row not in rows:
        return fields
    place = rows.index(row)
    rows.insert(max(0, min(len(rows) - 1, place + by)), rows.pop(place))
    return {**fields, "row": rows}


def with_artifact_types(fields: Fields, names: Iterable[str]) -> Fields:
    """After another dataset was chosen: rows that mark regions offer its types, all of them ticked."""
    regions = [row for row in fields.get("row", []) if fields.get(f"{row}-type") == [QuestionType.REGIONS]]
    return {**fields, **{f"{row}-labels": list(names) for row in regions}}


def split(fields: Fields, kind: str, *, wanted: int, most: int) -> Fields:
    """`wanted` turns divided among the chosen people, at most `most` each."""
    chosen = fields.get(kind, [])
    if not chosen:
        return fields
    numbers = split_evenly(wanted, len(chosen))
    return {**fields, **{f"{kind}-{pk}": [str(min(n, most))] for pk, n in zip(chosen, numbers, strict=True)}}
