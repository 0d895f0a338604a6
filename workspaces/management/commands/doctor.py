from typing import Any

from django.core.management.base import BaseCommand, CommandError

from workspaces.health import CHECKS, Problem


class Command(BaseCommand):
    help = "Check what Earmark stands on (database, broker, storage, decoding, clock ...) and say how to mend it."
    requires_system_checks: list[str] = []

    def handle(self, **_options: Any) -> None:
        problems = 0
        for name, check in CHECKS.items():
            try:
                line, style = f"ok       {check()}", self.style.SUCCESS
            except Problem as problem:
                line, style = f"PROBLEM  {problem}", self.style.ERROR
            # One broken part must not hide what the others have to say.
            except Exception as error:
                line, style = f"PROBLEM  {type(error).__name__}: {error}", self.style.ERROR
            problems += line.startswith("PROBLEM")
            self.stdout.write(f"{name:<13} {style(line)}")
        if problems:
            raise CommandError(f"{problems} of {len(CHECKS)} checks found a problem.")
