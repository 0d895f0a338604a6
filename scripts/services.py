"""Run a command with PostgreSQL, Redis and an S3 server in its environment: `services.py COMMAND ...`.

A PostgreSQL that answers on this machine is used, in a database of our own. Otherwise, and for Redis and S3 always
where they can be started, private ones live in a temporary folder for as long as the command runs.
"""

import contextlib
import getpass
import os
import shutil
import signal
import socket
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import ExitStack, contextmanager
from pathlib import Path

import psycopg
import redis

HOST = "127.0.0.1"
# The tests throw the data away; waiting for the disk would only slow them.
HASTE = "options=-c%20synchronous_commit%3Doff"
DATABASE = f"earmark_{os.getpid()}"


def say(text: str) -> None:
    sys.stderr.write(text + "\n")


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind((HOST, 0))
        return int(probe.getsockname()[1])


def wait_for(name: str, is_there: Callable[[], bool], *, seconds: float = 60) -> None:
    until = time.monotonic() + seconds
    while not is_there():
        if time.monotonic() > until:
            sys.exit(f"{name} did not answer within {seconds:g} s.")
        time.sleep(0.1)


def listens(port: int) -> bool:
    with contextlib.suppress(OSError), socket.create_connection((HOST, port), timeout=1):
        return True
    return False


@contextmanager
def running(command: Sequence[str], *, user: str | None = None, log: Path) -> Iterator[None]:
    with log.open("wb") as output:
        process = subprocess.Popen(  # noqa: S603 - the command lines are ours
            command, stdout=output, stderr=output, user=user, start_new_session=True
        )
        try:
            yield
        finally:
            process.send_signal(signal.SIGINT)
            try:
                process.wait(15)
            except subprocess.TimeoutExpired:
                process.kill()


def find(name: str, *, package: str, folders: Sequence[Path] = ()) -> str:
    """The path of a program; where it is missing and apt and the rights are there, from Debian's package."""

    def look() -> str | None:
        beside = [str(folder / name) for folder in folders if (folder / name).exists()]
        return beside[-1] if beside else shutil.which(name)

    if found := look():
        return found
    if shutil.which("apt-get"):
        say(f"Installing {package}")
        root = [] if os.geteuid() == 0 else ["sudo", "-n"]
        environment = {**os.environ, "DEBIAN_FRONTEND": "noninteractive"}
        for step in (["update", "-qq"], ["install", "-y", "-qq", "--no-install-recommends", package]):
            subprocess.run([*root, "apt-get", *step], env=environment, check=False, stdout=sys.stderr)  # noqa: S603
    if found := look():
        return found
    sys.exit(
        f"{name} is missing. Install it (Debian: apt-get install {package}), or start the server on its usual port."
    )


def postgres_folders() -> list[Path]:
    return sorted(Path("/usr/lib/postgresql").glob("*/bin"), key=lambda path: int(path.parent.name))


def answering_postgres() -> str | None:
    """The address of a server of this machine that lets us make databases, without the database's name."""
    user = getpass.getuser()
    for server in (f"{user}@{HOST}:5432", f"postgres@{HOST}:5432"):
        with contextlib.suppress(psycopg.Error):
            with psycopg.connect(f"postgres://{server}/postgres", connect_timeout=2) as link:
                row = link.execute(
                    "SELECT rolcreatedb OR rolsuper FROM pg_roles WHERE rolname = current_user"
                ).fetchone()
            if row and row[0]:
                return server
    return None


@contextmanager
def private_postgres(folder: Path) -> Iterator[str]:
    initdb = find("initdb", package="postgresql", folders=postgres_folders())
    # PostgreSQL refuses to run as root; the package brings a user for it.
    user = "postgres" if os.geteuid() == 0 else None
    if user:
        shutil.chown(folder, user)
    data, port = folder / "pg", free_port()
    subprocess.run(  # noqa: S603 - the command line is ours
        [initdb, "-D", data, "-U", "postgres", "-A", "trust", "-E", "UTF8", "--no-sync"],
        check=True,
        user=user,
        stdout=subprocess.DEVNULL,
    )
    settings = {"port": port, "listen_addresses": HOST, "fsync": "off", "unix_socket_directories": folder}
    options = [word for name, value in settings.items() for word in ("-c", f"{name}={value}")]
    command = [str(Path(initdb).with_name("postgres")), "-D", str(data), *options]
    with running(command, user=user, log=folder.with_suffix(".log")):
        wait_for("PostgreSQL", lambda: listens(port))
        yield f"postgres@{HOST}:{port}"


@contextmanager
def postgres(folder: Path) -> Iterator[str]:
    """The address of a database of our own, and of nothing that was there before. Its test copies go with it."""
    with ExitStack() as stack:
        server = answering_postgres()
        if server is None:
            private = folder / "postgres"
            private.mkdir()
            server = stack.enter_context(private_postgres(private))
        yield f"postgres://{server}/{DATABASE}?{HASTE}"
        with psycopg.connect(f"postgres://{server}/postgres", autocommit=True) as link:
            rows = link.execute("SELECT datname FROM pg_database WHERE datname LIKE %s", [f"%{DATABASE}%"]).fetchall()
            for (name,) in rows:
                link.execute(f'DROP DATABASE "{name}" WITH (FORCE)')


@contextmanager
def redis_server(folder: Path) -> Iterator[str]:
    """A Redis with room for a database per process; the one on the usual port only where none can be started."""
    if not shutil.which("redis-server"):
        with contextlib.suppress(redis.RedisError):
            redis.Redis(HOST).ping()
            yield f"redis://{HOST}:6379"
            return
    program = find("redis-server", package="redis-server")
    port = free_port()
    command = [program, "--port", str(port), "--bind", HOST, "--dir", str(folder), "--databases", "64"]
    with running([*command, "--save", "", "--appendonly", "no"], log=folder / "redis.log"):
        wait_for("Redis", lambda: listens(port))
        yield f"redis://{HOST}:{port}"


@contextmanager
def s3_server(folder: Path) -> Iterator[str]:
    port = free_port()
    program = str(Path(sys.executable).with_name("moto_server"))
    with running([program, "-H", HOST, "-p", str(port)], log=folder / "s3.log"):
        wait_for("The S3 server", lambda: listens(port))
        yield f"http://{HOST}:{port}"


def main(command: Sequence[str]) -> int:
    # A terminal's Ctrl+C ends the command, and us through its end: the servers are stopped either way.
    signal.signal(signal.SIGTERM, lambda *_: sys.exit(1))
    with ExitStack() as stack:
        folder = Path(stack.enter_context(tempfile.TemporaryDirectory(prefix="earmark-services-")))
        folder.chmod(0o755)
        database = stack.enter_context(postgres(folder))
        queue = stack.enter_context(redis_server(folder))
        bucket = stack.enter_context(s3_server(folder))
        say(f"Services: {database.partition('?')[0]}, {queue}, {bucket}")
        environment = {
            **os.environ,
            "DATABASE_URL": database,
            "CELERY_BROKER_URL": f"{queue}/0",
            "EARMARK_REDIS_URL": f"{queue}/1",
            "AWS_STORAGE_BUCKET_NAME": "earmark-tests",
            "AWS_S3_ENDPOINT_URL": bucket,
            "AWS_S3_REGION_NAME": "us-east-1",
            "AWS_ACCESS_KEY_ID": "testing",
            "AWS_SECRET_ACCESS_KEY": "testing",
        }
        return subprocess.run(command, env=environment, check=False).returncode  # noqa: S603


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
