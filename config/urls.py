"""Every door in one place. API and pages of each app live in the app."""

from importlib import import_module
from importlib.util import find_spec

from allauth.account.decorators import secure_admin_login
from django.contrib import admin
from django.urls import URLPattern, URLResolver, include, path
from django.views.generic import RedirectView
from drf_spectacular.views import SpectacularAPIView

# An app of the house may have pages, an API, both, or neither yet.
APPS = ("workspaces", "datasets", "detectors", "annotations", "evaluations")
ROOMS = [import_module(f"{app}.urls") for app in APPS if find_spec(f"{app}.urls")]

admin.autodiscover()
# The admin has no login of its own: rate limits and second factors hold there too.
admin.site.login = secure_admin_login(admin.site.login)  # type: ignore[method-assign]

api: list[URLPattern | URLResolver] = [pattern for room in ROOMS for pattern in getattr(room, "api_urlpatterns", [])]

urlpatterns: list[URLPattern | URLResolver] = [
    path("admin/", admin.site.urls),
    # An e-mail is who somebody is: invitations and super admins give it, nobody takes another by themselves.
    path("accounts/email/", RedirectView.as_view(pattern_name="workspaces:profile")),
    path("accounts/", include("allauth.urls")),
    path("api/schema", SpectacularAPIView.as_view(), name="schema"),
    path("api/v1/", include(api)),
    *(path("", include(room)) for room in ROOMS),
]
handler404 = "config.errors.not_found"
handler500 = "config.errors.server_error"
