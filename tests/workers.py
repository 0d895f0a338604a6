"""Real workers in processes of their own, to be started, killed outright and started again."""

import os
import signal
import subprocess
import sys
import time
from collections.abc import Callable
from pathlib import Path
from urllib.parse import quote

from django.db import connection

from tests import environment


def wait_until(condition: Callable[[], object], *, seconds: float = 30, what: Callable[[], str] | None = None) -> None:
    """Look again and again until `condition()` holds; `what()` explains a failure."""
    until = time.monotonic() + seconds
    while not condition():
        if time.monotonic() > until:
            raise AssertionError(f"Not within {seconds:g} s. {what() if what else ''}")
        time.sleep(0.05)


def test_database_url() -> str:
    """The address of the database this test works on, for another process."""
    settings = connection.settings_dict
    if connection.vendor == "sqlite":
        return f"sqlite:///{settings['NAME']}"
    who = quote(str(settings["USER"])) + (f":{quote(str(settings['PASSWORD']))}" if settings["PASSWORD"] else "")
    return f"postgres://{who}@{settings['HOST']}:{settings['PORT']}/{settings['NAME']}"


class Workers:
    """A group of Celery workers on the test's own database, queue and storage; leases are short.

    `kill()` is SIGKILL to all of its processes at once, as when the machine goes down.
    """

    def __init__(
        self, *, concurrency: int = 2, lease_s: float = 2, sweep_s: float = 0.5, log: Path | None = None
    ) -> None:
        self.concurrency = concurrency
        self.log_path = log or environment.DATA_DIR / "worker.log"
        self.process: subprocess.Popen[bytes] | None = None
        self.environment = environment.for_subprocess(
            DATABASE_URL=test_database_url(),
            EARMARK_JOB_LEASE_SECONDS=f"{lease_s:g}",
            EARMARK_JOB_SWEEP_SECONDS=f"{sweep_s:g}",
        )

    def start(self) -> "Workers":
        command = [sys.executable, "-m", "celery", "--app", "config", "worker", "--concurrency", str(self.concurrency)]
        command += ["--loglevel", "INFO", "--without-gossip", "--without-mingle"]
        offset = self.log_path.stat().st_size if self.log_path.exists() else 0
        with self.log_path.open("ab") as log:
            self.process = subprocess.Popen(
                command, cwd=environment.ROOT, env=self.environment, stdout=log, stderr=log, start_new_session=True
            )
        wait_until(lambda: " ready." in self.log()[offset:], seconds=60, what=self.log)
        return self

    def kill(self) -> None:
        if self.process is not None:
            os.killpg(self.process.pid, signal.SIGKILL)
            self.process.wait()
            self.process = None

    def log(self) -> str:
        return self.log_path.read_text(encoding="utf-8", errors="replace") if self.log_path.exists() else ""
