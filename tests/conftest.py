"""What every test may use: people of each role, clients that act as them, and stored files to look at."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import pytest
from hypothesis import settings as hypothesis_settings
from xdist.scheduler import LoadScopeScheduling

from tests import environment

if TYPE_CHECKING:
    from tests.workers import Workers

environment.prepare()
environment.stay_local()

# The same examples in every run; HYPOTHESIS_PROFILE=explore looks for new ones.
hypothesis_settings.register_profile("steady", derandomize=True, deadline=None, database=None)
hypothesis_settings.register_profile("explore", deadline=None, max_examples=1000)


def pytest_configure(config: pytest.Config) -> None:
    import os

    from django.conf import settings

    hypothesis_settings.load_profile(os.environ.get("HYPOTHESIS_PROFILE", "steady"))
    settings.PASSWORD_HASHERS = ["django.contrib.auth.hashers.MD5PasswordHasher"]
    # A file, so that threads and other processes can work on the database of a test.
    if settings.DATABASES["default"]["ENGINE"].endswith("sqlite3"):
        settings.DATABASES["default"].setdefault("TEST", {})["NAME"] = str(environment.DATA_DIR / "test.sqlite3")
    # Hashed names need collectstatic; the browser tests run it, the others do without.
    settings.STORAGES = {
        **settings.STORAGES,
        "staticfiles": {"BACKEND": "django.contrib.staticfiles.storage.StaticFilesStorage"},
    }


# What shares something dear is run by one process: one stack and one Chromium are enough for two cores, and stacks that
# are started and stopped by the dozen would take each other's time.
TOGETHER = ("tests/browser/", "tests/workspaces/test_up.py")


class Together(LoadScopeScheduling):
    """Each test goes to whichever process is free, those of TOGETHER to one.

    The plugin's own groups are written into the tests' ids, which the test runner does not let anybody change any more.
    """

    def _split_scope(self, nodeid: str) -> str:
        return next((place for place in TOGETHER if nodeid.startswith(place)), nodeid)


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """What one process runs alone begins first, so that the others have enough left to do beside it."""
    items.sort(key=lambda item: not item.nodeid.startswith(TOGETHER))


def pytest_xdist_make_scheduler(config: pytest.Config, log: Any) -> Together:
    return Together(config, log)


def pytest_xdist_setupnodes() -> None:
    """Processes of a run that inherit this name read the settings before their own conftest has prepared them."""
    import os

    os.environ.pop("DJANGO_SETTINGS_MODULE", None)


@dataclass(frozen=True)
class People:
    """One person per role in one workspace, and those who have no role in it. `people["auditor"]` for tables."""

    workspace: Any
    administrator: Any
    annotation_administrator: Any
    operator: Any
    auditor: Any
    superadmin: Any
    outsider: Any
    anonymous: Any

    def __getitem__(self, who: str) -> Any:
        return getattr(self, who)


@pytest.fixture
def people(db: None) -> People:
    """One person per role of one workspace, a super admin, an outsider (administrator of another one), and nobody."""
    from django.contrib.auth.models import AnonymousUser

    from tests.factories import MembershipFactory, UserFactory, WorkspaceFactory
    from workspaces.models import Role

    workspace = WorkspaceFactory(name="Speech lab", slug="speech-lab")
    members = {
        role.value: MembershipFactory(
            workspace=workspace, role=role, user__email=f"{role.value}@example.org", user__name=str(role.label)
        ).user
        for role in Role
    }
    return People(
        workspace=workspace,
        superadmin=UserFactory(email="superadmin@example.org", name="Super admin", is_superuser=True, is_staff=True),
        outsider=MembershipFactory(role=Role.ADMINISTRATOR, user__email="outsider@example.org").user,
        anonymous=AnonymousUser(),
        **members,
    )


@pytest.fixture
def client_of() -> Callable[[Any], Any]:
    """`client_of(user)` is a browser in which this person is logged in; CSRF is not checked."""
    from django.test import Client

    def make(user: Any) -> Any:
        client = Client()
        if user.is_authenticated:
            client.force_login(user)
        return client

    return make


@pytest.fixture
def api() -> Callable[[Any], Any]:
    """`api(user)` is a client of the JSON API with this person's session; `api(key=secret)` one with a key."""
    from rest_framework.test import APIClient

    def make(user: Any = None, *, key: str | None = None) -> Any:
        client = APIClient(headers={"X-API-Key": key} if key else None)
        if user is not None and user.is_authenticated:
            client.force_login(user)
        client.default_format = "json"
        return client

    return make


@pytest.fixture
def real_jobs(transactional_db: None, settings: Any) -> Iterator[None]:
    """Jobs go to the broker and wait for a worker, instead of being done at once."""
    from config.celery import app

    settings.CELERY_TASK_ALWAYS_EAGER = app.conf.task_always_eager = False
    with app.connection_for_write() as link:
        app.control.purge(connection=link)
    yield
    app.conf.task_always_eager = True


@pytest.fixture
def workers(real_jobs: None) -> Iterator["Workers"]:
    """A group of real workers, not started yet; killed at the end."""
    from tests.workers import Workers

    group = Workers()
    yield group
    group.kill()


class StoredFiles:
    """The files in the default storage, whether a folder or a bucket."""

    def names(self, prefix: str = "") -> list[str]:
        """All names below `prefix`, sorted."""
        from django.core.files.storage import default_storage

        try:
            folders, files = default_storage.listdir(prefix)
        except FileNotFoundError:
            return []
        found = [f"{prefix}{name}" for name in files if name]
        for folder in folders:
            found += self.names(f"{prefix}{folder}/")
        return sorted(found)

    def clear(self) -> None:
        from django.core.files.storage import default_storage

        for name in self.names():
            default_storage.delete(name)


@pytest.fixture
def media() -> Iterator[StoredFiles]:
    """An empty storage at the start; `media.names()` tells what is in it."""
    stored = StoredFiles()
    stored.clear()
    yield stored
    stored.clear()


@pytest.fixture
def in_a_folder(settings: Any, tmp_path: Any) -> None:
    """Files in a folder of this test's own, on a services run too: for what a bucket would do instead of us."""
    settings.STORAGES = {**settings.STORAGES, "default": {"BACKEND": "config.storage.FolderStorage"}}
    settings.MEDIA_ROOT = tmp_path / "media"
    settings.AWS_STORAGE_BUCKET_NAME = ""


@pytest.fixture(scope="session", autouse=True)
def bucket() -> None:
    """The bucket of this worker, where the run is on S3."""
    from django.conf import settings
    from django.core.files.storage import default_storage

    if settings.AWS_STORAGE_BUCKET_NAME:
        default_storage.connection.create_bucket(Bucket=settings.AWS_STORAGE_BUCKET_NAME)  # type: ignore[attr-defined]
