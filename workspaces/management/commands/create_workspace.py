from argparse import ArgumentParser
from typing import Any

from django.core.exceptions import ValidationError
from django.core.management.base import BaseCommand, CommandError

from workspaces.actions import create_workspace


class Command(BaseCommand):
    help = "Create a workspace and print its short name."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("--name", required=True, help="what people read")
        parser.add_argument("--slug", required=True, help="the short name, part of every address")

    def handle(self, **options: Any) -> None:
        try:
            workspace = create_workspace(name=options["name"], slug=options["slug"])
        except ValidationError as error:
            raise CommandError(" ".join(error.messages)) from None
        self.stdout.write(workspace.slug)
