"""The table of files: what an address asks for, and the rows that answer it.

Pages go by position (`after`, `before`), not by number: the hundredth costs what the first does.
"""

import base64
import binascii
import json
from dataclasses import dataclass, replace
from functools import cached_property
from typing import Any
from urllib.parse import urlencode
from uuid import UUID

from django.db.models import TextField
from django.db.models.functions import Cast, Coalesce
from django.db.models.lookups import Contains, Exact
from django.http import QueryDict
from django.utils.translation import gettext_lazy as _

from datasets.models import AudioFile, Dataset
from datasets.models.audio import AudioFileQuerySet, Warning
from datasets.search import FOUND_AT_MOST, named_like

PAGE_ROWS = 30
NEWEST = "-added"
ANY_WARNING = "any"
STATUSES = [(value, label) for value, label in AudioFile.Status.choices if value != AudioFile.Status.EMBEDDING]
WARNINGS = [(ANY_WARNING, _("any warning")), *Warning.choices]
# What the heads of the table say, and the order a first click on them asks for.
COLUMNS = [
    ("filename", _("Name"), "filename", ""),
    ("duration", _("Length"), "-duration", "num"),
    ("rate", _("Rate"), "-rate", "num minor"),
    ("", _("Channels"), "", "num minor"),
    ("status", _("Status"), "status", ""),
    ("added", _("Added"), NEWEST, "minor"),
]

# What a row shows; metadata, for one, may be large and waits until it is asked for.
SHOWN = (
    *("filename", "status", "error", "upload", "awaits_upload", "duration_ms", "sample_rate", "channels"),
    *("warnings", "has_warnings", "created_at", "blob__sha256", "blob__peaks_header"),
)


@dataclass(frozen=True)
class Head:
    """The head of a column: its words, where a click on it leads, and whether the table is in its order."""

    label: Any
    query: str
    direction: str
    css: str


@dataclass(frozen=True)
class Wish:
    """What the address asks for. Anything it says that makes no sense is as if it were not said."""

    order: str = NEWEST
    status: str = ""
    warning: str = ""
    text: str = ""
    after: str = ""
    before: str = ""

    @classmethod
    def from_query(cls, query: QueryDict) -> "Wish":
        order = query.get("order", "")
        status, warning = query.get("status", ""), query.get("warning", "")
        return cls(
            order=order if order.lstrip("-") in AudioFile.ORDERS and not order.startswith("--") else NEWEST,
            status=status if status in AudioFile.Status.values else "",
            warning=warning if warning in dict(WARNINGS) else "",
            text=query.get("q", "").replace("\0", "").strip()[:200],
            after=query.get("after", ""),
            before=query.get("before", ""),
        )

    @property
    def is_narrowed(self) -> bool:
        return bool(self.status or self.warning or self.text)

    def query(self, **changes: str) -> str:
        """The query string of this wish with some of it changed; a change of anything but the page begins anew."""
        moved = replace(self, **({"after": "", "before": ""} | changes))
        return "?" + urlencode({name: value for name, value in moved.said().items() if value})

    def said(self) -> dict[str, str]:
        """The parameters of an address that asks for this; empty ones are left out of it."""
        return {
            "q": self.text,
            "status": self.status,
            "warning": self.warning,
            "order": "" if self.order == NEWEST else self.order,
            "after": self.after,
            "before": self.before,
        }


@dataclass
class AudioTable:
    """One page of a dataset's files."""

    dataset: Dataset
    wish: Wish

    @cached_property
    def rows(self) -> list[AudioFile]:
        return self._page[0]

    @cached_property
    def chosen(self) -> AudioFileQuerySet:
        """All files the wish is about, in no order."""
        rows = AudioFile.objects.filter(dataset=self.dataset)
        if self.wish.text:
            # The few that were found are fetched by id and sorted. Left to choose, a database walks a million rows in
            # the wished order and looks for the few among them; no index begins with an expression.
            home = Exact(Coalesce("dataset_id", "dataset_id"), self.dataset.pk)
            rows = AudioFile.objects.filter(home, named_like(self.dataset, self.wish.text))
        if self.wish.status:
            rows = rows.filter(status=self.wish.status)
        if self.wish.warning:
            rows = rows.filter(has_warnings=True)
            if self.wish.warning != ANY_WARNING:
                rows = rows.filter(Contains(Cast("warnings", TextField()), f'"{self.wish.warning}"'))
        return rows

    @cached_property
    def _page(self) -> tuple[list[AudioFile], bool]:
        """The rows, and whether more lie beyond them in the direction that was walked."""
        order = self.wish.order
        position = _position(self.wish.before or self.wish.after, order=order)
        backward = bool(self.wish.before and position)
        walked = _reversed(order) if backward else order
        rows = self.chosen.in_order(walked)
        if position:
            rows = rows.after(walked, position)
        if self.wish.text:
            # What was found is sorted as it comes, and narrow rows sort faster: wide ones are for the page alone.
            rows = AudioFile.objects.filter(pk__in=rows.values("pk")[: PAGE_ROWS + 1]).in_order(walked)
        found = list(rows.select_related("blob").only(*SHOWN)[: PAGE_ROWS + 1])
        page = found[:PAGE_ROWS]
        return (page[::-1] if backward else page), len(found) > PAGE_ROWS

    @property
    def next_query(self) -> str:
        """Where the next page is, or nothing."""
        more = self._page[1] or bool(self.wish.before)
        return self.wish.query(after=_cursor(self.rows[-1], order=self.wish.order)) if self.rows and more else ""

    @property
    def previous_query(self) -> str:
        more = bool(self.wish.after) or (bool(self.wish.before) and self._page[1])
        return self.wish.query(before=_cursor(self.rows[0], order=self.wish.order)) if self.rows and more else ""

    @property
    def first_query(self) -> str:
        return self.wish.query()

    @property
    def is_long_search(self) -> bool:
        """The search found more than a page, so it may be that not all of it was found."""
        return bool(self.wish.text and (self.next_query or self.previous_query))

    @property
    def found_at_most(self) -> int:
        return FOUND_AT_MOST

    @property
    def heads(self) -> list[Head]:
        return [self._head(*column) for column in COLUMNS]

    def _head(self, name: str, label: Any, first: str, css: str) -> Head:
        if not name:
            return Head(label=label, query="", direction="", css=css)
        current = self.wish.order.lstrip("-") == name
        order = _reversed(self.wish.order) if current else first
        direction = ("descending" if self.wish.order.startswith("-") else "ascending") if current else ""
        return Head(label=label, query=self.wish.query(order=order), direction=direction, css=css)


def _reversed(order: str) -> str:
    return order[1:] if order.startswith("-") else f"-{order}"


def _cursor(audio: AudioFile, *, order: str) -> str:
    name = AudioFile.ORDERS[order.lstrip("-")]
    value = None if name == "id" else getattr(audio, name)
    return base64.urlsafe_b64encode(json.dumps([value, audio.pk.hex]).encode()).decode().rstrip("=")


def _position(cursor: str, *, order: str) -> tuple[Any, UUID] | None:
    """The place a cursor stands for; None when it is none, or one of another order."""
    if not cursor:
        return None
    try:
        value, pk = json.loads(base64.urlsafe_b64decode(cursor + "=" * (-len(cursor) % 4)))
        position = (value, UUID(pk))
    except (ValueError, TypeError, AttributeError, binascii.Error):
        return None
    kinds = {"filename": str, "status": str, "duration_ms": int, "sample_rate": int, "id": type(None)}
    return position if type(value) is kinds[AudioFile.ORDERS[order.lstrip("-")]] else None
