"""Finding rows by the tags they have."""

from collections.abc import Iterable
from typing import Any, TypeVar

from django.db.models import BooleanField, F, Func, Model, QuerySet, Value

Rows = TypeVar("Rows", bound=QuerySet[Model])


class HasTag(Func):
    """Whether a list of words in JSON holds this word. Django's own `contains` is not there on SQLite."""

    output_field = BooleanField()

    def as_sqlite(self, compiler: Any, connection: Any, **_context: Any) -> tuple[str, tuple[Any, ...]]:
        words, word, values = self._compiled(compiler)
        return f"EXISTS(SELECT 1 FROM json_each({words}) AS tag WHERE tag.value = {word})", values  # noqa: S608 - compiled by Django

    def as_postgresql(self, compiler: Any, connection: Any, **_context: Any) -> tuple[str, tuple[Any, ...]]:
        words, word, values = self._compiled(compiler)
        return f"({words} @> jsonb_build_array({word}::text))", values

    def _compiled(self, compiler: Any) -> tuple[str, str, tuple[Any, ...]]:
        (words, some), (word, more) = (compiler.compile(part) for part in self.get_source_expressions())
        return words, word, (*some, *more)


def tagged(rows: Rows, tags: Iterable[str], *, field: str = "tags") -> Rows:
    """The rows that have every one of these tags."""
    for tag in tags:
        rows = rows.filter(HasTag(F(field), Value(tag)))
    return rows
