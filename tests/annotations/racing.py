"""Several people who act at the same moment."""

from concurrent.futures import ThreadPoolExecutor
from threading import Barrier

from django.db import connections

from workspaces.errors import IllegalMove


def at_once(*calls):
    """Each call in a thread of its own, begun together; for each what it raised, or None."""
    barrier = Barrier(len(calls))

    def run(call):
        try:
            barrier.wait()
            call()
        except IllegalMove as refused:
            return refused
        finally:
            connections.close_all()
        return None

    with ThreadPoolExecutor(len(calls)) as pool:
        return list(pool.map(run, calls))
