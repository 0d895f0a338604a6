"""Pages by number, for the API, and pages by position, for tables of a million rows."""

from collections import OrderedDict
from hashlib import sha256
from typing import Any

from django.core.cache import caches
from django.core.exceptions import EmptyResultSet
from django.db.models import QuerySet
from django.utils.translation import gettext as _
from rest_framework.exceptions import ValidationError
from rest_framework.pagination import BasePagination
from rest_framework.request import Request
from rest_framework.response import Response

# Counting stops here; beyond, the exact figure is counted once and kept for a short while.
EXACT_UP_TO = 10_000
KEEP_COUNT_S = 30


def total(rows: QuerySet[Any]) -> int:
    """How many rows there are: exact up to EXACT_UP_TO, above it at most KEEP_COUNT_S old.

    Counting a million rows costs more than showing thirty of them, and nobody acts on the last digit.
    """
    bare = rows.order_by().values("pk")
    try:
        key = "total:" + sha256(repr(bare.query.sql_with_params()).encode()).hexdigest()
    except EmptyResultSet:
        # Somebody who is in no workspace: there is nothing to ask the database.
        return 0
    # Only large figures are ever kept, so a small one that has grown large is counted again.
    kept: int | None = caches["process"].get(key)
    if kept is not None:
        return kept
    seen = bare[: EXACT_UP_TO + 1].count()
    if seen <= EXACT_UP_TO:
        return seen
    counted = bare.count()
    caches["process"].set(key, counted, KEEP_COUNT_S)
    return counted


class Pages(BasePagination):
    """`page` and `page_size` in, `items`, `total`, `page`, `page_size` out. Past the end: no items."""

    default_size = 20
    max_size = 100

    def paginate_queryset(self, queryset: Any, request: Request, view: Any = None) -> list[Any]:
        self.page = self._number(request, "page", default=1, top=10_000_000)
        self.size = self._number(request, "page_size", default=self.default_size, top=self.max_size)
        self.total = total(queryset)
        start = (self.page - 1) * self.size
        return list(queryset[start : start + self.size])

    def get_paginated_response(self, data: Any) -> Response:
        return Response(
            OrderedDict(items=data, total=self.total, page=self.page, page_size=self.size),
        )

    def get_paginated_response_schema(self, schema: dict[str, Any]) -> dict[str, Any]:
        number = {"type": "integer"}
        return {
            "type": "object",
            "required": ["items", "total", "page", "page_size"],
            "properties": {
                "items": {"type": "array", **schema} if "type" not in schema else schema,
                "total": number,
                "page": number,
                "page_size": number,
            },
        }

    def get_schema_operation_parameters(self, view: Any) -> list[dict[str, Any]]:
        return [
            {
                "name": name,
                "in": "query",
                "required": False,
                "schema": {"type": "integer", "minimum": 1, "maximum": top},
            }
            for name, top in (("page", 10_000_000), ("page_size", self.max_size))
        ]

    def _number(self, request: Request, name: str, *, default: int, top: int) -> int:
        text = request.query_params.get(name, "")
        if not text:
            return default
        if not text.isascii() or not text.isdigit() or not 1 <= int(text[:9]) <= top:
            raise ValidationError({name: [_("Give a whole number from 1 to %(top)d.") % {"top": top}]})
        return int(text[:9])
