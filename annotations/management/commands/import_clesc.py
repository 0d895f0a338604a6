"""Make a task of answers in the shape of CLESC: `manage.py import_clesc FILE --dataset ID --pool NAME --by EMAIL`."""

import json
from argparse import ArgumentParser
from pathlib import Path
from typing import Any
from uuid import UUID

from django.core.management.base import BaseCommand, CommandError

from annotations.actions.importing_answers import import_answers
from annotations.models import Vocabulary
from datasets.models import Dataset
from workspaces.errors import Invalid
from workspaces.models import User


class Command(BaseCommand):
    help = "Read answers of a crowd and of experts into a finished labeling task over a dataset's recordings."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("file", type=Path)
        parser.add_argument("--dataset", type=UUID, required=True)
        parser.add_argument("--pool", required=True, help="The name of a word pool of the dataset's workspace.")
        parser.add_argument("--by", required=True, help="The e-mail of whoever makes the task.")
        parser.add_argument("--name", default="")

    def handle(self, *args: Any, **options: Any) -> None:
        path: Path = options["file"]
        dataset = Dataset.objects.filter(pk=options["dataset"]).first()
        if dataset is None:
            raise CommandError(f"There is no dataset {options['dataset']}.")
        pool = Vocabulary.objects.filter(workspace=dataset.workspace_id, name=options["pool"]).first()
        if pool is None:
            raise CommandError(f"There is no word pool “{options['pool']}” in the dataset's workspace.")
        by = User.objects.filter(email=options["by"].lower(), is_active=True).first()
        if by is None:
            raise CommandError(f"Nobody has the e-mail {options['by']}.")
        try:
            content, name = path.read_bytes(), options["name"] or path.name
            made = import_answers(dataset, vocabulary=pool, filename=path.name, content=content, name=name, by=by)
        except OSError as error:
            raise CommandError(f"{path}: {error.strerror}") from None
        except Invalid as refused:
            raise CommandError("\n".join(message for _loc, message, _kind in refused.problems)) from None
        self.stdout.write(json.dumps(made.report, ensure_ascii=False, indent=2))
        self.stdout.write(f"“{made.task.name}” was made.")
