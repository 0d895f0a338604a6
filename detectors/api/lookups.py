"""Finding the row that an address or a body names, for somebody who may see it. A foreign one is an absent one."""

from typing import Any, TypeVar
from uuid import UUID

from django.db.models import Model
from rest_framework.exceptions import NotFound
from rest_framework.request import Request

from workspaces.authentication import caller
from workspaces.models import ScopedQuerySet
from workspaces.permissions import Right, require

M = TypeVar("M", bound=Model)


def found_for(request: Request, rows: ScopedQuerySet[M], pk: UUID, *, right: Right, sentence: str) -> M:
    """The row, if it exists for the caller (else 404 with the sentence) and the caller has the right (else 403)."""
    user = caller(request)
    row: M | None = rows.visible_to(user).filter(pk=pk).first()
    if row is None:
        raise NotFound(sentence)
    owner: Any = row
    require(user, right, owner.workspace_id)
    return row
