"""A live server with a workspace on it, a key of its, and the ways to get at it."""

from dataclasses import dataclass

import pytest

from tests import environment
from tests.clients.programs import Program
from tests.clients.sounds import make_sounds


@dataclass(frozen=True)
class Door:
    """Where programs come in, and with what."""

    url: str
    key: str
    account: str
    workspace: object
    # What people of the workspace send to our own API, to label.
    operator_key: str


@pytest.fixture
def door(live_server, transactional_db, people, media):
    from workspaces.actions import create_api_key

    secrets = [
        create_api_key(workspace=people.workspace, name="Import", by=people.administrator, user=user)[1]
        for user in (None, people.operator)
    ]
    return Door(live_server.url, secrets[0], str(people.workspace.pk), people.workspace, secrets[1])


@pytest.fixture
def client(door):
    from earmark_client import Client

    with Client(base_url=door.url, api_key=door.key, account_id=door.account, max_retries=0) as client:
        yield client


@pytest.fixture(scope="session")
def programs():
    """Programs on each version of the public client package, started when first asked something."""
    started = {}
    yield started
    for program in started.values():
        program.close()


@pytest.fixture
def sdk_run(door, programs):
    """`sdk_run(version, command, *arguments)`: what a program on this version of the public client package sees."""

    def run(version, command, *arguments):
        program = programs.setdefault(version, Program(version))
        return program.ask(command, *arguments, base_url=door.url, api_key=door.key, account_id=door.account)

    return run


@pytest.fixture
def open_store(settings):
    """`open_store("calls", folder)` lets programs use the sound in this folder."""
    from datasets.stores.names import parse

    def open_it(name, folder):
        settings.STORES = parse(f"{name}={folder}", private=environment.DATA_DIR)

    return open_it


@pytest.fixture
def sounds(tmp_path):
    return make_sounds(tmp_path)
