"""Finding files by a part of their name, among a million of them.

No plain index answers "contains". PostgreSQL has one over trigrams; SQLite has a full-text table over trigrams, which
triggers keep filled. Both are made after migrating (`install`). Finding is bounded: what is asked for has the newest
FOUND_AT_MOST files as its answer, so that it costs the same in a small dataset and in a large one.
"""

import logging
from typing import Any

from django.db import DatabaseError, connection, transaction
from django.db.models import Q
from django.db.models.expressions import RawSQL

from datasets.models import AudioFile, Dataset

logger = logging.getLogger(__name__)
FOUND_AT_MOST = 500
TRIGRAM = 3
TABLE = "datasets_audio_names"
PRUNED_AT_ONCE = 1000
# Eight letters tell names apart as well as forty do, and each one more is a list of a million entries to go through.
_WINDOW = 8
# Each hexadecimal digit of the end of an id, three to a character of the CJK block: a dataset's mark is one trigram.
_MARK_DIGITS = 9
_FIRST_MARK = 0x4E00


def named_like(dataset: Dataset, text: str) -> Q:
    """The condition of being among the newest FOUND_AT_MOST files of a dataset whose name contains `text`, in any case.

    Fewer than three letters find names that begin with them: there is no trigram to look for.
    """
    is_short = len(text) < TRIGRAM
    if connection.vendor != "sqlite":
        named = {"filename__istartswith" if is_short else "filename__icontains": text}
        rows = AudioFile.objects.filter(dataset=dataset, **named).order_by("-id")
        return Q(pk__in=rows.values("pk")[:FOUND_AT_MOST])
    if not is_short:
        return Q(pk__in=_by_trigrams(dataset, text)) & Q(filename__icontains=text)
    found = Q()
    first, rest = text[:1], text[1:]
    for start in {one + other for one in (first.lower(), first.upper()) for other in (rest.lower(), rest.upper())}:
        found |= Q(filename__gte=start, filename__lt=start + "\U0010ffff")
    rows = AudioFile.objects.filter(found, dataset=dataset).order_by("filename", "id")
    return Q(pk__in=rows.values("pk")[:FOUND_AT_MOST])


def _by_trigrams(dataset: Dataset, text: str) -> RawSQL:
    window = _telling(text).replace('"', '""')
    match = f'filename : "{window}" AND dataset : "{mark_of(dataset)}"'
    # Rows of deleted files are still there and must not count. A cross join is walked in the order it is written.
    sql = (
        f"SELECT names.file_id FROM {TABLE} names CROSS JOIN datasets_audiofile file ON file.id = names.file_id"  # noqa: S608
        f" WHERE {TABLE} MATCH %s AND file.dataset_id = %s ORDER BY names.rowid DESC LIMIT {FOUND_AT_MOST}"
    )
    return RawSQL(sql, [match, dataset.pk.hex])  # noqa: S611 - what comes from outside is in the parameters


def _telling(text: str) -> str:
    """The part of the text that fewest names are likely to have: the one with the most digits."""
    windows = [text[start : start + _WINDOW] for start in range(max(1, len(text) - _WINDOW + 1))]
    return max(windows, key=lambda window: sum(letter.isdigit() for letter in window))


def mark_of(dataset: Dataset) -> str:
    """The three characters by which the full-text table knows a dataset; two sharing them is next to impossible."""
    digits = dataset.pk.hex[-_MARK_DIGITS:]
    return "".join(chr(_FIRST_MARK + int(digits[at : at + 3], 16)) for at in range(0, _MARK_DIGITS, 3))


def install(**_kwargs: Any) -> None:
    """Make what searching needs, and fill it, unless that is done. Called after each migration."""
    if connection.vendor == "sqlite":
        _install_full_text()
    elif connection.vendor == "postgresql":
        _install_trigrams()


def _install_trigrams() -> None:
    try:
        with transaction.atomic(), connection.cursor() as cursor:
            cursor.execute("CREATE EXTENSION IF NOT EXISTS pg_trgm")
            cursor.execute(
                "CREATE INDEX IF NOT EXISTS audio_names ON datasets_audiofile USING gin (upper(filename) gin_trgm_ops)"
            )
    except DatabaseError:
        logger.warning("Searching by name will be slow: this database user may not create the extension pg_trgm.")


def _mark_sql(column: str) -> str:
    """`mark_of` in SQL."""

    def digit(place: int) -> str:
        return f"(instr('0123456789abcdef', substr({column}, {place - _MARK_DIGITS}, 1)) - 1)"

    letters = [
        f"{_FIRST_MARK} + 256 * {digit(at)} + 16 * {digit(at + 1)} + {digit(at + 2)}"
        for at in range(0, _MARK_DIGITS, 3)
    ]
    return f"char({', '.join(letters)})"


def _install_full_text() -> None:
    into = f"INSERT INTO {TABLE}(filename, dataset, file_id)"
    new = f"{into} VALUES (NEW.filename, {_mark_sql('NEW.dataset_id')}, NEW.id)"
    with transaction.atomic(), connection.cursor() as cursor:
        cursor.execute(
            f"CREATE VIRTUAL TABLE IF NOT EXISTS {TABLE} USING fts5"
            "(filename, dataset, file_id UNINDEXED, tokenize='trigram')"
        )
        # Rows of deleted files stay until `prune`: finding one in order to delete it would read the whole table.
        # A later migration that rebuilds the table of files drops its triggers, so they are made anew each time.
        for event in ("INSERT", "UPDATE OF filename, dataset_id"):
            name = f"{TABLE}_{event.partition(' ')[0].lower()}"
            cursor.execute(f"DROP TRIGGER IF EXISTS {name}")
            cursor.execute(
                f"CREATE TRIGGER {name} AFTER {event} ON datasets_audiofile WHEN NEW.dataset_id IS NOT NULL"
                f" BEGIN {new}; END"
            )
        is_unfilled = f"SELECT NOT EXISTS (SELECT 1 FROM {TABLE}) AND EXISTS (SELECT 1 FROM datasets_audiofile)"  # noqa: S608
        cursor.execute(is_unfilled)
        if cursor.fetchone()[0]:
            cursor.execute(
                f"{into} SELECT filename, {_mark_sql('dataset_id')}, id FROM datasets_audiofile"  # noqa: S608
                " WHERE dataset_id IS NOT NULL ORDER BY id"
            )


def prune() -> int:
    """Drop the rows of files that are gone from the full-text table. Returns how many there were."""
    if connection.vendor != "sqlite":
        return 0
    with connection.cursor() as cursor:
        # Looked for outside of a transaction, so that nobody waits to write meanwhile.
        cursor.execute(f"SELECT rowid FROM {TABLE} WHERE file_id NOT IN (SELECT id FROM datasets_audiofile)")  # noqa: S608
        rows = cursor.fetchall()
        for start in range(0, len(rows), PRUNED_AT_ONCE):
            with transaction.atomic():
                cursor.executemany(f"DELETE FROM {TABLE} WHERE rowid = %s", rows[start : start + PRUNED_AT_ONCE])  # noqa: S608
    return len(rows)
