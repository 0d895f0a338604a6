"""What people fill in on the pages about people."""

from datetime import date, datetime, time, timedelta
from typing import Any

from django import forms
from django.contrib.auth.password_validation import validate_password
from django.db.models import QuerySet
from django.utils import timezone
from django.utils.translation import gettext_lazy as _
from unfold.forms import UserCreationForm

from workspaces.audit_words import VERBS, kinds
from workspaces.ids import first_id_at
from workspaces.mail import mail_is_sent
from workspaces.models import AuditEvent, Role, Team, User, Workspace


class WorkspaceForm(forms.ModelForm):  # type: ignore[type-arg]
    class Meta:
        model = Workspace
        fields = ("name", "slug")


class ProfileForm(forms.ModelForm):  # type: ignore[type-arg]
    class Meta:
        model = User
        fields = ("name", "wants_mail")
        labels = {"name": _("Name"), "wants_mail": _("Tell me by e-mail too")}
        help_texts = {
            "name": _("Colleagues see it beside your work."),
            "wants_mail": _("What stands under the bell and was not read, gathered into one mail now and then."),
        }

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        if not mail_is_sent():
            self.fields["wants_mail"].help_text = _("This server sends no mail so far. It counts as soon as it does.")


class RolesForm(forms.Form):
    roles = forms.MultipleChoiceField(
        label=_("Roles"),
        choices=Role.choices,
        widget=forms.CheckboxSelectMultiple,
        help_text=_("Somebody may hold several."),
        error_messages={"required": _("Choose at least one role.")},
    )


