"""People and work, for super admins."""

from typing import Any

from allauth.account.models import EmailAddress
from django.contrib import admin
from django.contrib.auth.admin import UserAdmin as DjangoUserAdmin
from django.contrib.auth.models import Group
from django.db import transaction
from django.http import HttpRequest
from django.urls import reverse
from django.utils.html import format_html
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from unfold.forms import AdminPasswordChangeForm

from workspaces import actions
from workspaces.errors import IllegalMove
from workspaces.forms import PersonCreationForm
from workspaces.jobs import hint
from workspaces.models import ApiKey, AuditEvent, Invitation, Job, Membership, Notice, Team, User, Workspace
from workspaces.rescue import RescueAdmin, Rows, each

# Rights come from memberships; Django's groups are not used.
admin.site.unregister(Group)


@admin.register(User)
class UserAdmin(DjangoUserAdmin, RescueAdmin):  # type: ignore[type-arg,misc]
    """People. A new password is set here where no mail can be sent."""

    change_password_form = AdminPasswordChangeForm
    add_form = PersonCreationForm
    add_fieldsets = ((None, {"fields": ("name", "email", "password1", "password2")}),)
    fieldsets = None
    filter_horizontal = ()
    editable = ("name", "email", "is_active", "is_superuser", "is_staff")
    list_display = ("name", "email", "is_active", "is_superuser", "is_service", "last_login")
    list_filter = ("is_active", "is_superuser", "is_service")
    search_fields = ("name", "email")
    ordering = ("name", "email")

    def get_fieldsets(self, request: HttpRequest, obj: Any = None) -> Any:
        if obj is None:
            return self.add_fieldsets
        return [(None, {"fields": [*self.get_fields(request, obj), "password_link"]})]

    def get_readonly_fields(self, request: HttpRequest, obj: Any = None) -> list[str]:
        return [*super().get_readonly_fields(request, obj), "password_link"] if obj else []

    @admin.display(description=gettext_lazy("password"))
    def password_link(self, person: User) -> str:
        url = reverse("admin:auth_user_password_change", args=[person.pk])
        return format_html('<a href="{}">{}</a>', url, _("Set a new password"))

    def has_add_permission(self, request: HttpRequest) -> bool:
        return self.has_module_permission(request)

    @transaction.atomic
    def save_model(self, request: HttpRequest, obj: Any, form: Any, change: bool) -> None:
        super().save_model(request, obj, form, change)
        if "email" in form.changed_data:
            # The old address must not let anybody in any more; signing in makes the row anew.
            EmailAddress.objects.filter(user=obj).delete()


@admin.register(Workspace)
class WorkspaceAdmin(RescueAdmin):
    editable = ("name", "playback")
    list_display = ("name", "slug", "playback", "created_at")
    search_fields = ("name", "slug")


@admin.register(Membership)
class MembershipAdmin(RescueAdmin):
    list_display = ("user", "workspace", "role", "created_at")
    list_select_related = ("user", "workspace")
    list_filter = ("role", "workspace")
    search_fields = ("user__name", "user__email", "workspace__name")


@admin.register(Team)
class TeamAdmin(RescueAdmin):
    list_display = ("name", "workspace", "cost_per_hour", "created_at")
    list_select_related = ("workspace",)
    list_filter = ("workspace",)
    search_fields = ("name",)


@admin.register(Invitation)
class InvitationAdmin(RescueAdmin):
    list_display = ("email", "workspace", "roles", "invited_by", "expires_at", "accepted_by")
    list_select_related = ("workspace", "invited_by", "accepted_by")
    list_filter = ("workspace",)
    search_fields = ("email", "invited_by__email")
    actions = ("withdraw",)

    @admin.action(description=gettext_lazy("Withdraw"))
    def withdraw(self, request: Any, rows: Rows) -> None:
        each(request, rows, lambda row: actions.withdraw(row, by=request.user))


@admin.register(ApiKey)
class ApiKeyAdmin(RescueAdmin):
    list_display = ("name", "workspace", "user", "hint", "scopes", "last_used_at", "expires_at", "revoked_at")
    list_select_related = ("workspace", "user")
    list_filter = ("workspace",)
    search_fields = ("name", "user__email", "hint")
    actions = ("revoke",)

    @admin.action(description=gettext_lazy("Revoke"))
    def revoke(self, request: Any, rows: Rows) -> None:
        each(request, rows.select_related("user"), lambda key: actions.revoke_api_key(key, by=request.user))


@admin.register(Job)
class JobAdmin(RescueAdmin):
    is_growing = True
    list_display = ("kind", "workspace", "state", "percent", "tries", "created_by", "created_at", "finished_at")
    list_select_related = ("workspace", "created_by")
    list_filter = ("state", "kind", "workspace")
    search_fields = ("id", "kind", "error")
    actions = ("retry", "cancel")

    @admin.action(description=gettext_lazy("Try again"))
    def retry(self, request: Any, rows: Rows) -> None:
        def verb(job: Job) -> None:
            self._changed(job.retry(), job=job, verb="retry", by=request.user)
            transaction.on_commit(lambda: hint(job))

        each(request, rows, verb)

    @admin.action(description=gettext_lazy("Cancel"))
    def cancel(self, request: Any, rows: Rows) -> None:
        each(request, rows, lambda job: self._changed(job.cancel(), job=job, verb="cancel", by=request.user))

    def _changed(self, was_possible: bool, *, job: Job, verb: str, by: User) -> None:
        if not was_possible:
            raise IllegalMove(_("This cannot be done in this state."))
        AuditEvent.record(by=by, workspace_id=job.workspace_id, verb=verb, target=job, data={"kind": job.kind})


@admin.register(AuditEvent)
class AuditEventAdmin(RescueAdmin):
    is_growing = True
    list_display = ("at", "workspace", "actor", "verb", "target_type", "target_id")
    list_select_related = ("workspace", "actor")
    list_filter = ("workspace",)
    search_fields = ("target_id", "verb", "actor__email")
    ordering = ("-id",)


@admin.register(Notice)
class NoticeAdmin(RescueAdmin):
    is_growing = True
    list_display = ("updated_at", "workspace", "user", "kind", "times", "read_at", "mailed_at")
    list_select_related = ("workspace", "user")
    list_filter = ("workspace",)
    search_fields = ("user__email", "kind")
    ordering = ("-updated_at",)
