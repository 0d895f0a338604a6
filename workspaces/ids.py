"""Row ids."""

from datetime import UTC, datetime, timedelta
from uuid import UUID

from uuid_utils.compat import uuid7

EPOCH = datetime(1970, 1, 1, tzinfo=UTC)


def new_id() -> UUID:
    """A UUIDv7: unique without asking the database, and sorted by time, so big tables grow at their end."""
    return uuid7()


def first_id_at(moment: datetime) -> UUID:
    """The smallest id that a row made at this moment can have: rows of a day are found in the index of their ids."""
    return UUID(int=(moment - EPOCH) // timedelta(milliseconds=1) << 80)
