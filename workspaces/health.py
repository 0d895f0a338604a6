"""What `manage.py doctor` looks at. Each check answers with a sentence, or raises Problem with what to do about it."""

import io
import shutil
import socket
import wave
from collections.abc import Callable
from datetime import timedelta
from pathlib import Path
from urllib.parse import urlsplit

from celery import current_app
from django.conf import settings
from django.core.cache import cache
from django.core.files.base import ContentFile
from django.core.files.storage import default_storage
from django.db import DatabaseError, connection
from django.db.migrations.executor import MigrationExecutor
from django.utils import timezone
from django.utils.dateparse import parse_datetime

from workspaces.ids import new_id

LEAST_FREE_BYTES = 1024**3
CLOCK_TOLERANCE = timedelta(seconds=2)


class Problem(Exception):
    """Something does not work; the message says what, and how to mend it."""


def database() -> str:
    try:
        connection.ensure_connection()
    except DatabaseError as error:
        raise Problem(f"The database does not answer: {error}. Start it, or correct DATABASE_URL.") from error
    version = ".".join(str(part) for part in connection.get_database_version())
    if connection.vendor != "sqlite":
        return f"{connection.display_name} {version}"
    with connection.cursor() as cursor:
        cursor.execute("PRAGMA journal_mode")
        mode = cursor.fetchone()[0]
        cursor.execute("PRAGMA quick_check(1)")
        state = cursor.fetchone()[0]
    if state != "ok":
        raise Problem(
            f"The database file is damaged: {state}. Restore {connection.settings_dict['NAME']} from a backup."
        )
    if mode not in ("wal", "memory"):
        raise Problem(f"SQLite runs in {mode} mode, where readers block writers. Put the data folder on a local disk.")
    return f"SQLite {version}, {mode} mode"


def migrations() -> str:
    executor = MigrationExecutor(connection)
    plan = executor.migration_plan(executor.loader.graph.leaf_nodes())
    if plan:
        raise Problem(f"{len(plan)} migrations are not applied. Run: manage.py migrate")
    return "all applied"


def clock() -> str:
    """Leases compare this machine's clock with times other machines wrote, so the clocks must agree."""
    with connection.cursor() as cursor:
        if connection.vendor == "sqlite":
            cursor.execute("SELECT strftime('%Y-%m-%dT%H:%M:%f+00:00', 'now')")
            there = parse_datetime(cursor.fetchone()[0])
        else:
            cursor.execute("SELECT clock_timestamp()")
            there = cursor.fetchone()[0]
    if there is None:
        raise Problem("The database does not tell the time.")
    apart = abs(timezone.now() - there)
    if apart > CLOCK_TOLERANCE:
        raise Problem(f"This machine's clock is {apart.total_seconds():.0f} s off the database's. Set both by NTP.")
    return f"{apart / timedelta(milliseconds=1):.0f} ms from the database's"


def cache_() -> str:
    key = f"doctor:{new_id()}"
    try:
        cache.set(key, "here", 10)
        found = cache.get(key)
        cache.delete(key)
    # Every backend raises errors of its own, and each of them is what we came to see.
    except Exception as error:
        raise Problem(f"The cache does not answer: {error}. Start Redis, or run: manage.py createcachetable") from error
    if found != "here":
        raise Problem(
            "The cache forgets what was just written. Look at EARMARK_REDIS_URL and the memory of that server."
        )
    return settings.CACHES["default"]["BACKEND"].rpartition(".")[2]


def broker() -> str:
    if settings.CELERY_TASK_ALWAYS_EAGER:
        return "not used: jobs are done at once (EARMARK_JOBS_INLINE)"
    with current_app.connection_for_write() as link:
        try:
            link.ensure_connection(max_retries=1, timeout=3)
        except Exception as error:
            raise Problem(f"The broker does not answer: {error}. Start it, or correct CELERY_BROKER_URL.") from error
        return link.as_uri()


def storage() -> str:
    name = f"doctor/{new_id()}.txt"
    try:
        name = default_storage.save(name, ContentFile(b"here"))
        with default_storage.open(name) as file:
            found = file.read()
        default_storage.delete(name)
        left = default_storage.exists(name)
    except Exception as error:
        raise Problem(
            f"Files cannot be stored: {error}. Look at the rights of {settings.MEDIA_ROOT}, or at the AWS_ settings."
        ) from error
    if found != b"here" or left:
        raise Problem("A stored file does not come back as written, or does not go when deleted.")
    return (
        f"bucket {settings.AWS_STORAGE_BUCKET_NAME}" if settings.AWS_STORAGE_BUCKET_NAME else str(settings.MEDIA_ROOT)
    )


def decoding() -> str:
    """Decode a second of silence, which needs the codec libraries and nothing outside Python."""
    import av  # noqa: PLC0415 - loads 40 MB of codecs, which only this check and the worker need

    sound = io.BytesIO()
    with wave.open(sound, "wb") as file:
        file.setnchannels(1)
        file.setsampwidth(2)
        file.setframerate(16_000)
        file.writeframes(bytes(2 * 16_000))
    sound.seek(0)
    with av.open(sound, mode="r") as container:
        samples = sum(frame.samples for frame in container.decode(audio=0))
    if samples != 16_000:
        raise Problem(
            f"A second of sound decodes to {samples} samples, not 16000. Install the packages again: make clean up"
        )
    return f"PyAV {av.__version__}"


def disk() -> str:
    free = shutil.disk_usage(settings.DATA_DIR).free
    if free < LEAST_FREE_BYTES:
        raise Problem(
            f"Only {free / 1024**2:.0f} MB are free at {settings.DATA_DIR}. Make room, or move EARMARK_DATA_DIR."
        )
    return f"{free / 1024**3:.0f} GB free at {settings.DATA_DIR}"


def static_files() -> str:
    manifest = Path(settings.STATIC_ROOT, "staticfiles.json")
    if not manifest.exists():
        raise Problem("The static files are not collected, so pages cannot be shown. Run: manage.py collectstatic")
    return str(settings.STATIC_ROOT)


def language_model() -> str:
    """Whether the address answers, without asking the model anything: a question costs money on many servers."""
    if not settings.LLM_BASE_URL and not settings.LLM_MODEL:
        return "none: answers are checked by rules alone"
    if not settings.LLM_BASE_URL or not settings.LLM_MODEL:
        raise Problem("A language model needs both EARMARK_LLM_BASE_URL and EARMARK_LLM_MODEL. Set the other one too.")
    address = urlsplit(settings.LLM_BASE_URL)
    if address.scheme not in ("http", "https") or not address.hostname:
        raise Problem("EARMARK_LLM_BASE_URL is no address. Write it like https://models.example.org/v1.")
    try:
        port = address.port or (443 if address.scheme == "https" else 80)
        socket.create_connection((address.hostname, port), timeout=3).close()
    except (OSError, ValueError) as error:
        raise Problem(
            f"Nobody answers at {address.hostname}: {error}. Start it, or correct EARMARK_LLM_BASE_URL. Answers wait."
        ) from error
    return f"{settings.LLM_MODEL} at {address.hostname}"


CHECKS: dict[str, Callable[[], str]] = {
    "database": database,
    "migrations": migrations,
    "clock": clock,
    "cache": cache_,
    "broker": broker,
    "storage": storage,
    "decoding": decoding,
    "disk": disk,
    "static files": static_files,
    "llm": language_model,
}