class InvitationForm(RolesForm):
    email = forms.EmailField(
        label=_("E-mail"),
        required=False,
        help_text=_("Only this person can use the link then. Empty: whoever has the link may use it, once."),
    )
    field_order = ("email", "roles")

    def __init__(self, *args: Any, workspace: Workspace, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.workspace = workspace

    def clean_email(self) -> str:
        email = str(self.cleaned_data["email"]).lower()
        if email and self.workspace.memberships.filter(user__email=email).exists():
            raise forms.ValidationError(_("This person is a member already. Change their roles in the list."))
        return email


class JoinForm(forms.ModelForm):  # type: ignore[type-arg]
    """What a new person gives. The e-mail stands fixed when the invitation names one."""

    password = forms.CharField(
        label=_("Password"),
        strip=False,
        widget=forms.PasswordInput(attrs={"autocomplete": "new-password"}),
        help_text=_("At least 8 characters, and not a common one."),
    )

    class Meta:
        model = User
        fields = ("name", "email")
        labels = {"name": _("Your name"), "email": _("E-mail")}
        help_texts = {"name": _("Colleagues see it beside your work."), "email": _("You sign in with it.")}
        error_messages = {
            "email": {"unique": _("There is an account with this e-mail. Sign in to accept the invitation.")}
        }

    def __init__(self, *args: Any, email: str, **kwargs: Any) -> None:
        kwargs["initial"] = {"email": email}
        super().__init__(*args, **kwargs)
        self.fields["email"].disabled = bool(email)

    def clean_email(self) -> str:
        return str(self.cleaned_data["email"]).lower()

    def _post_clean(self) -> None:
        super()._post_clean()  # type: ignore[misc]
        # Validators compare the password with the name and the e-mail, so they run last.
        password = self.cleaned_data.get("password")
        if password:
            try:
                validate_password(password, self.instance)
            except forms.ValidationError as error:
                self.add_error("password", error)


class TeamForm(forms.ModelForm):  # type: ignore[type-arg]
    class Meta:
        model = Team
        fields = ("name", "cost_per_hour", "members")
        widgets = {"members": forms.CheckboxSelectMultiple}
        help_texts = {"cost_per_hour": _("In the currency you count in. Empty: not known.")}

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        people = self.instance.workspace.people()
        members: Any = self.fields["members"]
        members.queryset = people
        members.label_from_instance = lambda person: f"{person.name} ({person.email})"

    def _get_validation_exclusions(self) -> set[str]:
        """The workspace is not in the form, yet the name is unique in it: without this the database would refuse."""
        exclude: set[str] = super()._get_validation_exclusions()  # type: ignore[misc]
        return exclude - {"workspace"}


class ApiKeyForm(forms.Form):
    name = forms.CharField(label=_("Name"), max_length=255, help_text=_("What uses it, such as “nightly import”."))
    user: "forms.ModelChoiceField[User]" = forms.ModelChoiceField(
        queryset=None,
        required=False,
        label=_("Acts as"),
        empty_label=_("the workspace (an administrator within its scopes)"),
        help_text=_("As a person it may do what that person's roles allow, labeling and reviewing included."),
    )
    scopes = forms.MultipleChoiceField(
        label=_("Limited to"),
        required=False,
        choices=[
            ("read", _("read: look at everything its roles may see")),
            ("datasets", _("datasets: upload and change audio, datasets, annotation sets")),
            ("labeling", _("labeling: take items, save and submit answers")),
            ("review", _("review: approve and reject")),
            ("manage", _("manage: tasks, results, keys")),
        ],
        widget=forms.CheckboxSelectMultiple,
        help_text=_("None chosen: all its roles allow."),
    )
    expires_on = forms.DateField(
        label=_("Good until"),
        required=False,
        widget=forms.DateInput(attrs={"type": "date"}),
        help_text=_("The end of this day. Empty: until it is revoked."),
    )

    def __init__(self, *args: Any, workspace: Workspace, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        user: Any = self.fields["user"]
        user.queryset = workspace.people()
        user.label_from_instance = lambda person: f"{person.name} ({person.email})"

    def clean_expires_on(self) -> date | None:
        day: date | None = self.cleaned_data["expires_on"]
        if day and day < timezone.localdate():
            raise forms.ValidationError(_("Give a day from today on."))
        return day

    @property
    def expires_at(self) -> datetime | None:
        """The first moment after the chosen day, in the server's time zone."""
        day: date | None = self.cleaned_data["expires_on"]
        return timezone.make_aware(datetime.combine(day + timedelta(days=1), time())) if day else None


class AuditFilterForm(forms.Form):
    """Narrows the audit log. What is filled in wrongly narrows nothing and says so."""

    person: "forms.ModelChoiceField[User]" = forms.ModelChoiceField(
        queryset=None, required=False, label=_("Person"), empty_label=_("everybody")
    )
    verb = forms.ChoiceField(required=False, label=_("Did"))
    kind = forms.ChoiceField(required=False, label=_("With"))
    day = forms.DateField(required=False, label=_("Day"), widget=forms.DateInput(attrs={"type": "date"}))

    def __init__(self, *args: Any, workspace: Workspace, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        fields: dict[str, Any] = self.fields
        fields["person"].queryset = workspace.people()
        fields["verb"].choices = [("", _("anything")), *((verb, verb.replace("_", " ")) for verb in VERBS)]
        fields["kind"].choices = [("", _("anything")), *kinds().items()]
        self.is_valid()

    def narrow(self, events: QuerySet[AuditEvent]) -> QuerySet[AuditEvent]:
        chosen = {name: value for name, value in self.cleaned_data.items() if value}
        fields = {"person": "actor", "verb": "verb", "kind": "target_type"}
        events = events.filter(**{fields[name]: chosen[name] for name in fields if name in chosen})
        if day := chosen.get("day"):
            first = timezone.make_aware(datetime.combine(day, time()))
            events = events.filter(id__gte=first_id_at(first), id__lt=first_id_at(first + timedelta(days=1)))
        return events


class PersonCreationForm(UserCreationForm):
    """A person made by hand in the admin."""

    class Meta:
        model = User
        fields = ("name", "email")

    def clean_email(self) -> str:
        return str(self.cleaned_data["email"]).lower()
