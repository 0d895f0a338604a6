"""How gunicorn serves Earmark: few processes with several threads each, sharing the memory of what they have loaded."""

import gc
import os
from typing import Any

from django.conf import settings

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "config.settings")

wsgi_app = "config.wsgi"
worker_class = "gthread"
workers = settings.WEB_PROCESSES
threads = settings.WEB_THREADS
preload_app = True
# A browser keeps its connection over the requests of a page. Longer than that, the thread pool forgets it for free.
keepalive = 15
timeout = 60
graceful_timeout = 8
worker_tmp_dir = "/dev/shm" if os.path.isdir("/dev/shm") else None  # noqa: S108, PTH112 - heartbeats stay off the disk
control_socket_disable = True
loglevel = "warning"


def when_ready(_server: Any) -> None:
    """Before the processes fork: load what the first request would, and keep the collector from copying it."""
    from django.urls import get_resolver  # noqa: PLC0415 - the application, and with it Django, is loaded by now

    _ = get_resolver().url_patterns
    gc.collect()
    gc.freeze()
