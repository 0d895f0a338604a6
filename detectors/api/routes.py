"""The addresses of models for programs. None ends in a slash."""

from django.urls import URLPattern

api_urlpatterns: list[URLPattern] = []
