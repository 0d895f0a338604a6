"""Rows of data and files as they are sent, checked: one check for the rows of evaluations and of datasets of rows."""

import hashlib
import json
import math
from collections.abc import Collection, Iterable, Sequence
from typing import Any, NamedTuple
from uuid import UUID

from django.utils.translation import gettext as _

from datasets.models import AudioFile
from workspaces.errors import Invalid
from workspaces.models import User, Workspace

Location = tuple[str | int, ...]
Problem = tuple[Location, str, str]
MOST_ROWS = 100_000
MOST_FILES = 20
LONGEST_KEY = 100
DEEPEST = 50
# What an answer of this door says beside a row's own data: `item.files` in a layout means the files.
RESERVED = frozenset({"files"})
# Problems of one kind in thousands of rows are one mistake.
MOST_PROBLEMS = 50
# Ids in one statement: SQLite takes no more than 32,766 parameters.
SLICE = 1000


class Row(NamedTuple):
    """A row as it is stored: values by key, and ids of recordings by key, spelled as the recordings' own."""

    data: dict[str, Any]
    files: dict[str, str]

    @property
    def content_hash(self) -> str:
        """SHA-256 (hex) of the row as JSON with sorted keys: equal rows have equal ones."""
        content = {"data": self.data, "files": self.files}
        text = json.dumps(content, ensure_ascii=False, sort_keys=True, separators=(",", ":"))
        return hashlib.sha256(text.encode()).hexdigest()


def checked_rows(
    data: object,
    files: object = None,
    *,
    workspace: Workspace,
    by: User,
    at: Location = ("body",),
    reserved: Collection[str] = RESERVED,
) -> list[Row]:
    """The rows of `data` (a list of objects) with their `files` (None, or as many objects of key and id).

    Raises Invalid naming each row that cannot be stored, below `at`: what is no object, keys that are `reserved`,
    text with a NUL, and files that are not of this workspace or that this person cannot see.
    """
    if not isinstance(data, list) or not data:
        raise Invalid([((*at, "data"), _("Send a list of at least one row, each an object."), "type_error.list")])
    if len(data) > MOST_ROWS:
        raise Invalid([((*at, "data"), _("Send at most %(most)d rows at once.") % {"most": MOST_ROWS}, "value_error")])
    if files is not None and (not isinstance(files, list) or len(files) != len(data)):
        sentence = _("Send as many rows of files as there are rows of data: %(rows)d.") % {"rows": len(data)}
        raise Invalid([((*at, "files"), sentence, "value_error")])
    named = files if files is not None else [None] * len(data)
    problems: list[Problem] = []
    rows = []
    for index, (values, keys) in enumerate(zip(data, named, strict=True)):
        places = ((*at, "data", index), (*at, "files", index))
        rows.append(_row(values, keys, places=places, reserved=reserved, problems=problems))
        if len(problems) >= MOST_PROBLEMS:
            break
    if not problems:
        problems = _unknown_files(rows, workspace=workspace, by=by, at=at)
    if problems:
        raise Invalid(problems[:MOST_PROBLEMS])
    return rows


def checked_row(
    data: object, files: object = None, *, workspace: Workspace, by: User, reserved: Collection[str] = RESERVED
) -> Row:
    """One row whose `data` and `files` are the body itself. Raises Invalid as `checked_rows` does."""
    problems: list[Problem] = []
    row = _row(data, files, places=(("body", "data"), ("body", "files")), reserved=reserved, problems=problems)
    if not problems:
        problems = [
            (("body", "files", *place[3:]), sentence, kind)
            for place, sentence, kind in _unknown_files([row], workspace=workspace, by=by, at=("body",))
        ]
    if problems:
        raise Invalid(problems)
    return row


def _row(
    data: object,
    files: object,
    *,
    places: tuple[Location, Location],
    reserved: Collection[str],
    problems: list[Problem],
) -> Row:
    at_data, at_files = places
    if not isinstance(data, dict):
        problems.append((at_data, _("Send an object of values by key."), "type_error.dict"))
        data = {}
    for key in data:
        if key in reserved:
            sentence = _("The key “%(key)s” is taken: name this value differently.") % {"key": key[:LONGEST_KEY]}
            problems.append(((*at_data, key), sentence, "value_error"))
    if trouble := trouble_in(data):
        problems.append((at_data, trouble, "value_error"))
    return Row(data, _files(files, at=at_files, problems=problems))


def _files(files: object, *, at: Location, problems: list[Problem]) -> dict[str, str]:
    if files is None:
        return {}
    if not isinstance(files, dict):
        problems.append((at, _("Send an object of file ids by key."), "type_error.dict"))
        return {}
    if len(files) > MOST_FILES:
        problems.append((at, _("Send at most %(most)d files in a row.") % {"most": MOST_FILES}, "value_error"))
        return {}
    found = {}
    for key, value in files.items():
        if not 1 <= len(key) <= LONGEST_KEY or "\0" in key:
            sentence = _("Give a key of 1 to %(most)d characters.") % {"most": LONGEST_KEY}
            problems.append(((*at, key[:LONGEST_KEY]), sentence, "value_error"))
        try:
            found[key] = str(UUID(value)) if isinstance(value, str) else ""
        except ValueError:
            found[key] = ""
        if not found[key]:
            problems.append(((*at, key), _no_file(value), "value_error"))
    return found


def _no_file(value: object) -> str:
    return _("There is no file with the id “%(id)s”.") % {"id": str(value)[:100]}


def _unknown_files(rows: Sequence[Row], *, workspace: Workspace, by: User, at: Location) -> list[Problem]:
    known = _known_files({pk for row in rows for pk in row.files.values()}, workspace=workspace, by=by)
    return [
        ((*at, "files", index, key), _no_file(pk), "value_error")
        for index, row in enumerate(rows)
        for key, pk in row.files.items()
        if pk not in known
    ]


def _known_files(ids: Iterable[str], *, workspace: Workspace, by: User) -> set[str]:
    wanted = sorted(ids)
    mine = AudioFile.objects.visible_to(by).filter(workspace=workspace)
    known: set[str] = set()
    for start in range(0, len(wanted), SLICE):
        rows = mine.filter(pk__in=wanted[start : start + SLICE])
        known |= {str(pk) for pk in rows.order_by().values_list("pk", flat=True)}
    return known


def trouble_in(data: dict[str, Any]) -> str | None:
    """Why these values cannot be stored, or None: PostgreSQL knows no NUL, JSON no infinity, and stacks have an end."""
    level: list[Any] = [data]
    for _depth in range(DEEPEST):
        inner: list[Any] = []
        for value in level:
            if isinstance(value, dict):
                inner += value.keys()
                inner += value.values()
            elif isinstance(value, list):
                inner += value
            elif isinstance(value, str) and "\0" in value:
                return _("The text holds a character that cannot be stored.")
            elif isinstance(value, float) and not math.isfinite(value):
                return _("A number is too large to be stored.")
        if not inner:
            return None
        level = inner
    return _("Values are nested too deeply: use at most %(most)d levels.") % {"most": DEEPEST}
