"""A whole Earmark of a test's own: `manage.py up` with its own database, files, queue and port."""

import contextlib
import fcntl
import hashlib
import os
import shutil
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Iterator
from http.client import HTTPConnection, HTTPException
from pathlib import Path
from urllib.parse import urlsplit, urlunsplit

import psycopg

from tests import environment
from tests.workers import wait_until

ROOT = environment.ROOT
START_S = 120


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


@contextlib.contextmanager
def shared(name: str) -> Iterator[Path]:
    """A folder of all stacks of a clone, which nobody else uses while the block runs."""
    folder = ROOT / ".pytest_cache" / name
    folder.mkdir(parents=True, exist_ok=True)
    with (folder / "lock").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        yield folder


def tables_fingerprint() -> str:
    """Changes with our migrations, and with the packages that bring some along."""
    digest = hashlib.sha256()
    for path in [*sorted(ROOT.glob("*/migrations/*.py")), ROOT / "requirements.lock"]:
        digest.update(f"{path} {path.stat().st_size}\n".encode() + path.read_bytes())
    return digest.hexdigest()


class Stack:
    """Start it, talk to `url`, run `manage("command", ...)`, read `log`, stop it. Services of a run are its own too."""

    def __init__(self, folder: Path, *, name: str = "stack", demo: bool = False, **settings: str) -> None:
        self.folder = folder
        self.port = free_port()
        self.url = f"http://localhost:{self.port}"
        self.log_path = folder / "up.log"
        self.arguments = [] if demo else ["--no-demo"]
        self.process: subprocess.Popen[bytes] | None = None
        part = f"{environment.WORKER}-{name}"
        self.environment = environment.for_subprocess(
            EARMARK_DATA_DIR=str(folder),
            EARMARK_PORT=str(self.port),
            EARMARK_JOB_LEASE_SECONDS="4",
            EARMARK_JOB_SWEEP_SECONDS="1",
            **environment.own(dict(os.environ), part=part, number=4 * environment.NUMBER + 2),
        )
        self.environment |= settings
        self._make_services(part)

    def start(self, *arguments: str) -> "Stack":
        """Start and wait for the first answer."""
        self.borrow_static_files()
        self.borrow_tables()
        self.launch(*arguments)
        wait_until(lambda: self.answers() or self._has_ended(), seconds=START_S, what=self.log)
        if self._has_ended():
            raise AssertionError(f"manage.py up ended:\n{self.log()}")
        return self

    def launch(self, *arguments: str) -> "subprocess.Popen[bytes]":
        """Start without waiting."""
        command = [sys.executable, "manage.py", "up", "--port", str(self.port), *self.arguments, *arguments]
        with self.log_path.open("ab") as log:
            self.process = subprocess.Popen(
                command, cwd=ROOT, env=self.environment, stdout=log, stderr=log, start_new_session=True
            )
        return self.process

    def stop(self) -> int:
        """Stop it as Ctrl+C would, and return its exit code."""
        if self.process is None:
            return 0
        self.process.send_signal(signal.SIGINT)
        try:
            return self.process.wait(30)
        finally:
            self.process = None

    def close(self) -> None:
        """Stop it and take back the database it was given."""
        self.stop()
        if self._database:
            server, name = self._database
            with psycopg.connect(server, autocommit=True) as link:
                link.execute(f'DROP DATABASE IF EXISTS "{name}" WITH (FORCE)')

    def manage(self, *command: str) -> str:
        """What a management command prints."""
        done = subprocess.run(
            [sys.executable, "manage.py", *command],
            cwd=ROOT,
            env=self.environment,
            capture_output=True,
            text=True,
            check=False,
        )
        if done.returncode:
            raise AssertionError(f"manage.py {' '.join(command)} ended with {done.returncode}:\n{done.stderr}")
        return done.stdout

    def log(self) -> str:
        return self.log_path.read_text(encoding="utf-8", errors="replace") if self.log_path.exists() else ""

    def answers(self) -> bool:
        link = HTTPConnection("127.0.0.1", self.port, timeout=30)
        with contextlib.suppress(OSError, HTTPException), contextlib.closing(link):
            link.request("GET", "/accounts/login/")
            return link.getresponse().status < 500
        return False

    def _has_ended(self) -> bool:
        return self.process is not None and self.process.poll() is not None

    def borrow_static_files(self) -> None:
        """Collecting takes ten seconds, so all stacks of a clone share what the first one has collected."""
        with shared("static") as folder:
            for name in ("static", "static.fingerprint"):
                if (folder / name).is_dir():
                    shutil.copytree(folder / name, self.folder / name, dirs_exist_ok=True)
                elif (folder / name).exists():
                    shutil.copy2(folder / name, self.folder / name)
            if self._set_up("collect_static"):
                shutil.rmtree(folder / "static", ignore_errors=True)
                shutil.copytree(self.folder / "static", folder / "static")
                shutil.copy2(self.folder / "static.fingerprint", folder / "static.fingerprint")

    def borrow_tables(self) -> None:
        """Migrating takes seconds too; a database that is a file starts as a copy of one that was migrated before."""
        tables = self.folder / "earmark.sqlite3"
        if self.environment.get("DATABASE_URL") or tables.exists():
            return
        with shared("tables") as folder:
            made = folder / f"{tables_fingerprint()}.sqlite3"
            if made.exists():
                shutil.copyfile(made, tables)
                return
            self._set_up("migrate")
            for outdated in folder.glob("*.sqlite3*"):
                outdated.unlink()
            # Under another name first: a copy that was broken off is not there.
            shutil.copyfile(tables, folder / "unfinished.sqlite3")
            (folder / "unfinished.sqlite3").rename(made)

    def _set_up(self, step: str) -> bool:
        """Whether this step of setting up had anything to do."""
        code = f"from workspaces.setting_up import {step}; print({step}(say=str))"
        return self.manage("shell", "--no-imports", "-c", code).strip() == "True"

    def _make_services(self, part: str) -> None:
        """A database and a bucket of its own where the run is on PostgreSQL and S3."""
        self._database: tuple[str, str] | None = None
        url = urlsplit(self.environment.get("DATABASE_URL", ""))
        if url.scheme.startswith("postgres"):
            name = f"{url.path.strip('/')}_{part.replace('-', '_')}"
            server = urlunsplit(url._replace(path="/postgres"))
            with psycopg.connect(server, autocommit=True) as link:
                link.execute(f'DROP DATABASE IF EXISTS "{name}" WITH (FORCE)')
                link.execute(f'CREATE DATABASE "{name}"')
            self._database = (server, name)
            self.environment["DATABASE_URL"] = urlunsplit(url._replace(path=f"/{name}"))
        if bucket := self.environment.get("AWS_STORAGE_BUCKET_NAME"):
            import boto3

            client = boto3.client("s3", endpoint_url=self.environment["AWS_S3_ENDPOINT_URL"], region_name="us-east-1")
            with contextlib.suppress(client.exceptions.BucketAlreadyOwnedByYou):
                client.create_bucket(Bucket=bucket)
        if queue := self.environment.get("CELERY_BROKER_URL", ""):
            import redis

            if queue.startswith("redis://"):
                with redis.Redis.from_url(queue) as link:
                    link.flushdb()


def processes_of(folder: Path) -> list[int]:
    """The processes whose environment names this data folder: what a stack has left behind, if anything."""
    found = []
    for path in Path("/proc").glob("[0-9]*"):
        with contextlib.suppress(OSError):
            if f"EARMARK_DATA_DIR={folder}\0".encode() in (path / "environ").read_bytes():
                found.append(int(path.name))
    return [pid for pid in found if pid != os.getpid()]


def wait_until_gone(folder: Path, *, seconds: float = 15) -> None:
    """Wait until no process of the stack in `folder` is left."""
    until = time.monotonic() + seconds
    while processes_of(folder):
        assert time.monotonic() < until, f"still there: {processes_of(folder)}"
        time.sleep(0.1)
