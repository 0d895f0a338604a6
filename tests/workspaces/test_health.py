from collections import namedtuple
from datetime import timedelta
from io import StringIO

import pytest
from django.core.management import CommandError, call_command
from django.utils import timezone

from config.celery import app as celery_app
from workspaces import health

pytestmark = pytest.mark.django_db


@pytest.fixture
def collected(settings, tmp_path):
    settings.STATIC_ROOT = tmp_path
    (tmp_path / "staticfiles.json").write_text("{}")


def run_doctor() -> tuple[str, str]:
    """What it prints, and the sentence it ends with."""
    out = StringIO()
    try:
        call_command("doctor", stdout=out, no_color=True)
    except CommandError as error:
        return out.getvalue(), str(error)
    return out.getvalue(), ""


def test_doctor_finds_nothing_on_a_sound_installation(collected, media):
    lines, refusal = run_doctor()

    assert refusal == ""
    assert [line[:16] for line in lines.splitlines()] == [f"{name:<13} ok" for name in health.CHECKS]
    assert media.names() == []


def test_doctor_says_what_is_wrong_and_goes_on(settings, tmp_path):
    settings.STATIC_ROOT = tmp_path

    lines, refusal = run_doctor()

    problems = [line for line in lines.splitlines() if "PROBLEM" in line]
    assert refusal == "1 of 11 checks found a problem."
    assert len(problems) == 1
    assert "Run: manage.py collectstatic" in problems[0]


def test_storage_that_cannot_be_written_is_a_problem(settings, tmp_path):
    (tmp_path / "file").touch()
    settings.STORAGES = {**settings.STORAGES, "default": {"BACKEND": "config.storage.FolderStorage"}}
    settings.MEDIA_ROOT = tmp_path / "file"

    with pytest.raises(health.Problem, match=r"Files cannot be stored: .* Look at the rights of"):
        health.storage()


def test_broker_that_does_not_answer_is_a_problem(settings, monkeypatch):
    settings.CELERY_TASK_ALWAYS_EAGER = False
    monkeypatch.setattr(celery_app.conf, "broker_write_url", "redis://127.0.0.1:1/0")

    with pytest.raises(health.Problem, match=r"The broker does not answer: .* correct CELERY_BROKER_URL"):
        health.broker()


def test_broker_that_answers_is_named_without_its_password(settings):
    settings.CELERY_TASK_ALWAYS_EAGER = False

    assert health.broker().startswith(("filesystem://", "redis://"))


def test_clock_that_is_off_is_a_problem(monkeypatch):
    now = timezone.now()
    monkeypatch.setattr(timezone, "now", lambda: now + timedelta(minutes=5))

    with pytest.raises(health.Problem, match=r"clock is (299|300) s off"):
        health.clock()


def test_disk_that_is_full_is_a_problem(monkeypatch):
    usage = namedtuple("usage", "total used free")
    monkeypatch.setattr(health.shutil, "disk_usage", lambda _path: usage(1, 1, 1024**2))

    with pytest.raises(health.Problem, match=r"Only 1 MB are free"):
        health.disk()


def test_cache_that_does_not_answer_is_a_problem(settings):
    settings.CACHES = {
        "default": {"BACKEND": "django.core.cache.backends.redis.RedisCache", "LOCATION": "redis://127.0.0.1:1/0"}
    }

    with pytest.raises(health.Problem, match="The cache does not answer"):
        health.cache_()
