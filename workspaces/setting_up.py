"""What must be there before the first request: tables, static files, the demo. A step done before is cheap."""

import fcntl
import hashlib
import io
import os
from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager
from pathlib import Path

from django.conf import settings
from django.contrib.staticfiles.finders import get_finders
from django.core.management import call_command
from django.db import connection, connections
from django.db.migrations.executor import MigrationExecutor
from django.utils.module_loading import import_string

from workspaces.models import User


class AlreadyHeld(Exception):
    """Another process has this part of the data folder; `owner` is what it wrote there about itself."""

    def __init__(self, owner: str) -> None:
        self.owner = owner
        super().__init__(owner)


@contextmanager
def held(name: str, *, note: str, wait: bool = False) -> Iterator[None]:
    """Hold `DATA_DIR/<name>.lock` while the block runs. The kernel lets go of it however the process ends."""
    path = Path(settings.DATA_DIR, f"{name}.lock")
    with path.open("a+", encoding="utf-8") as file:
        try:
            fcntl.flock(file, fcntl.LOCK_EX | (0 if wait else fcntl.LOCK_NB))
        except BlockingIOError:
            raise AlreadyHeld(path.read_text(encoding="utf-8").strip()) from None
        file.truncate(0)
        file.write(note)
        file.flush()
        yield
        file.truncate(0)


def migrate(*, say: Callable[[str], None]) -> bool:
    """Bring the tables up to date. Returns whether there was anything to do."""
    executor = MigrationExecutor(connection)
    todo = bool(executor.migration_plan(executor.loader.graph.leaf_nodes()))
    if todo:
        say("Making the tables ...")
        call_command("migrate", verbosity=0, interactive=False)
    call_command("createcachetable", verbosity=0)
    return todo


def _fingerprint() -> str:
    """Changes when a static file of ours or of a package is added, removed or edited."""
    digest = hashlib.sha256(settings.STORAGES["staticfiles"]["BACKEND"].encode())
    for finder in get_finders():
        for name, storage in finder.list([]):
            stat = Path(storage.path(name)).stat()
            digest.update(f"{name} {stat.st_size} {stat.st_mtime_ns}\n".encode())
    return digest.hexdigest()


def collect_static(*, say: Callable[[str], None]) -> bool:
    """Hash and compress the static files when any of them changed. Returns whether they had."""
    remembered = Path(settings.DATA_DIR, "static.fingerprint")
    fingerprint = _fingerprint()
    if remembered.exists() and remembered.read_text(encoding="ascii") == fingerprint:
        return False
    say("Collecting the static files ...")
    # Files of a run that was broken off may be cut short: begin anew then, else add what changed.
    completed_before = remembered.exists()
    remembered.unlink(missing_ok=True)
    call_command("collectstatic", verbosity=0, interactive=False, clear=not completed_before)
    remembered.write_text(fingerprint, encoding="ascii")
    return True


def seed_demo(*, say: Callable[[str], None]) -> bool:
    """Load the demo workspace, once per data folder: somebody who deleted it does not want it back."""
    done = Path(settings.DATA_DIR, "demo.seeded")
    if done.exists():
        return False
    say("Loading the demo workspace ...")
    call_command("seed_demo", verbosity=0, stdout=io.StringIO())
    done.touch()
    return True


def demo_logins() -> list[tuple[str, str, str]]:
    """(role, e-mail, password) of each demo person who is still there."""
    logins: Iterable[tuple[str, str, str]] = import_string(settings.DEMO_LOGINS)
    emails = [email for _, email, _ in logins]
    present = set(User.objects.filter(email__in=emails, is_active=True).values_list("email", flat=True))
    return [(role, email, password) for role, email, password in logins if email in present]


def prepare(*, say: Callable[[str], None], web: bool, demo: bool) -> None:
    """All of the above, by one process at a time. `web` and `demo` say whether static files and the demo are wanted."""
    with held("prepare", note=str(os.getpid()), wait=True):
        migrate(say=say)
        if web:
            collect_static(say=say)
        if demo:
            seed_demo(say=say)
    connections.close_all()
