"""What the admin of every app is made of: reading, searching and rescue for super admins.

Rows are read-only unless an admin names what may be edited; states change through actions that call the models' verbs.
"""

from collections.abc import Callable, Iterable
from typing import Any

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.db import models, transaction
from django.db.models import QuerySet
from django.http import HttpRequest
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from unfold.admin import ModelAdmin
from unfold.paginator import InfinitePaginator

from workspaces.errors import IllegalMove, Invalid
from workspaces.models import AuditEvent, Workspace


class RescueAdmin(ModelAdmin):
    """Read-only, for super admins alone. `editable` names the fields that may be set right by hand."""

    editable: tuple[str, ...] = ()
    is_growing = False
    list_per_page = 50
    show_full_result_count = False
    list_filter_submit = False
    actions_selection_counter = True

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        if self.is_growing:
            # Counting a million rows for every page costs more than the page.
            self.paginator = InfinitePaginator

    def get_fields(self, request: HttpRequest, obj: Any = None) -> list[str]:
        names = [field.name for field in self.model._meta.fields if field.name not in ("password", "digest")]
        return names + [field.name for field in self.model._meta.many_to_many if field.name in self.editable]

    def get_readonly_fields(self, request: HttpRequest, obj: Any = None) -> list[str]:
        return [name for name in self.get_fields(request, obj) if name not in self.editable]

    def has_module_permission(self, request: HttpRequest) -> bool:
        return bool(request.user.is_active and getattr(request.user, "is_superuser", False))

    def has_view_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return self.has_module_permission(request)

    def has_change_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return bool(self.editable) and self.has_module_permission(request)

    def has_add_permission(self, request: HttpRequest) -> bool:
        return False

    def has_delete_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return False

    @transaction.atomic
    def save_model(self, request: HttpRequest, obj: Any, form: Any, change: bool) -> None:
        super().save_model(request, obj, form, change)
        workspace_id = obj.pk if isinstance(obj, Workspace) else getattr(obj, "workspace_id", None)
        if workspace_id and form.changed_data:
            data = {"name": str(obj), "in_the_admin": ", ".join(form.changed_data)}
            AuditEvent.record(by=request.user, workspace_id=workspace_id, verb="edit", target=obj, data=data)  # type: ignore[arg-type]


def each(request: HttpRequest, rows: Iterable[models.Model], verb: Callable[[Any], object]) -> None:
    """Call a verb for each chosen row, and tell how many it was and why others refused."""
    done, refused = 0, []
    for row in rows:
        try:
            with transaction.atomic():
                verb(row)
        except (IllegalMove, Invalid, PermissionDenied) as refusal:
            refused.append(f"{row}: {refusal}")
        else:
            done += 1
    if done:
        messages.success(request, ngettext("Done for %(n)d row.", "Done for %(n)d rows.", done) % {"n": done})
    for sentence in refused[:10]:
        messages.warning(request, sentence)
    if len(refused) > 10:
        messages.warning(request, _("... and %(n)d more.") % {"n": len(refused) - 10})


Rows = QuerySet[Any]
