"""What the browser bench opens: `python -m bench.recordings FOLDER` in a stack's environment, prints JSON.

Recordings of several lengths come in through `import_audio`; each has a dataset and a labeling task of its own.
"""

import json
import os
import sys
from pathlib import Path
from typing import TYPE_CHECKING, Any

import django

if TYPE_CHECKING:
    from workspaces.models import User, Workspace

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "config.settings")

# Seconds and format. The MP3 is played from a copy that seeks exactly, the others as they are.
RECORDINGS = {"10s": (10, "wav"), "10min": (600, "mp3"), "60min": (3600, "wav"), "3h": (10_800, "wav")}
EMAIL, PASSWORD = "annotator@bench.example", "bench-only-on-loopback"


def prepare(folder: Path) -> dict[str, Any]:
    """Tasks by length, and a key that acts as the annotator in them."""
    from tests.annotations.factories import make_task
    from workspaces.actions import create_api_key, create_workspace
    from workspaces.models import Membership, Role, User

    workspace = create_workspace(name="Bench", slug="bench")
    manager = User.objects.create_user("manager@bench.example", PASSWORD, name="Manager")
    annotator = User.objects.create_user(EMAIL, PASSWORD, name="Annotator")
    Membership.objects.create(workspace=workspace, user=manager, role=Role.ADMINISTRATOR)
    Membership.objects.create(workspace=workspace, user=annotator, role=Role.OPERATOR)
    tasks = {}
    for name in RECORDINGS:
        dataset = _imported(workspace, name, folder=folder / name, by=manager)
        tasks[name] = str(make_task(dataset, by=manager, review_mode="none", annotators=[(annotator, None)]).pk)
    key = create_api_key(workspace=workspace, name="bench", by=manager, user=annotator)[1]
    return {"workspace": workspace.slug, "tasks": tasks, "key": key}


def _imported(workspace: "Workspace", name: str, *, folder: Path, by: "User") -> Any:
    from django.core.management import call_command

    from bench.sound import write_mp3, write_wav
    from datasets.actions import create_dataset
    from datasets.actions.datasets import TypeRow

    seconds, kind = RECORDINGS[name]
    folder.mkdir(parents=True)
    write = {"wav": write_wav, "mp3": write_mp3}[kind]
    write(folder / f"{name}.{kind}", seconds=seconds)
    types: list[TypeRow] = [{"name": "glitch", "color": "#d7263d"}, {"name": "long_pause", "color": "#2f6fde"}]
    dataset = create_dataset(workspace, by=by, name=name, types=types)
    with Path(os.devnull).open("w") as silence:
        call_command("import_audio", folder, dataset=name, workspace=workspace.slug, wait=True, stdout=silence)
    (folder / f"{name}.{kind}").unlink()
    return dataset


def main() -> None:
    django.setup()
    print(json.dumps(prepare(Path(sys.argv[1]))))


if __name__ == "__main__":
    main()
