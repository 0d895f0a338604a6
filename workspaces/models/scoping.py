"""Every query begins with who is asking."""

from typing import TYPE_CHECKING, Generic, Self, TypeVar

from django.db import models

if TYPE_CHECKING:
    from workspaces.models.people import User

M = TypeVar("M", bound=models.Model)


class ScopedQuerySet(models.QuerySet[M], Generic[M]):
    """Rows that belong to a workspace, directly or through the parents that `workspace_path` names."""

    workspace_path = "workspace"

    def visible_to(self, user: "User") -> Self:
        """The rows that exist for this person. What they may do with one is another question."""
        ids = user.visible_workspace_ids
        return self if ids is None else self.filter(**{f"{self.workspace_path}__in": ids})
