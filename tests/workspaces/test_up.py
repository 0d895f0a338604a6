"""`manage.py up` as it is used: whole processes, real ports, real signals."""

import os
import re
import signal
import socket
from pathlib import Path

import pytest

from tests.stack import Stack, processes_of, wait_until_gone
from tests.workers import wait_until


@pytest.fixture(scope="module")
def stack(tmp_path_factory):
    stack = Stack(tmp_path_factory.mktemp("up"), name="up").start()
    yield stack
    stack.close()


def children_of(pid: int) -> dict[str, int]:
    """The web and the worker process that `up` started: name -> process id."""
    text = Path(f"/proc/{pid}/task/{pid}/children").read_text()
    lines = {int(child): Path(f"/proc/{child}/cmdline").read_text() for child in text.split()}
    names = {"gunicorn": "web", "celery": "worker"}
    return {name: child for child, line in lines.items() for word, name in names.items() if f"\0{word}\0" in line}


def test_up_says_where_it_is(stack):
    wait_until(lambda: "Earmark is ready" in stack.log(), what=stack.log)

    assert f"Earmark is ready at http://localhost:{stack.port}\n" in stack.log()


@pytest.mark.parametrize("part", ["web", "worker"])
def test_up_restarts_a_part_that_died(stack, part):
    before = children_of(stack.process.pid)

    os.kill(before[part], signal.SIGKILL)

    wait_until(lambda: children_of(stack.process.pid).get(part, before[part]) != before[part], what=stack.log)
    wait_until(stack.answers)
    other = {"web": "worker", "worker": "web"}[part]
    assert children_of(stack.process.pid)[other] == before[other]
    assert re.search(rf"The {part} process ended with code -9; it starts again in [\d.]+ s\.", stack.log())


def test_up_refuses_a_data_folder_that_is_in_use(stack):
    second = Stack(stack.folder, name="up-second")
    second.log_path = stack.folder / "second.log"

    assert second.launch().wait(30) == 1
    assert re.fullmatch(
        rf"CommandError: Earmark is running already on {stack.folder} "
        rf"\(process {stack.process.pid}, port {stack.port}\)\. "
        r"Stop it first, or choose another data folder: make up DATA_DIR=other\n",
        second.log(),
    )
    second.process = None
    second.close()


def test_up_refuses_a_port_that_is_taken(tmp_path):
    stack = Stack(tmp_path, name="up-taken")
    with socket.create_server(("127.0.0.1", stack.port)):
        code = stack.launch().wait(30)

    assert code == 1
    assert stack.log() == (
        f"CommandError: Cannot listen on 127.0.0.1 port {stack.port}: Address already in use. "
        f"Stop the program that uses it, or choose another port: make up PORT={stack.port + 1}\n"
    )
    stack.process = None
    stack.close()


def test_up_stops_with_everything_it_started_and_keeps_what_was_stored(stack):
    stack.manage("create_workspace", "--name", "Kept", "--slug", "kept")
    number = len(processes_of(stack.folder))

    code = stack.stop()

    wait_until_gone(stack.folder)
    assert (code, number) == (0, 7)
    assert stack.manage("create_api_key", "--workspace", "kept", "--name", "Key").startswith("em_live_")


@pytest.mark.parametrize(("option", "parts"), [("--no-worker", {"web"}), ("--worker-only", {"worker"})])
def test_up_starts_one_part_alone_and_from_nothing(tmp_path, option, parts):
    stack = Stack(tmp_path, name="up-part")
    if "web" in parts:
        stack.borrow_static_files()

    process = stack.launch(option)

    try:
        wait_until(lambda: set(children_of(process.pid)) == parts, what=stack.log)
        wait_until(lambda: stack.answers() == ("web" in parts), what=stack.log)
        assert "Making the tables ...\n" in stack.log()
    finally:
        stack.close()
