"""Dates and times that people type."""

from datetime import UTC, datetime
from typing import Any

from django import forms
from django.utils import timezone
from django.utils.dateparse import parse_datetime


class MomentInput(forms.DateTimeInput):
    """A date and a time in the browser's time zone; `static/annotations/moments.js` turns it into UTC and back.

    Without scripts it is in the server's own time zone.
    """

    input_type = "datetime-local"
    # What was not touched stays as it is, to the last digit.
    supports_microseconds = True

    def format_value(self, value: Any) -> str | None:
        moment = self._moment(value)
        return timezone.localtime(moment).strftime("%Y-%m-%dT%H:%M") if moment else None

    def get_context(self, name: str, value: Any, attrs: dict[str, Any] | None) -> dict[str, Any]:
        moment = self._moment(value)
        utc = moment.astimezone(UTC).isoformat() if moment else ""
        context: dict[str, Any] = super().get_context(name, value, {**(attrs or {}), "data-moment": utc})
        return context

    def _moment(self, value: Any) -> datetime | None:
        if isinstance(value, str):
            try:
                value = parse_datetime(value)
            except ValueError:
                return None
        if not isinstance(value, datetime):
            return None
        return timezone.make_aware(value) if timezone.is_naive(value) else value
