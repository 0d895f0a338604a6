"""Who did something, as programs are told of it."""

from workspaces.models import User


def identity(user: User | None) -> dict[str, str]:
    """Who did something, as this door names people. Somebody who was removed has an empty id."""
    kind = "service_account" if user is None or user.is_service else "user"
    return {"id": str(user.pk) if user else "", "type": kind, "object": "identity"}
