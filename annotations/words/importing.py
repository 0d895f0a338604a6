"""Words read from files: CSV with named columns, and plain lists. What is wrong is said with file and line."""

import csv
import io
import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Any

from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from annotations.models import Term, VocabularyVersion
from annotations.words.pool import PoolTerm
from annotations.words.reading import MAX_WORD, split
from annotations.words.terms import Terms, WrongTerm, clash, clean_term, code_for, with_term
from annotations.words.vocabularies import change_terms
from workspaces.errors import Invalid
from workspaces.models import User

COLUMNS = (
    "code", "label", "facet", "family", "polarity", "arousal", "definition", "synonyms", "opposites", "locale",
)  # fmt: skip
MAX_FILE = 2 * 1024 * 1024
MAX_ROWS = 10_000
MOST_PROBLEMS = 20
_PARTS = re.compile(r"[;|]")


@dataclass(frozen=True)
class Row:
    """What one line says of one word in one language. What is not said is not in `values`."""

    line: int
    locale: str
    values: dict[str, Any] = field(hash=False)


@dataclass
class Imported:
    """What an import came to, in words."""

    added: int = 0
    changed: int = 0


class _Wrong(Exception):
    def __init__(self, problems: list[tuple[int, str]]) -> None:
        self.problems = problems


def import_words(
    version: VocabularyVersion, *, content: bytes, filename: str, facet: str, by: User, locale: str = ""
) -> Imported:
    """Merge a file into a draft: all of it, or Invalid with the first problems, each with its file and line.

    A first line that names `label` or `code` makes it CSV; else each line holds words of `facet`, parted by commas.
    A word that is there gets what the file says of it; in another `locale` it gets another name.
    """
    language = locale or version.vocabulary.locale
    done = Imported()

    def merge(terms: Terms) -> Terms:
        rows = list(read(content, facet=facet, locale=language))
        after = merged(terms, rows)
        done.added = len(after.keys() - terms.keys())
        done.changed = sum(1 for code, term in terms.items() if after[code] != term)
        return after

    name = filename[:120] or _("the file")
    try:
        data = {"file": name}
        change_terms(version, merge, by=by, verb="import_words", data=data)
    except _Wrong as wrong:
        problems = wrong.problems[:MOST_PROBLEMS]
        raise Invalid(
            [(("body", "file", line), _at(name, line, sentence), "value_error") for line, sentence in problems]
        ) from None
    return done


def _at(name: str, line: int, sentence: str) -> str:
    if not line:
        return _("%(file)s: %(problem)s") % {"file": name, "problem": sentence}
    return _("%(file)s, line %(line)d: %(problem)s") % {"file": name, "line": line, "problem": sentence}


