from django.urls import URLPattern

from detectors.api.routes import api_urlpatterns

__all__ = ["api_urlpatterns", "app_name", "urlpatterns"]

app_name = "detectors"
urlpatterns: list[URLPattern] = []
