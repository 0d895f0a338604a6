"""Row ids."""

import secrets
from datetime import UTC, datetime, timedelta
from uuid import UUID

from uuid_utils.compat import uuid7

EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
RANDOM_BITS = 74


def new_id() -> UUID:
    """A UUIDv7: unique without asking the database, and sorted by time, so big tables grow at their end."""
    return uuid7()


def id_near(other: UUID) -> UUID:
    """A new id that was made, as it says, when the other was."""
    random = secrets.randbits(RANDOM_BITS)
    moment, version, variant = other.int >> 80 << 80, 7 << 76, 2 << 62
    return UUID(int=moment | version | (random >> 62) << 64 | variant | (random & ((1 << 62) - 1)))


def scattered_id() -> UUID:
    """An id that says its moment and nothing else: those of `new_id` made in one millisecond count up,
    and a row that was put among them later would be seen not to belong to them.
    """
    return id_near(new_id())


def first_id_at(moment: datetime) -> UUID:
    """The smallest id that a row made at this moment can have: rows of a day are found in the index of their ids."""
    return UUID(int=(moment - EPOCH) // timedelta(milliseconds=1) << 80)
