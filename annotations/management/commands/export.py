"""Write the answers of a labeling task, finished or not, as JSON Lines: `manage.py export TASK_ID > answers.jsonl`."""

import sys
from argparse import ArgumentParser
from typing import Any
from uuid import UUID

from django.core.management.base import BaseCommand, CommandError

from annotations.models import LabelingTask
from annotations.results import export_lines


class Command(BaseCommand):
    help = "Write every item of a labeling task with its answers so far to standard output, one JSON object per line."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("task_id", type=UUID)

    def handle(self, *args: Any, **options: Any) -> None:
        task = LabelingTask.objects.present().filter(pk=options["task_id"]).first()
        if task is None:
            raise CommandError(f"There is no labeling task {options['task_id']}.")
        for chunk in export_lines(task):
            sys.stdout.buffer.write(chunk)
