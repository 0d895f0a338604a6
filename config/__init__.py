"""Wiring only: settings, URLs, Celery, storage, the error handler. No models, no rules."""

from config.celery import app as celery_app

__all__ = ["celery_app"]
