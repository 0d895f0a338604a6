"""Fields that nobody knows are refused and never passed over: a misspelled one would be work that nobody does."""

from collections.abc import Iterable, Mapping
from itertools import islice
from typing import Any

from django.utils.translation import gettext as _

from workspaces.errors import Invalid

Location = tuple[str | int, ...]
Problem = tuple[Location, str, str]
LONGEST_SHOWN = 100
MOST_SHOWN = 50
# What answers of this door say of themselves may come back in what is sent, and means nothing there.
OBJECT = "object"


def unknown_fields(given: Mapping[str, Any], known: Iterable[str], *, at: Location = ("body",)) -> list[Problem]:
    """A problem for each field of `given` that is none of the `known` ones, at its place; MOST_SHOWN at most."""
    names = list(known)
    sentence = _("“%(name)s” is not known here. Send: %(known)s.")
    unknown = (str(name)[:LONGEST_SHOWN] for name in given if name not in names and name != OBJECT)
    return [
        ((*at, name), sentence % {"name": name, "known": ", ".join(names)}, "value_error.unknown")
        for name in islice(unknown, MOST_SHOWN)
    ]


def refuse_unknown(given: Mapping[str, Any], known: Iterable[str], *, at: Location = ("body",)) -> None:
    """Raises Invalid where there are `unknown_fields`."""
    if problems := unknown_fields(given, known, at=at):
        raise Invalid(problems)
