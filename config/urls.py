"""Every door in one place. API and pages of each app live in the app."""

from django.contrib import admin
from django.urls import path

urlpatterns = [
    path("admin/", admin.site.urls),
]
handler404 = "config.errors.not_found"
handler500 = "config.errors.server_error"
