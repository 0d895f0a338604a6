from typing import Any

from django.core.management.base import BaseCommand

from workspaces.permissions import ROLE_LABELS, matrix_rows

HEAD = """# Who may do what

A person holds one or more roles in a workspace; a super admin spans all of them. The table is the one the program asks
(`workspaces/permissions.py`); this page is written from it by `manage.py rights > docs/rights.md`.

A stranger to a workspace gets 404 for everything in it, a member without the right 403.
"""


def page() -> str:
    """The table as Markdown."""
    lines = ["| Right | " + " | ".join(str(label) for label in ROLE_LABELS.values()) + " |"]
    lines.append("|---" * (len(ROLE_LABELS) + 1) + "|")
    lines += [
        f"| {right} | " + " | ".join("yes" if may else "-" for may in cells) + " |" for right, cells in matrix_rows()
    ]
    return HEAD + "\n" + "\n".join(lines) + "\n"


class Command(BaseCommand):
    help = "Print the page docs/rights.md from the table of rights."

    def handle(self, *args: Any, **options: Any) -> None:
        self.stdout.write(page(), ending="")
