from argparse import ArgumentParser
from typing import Any

from django.core.exceptions import ValidationError
from django.core.management.base import BaseCommand, CommandError

from workspaces.actions import create_api_key
from workspaces.errors import Invalid
from workspaces.models import User, Workspace


class Command(BaseCommand):
    help = "Create an API key and print it, alone: it is shown this once."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("--workspace", required=True, metavar="SLUG")
        parser.add_argument("--name", required=True, help="what the key is for")
        parser.add_argument("--user", metavar="EMAIL", help="act as this member (default: as the workspace)")

    def handle(self, **options: Any) -> None:
        workspace = Workspace.objects.filter(slug=options["workspace"]).first()
        if workspace is None:
            known = ", ".join(Workspace.objects.values_list("slug", flat=True)[:20]) or "none yet"
            raise CommandError(f"There is no workspace {options['workspace']}. There are: {known}.")
        user = None
        if options["user"]:
            user = User.objects.filter(email=options["user"].strip().lower()).first()
            if user is None:
                raise CommandError(f"Nobody has the e-mail {options['user']}.")
        try:
            _, secret = create_api_key(workspace=workspace, name=options["name"], by=None, user=user)
        except (Invalid, ValidationError) as error:
            raise CommandError(str(error)) from None
        self.stdout.write(secret)
