"""Lists of `/v5/`: pages by the id of the last or first row that was seen."""

from typing import Any
from uuid import UUID

from django.db.models import Q, QuerySet
from django.utils.translation import gettext as _
from rest_framework.pagination import BasePagination
from rest_framework.request import Request
from rest_framework.response import Response

from workspaces.errors import Invalid
from workspaces.pagination import total

MOST = 10_000
USUAL = 100
LONGEST_LIMIT = len(str(MOST))
_PARAMETERS = {
    "limit": "How many rows a page has at most.",
    "starting_after": "Id of the row after which the page begins: the last one of the page before.",
    "ending_before": "Id of the row before which the page ends: the first one of the page after.",
    "sort_by": "What the rows are sorted by.",
    "sort_order": "Which way they are sorted.",
}


class CursorPages(BasePagination):
    """`limit`, `starting_after`, `ending_before`, `sort_by`, `sort_order` in; `items`, `total`, `has_more` out.

    A view names in `sorts` which fields rows may be sorted by: {name in the address: column}. Ties go by id, or by the
    view's `row_order` (a tuple of columns) where rows have an order of their own. `has_more` is about the direction
    that was asked for, and items stand in the list's order whichever direction that is.
    """

    def paginate_queryset(self, queryset: Any, request: Request, view: Any = None) -> list[Any]:
        params = request.query_params
        self.limit = _limit(params.get("limit"))
        sorts: dict[str, str] = getattr(view, "sorts", {"created_at": "created_at"})
        order = _order(params, sorts, ties=getattr(view, "row_order", ("id",)))
        self.total = total(queryset)
        after, before = params.get("starting_after"), params.get("ending_before")
        if after and before:
            raise _refused("ending_before", _("Give starting_after or ending_before, not both."))
        backwards = bool(before)
        rows = queryset
        if cursor := after or before:
            rows = rows.filter(_beyond(queryset, cursor, order, backwards=backwards, where=_name(after)))
        towards = _reverse(order) if backwards else order
        found = list(rows.order_by(*towards)[: self.limit + 1])
        self.has_more = len(found) > self.limit
        found = found[: self.limit]
        return found[::-1] if backwards else found

    def get_paginated_response(self, data: Any) -> Response:
        return Response(
            {"object": "list", "items": data, "total": self.total, "has_more": self.has_more, "limit": self.limit}
        )

    def get_paginated_response_schema(self, schema: dict[str, Any]) -> dict[str, Any]:
        properties = {
            "object": {"type": "string", "enum": ["list"]},
            "items": schema,
            "total": {"type": "integer"},
            "has_more": {"type": "boolean"},
            "limit": {"type": "integer"},
        }
        return {"type": "object", "required": list(properties), "properties": properties}

    def get_schema_operation_parameters(self, view: Any) -> list[dict[str, Any]]:
        sorts = getattr(view, "sorts", {"created_at": "created_at"})
        schemas: dict[str, dict[str, Any]] = {
            "limit": {"type": "integer", "minimum": 1, "maximum": MOST, "default": USUAL},
            "starting_after": {"type": "string"},
            "ending_before": {"type": "string"},
            "sort_by": {"type": "string", "enum": list(sorts)},
            "sort_order": {"type": "string", "enum": ["asc", "desc"], "default": "asc"},
        }
        return [
            {"name": name, "in": "query", "required": False, "schema": schema, "description": _PARAMETERS[name]}
            for name, schema in schemas.items()
        ]


def _name(after: str | None) -> str:
    return "starting_after" if after else "ending_before"


def _limit(text: str | None) -> int:
    if text is None:
        return USUAL
    if not text.isascii() or not text.isdecimal() or len(text) > LONGEST_LIMIT or not 1 <= int(text) <= MOST:
        raise _refused("limit", _("Give a number from 1 to %(most)d.") % {"most": MOST})
    return int(text)


def _order(params: Any, sorts: dict[str, str], *, ties: tuple[str, ...]) -> list[str]:
    by, direction = params.get("sort_by"), params.get("sort_order") or "asc"
    if direction not in ("asc", "desc"):
        raise _refused("sort_order", _("Give asc or desc."))
    if by and by not in sorts:
        raise _refused("sort_by", _("Sort by one of: %(names)s.") % {"names": ", ".join(sorts)})
    columns = [*([sorts[by]] if by else []), *ties]
    columns = list(dict.fromkeys(columns))
    return [f"-{column}" for column in columns] if direction == "desc" else columns


def _reverse(order: list[str]) -> list[str]:
    return [column[1:] if column.startswith("-") else f"-{column}" for column in order]


def _beyond(rows: QuerySet[Any], cursor: str, order: list[str], *, backwards: bool, where: str) -> Any:
    """What lies beyond the row with this id in the order: (a > x) or (a = x and b > y) or ..."""
    columns = [column.lstrip("-") for column in order]
    try:
        at = rows.filter(pk=UUID(cursor)).order_by().values_list(*columns).first()
    except ValueError:
        at = None
    if at is None:
        raise _refused(where, _("There is no row with the id “%(id)s” in this list.") % {"id": cursor[:100]})
    step = "lt" if order[0].startswith("-") != backwards else "gt"
    condition, same = Q(), Q()
    for column, value in zip(columns, at, strict=True):
        condition |= same & Q(**{f"{column}__{step}": value})
        same &= Q(**{column: value})
    return condition


def _refused(name: str, sentence: str) -> Invalid:
    return Invalid([(("query", name), sentence, "value_error")])
