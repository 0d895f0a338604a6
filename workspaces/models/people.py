"""People and the workspaces they share."""

from collections.abc import Iterable
from typing import TYPE_CHECKING, Any, ClassVar
from uuid import UUID

from django.contrib.auth.base_user import AbstractBaseUser, BaseUserManager
from django.contrib.auth.models import PermissionsMixin
from django.core import signing
from django.core.validators import MinValueValidator
from django.db import models
from django.db.models.functions import Coalesce, Lower
from django.utils import timezone
from django.utils.functional import cached_property
from django.utils.translation import gettext_lazy as _

from workspaces.ids import new_id
from workspaces.models.scoping import ScopedQuerySet

if TYPE_CHECKING:
    from workspaces.models.keys import ApiKey


class Role(models.TextChoices):
    ADMINISTRATOR = "administrator", _("Administrator")
    ANNOTATION_ADMINISTRATOR = "annotation_administrator", _("Annotation administrator")
    OPERATOR = "operator", _("Annotation operator")
    AUDITOR = "auditor", _("Annotation auditor")


class UserManager(BaseUserManager["User"]):
    def create_user(self, email: str, password: str | None = None, **extra: Any) -> "User":
        user = self.model(email=email.strip().lower(), **extra)
        user.set_password(password)
        user.save(using=self._db)
        return user

    def create_superuser(self, email: str, password: str | None = None, **extra: Any) -> "User":
        return self.create_user(email, password, is_staff=True, is_superuser=True, **extra)

    def get_by_natural_key(self, username: str | None) -> "User":
        return self.get(email=(username or "").strip().lower())


class User(AbstractBaseUser, PermissionsMixin):
    """A person, or the service account in whose name an API key of a whole workspace acts."""

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    email = models.EmailField(
        _("e-mail"), unique=True, error_messages={"unique": _("Somebody has this e-mail already.")}
    )
    name = models.CharField(_("name"), max_length=150)
    is_staff = models.BooleanField(_("may open the admin"), default=False)
    is_active = models.BooleanField(_("may log in"), default=True)
    is_service = models.BooleanField(_("is a program"), default=False, editable=False)
    wants_mail = models.BooleanField(
        _("tell me by e-mail too"), default=True, help_text=_("What stands under the bell, gathered into one mail.")
    )
    # When the next mail of notices may go out. Pushing it forward is how a worker claims to send one.
    mail_after = models.DateTimeField(null=True, editable=False)
    date_joined = models.DateTimeField(_("joined"), default=timezone.now)

    # Set on the instance when a request comes with a key: the person then acts in that key's workspace alone.
    api_key: "ApiKey | None" = None

    objects: ClassVar[UserManager] = UserManager()
    USERNAME_FIELD = "email"
    EMAIL_FIELD = "email"
    REQUIRED_FIELDS = ["name"]

    class Meta:
        ordering = ["name", "email"]
        verbose_name = _("person")
        verbose_name_plural = _("people")
        constraints = [
            models.CheckConstraint(name="email_is_lower_case", condition=models.Q(email=Lower("email"))),
        ]

    def __str__(self) -> str:
        return self.name or self.email

    @cached_property
    def roles_by_workspace(self) -> dict[UUID, frozenset[str]]:
        """What this person is, in each workspace where they may act now. One query per instance, so per request."""
        found: dict[UUID, set[str]] = {}
        rows = self.memberships.order_by()
        if self.api_key:
            rows = rows.filter(workspace_id=self.api_key.workspace_id)
        for workspace_id, role in rows.values_list("workspace_id", "role"):
            found.setdefault(workspace_id, set()).add(role)
        return {key: frozenset(roles) for key, roles in found.items()}

    @property
    def visible_workspace_ids(self) -> Iterable[UUID] | None:
        """The workspaces that exist for this person; None means all of them."""
        if not self.is_superuser:
            return self.roles_by_workspace.keys()
        return [self.api_key.workspace_id] if self.api_key else None


class WorkspaceQuerySet(models.QuerySet["Workspace"]):
    def visible_to(self, user: User) -> "WorkspaceQuerySet":
        ids = user.visible_workspace_ids
        return self if ids is None else self.filter(pk__in=ids)

    def with_figures(self) -> "WorkspaceQuerySet":
        """Adds n_people, n_datasets and n_tasks, each by its own subquery, so that they do not multiply."""
        people = models.Q(user__is_service=False)
        return self.annotate(
            n_people=_count("memberships", only=people, of="user"),
            n_datasets=_count("datasets"),
            n_tasks=_count("labeling_tasks", only=models.Q(deleted_at=None)),
        )


def _count(relation: str, *, only: models.Q | None = None, of: str = "pk") -> Coalesce:
    """How many rows point at a workspace through `relation`; the models of the rooms above are found by that name."""
    model = Workspace._meta.get_field(relation).related_model
    assert isinstance(model, type)
    rows = model._default_manager.filter(only or models.Q(), workspace=models.OuterRef("pk")).order_by()
    counted = rows.values("workspace").annotate(n=models.Count(of, distinct=True)).values("n")
    return Coalesce(models.Subquery(counted), 0)


