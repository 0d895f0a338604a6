import os
import subprocess
import sys

import pytest

from scripts.env_names import BY_LIBRARIES, all_names_read, names_documented, names_read
from tests.environment import ROOT, for_subprocess


def read_settings(folder, expression: str, **environment: str) -> subprocess.CompletedProcess[str]:
    """Evaluate an expression over `settings` in a process that starts with this environment."""
    code = f"from django.conf import settings; print({expression})"
    clean = {name: value for name, value in for_subprocess().items() if name not in names_documented()}
    clean |= {"EARMARK_DATA_DIR": str(folder), "EARMARK_ENV_FILE": os.devnull} | environment
    return subprocess.run(
        [sys.executable, "-c", code], cwd=ROOT, env=clean, capture_output=True, text=True, check=False
    )


def test_every_setting_that_is_read_stands_in_the_example_and_the_other_way_round():
    assert all_names_read() | BY_LIBRARIES == names_documented()


def test_names_read_sees_each_way_of_reading():
    source = """
env.str("A"); env.int("B", 1); env.dj_db_url("F")
os.environ["C"]; os.environ.get("D"); os.getenv("E"); settings.get("NOT")
"""

    assert set(names_read(source)) == {"A", "B", "C", "D", "E", "F"}


def test_the_secret_key_is_made_once_and_is_its_owners_alone(tmp_path):
    first, second = (read_settings(tmp_path, "settings.SECRET_KEY").stdout for _ in range(2))

    assert (len(first.strip()) > 50, first) == (True, second)
    assert (tmp_path / "secret_key").stat().st_mode & 0o777 == 0o600


def test_only_the_rooms_of_the_house_are_served_by_name(tmp_path):
    done = read_settings(tmp_path, "settings.ALLOWED_HOSTS", EARMARK_BASE_URL="https://earmark.example.org/")

    assert done.stdout == "['earmark.example.org', 'localhost', '127.0.0.1', '[::1]']\n"


@pytest.mark.parametrize(
    ("address", "secure"), [("https://earmark.example.org", True), ("http://localhost:8000", False)]
)
def test_cookies_are_secure_where_the_address_is(tmp_path, address, secure):
    done = read_settings(
        tmp_path, "settings.SESSION_COOKIE_SECURE, settings.CSRF_COOKIE_SECURE", EARMARK_BASE_URL=address
    )

    assert done.stdout == f"{secure} {secure}\n"


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("EARMARK_WEB_PROCESSES", "0"),
        ("EARMARK_WORKER_PROCESSES", "many"),
        ("EARMARK_MAX_AUDIO_BYTES", "0"),
        ("EARMARK_DEBUG", "perhaps"),
        ("DATABASE_URL", "oracle"),
    ],
)
def test_nonsense_is_refused_at_the_start_by_name(tmp_path, name, value):
    done = read_settings(tmp_path, "settings.DEBUG", **{name: value})

    assert done.returncode != 0
    assert name in done.stderr


def test_a_bucket_by_name_is_all_it_takes_to_store_files_there(tmp_path):
    done = read_settings(
        tmp_path, "settings.STORAGES['default']['BACKEND']", AWS_STORAGE_BUCKET_NAME="sound", EARMARK_DEBUG="1"
    )

    assert done.stdout == "config.bucket.S3Storage\n"
