"""Values as they come over JSON. Each is of one kind: a truth is no number, and a number no text."""

from datetime import UTC
from typing import Any
from uuid import UUID

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
