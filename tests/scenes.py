"""Ready-made situations for a running stack: `python -m tests.scenes loop --items 400 --people 8` prints JSON.

Run in the stack's environment; rows are made by the product's actions, only faster than over HTTP.
"""

import argparse
import json
import os

import django

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "config.settings")


def loop(*, items: int, people: int, dealt: bool) -> dict[str, object]:
    """A task over `items` files without review, and a key for each of `people` operators; dealt, or from the pool."""
    from annotations.dealing import split_evenly
    from tests.annotations.factories import make_dataset, make_task
    from workspaces.actions import create_api_key, create_workspace
    from workspaces.models import Membership, Role, User

    workspace = create_workspace(name="Loop", slug="loop")
    manager = User.objects.create_user("manager@loop.example", "loop", name="Manager")
    Membership.objects.create(workspace=workspace, user=manager, role=Role.ADMINISTRATOR)
    keys, annotators = [], []
    for number, quota in zip(range(people), split_evenly(items, people), strict=True):
        user = User.objects.create_user(f"annotator{number}@loop.example", "loop", name=f"Annotator {number}")
        Membership.objects.create(workspace=workspace, user=user, role=Role.OPERATOR)
        keys.append(create_api_key(workspace=workspace, name="loop", by=manager, user=user)[1])
        annotators.append((user, quota))
    dataset = make_dataset(workspace, files=items)
    task = make_task(dataset, by=manager, review_mode="none", annotators=annotators if dealt else None)
    manager_key = create_api_key(workspace=workspace, name="manager", by=manager, user=manager)[1]
    return {"task": str(task.pk), "dataset": str(dataset.pk), "keys": keys, "manager_key": manager_key}


def teams(*, items: int, people: int, overlap: int) -> dict[str, object]:
    """A task for two teams of `people` operators each, `overlap` of each per item, with a key for every one of them."""
    from annotations.actions.creating import TeamSeat
    from tests.annotations.factories import make_dataset, make_task
    from workspaces.actions import create_api_key, create_workspace
    from workspaces.models import Membership, Role, Team, User

    workspace = create_workspace(name="Loop", slug="loop")
    manager = User.objects.create_user("manager@loop.example", "loop", name="Manager")
    Membership.objects.create(workspace=workspace, user=manager, role=Role.ADMINISTRATOR)
    keys: dict[str, list[str]] = {}
    made = []
    for name in ("Crowd", "Experts"):
        group = Team.objects.create(workspace=workspace, name=name)
        made.append(group)
        keys[name] = []
        for number in range(people):
            user = User.objects.create_user(f"{name.lower()}{number}@loop.example", "loop", name=f"{name} {number}")
            Membership.objects.create(workspace=workspace, user=user, role=Role.OPERATOR)
            group.members.add(user)
            keys[name].append(create_api_key(workspace=workspace, name="loop", by=manager, user=user)[1])
    seats = [TeamSeat(group, overlap=overlap) for group in made]
    task = make_task(make_dataset(workspace, files=items), by=manager, review_mode="none", teams=seats)
    manager_key = create_api_key(workspace=workspace, name="manager", by=manager, user=manager)[1]
    return {"task": str(task.pk), "keys": keys, "manager_key": manager_key}


def team(*, items: int) -> dict[str, object]:
    """A space with a dataset of `items` files, a manager, two operators, two auditors, and a key for each of them."""
    from annotations.demo import PASSWORD
    from tests.annotations.factories import make_dataset
    from workspaces.actions import create_api_key, create_workspace
    from workspaces.models import Membership, Role, User

    workspace = create_workspace(name="Team", slug="team")
    roles = {
        "maja": Role.ANNOTATION_ADMINISTRATOR,
        "omar": Role.OPERATOR,
        "orla": Role.OPERATOR,
        "ana": Role.AUDITOR,
        "abel": Role.AUDITOR,
    }
    keys = {}
    for name, role in roles.items():
        user = User.objects.create_user(f"{name}@team.example", PASSWORD, name=name.capitalize())
        Membership.objects.create(workspace=workspace, user=user, role=role)
        keys[name] = create_api_key(workspace=workspace, name="team", by=user, user=user)[1]
    make_dataset(workspace, files=items)
    return {"slug": workspace.slug, "keys": keys}


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("scene", choices=["loop", "team", "teams"])
    parser.add_argument("--items", type=int, default=400)
    parser.add_argument("--people", type=int, default=8)
    parser.add_argument("--overlap", type=int, default=2)
    parser.add_argument("--dealt", action="store_true")
    asked = parser.parse_args()
    django.setup()
    if asked.scene == "team":
        made = team(items=asked.items)
    elif asked.scene == "teams":
        made = teams(items=asked.items, people=asked.people, overlap=asked.overlap)
    else:
        made = loop(items=asked.items, people=asked.people, dealt=asked.dealt)
    print(json.dumps(made))  # noqa: T201 - that is its job


if __name__ == "__main__":
    main()
