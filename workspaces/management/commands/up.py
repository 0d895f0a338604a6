import os
import socket
import sys
import threading
import time
from argparse import ArgumentParser
from collections.abc import Iterator
from contextlib import ExitStack, closing, contextmanager
from http.client import HTTPConnection, HTTPException
from multiprocessing import get_context
from typing import Any

from django.conf import settings
from django.core.management.base import BaseCommand, CommandError
from django.db import DatabaseError, connections

from workspaces.models import Job
from workspaces.setting_up import AlreadyHeld, demo_logins, held, prepare
from workspaces.supervision import Program, Supervisor, die_with_parent

BACKLOG = 512


class Command(BaseCommand):
    help = "Start Earmark on this machine: prepare the data folder, then run web and worker until Ctrl+C."
    # The web process checks itself as it starts; checking here too would double the time to the first answer.
    requires_system_checks: list[str] = []

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("--host", default="127.0.0.1", help="address to listen on (default: this machine alone)")
        parser.add_argument("--port", type=int, default=settings.PORT)
        parser.add_argument("--no-demo", action="store_true", help="do not load the demo workspace")
        part = parser.add_mutually_exclusive_group()
        part.add_argument("--no-worker", action="store_true", help="web alone")
        part.add_argument("--worker-only", action="store_true", help="worker alone")

    def handle(self, **options: Any) -> None:
        web, worker = not options["worker_only"], not options["no_worker"]
        host, port, demo = options["host"], options["port"], web and not options["no_demo"]
        with ExitStack() as stack:
            for part in ["web"] * web + ["worker"] * worker:
                stack.enter_context(self._alone(part, port=port))
            programs = []
            if web:
                listener = stack.enter_context(closing(listen(host, port)))
                programs.append(web_program(listener, port=port))
            if worker:
                programs.append(worker_program())
            self._prepare(web=web, demo=demo)
            if web:
                logins = demo_logins() if demo else []
                threading.Thread(target=self._announce, args=(host, port, logins), daemon=True).start()
            connections.close_all()
            code = Supervisor(programs, say=self._say).run()
        if code:
            raise CommandError("Earmark stopped.", returncode=code)

    def _prepare(self, *, web: bool, demo: bool) -> None:
        """In a process of its own: migrating and seeding load 80 MB that would stay for as long as Earmark runs."""
        process = get_context("fork").Process(target=self._prepare_here, kwargs={"web": web, "demo": demo})
        process.start()
        try:
            process.join()
        except KeyboardInterrupt:
            # Ctrl+C reached the other process too; what it had begun is done again at the next start.
            process.join()
            raise CommandError("Stopped while preparing.") from None
        if process.exitcode:
            raise CommandError(f"{settings.DATA_DIR} could not be prepared; the lines above say why.")

    def _prepare_here(self, **parts: bool) -> None:
        die_with_parent()
        try:
            prepare(say=self._say, **parts)
        except CommandError as error:
            self.stderr.write(str(error))
            sys.exit(1)
        except KeyboardInterrupt:
            sys.exit(1)

    @contextmanager
    def _alone(self, part: str, *, port: int) -> Iterator[None]:
        """Two of the same part on one data folder would fight over the queue and the static files."""
        try:
            with held(part, note=f"process {os.getpid()}, port {port}"):
                yield
        except AlreadyHeld as error:
            raise CommandError(
                f"Earmark is running already on {settings.DATA_DIR} ({error.owner or part}). "
                "Stop it first, or choose another data folder: make up DATA_DIR=other"
            ) from None

    def _announce(self, host: str, port: int, logins: list[tuple[str, str, str]]) -> None:
        """Print the address once somebody answers there."""
        while not answers(host, port):
            time.sleep(0.2)
        lines = ["", f"Earmark is ready at http://localhost:{port}"]
        widths = [max((len(login[part]) for login in logins), default=0) for part in range(2)]
        lines += [f"  {role:<{widths[0]}}  {email:<{widths[1]}}  {password}" for role, email, password in logins]
        self._say("\n".join([*lines, "Ctrl+C stops it.", ""]))

    def _say(self, text: str) -> None:
        self.stdout.write(text)
        self.stdout.flush()


def listen(host: str, port: int) -> socket.socket:
    """The socket the web process inherits: nobody else can take the port, and nobody is refused during a restart."""
    family = socket.AF_INET6 if ":" in host else socket.AF_INET
    listener = socket.socket(family)
    listener.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
    try:
        listener.bind((host, port))
    except OSError as error:
        listener.close()
        raise CommandError(
            f"Cannot listen on {host} port {port}: {error.strerror}. "
            f"Stop the program that uses it, or choose another port: make up PORT={port + 1}"
        ) from None
    listener.listen(BACKLOG)
    return listener


def web_program(listener: socket.socket, *, port: int) -> Program:
    # One memory arena per thread is what glibc would take; two are enough and halve the footprint.
    environment = {"MALLOC_ARENA_MAX": "2", **os.environ, "EARMARK_PORT": str(port)}
    command = [
        sys.executable,
        "-m",
        "gunicorn",
        "--config",
        "python:config.gunicorn",
        "--bind",
        f"fd://{listener.fileno()}",
    ]
    return Program("web", command, environment=environment, descriptors=[listener.fileno()])


def worker_program() -> Program:
    # Celery warns at every start of a worker run by root, as containers do; messages are JSON, so nothing in them runs.
    quiet = ["-W", "ignore:You're running the worker"]
    command = [
        sys.executable,
        *quiet,
        "-m",
        "celery",
        "--quiet",
        "--app",
        "config",
        "worker",
        "--loglevel",
        settings.LOG_LEVEL,
    ]
    # Workers of one machine need not know of each other: the rows in the database are what they agree on.
    command += ["--concurrency", str(settings.WORKER_PROCESSES), "--without-gossip", "--without-mingle"]
    return Program("worker", command, environment={"MALLOC_ARENA_MAX": "2", **os.environ}, is_busy=has_running_jobs)


def has_running_jobs() -> bool:
    """Whether a worker has something to end. Without, it may go at once, which saves seconds of politeness."""
    try:
        return Job.objects.filter(state=Job.State.RUNNING).exists()
    except DatabaseError:
        return True
    finally:
        connections.close_all()


def answers(host: str, port: int) -> bool:
    connection = HTTPConnection("127.0.0.1" if host in ("0.0.0.0", "") else host, port, timeout=30)  # noqa: S104
    try:
        with closing(connection):
            connection.request("HEAD", "/")
            connection.getresponse()
    except (OSError, HTTPException):
        return False
    return True