class Workspace(models.Model):
    """The tenant. Every row belongs to exactly one; for anybody else it does not exist."""

    class Playback(models.TextChoices):
        EXACT = "exact", _("exact (FLAC)")
        SMALL = "small", _("small (AAC 64 kbit/s)")

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    name = models.CharField(_("name"), max_length=120)
    slug = models.SlugField(_("short name"), max_length=60, unique=True, help_text=_("Part of every address."))
    playback = models.CharField(
        _("playback copies"),
        max_length=10,
        choices=Playback.choices,
        default=Playback.EXACT,
        help_text=_("How sound that browsers cannot play or seek exactly is copied. Small copies are within 1.5 ms."),
    )
    created_at = models.DateTimeField(auto_now_add=True)

    objects = WorkspaceQuerySet.as_manager()

    class Meta:
        ordering = ["name"]
        verbose_name = _("workspace")

    def __str__(self) -> str:
        return self.name

    def people(self) -> models.QuerySet[User]:
        """The members, each once, without the accounts in whose name keys act."""
        return User.objects.filter(memberships__workspace=self, is_service=False).distinct()


class Membership(models.Model):
    """One role of one person in one workspace. A person may hold several."""

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    workspace = models.ForeignKey(Workspace, on_delete=models.CASCADE, related_name="memberships")
    user = models.ForeignKey(User, on_delete=models.CASCADE, related_name="memberships")
    role = models.CharField(_("role"), max_length=30, choices=Role.choices)
    created_at = models.DateTimeField(auto_now_add=True)

    objects = ScopedQuerySet["Membership"].as_manager()

    class Meta:
        ordering = ["user__name", "role"]
        verbose_name = _("membership")
        constraints = [
            models.UniqueConstraint(fields=["workspace", "user", "role"], name="a_role_is_held_once"),
            models.CheckConstraint(name="a_role_is_a_known_one", condition=models.Q(role__in=Role.values)),
        ]

    def __str__(self) -> str:
        return f"{self.user}: {self.get_role_display()}"


class Team(models.Model):
    """A named group of members, such as "in-house" or "crowd", with what an hour of theirs costs if that is known."""

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    workspace = models.ForeignKey(Workspace, on_delete=models.CASCADE, related_name="teams")
    name = models.CharField(_("name"), max_length=120)
    cost_per_hour = models.DecimalField(
        _("cost per hour"), max_digits=9, decimal_places=2, null=True, blank=True, validators=[MinValueValidator(0)]
    )
    members = models.ManyToManyField(User, related_name="teams", blank=True, verbose_name=_("members"))
    created_at = models.DateTimeField(auto_now_add=True)

    objects = ScopedQuerySet["Team"].as_manager()

    class Meta:
        ordering = ["name"]
        verbose_name = _("team")
        constraints = [
            models.UniqueConstraint(
                fields=["workspace", "name"],
                name="a_team_name_is_taken_once",
                violation_error_message=_("There is a team of this name already."),
            ),
            models.CheckConstraint(
                name="a_cost_is_not_negative",
                condition=models.Q(cost_per_hour=None) | models.Q(cost_per_hour__gte=0),
            ),
        ]

    def __str__(self) -> str:
        return self.name


class InvitationQuerySet(ScopedQuerySet["Invitation"]):
    def pending(self) -> "InvitationQuerySet":
        return self.filter(accepted_at=None, expires_at__gt=timezone.now())


class Invitation(models.Model):
    """A place kept for somebody. Its link is signed, not stored, so it can be copied again until used or withdrawn."""

    SALT = "earmark.invitation"

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    workspace = models.ForeignKey(Workspace, on_delete=models.CASCADE, related_name="invitations")
    email = models.EmailField(_("e-mail"), blank=True, help_text=_("Empty: whoever has the link may use it, once."))
    roles = models.JSONField(_("roles"), default=list)
    invited_by = models.ForeignKey(User, on_delete=models.CASCADE, related_name="+")
    created_at = models.DateTimeField(auto_now_add=True)
    expires_at = models.DateTimeField()
    accepted_at = models.DateTimeField(null=True, editable=False)
    accepted_by = models.ForeignKey(User, on_delete=models.CASCADE, null=True, related_name="+", editable=False)

    objects = InvitationQuerySet.as_manager()

    class Meta:
        ordering = ["-created_at"]
        verbose_name = _("invitation")

    def __str__(self) -> str:
        return self.email or str(self.pk)

    @property
    def token(self) -> str:
        return signing.dumps(str(self.pk), salt=self.SALT)

    @property
    def is_pending(self) -> bool:
        return self.accepted_at is None and self.expires_at > timezone.now()

    @property
    def role_labels(self) -> list[str]:
        return [str(Role(role).label) for role in self.roles]

    @classmethod
    def behind(cls, token: str) -> "Invitation | None":
        """The invitation behind a link, used or too old as it may be; None when the link is forged or was withdrawn."""
        try:
            pk = signing.loads(token, salt=cls.SALT)
        except signing.BadSignature:
            return None
        return cls.objects.select_related("workspace", "invited_by").filter(pk=pk).first()

    def take(self, *, by: User) -> bool:
        """Use it up: one conditional UPDATE, so of two people with the same link one gets in."""
        rows = Invitation.objects.pending().filter(pk=self.pk)
        return bool(rows.update(accepted_at=timezone.now(), accepted_by=by))
