"""Which of an item's recordings is the one that is listened to. Pure."""

from collections.abc import Iterable, Iterator, Sequence
from typing import Any, TypeVar

FILES = "item.files."
T = TypeVar("T")


def file_keys(layouts: Iterable[dict[str, Any]]) -> Iterator[str]:
    """The names of the files that these layouts show, depth first, in the order in which they are read."""
    for layout in layouts:
        yield from _keys(layout)


def _keys(node: Any) -> Iterator[str]:
    if not isinstance(node, dict):
        return
    place = node.get("data")
    if isinstance(place, str) and place.startswith(FILES):
        yield place.removeprefix(FILES)
    for child in node.get("children") or ():
        yield from _keys(child)


def main_first(rows: Sequence[T], keys: Iterable[str], *, names: Sequence[str]) -> list[T]:
    """The rows, with the one whose name a layout names first in front. The others keep their order.

    `names` are those of the rows. Where no layout names a file that is there, all keep their order.
    """
    main = next((names.index(key) for key in keys if key in names), None)
    return list(rows) if main is None else [rows[main], *rows[:main], *rows[main + 1 :]]
