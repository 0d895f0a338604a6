"""Values as they come over JSON. Each is of one kind: a truth is no number, and a number no text."""

from datetime import UTC
from math import isfinite
from typing import Any
from uuid import UUID

from django.utils.translation import gettext_lazy as _
from drf_spectacular.types import OpenApiTypes
from drf_spectacular.utils import extend_schema_field
from rest_framework import serializers

# What both databases and every client can count to.
MOST = 2**63 - 1


class Text(serializers.CharField):
    """Text, stored as it was sent; numbers are not text."""

    def __init__(self, **kwargs: Any) -> None:
        super().__init__(trim_whitespace=False, **kwargs)

    def to_internal_value(self, data: Any) -> str:
        if not isinstance(data, str):
            self.fail("invalid")
        return str(super().to_internal_value(data))


class Moment(serializers.DateTimeField):
    """ISO 8601 in UTC, ending in Z."""

    def __init__(self, **kwargs: Any) -> None:
        super().__init__(default_timezone=UTC, **kwargs)


class Whole(serializers.IntegerField):
    """A whole number. 7.0 is one; true, "7" and 7.5 are none."""

    def __init__(self, *, max_value: int = MOST, **kwargs: Any) -> None:
        super().__init__(max_value=max_value, **kwargs)

    def to_internal_value(self, data: Any) -> int:
        if isinstance(data, bool) or not isinstance(data, int | float):
            self.fail("invalid")
        if isinstance(data, float) and not data.is_integer():
            self.fail("invalid")
        return int(data)


class Share(serializers.FloatField):
    """A number from 0 to 1."""

    def __init__(self, **kwargs: Any) -> None:
        super().__init__(min_value=0, max_value=1, **kwargs)

    def to_internal_value(self, data: Any) -> float:
        if isinstance(data, bool) or not isinstance(data, int | float) or data != data:
            self.fail("invalid")
        return float(data) if abs(data) <= MOST else self.fail("invalid")


class Id(serializers.UUIDField):
    """A UUID as text."""

    def to_internal_value(self, data: Any) -> UUID:
        if not isinstance(data, str):
            self.fail("invalid", value=data)
        found: UUID = super().to_internal_value(data)
        return found


@extend_schema_field(OpenApiTypes.OBJECT)
class JsonObject(serializers.Field[Any, Any, Any, Any]):
    """A JSON object that both databases keep as it is. Null stands for an empty one."""

    default_error_messages = {
        "invalid": _("Give a JSON object."),
        "deep": _("It is nested too deeply."),
        "text": _("It holds a character that cannot be stored."),
        "number": _("It holds a number that is too large."),
    }
    deepest = 50

    def __init__(self, **kwargs: Any) -> None:
        super().__init__(allow_null=True, **kwargs)

    def validate_empty_values(self, data: Any) -> tuple[bool, Any]:
        return (True, {}) if data is None else super().validate_empty_values(data)

    def to_internal_value(self, data: Any) -> dict[str, Any]:
        if not isinstance(data, dict):
            self.fail("invalid")
        self._check(data, depth=1)
        return dict(data)

    def to_representation(self, value: Any) -> Any:
        return value

    def _check(self, value: Any, *, depth: int) -> None:
        if depth > self.deepest:
            self.fail("deep")
        if isinstance(value, dict):
            for name, inner in value.items():
                self._check(name, depth=depth)
                self._check(inner, depth=depth + 1)
        elif isinstance(value, list):
            for inner in value:
                self._check(inner, depth=depth + 1)
        elif isinstance(value, str) and "\0" in value:
            self.fail("text")
        elif isinstance(value, float) and not isfinite(value):
            self.fail("number")
