"""Who a permission table asks about, in the order of its columns. `people[who]` of the fixture gives each of them."""

from collections.abc import Callable
from typing import Any

from django.db import transaction

WHO = ("superadmin", "administrator", "annotation_administrator", "operator", "auditor", "outsider", "anonymous")


def statuses(ask: Callable[[str], Any]) -> tuple[int, ...]:
    """The status that `ask(who)` is answered with, for each of WHO. All begin with the same rows: what an answer
    changes is undone before the next one asks, so that a row of a table makes its rows once.
    """
    return tuple(_undone(ask, who) for who in WHO)


def _undone(ask: Callable[[str], Any], who: str) -> int:
    with transaction.atomic():
        response = ask(who)
        # What is sent in pieces is read to its end, while its rows are there.
        for _piece in response.streaming_content if response.streaming else ():
            pass
        transaction.set_rollback(True)
    return int(response.status_code)
