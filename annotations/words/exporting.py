"""A version of a pool as CSV: one row per word and language, as it can be read in again."""

import csv
import io
from collections.abc import Iterable, Iterator

from annotations.words.importing import COLUMNS
from annotations.words.pool import PoolTerm


def csv_lines(terms: Iterable[PoolTerm]) -> Iterator[str]:
    """Line by line, with a header; lists are parted by semicolons. Words that are offered no more are left out."""
    buffer = io.StringIO()
    writer = csv.writer(buffer, lineterminator="\n")

    def line(cells: Iterable[object]) -> str:
        buffer.seek(0)
        buffer.truncate()
        writer.writerow(cells)
        return buffer.getvalue()

    yield line(COLUMNS)
    for term in terms:
        if term.is_active:
            for locale in dict.fromkeys((*term.labels, *term.synonyms)):
                yield line(_cells(term, locale))


def _cells(term: PoolTerm, locale: str) -> tuple[object, ...]:
    numbers = tuple("" if value is None else f"{value:g}" for value in (term.polarity, term.arousal))
    synonyms = "; ".join(term.synonyms.get(locale, ()))
    named = (term.code, _plain(term.labels.get(locale, "")), term.facet, _plain(term.family))
    return (*named, *numbers, _plain(term.definition), _plain(synonyms), "; ".join(term.opposites), locale)


def _plain(text: str) -> str:
    """No spreadsheet takes it for a formula."""
    return f"'{text}" if text[:1] in "=+@" else text
