"""Room for long jobs: on each machine one process of the worker stays free of them.

So what is short never waits for hours behind what is long: an upload is read while a model is trained.
"""

import fcntl
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from django.conf import settings


def places() -> int:
    """How many long jobs run on this machine at once."""
    return max(1, settings.WORKER_PROCESSES - 1)


@contextmanager
def place_for_a_long_job() -> Iterator[bool]:
    """Whether there is a place; while the block runs, it is taken. The kernel frees it however the process ends."""
    for number in range(places()):
        with Path(settings.DATA_DIR, f"long-job-{number}.lock").open("ab") as file:
            try:
                fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
            except BlockingIOError:
                continue
            yield True
            return
    yield False
