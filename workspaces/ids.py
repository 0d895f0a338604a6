"""Row ids."""

from datetime import datetime
from uuid import UUID

from uuid_utils.compat import uuid7


def new_id() -> UUID:
    """A UUIDv7: unique without asking the database, and sorted by time, so big tables grow at their end."""
    return uuid7()


def first_id_at(moment: datetime) -> UUID:
    """The smallest id that a row made at this moment can have: rows of a day are found in the index of their ids."""
    return UUID(int=int(moment.timestamp() * 1000) << 80)