def read(content: bytes, *, facet: str, locale: str) -> Iterator[Row]:
    """The rows of a file, with their lines from 1."""
    if len(content) > MAX_FILE:
        raise _Wrong([(0, _("The file is larger than %(most)d MB.") % {"most": MAX_FILE // 1024 // 1024})])
    try:
        text = content.decode("utf-8-sig")
    except UnicodeDecodeError:
        raise _Wrong([(0, _("This is no text in UTF-8. Save it as UTF-8 and try again."))]) from None
    if "\0" in text:
        raise _Wrong([(0, _("This is no text file."))])
    first = next((line for line in text.splitlines() if line.strip()), "")
    delimiter = max(",;\t", key=first.count)
    names = [name.strip().casefold() for name in first.split(delimiter)]
    if {"label", "code", "word"} & set(names):
        yield from _csv_rows(text, delimiter, facet=facet, locale=locale)
    else:
        yield from _listed(text, facet=facet, locale=locale)


def _listed(text: str, *, facet: str, locale: str) -> Iterator[Row]:
    for number, line in enumerate(text.splitlines(), start=1):
        if not line.lstrip().startswith("#"):
            for word in split(line):
                yield Row(number, locale, {"label": word, "facet": facet})


def _csv_rows(text: str, delimiter: str, *, facet: str, locale: str) -> Iterator[Row]:
    reader = csv.DictReader(io.StringIO(text, newline=""), delimiter=delimiter)
    names = {name: (name or "").strip().casefold() for name in reader.fieldnames or ()}
    unknown = [name for name in names.values() if name and name not in (*COLUMNS, "word")]
    if unknown:
        shown = {"names": ", ".join(unknown)[:200], "columns": ", ".join(COLUMNS)}
        raise _Wrong([(1, _("Unknown columns: %(names)s. There are %(columns)s.") % shown)])
    try:
        for given in reader:
            if None in given:
                raise _Wrong([(reader.line_num, _("There are more cells than columns."))])
            cells = {names[name]: (value or "").strip() for name, value in given.items()}
            if any(cells.values()):
                yield _row(cells, reader.line_num, facet=facet, locale=locale)
    except csv.Error as error:
        raise _Wrong([(reader.line_num, _("This line cannot be read: %(why)s.") % {"why": error})]) from None


def _row(cells: dict[str, str], line: int, *, facet: str, locale: str) -> Row:
    values: dict[str, Any] = {name: cells[name] for name in cells if cells[name] and name not in ("locale", "word")}
    if cells.get("word") and "label" not in values:
        values["label"] = cells["word"]
    for name in ("synonyms", "opposites"):
        if name in values:
            values[name] = [part.strip() for part in _PARTS.split(values[name]) if part.strip()]
    if facet and "facet" not in values:
        values["facet"] = facet
    return Row(line, cells.get("locale") or locale, values)


def merged(terms: Terms, rows: list[Row]) -> Terms:
    """The words with what the rows say of them. Opposites come last: a word may name one further down."""
    if not rows:
        raise _Wrong([(0, _("There is no word in it."))])
    if len(rows) > MAX_ROWS:
        raise _Wrong([(0, _("A file may have at most %(most)d rows.") % {"most": MAX_ROWS})])
    after, problems, opposed = dict(terms), [], []
    line_of: dict[str, int] = {}
    for row in rows:
        try:
            term = _said(after, row)
        except WrongTerm as wrong:
            problems.append((row.line, _of_row(wrong)))
            continue
        after[term.code] = term
        line_of[term.code] = row.line
        if "opposites" in row.values:
            opposed.append((row, term.code))
    for row, code in opposed:
        try:
            wanted = _codes(after, row.values["opposites"], after[code])
            after = with_term(after, clean_term({"opposites": wanted}, locale=row.locale, kept=after[code]))
        except WrongTerm as wrong:
            problems.append((row.line, _of_row(wrong)))
    if not problems and (found := clash(after.values())):
        problems.append((line_of.get(found[0], 0), found[1]))
    if problems:
        raise _Wrong(sorted(problems))
    return after


def _of_row(wrong: WrongTerm) -> str:
    """What is wrong with a row. Of numbers and texts there are several in it, so that the column has to be said."""
    if wrong.field not in ("polarity", "arousal", "definition"):
        return wrong.sentence
    return _("%(column)s: %(problem)s") % {"column": wrong.field, "problem": wrong.sentence}


def _said(terms: Terms, row: Row) -> PoolTerm:
    """The word of a row, on top of what is known of it by its code or, in the same language and facet, by its name."""
    values = {name: value for name, value in row.values.items() if name != "opposites"}
    code = values.get("code") or code_for(values.get("label", ""))
    kept = terms.get(code)
    if kept is not None and "code" not in values and kept.facet != values.get("facet", kept.facet):
        # The same word as an emotion and as a voice: they need two codes.
        values["code"] = f"{code}-{values['facet']}"
        kept = terms.get(values["code"])
    if kept is not None and "facet" in row.values and kept.facet != values["facet"]:
        raise WrongTerm("facet", _("“%(code)s” is of another facet in the pool.") % {"code": code})
    if kept is None and "facet" not in values:
        raise WrongTerm("facet", _("Say the facet: %(facets)s.") % {"facets": ", ".join(Term.Facet.values)})
    return clean_term(values, locale=row.locale, kept=kept)


def _codes(terms: Terms, named: list[str], term: PoolTerm) -> list[str]:
    """Opposites may be named by code or by word; what the word had already stays."""
    by_label = {label: one.code for one in terms.values() if one.facet == term.facet for label in one.labels.values()}
    return [*term.opposites, *(name if name in terms else by_label.get(name, name)[:MAX_WORD] for name in named)]


def said(done: Imported) -> str:
    """The outcome as a sentence."""
    added = ngettext("%(n)d word added", "%(n)d words added", done.added) % {"n": done.added}
    changed = ngettext("%(n)d changed", "%(n)d changed", done.changed) % {"n": done.changed}
    return _("%(added)s, %(changed)s.") % {"added": added, "changed": changed}
