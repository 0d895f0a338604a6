"""How allauth is bound to our people."""

from typing import Any

from allauth.account.adapter import DefaultAccountAdapter
from django.http import HttpRequest


class AccountAdapter(DefaultAccountAdapter):
    """Accounts come from invitations and from super admins; there is no open sign-up."""

    def is_open_for_signup(self, request: HttpRequest) -> bool:
        return False

    def clean_email(self, email: str) -> str:
        return str(super().clean_email(email)).lower()

    def populate_username(self, request: HttpRequest, user: Any) -> None:
        """People have no user name; the e-mail is the name they log in with."""
