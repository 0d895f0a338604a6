"""The environment of a test run. Imported by `conftest.py` before Django reads its settings."""

import atexit
import os
import shutil
import socket
import tempfile
from pathlib import Path
from typing import Any

ROOT = Path(__file__).resolve().parent.parent
WORKER = os.environ.get("PYTEST_XDIST_WORKER", "main")
DATA_DIR = Path(tempfile.mkdtemp(prefix=f"earmark-tests-{WORKER}-"))
LOCAL = ("127.", "::1", "localhost", "0.0.0.0")  # noqa: S104 - a list of what counts as this machine


def prepare() -> None:
    """A data folder of this run's own, jobs done inline, and nothing of a developer's `.env`."""
    # Kept for the subprocesses of browser and worker tests: what they talk to is named by the services run alone.
    os.environ.update(
        DJANGO_SETTINGS_MODULE="config.settings",
        EARMARK_ENV_FILE=os.devnull,
        EARMARK_DATA_DIR=str(DATA_DIR),
        EARMARK_JOBS_INLINE="1",
        EARMARK_LOG_LEVEL="WARNING",
        # Playwright's event loop lives in the main thread; the ORM of ordinary tests shares that thread with it.
        DJANGO_ALLOW_ASYNC_UNSAFE="1",
    )
    if bucket := os.environ.get("AWS_STORAGE_BUCKET_NAME"):
        os.environ["AWS_STORAGE_BUCKET_NAME"] = f"{bucket.removesuffix('-main')}-{WORKER}"
    (DATA_DIR / "static").mkdir()
    atexit.register(shutil.rmtree, DATA_DIR, ignore_errors=True)


def stay_local() -> None:
    """Refuse connections that leave this machine: a test that needs the outside is a broken test."""

    def guard(name: str) -> None:
        original = getattr(socket.socket, name)

        def connect(self: socket.socket, address: Any) -> Any:
            if self.family in (socket.AF_INET, socket.AF_INET6) and not str(address[0]).startswith(LOCAL):
                raise AssertionError(f"A test tried to reach {address[0]}, outside this machine.")
            return original(self, address)

        setattr(socket.socket, name, connect)

    guard("connect")
    guard("connect_ex")
