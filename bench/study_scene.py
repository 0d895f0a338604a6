"""The space of the simulated study, made in the stack's environment: people, teams, keys, recordings, word pool.

`python -m bench.study_scene 'WORLD'` takes the sizes as JSON and prints what a program needs as JSON.
"""

import json
import os
import sys
from typing import Any

import django

from bench.study_people import Clip, World

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "config.settings")
COSTS = {"Experts": 30, "Crowd": 10}


def made(world: World) -> dict[str, Any]:
    """Rows by the product's actions where there are any, else by its models; wants an empty database."""
    from annotations.words.ready_made import add_ready_made
    from workspaces.actions import create_api_key, create_workspace
    from workspaces.models import Membership, Role, Team, User

    workspace = create_workspace(name="Study", slug="study")

    def member(name: str, role: Role) -> tuple[User, str]:
        user = User.objects.create(email=f"{name.replace(' ', '')}@study.example".lower(), name=name)
        Membership.objects.create(workspace=workspace, user=user, role=role)
        return user, create_api_key(workspace=workspace, name="study", by=user, user=user)[1]

    manager, manager_key = member("Manager", Role.ADMINISTRATOR)
    teams = {
        name: Team.objects.create(workspace=workspace, name=name, cost_per_hour=cost) for name, cost in COSTS.items()
    }
    users, keys = [], []
    for person in world.people:
        user, key = member(f"{person.team} {person.number:03}", Role.OPERATOR)
        teams[person.team].members.add(user)
        users.append(str(user.pk))
        keys.append(key)
    return {
        "manager_key": manager_key,
        "keys": keys,
        "users": users,
        "teams": {name: str(team.pk) for name, team in teams.items()},
        "vocabulary": str(add_ready_made(workspace, by=manager).pk),
        "dataset": str(_recordings(workspace, "Clips", world.clips)),
        "controls": _ids(_recordings(workspace, "Known voices", world.controls)),
    }


def _recordings(workspace: Any, name: str, clips: list[Clip]) -> Any:
    """Ready files of these lengths without bytes."""
    from datasets.models import AudioFile
    from tests.annotations.factories import make_dataset

    dataset = make_dataset(workspace, files=1, name=name)
    template = AudioFile.objects.get(dataset=dataset)
    template.delete()
    common = {"status": "ready", "sample_rate": 16_000, "channels": 1, "blob": template.blob}
    AudioFile.objects.bulk_create(
        AudioFile(workspace=workspace, dataset=dataset, filename=clip.filename, duration_ms=clip.duration_ms, **common)
        for clip in clips
    )
    return dataset.pk


def _ids(dataset_id: Any) -> dict[str, str]:
    from datasets.models import AudioFile

    rows = AudioFile.objects.filter(dataset=dataset_id).values_list("filename", "pk")
    return {filename: str(pk) for filename, pk in rows}


def main() -> None:
    django.setup()
    print(json.dumps(made(World(**json.loads(sys.argv[1])))))


if __name__ == "__main__":
    main()
