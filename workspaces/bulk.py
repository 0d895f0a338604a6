"""Writing many rows of a model without an instance for each: COPY on PostgreSQL, one prepared statement elsewhere."""

from collections.abc import Callable, Iterable, Sequence
from functools import partial
from itertools import repeat
from typing import Any

from django.db import DEFAULT_DB_ALIAS, connections, models

# What Python holds for these is what both databases are given.
PLAIN = (models.IntegerField, models.BooleanField, models.CharField, models.TextField)


class BulkRows:
    """A kind of row. `each` names the fields that differ from row to row; `same` gives some that do not.

    Everything else has its field's default. Names are columns as the model knows them: `task_id`, not `task`. What
    `save()` does beside storing is left out: dates that set themselves must be given, and no signal is sent.
    """

    def __init__(self, model: type[models.Model], *, each: Sequence[str], **same: Any) -> None:
        # The connection itself: its stand-in looks itself up again for every value.
        self._connection = connections[DEFAULT_DB_ALIAS]
        fields: dict[str, Any] = {field.attname: field for field in model._meta.concrete_fields}
        varying = [fields.pop(name) for name in each]
        if unknown := same.keys() - fields.keys():
            raise TypeError(f"{model.__name__} has no {', '.join(sorted(unknown))} left to be the same in all rows")
        self._stored = [self._stored_by(field) for field in varying]
        self._same = [
            field.get_db_prep_save(same[name] if name in same else field.get_default(), self._connection)
            for name, field in fields.items()
        ]
        quote = self._connection.ops.quote_name
        columns = [quote(field.column) for field in (*varying, *fields.values())]
        into = f"{quote(model._meta.db_table)} ({', '.join(columns)})"
        self._copy = f"COPY {into} FROM STDIN"
        self._insert = f"INSERT INTO {into} VALUES ({', '.join(['%s'] * len(columns))})"  # noqa: S608 - only our names

    def prepared(self, rows: Iterable[Sequence[Any]]) -> list[tuple[Any, ...]]:
        """`rows`, each with its values in the order of `each`, as the database takes them. Needs no transaction."""
        # By column, not by row: a value costs one call into its field.
        columns = list(zip(*rows, strict=True))
        stored_by = zip(self._stored, columns, strict=bool(columns))
        given = [map(stored, column) if stored else column for stored, column in stored_by]
        return list(zip(*given, *map(repeat, self._same), strict=False)) if given else []

    def write(self, prepared: Sequence[tuple[Any, ...]]) -> None:
        """Store what `prepared` returned, in the transaction that is open."""
        with self._connection.cursor() as cursor:
            if self._connection.vendor == "postgresql":
                with cursor.copy(self._copy) as copy:
                    for row in prepared:
                        copy.write_row(row)
            else:
                cursor.executemany(self._insert, prepared)

    def _stored_by(self, field: Any) -> Callable[[Any], Any] | None:
        """What turns a value of this field into the one that the database is given; None where they are the same."""
        while field.remote_field:
            field = field.target_field
        return None if isinstance(field, PLAIN) else partial(field.get_db_prep_value, connection=self._connection)
