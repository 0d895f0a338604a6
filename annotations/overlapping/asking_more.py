"""One more person where the answers to an item are not sure enough, or do not count any more."""

from annotations.models import Assignment


def ask_more_if_unsure(assignment: Assignment) -> None:
    """Dynamic overlap: once everybody who was asked about the item has answered, ask one more if that is not enough."""
