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


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("scene", choices=["loop"])
    parser.add_argument("--items", type=int, default=400)
    parser.add_argument("--people", type=int, default=8)
    parser.add_argument("--dealt", action="store_true")
    asked = parser.parse_args()
    django.setup()
    print(json.dumps(loop(items=asked.items, people=asked.people, dealt=asked.dealt)))  # noqa: T201 - that is its job


if __name__ == "__main__":
    main()
