"""Load the demo workspace: `manage.py seed_demo`."""

from typing import Any

from django.core.management.base import BaseCommand

from annotations import demo


class Command(BaseCommand):
    help = "Load the demo workspace once: people of every role, speech clips, a labeling task under way."

    def handle(self, *args: Any, **options: Any) -> None:
        workspace = demo.seed_people()
        dataset = demo.seed_audio(workspace)
        demo.seed_labels(dataset)
        task = demo.seed_task(dataset)
        demo.seed_words(workspace)
        demo.seed_more(workspace)
        if task is None:
            self.stdout.write("The demo workspace was there already; nothing was changed.")
        else:
            self.stdout.write(f"The demo workspace is there, with the labeling task “{task.name}”.")
