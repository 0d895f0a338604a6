"""How a request to the API says who is asking: a key for programs, the session for the browser."""

from typing import TYPE_CHECKING

from django.conf import settings
from django.utils import timezone
from django.utils.translation import gettext as _
from drf_spectacular.extensions import OpenApiAuthenticationExtension
from rest_framework import authentication, permissions
from rest_framework.exceptions import AuthenticationFailed, PermissionDenied
from rest_framework.request import Request

from workspaces.models import ApiKey, User

if TYPE_CHECKING:
    from rest_framework.views import APIView

# What a key may be limited to. Without scopes it may do all its person may; unknown scopes grant nothing.
SCOPES = ("read", "datasets", "labeling", "review", "manage")


class ApiKeyAuthentication(authentication.BaseAuthentication):
    """Header `X-API-Key`. The person is the key's own, seen only in the key's workspace."""

    def authenticate(self, request: Request) -> tuple[User, ApiKey] | None:
        secret = request.headers.get("X-API-Key")
        if secret is None:
            return None
        key = ApiKey.objects.by_secret(secret)
        if key is None or key.revoked_at is not None or not key.user.is_active:
            raise AuthenticationFailed(_("Invalid or missing API key"))
        if key.is_expired:
            raise AuthenticationFailed(_("API key expired"))
        key.note_use(now=timezone.now())
        user = key.user
        user.api_key = key
        return user, key

    def authenticate_header(self, request: Request) -> str:
        return "X-API-Key"


class SessionAuthentication(authentication.SessionAuthentication):
    """The browser's session, with CSRF checked. Anonymous requests get 401 through the key's header above."""


class KnownCaller(permissions.BasePermission):
    """Somebody is asking, and their key's scopes cover what this view says it needs.

    A view or action says so with `scope`: one of SCOPES, or several of which one is enough.
    """

    def has_permission(self, request: Request, view: "APIView") -> bool:
        if request.user is None or not request.user.is_authenticated:
            return False
        needed = "read" if request.method in permissions.SAFE_METHODS else getattr(view, "scope", "manage")
        require_scope(request, *([needed] if isinstance(needed, str) else needed))
        return True


def require_scope(request: Request, *needed: str) -> None:
    """Raise PermissionDenied (403) when a key asks that is limited to others than these scopes. Any may read."""
    key = request.auth
    if not isinstance(key, ApiKey) or not key.scopes or set(needed) & set(key.scopes):
        return
    if needed == ("read",) and set(key.scopes) & set(SCOPES):
        return
    scopes = _(" or ").join(f"“{scope}”" for scope in needed)
    raise PermissionDenied(_("This API key does not have the scope %(scope)s.") % {"scope": scopes})


def caller(request: Request) -> User:
    """The person behind a request; KnownCaller has made sure there is one."""
    assert isinstance(request.user, User)
    return request.user


class ApiKeyScheme(OpenApiAuthenticationExtension):  # type: ignore[no-untyped-call]
    target_class = ApiKeyAuthentication
    name = "ApiKey"

    def get_security_definition(self, auto_schema: object) -> dict[str, str]:
        return {"type": "apiKey", "in": "header", "name": "X-API-Key"}


class SessionScheme(OpenApiAuthenticationExtension):  # type: ignore[no-untyped-call]
    target_class = SessionAuthentication
    name = "Session"

    def get_security_definition(self, auto_schema: object) -> dict[str, str]:
        return {"type": "apiKey", "in": "cookie", "name": settings.SESSION_COOKIE_NAME}
