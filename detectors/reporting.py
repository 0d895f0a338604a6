"""How far a long job is, told to its row: never less than before, and not too often."""

import time

from workspaces.models import Job

STEPS = 1000
EVERY_S = 0.5


class Reporter:
    """Tells a job's row how far it is, twice a second at most. A second try stays where the first one got to.

    Every report raises LeaseLost when the job was cancelled, or taken over by another worker.
    """

    def __init__(self, job: Job) -> None:
        self._job = job
        self._done = job.progress_done
        self._told_at = 0.0

    def part(self, part: float) -> None:
        """`part` is from 0 to 1."""
        self._done = max(self._done, min(int(part * STEPS), STEPS))
        if time.monotonic() - self._told_at >= EVERY_S:
            self.tell()

    def tell(self) -> None:
        """Tell it now."""
        self._told_at = time.monotonic()
        self._job.report(done=self._done, total=STEPS)
