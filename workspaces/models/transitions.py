"""State changes as compare-and-swap, the same on PostgreSQL and SQLite."""

from collections.abc import Sequence
from typing import TYPE_CHECKING, Any, Generic, TypeVar
from uuid import UUID

from django.db import models, transaction
from django.utils.translation import gettext as _

from workspaces.errors import IllegalMove
from workspaces.models.audit import AuditEvent
from workspaces.models.scoping import ScopedQuerySet

if TYPE_CHECKING:
    from workspaces.models.people import User

M = TypeVar("M", bound="Stateful")
# Ids in one statement: SQLite takes no more than 32,766 parameters.
SLICE = 500


class Stateful(models.Model):
    """A row whose state changes through verbs alone; each change is one conditional UPDATE and one audit event."""

    class Meta:
        abstract = True

    def audit_workspace_id(self) -> Any:
        return self.workspace_id  # type: ignore[attr-defined]

    def _move(
        self,
        sources: Sequence[str],
        target: str,
        *,
        by: "User | None",
        verb: str,
        only: models.Q | None = None,
        data: dict[str, Any] | None = None,
        **changes: Any,
    ) -> None:
        """Go from one of `sources` to `target`, or raise IllegalMove and change nothing.

        `only` narrows the row further (who holds it, which lease), so that of two racing requests one wins.
        """
        # No savepoint: a refused move is an exception that ends the caller's transaction as well.
        with transaction.atomic(savepoint=False):
            rows: models.QuerySet[Any] = type(self)._default_manager.filter(models.Q(pk=self.pk, state__in=sources))
            if not (rows.filter(only) if only else rows).update(**{"state": target, **changes}):
                raise IllegalMove(self.refusal(verb))
            AuditEvent.record(
                by=by,
                workspace_id=self.audit_workspace_id(),
                verb=verb,
                target=self,
                data={"state": target, **(data or {})},
            )
        for name, value in {"state": target, **changes}.items():
            setattr(self, name, value)

    def refusal(self, verb: str) -> str:
        """The sentence for a move that came at the wrong moment, read from the row as it is now."""
        rows: models.QuerySet[Any] = type(self)._default_manager.filter(pk=self.pk)
        state = rows.values_list("state", flat=True).first()
        if state is None:
            return _("It is not there any more.")
        label = dict(self._meta.get_field("state").flatchoices).get(state, state)  # type: ignore[union-attr]
        return _("This cannot be done now: the state is “%(state)s”. Reload to see what changed.") % {"state": label}


class StatefulQuerySet(ScopedQuerySet[M], Generic[M]):
    """Many rows that change state in the same way, as compare-and-swap too."""

    def move_many(
        self,
        sources: Sequence[str],
        target: str | None,
        *,
        by: "User | None",
        verb: str,
        workspace_id: UUID,
        data: dict[str, Any] | None = None,
        **changes: Any,
    ) -> list[UUID]:
        """Move those of these rows that are in one of `sources`, with one audit event each; returns their ids.

        `target` None keeps each row's state. All of it is one transaction: a caller with tens of thousands of rows
        hands them in slices, so that nobody waits long for the lock. The rows are locked in one order, so two callers
        wait for each other and never deadlock.
        """
        with transaction.atomic():
            rows = self.filter(state__in=sources).order_by("pk").select_for_update(of=("self",))
            found = dict(rows.values_list("pk", "state"))
            ids = list(found)
            values = changes if target is None else {"state": target, **changes}
            for start in range(0, len(ids), SLICE):
                self.model._default_manager.filter(pk__in=ids[start : start + SLICE]).update(**values)
            AuditEvent.record_many(
                by=by,
                workspace_id=workspace_id,
                verb=verb,
                model=self.model,
                data={pk: {"state": target or state, **(data or {})} for pk, state in found.items()},
            )
        return ids
