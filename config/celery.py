"""The Celery application. Each app's jobs live in its `jobs.py`, since "task" here means a labeling task."""

import os

from celery import Celery
from kombu.transport import TRANSPORT_ALIASES

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "config.settings")
# Read when numpy loads. With two threads a training costs twice the processor and ends no sooner, and its numbers are
# others than with one; what another core can do is another job.
for _name in ("OMP_NUM_THREADS", "OPENBLAS_NUM_THREADS"):
    os.environ.setdefault(_name, "1")

# Under the usual name, so that the address of the queue stays what it was.
TRANSPORT_ALIASES["filesystem"] = "config.broker:Transport"
app = Celery("earmark")
app.config_from_object("django.conf:settings", namespace="CELERY")
app.autodiscover_tasks(related_name="jobs")
