"""The environment of a test run. Imported by `conftest.py` before Django reads its settings."""

import atexit
import os
import re
import shutil
import socket
import tempfile
from pathlib import Path
from typing import Any

ROOT = Path(__file__).resolve().parent.parent
WORKER = os.environ.get("PYTEST_XDIST_WORKER", "main")
# Four Redis databases for each test process: broker and cache, once for itself and once for the stack it starts.
NUMBER = 0 if WORKER == "main" else int(WORKER.removeprefix("gw")) + 1
DATA_DIR = Path(tempfile.mkdtemp(prefix=f"earmark-tests-{WORKER}-"))
LOCAL = ("127.", "::1", "localhost", "0.0.0.0")  # noqa: S104 - a list of what counts as this machine
# What makes a test process, and must not reach the processes it starts.
ONLY_HERE = {
    "EARMARK_JOBS_INLINE": "1",
    # Playwright's event loop lives in the main thread; the ORM of ordinary tests shares that thread with it.
    "DJANGO_ALLOW_ASYNC_UNSAFE": "1",
}


def own(services: dict[str, str], *, part: str, number: int) -> dict[str, str]:
    """The bucket and the Redis databases that belong to `part` (a word) of this test process."""
    changed = {}
    if bucket := services.get("AWS_STORAGE_BUCKET_NAME"):
        changed["AWS_STORAGE_BUCKET_NAME"] = f"{bucket.partition('--')[0]}--{part}"
    for offset, name in enumerate(("CELERY_BROKER_URL", "EARMARK_REDIS_URL")):
        if services.get(name, "").startswith("redis://"):
            changed[name] = re.sub(r"/\d*$", f"/{number + offset}", services[name])
    return changed


def prepare() -> None:
    """A data folder of this process's own, jobs done inline, and nothing of a developer's `.env`."""
    os.environ.update(
        DJANGO_SETTINGS_MODULE="config.settings",
        EARMARK_ENV_FILE=os.devnull,
        EARMARK_DATA_DIR=str(DATA_DIR),
        EARMARK_LOG_LEVEL="WARNING",
        # As in the worker: several threads for small arrays take many times as long, and end in other bits.
        OMP_NUM_THREADS="1",
        OPENBLAS_NUM_THREADS="1",
        **ONLY_HERE,
        **own(dict(os.environ), part=WORKER, number=4 * NUMBER),
    )
    (DATA_DIR / "static").mkdir()
    atexit.register(shutil.rmtree, DATA_DIR, ignore_errors=True)


def for_subprocess(**changes: str) -> dict[str, str]:
    """The environment for a real process of Earmark: as deployed, not as in a test process."""
    return {**{name: value for name, value in os.environ.items() if name not in ONLY_HERE}, **changes}


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
