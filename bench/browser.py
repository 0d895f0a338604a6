"""How fast and how heavy the workbench is in a real browser."""

from collections.abc import Iterable

from bench.rows import Row


def measure() -> Iterable[Row]:
    return []
