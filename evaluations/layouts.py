"""Layouts: where a row's values and recordings stand on the screen, as nested rows and columns. Pure but for words."""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from django.utils.translation import gettext as _

Location = tuple[str | int, ...]
Problem = tuple[Location, str, str]
DEEPEST = 10
MOST_PLACES = 200
LONGEST = 300
FILES = "item.files."


@dataclass(frozen=True)
class Place:
    """Something a layout shows: a recording by its key, or a value by the path to it."""

    at: Location
    locator: str

    @property
    def file_key(self) -> str | None:
        return self.locator.removeprefix(FILES) if self.locator.startswith(FILES) else None

    @property
    def path(self) -> str:
        return self.locator.removeprefix("item.")


def clean_layout(given: object, *, at: Location) -> tuple[dict[str, Any], list[Problem]]:
    """The layout to store, and what is wrong with it below `at`. Left out, a direction is "row", a label the field."""
    if not isinstance(given, dict) or "children" not in given:
        sentence = _('Send a layout: {"children": [{"data": "item.files.audio"}], "direction": "row"}.')
        return {}, [(at, sentence, "type_error.dict")]
    reading = _Reading()
    layout = reading.container(given, at, depth=1)
    if not reading.problems and not reading.n_places:
        reading.refuse((*at, "children"), _("Show at least one thing: a recording or a value of the row."))
    return layout, reading.problems


class _Reading:
    def __init__(self) -> None:
        self.problems: list[Problem] = []
        self.n_places = 0

    def refuse(self, at: Location, sentence: str) -> None:
        self.problems.append((at, sentence, "value_error"))

    def container(self, given: dict[str, Any], at: Location, *, depth: int) -> dict[str, Any]:
        direction = given.get("direction")
        if direction not in (None, "row", "column"):
            self.refuse((*at, "direction"), _("Give row or column, not “%(is)s”.") % {"is": str(direction)[:100]})
        children = given["children"]
        if not isinstance(children, list):
            self.refuse((*at, "children"), _("Send a list of containers and components."))
            children = []
        if depth > DEEPEST:
            self.refuse(at, _("The layout is nested too deeply: use at most %(most)d levels.") % {"most": DEEPEST})
            children = []
        shown = [self.child(child, (*at, "children", n), depth=depth) for n, child in enumerate(children[:MOST_PLACES])]
        if len(children) > MOST_PLACES:
            self.refuse((*at, "children"), _("Show at most %(most)d things.") % {"most": MOST_PLACES})
        return {"children": shown, "direction": direction or "row"}

    def child(self, given: object, at: Location, *, depth: int) -> dict[str, Any]:
        if not isinstance(given, dict) or ("children" in given) == ("data" in given):
            self.refuse(at, _("Send either a container, which has children, or a component, which has data."))
            return {}
        return self.container(given, at, depth=depth + 1) if "children" in given else self.component(given, at)

    def component(self, given: dict[str, Any], at: Location) -> dict[str, Any]:
        self.n_places += 1
        if self.n_places == MOST_PLACES + 1:
            self.refuse(at, _("Show at most %(most)d things.") % {"most": MOST_PLACES})
        locator, label = given["data"], given.get("label")
        if not isinstance(locator, str) or not is_locator(locator):
            sentence = _("“%(is)s” is no place in a row. Write item.FIELD, or item.files.KEY for a recording.")
            self.refuse((*at, "data"), sentence % {"is": str(locator)[:100]})
            return {}
        if label is not None and (not isinstance(label, str) or len(label) > LONGEST or "\0" in label):
            self.refuse((*at, "label"), _("Give a text of at most %(most)d characters.") % {"most": LONGEST})
        return {"data": locator, "label": label if label is not None else locator.rpartition(".")[2]}


def is_locator(text: str) -> bool:
    path = text.removeprefix("item.")
    return path != text and len(text) <= LONGEST and "\0" not in text and all(path.split(".")) and path != "files"


def places_of(layout: dict[str, Any], at: Location = ()) -> Iterator[Place]:
    """What a stored layout shows, in the order in which it is read."""
    for number, child in enumerate(layout.get("children", ())):
        where = (*at, "children", number)
        if "children" in child:
            yield from places_of(child, where)
        elif "data" in child:
            yield Place((*where, "data"), child["data"])


def has_value(data: dict[str, Any], path: str) -> bool:
    """Whether a row has something under this path: a key of this very name, or keys within keys."""
    if path in data:
        return True
    head, dot, rest = path.partition(".")
    inner = data.get(head)
    return bool(dot) and isinstance(inner, dict) and has_value(inner, rest)
