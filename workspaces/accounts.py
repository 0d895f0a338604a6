"""How allauth is bound to our people."""

from typing import Any

from allauth.account.adapter import DefaultAccountAdapter
from django.http import HttpRequest
from django.urls import reverse

from workspaces.models import Workspace


class AccountAdapter(DefaultAccountAdapter):
    """Accounts come from invitations and from super admins; there is no open sign-up."""

    def is_open_for_signup(self, request: HttpRequest) -> bool:
        return False

    def clean_email(self, email: str) -> str:
        return str(super().clean_email(email)).lower()

    def populate_username(self, request: HttpRequest, user: Any) -> None:
        """People have no user name; the e-mail is the name they log in with."""

    def get_login_redirect_url(self, request: Any) -> str:
        """Whoever has one space goes straight into it; others choose."""
        slugs = list(Workspace.objects.visible_to(request.user).values_list("slug", flat=True)[:2])
        return reverse("workspaces:space", args=slugs) if len(slugs) == 1 else reverse("workspaces:home")

    def get_password_change_redirect_url(self, request: HttpRequest) -> str:
        return reverse("workspaces:profile")
