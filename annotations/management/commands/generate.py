"""Make a processed dataset from a finished labeling task: `manage.py generate TASK_ID`."""

import time
from argparse import ArgumentParser
from typing import Any
from uuid import UUID

from django.core.management.base import BaseCommand, CommandError

from annotations.actions.generating import ask_to_generate
from annotations.exchange.licenses import LICENSES
from annotations.models import LabelingTask
from workspaces.models import Job

OPTIONS = ("audio", "annotators", "license")


class Command(BaseCommand):
    help = "Ask the workers for a processed dataset of a finished labeling task, and wait for it."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("task_id", type=UUID)
        parser.add_argument("--audio", choices=["none", "files", "clips"], default="none")
        parser.add_argument("--annotators", choices=["names", "numbers"], default="names")
        parser.add_argument("--license", choices=list(LICENSES), default="")

    def handle(self, *args: Any, **options: Any) -> None:
        task = LabelingTask.objects.present().filter(pk=options["task_id"]).first()
        if task is None:
            raise CommandError(f"There is no labeling task {options['task_id']}.")
        job = ask_to_generate(task, by=None, options={name: options[name] for name in OPTIONS})
        while job.state in (Job.State.PENDING, Job.State.RUNNING):
            time.sleep(0.2)
            job.refresh_from_db()
        if job.state != Job.State.COMPLETED:
            raise CommandError(job.error or f"The job was {job.get_state_display()}.")
        self.stdout.write(f"“{task.name}” was generated; it is in the dataset's Processed datasets tab.")
