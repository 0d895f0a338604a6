"""What people fill in on the pages about people."""

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from workspaces.models import User, Workspace


class WorkspaceForm(forms.ModelForm):  # type: ignore[type-arg]
    class Meta:
        model = Workspace
        fields = ("name", "slug")


class ProfileForm(forms.ModelForm):  # type: ignore[type-arg]
    class Meta:
        model = User
        fields = ("name",)
        labels = {"name": _("Name")}
        help_texts: dict[str, Any] = {"name": _("Colleagues see it beside your work.")}
