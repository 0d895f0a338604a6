"""Who gets to which labeling page, and whose posts do something: one row per page and person."""

from typing import Any

import pytest

from annotations.jobs import FILL
from annotations.models import LabelingTask
from tests.annotations.factories import make_dataset, make_task
from tests.annotations.working import begin, hand_in, skip
from tests.callers import statuses
from tests.factories import MembershipFactory
from workspaces.models import Job

MANAGERS = (200, 200, 200, 403, 403, 404, 302)
EVERYBODY = (200, 200, 200, 200, 200, 404, 302)
PAGES = {
    "labeling/": (200, 200, 200, 200, 403, 404, 302),
    "review/": (403, 403, 403, 403, 200, 404, 302),
    "tasks/": MANAGERS,
    "tasks/new/": MANAGERS,
    "tasks/deleted/": MANAGERS,
    "tasks/{task}/": MANAGERS,
    "tasks/{task}/items/": MANAGERS,
    "tasks/{task}/people/": MANAGERS,
    "tasks/{task}/settings/": MANAGERS,
    "tasks/{task}/quality/": MANAGERS,
    "tasks/{task}/label/": (200, 200, 200, 200, 403, 404, 302),
    "tasks/{task}/review/": (403, 403, 403, 403, 200, 404, 302),
    "tasks/{task}/rest/": (403, 403, 403, 403, 200, 404, 302),
    "tasks/{task}/transfer/": (200, 200, 200, 200, 200, 404, 302),
    "tasks/{task}/transfer/?kind=review": (200, 200, 200, 403, 200, 404, 302),
    "tasks/{task}/transfer/?kind=labeling": (200, 200, 200, 200, 403, 404, 302),
    # Somebody else's work.
    "tasks/{task}/transfer/?from={other}": MANAGERS,
    "tasks/{task}/figures/people.csv": MANAGERS,
    "tasks/{task}/figures/days.csv": MANAGERS,
    "tasks/{task}/figures/turns.csv": MANAGERS,
    "my-figures/": EVERYBODY,
    "notices/": EVERYBODY,
    "notices/bell/": EVERYBODY,
    # Begun by the operator: theirs, and a manager's to look at.
    "assignments/{begun}/": (200, 200, 200, 200, 403, 404, 302),
    # Handed in by somebody else: an auditor's to judge, a manager's to look at.
    "assignments/{handed_in}/": (200, 200, 200, 403, 200, 404, 302),
}
DONE = (302, 302, 302, 403, 403, 404, 302)
SETTINGS = {
    "name": "New", "lease_minutes": "5", "priority": "2", "review_mode": "full", "recheck_percent": "0",
    "max_rework": "3",
}  # fmt: skip
STAFF = {"version": "", "rest_in_pool": "on"}
TRANSFER = {"kind": "labeling", "from": "{other}", "to": "{annotation_administrator}", "quantity": "1",
            "with_begun": "on"}  # fmt: skip
POSTS = {
    "tasks/new/": ({"do": "next", "name": ""}, (422, 422, 422, 403, 403, 404, 302)),
    "tasks/new/preview/": ({"instructions": "*a*"}, MANAGERS),
    "tasks/{task}/move/": ({"move": "stop"}, DONE),
    "tasks/{task}/items/{skipped}/": ({"move": "reopen"}, DONE),
    "tasks/{task}/items/bulk/": ({"move": "reopen"}, DONE),
    "tasks/{task}/settings/": (SETTINGS, DONE),
    "tasks/{task}/people/": (STAFF, DONE),
    "tasks/{task}/transfer/": (TRANSFER, DONE),
    "tasks/{task}/transfer/?own": ({**TRANSFER, "from": "{operator}"}, (302, 302, 302, 302, 403, 404, 302)),
    "tasks/{ready}/move/": ({"move": "delete"}, DONE),
    "tasks/{deleted}/move/": ({"move": "restore"}, DONE),
    "tasks/{unfilled}/fill/": ({}, DONE),
    "notices/read/": ({}, (302, 302, 302, 302, 302, 404, 302)),
    "tasks/{ready}/generate/": ({"audio": "none"}, DONE),
    # Not partial: for the one who may ask it is the wrong moment.
    "tasks/{task}/rest/": ({}, (403, 403, 403, 403, 409, 404, 302)),
}


@pytest.fixture
def rows(people: Any) -> dict[str, Any]:
    other = MembershipFactory(workspace=people.workspace, user__name="Other").user
    dataset = make_dataset(people.workspace, files=4)
    task = make_task(dataset, by=people.administrator)
    ready = make_task(dataset, by=people.administrator, review_mode="none")
    LabelingTask.objects.filter(pk=ready.pk).update(state="ready")
    deleted = make_task(dataset, by=people.administrator)
    deleted.delete_softly(by=people.administrator)
    return {
        "task": task.pk,
        "ready": ready.pk,
        "handed_in": hand_in(task, other).pk,
        "skipped": skip(task, other).pk,
        "begun": begin(task, people.operator).pk,
        "theirs": begin(task, other).pk,
        "deleted": deleted.pk,
        "unfilled": _unfilled(dataset, by=people.administrator),
        "other": other.pk,
        "operator": people.operator.pk,
        "annotation_administrator": people.annotation_administrator.pk,
    }


def _unfilled(dataset: Any, *, by: Any) -> Any:
    """A large task whose filling failed."""
    task = LabelingTask.objects.create(workspace=dataset.workspace, dataset=dataset, name="Large", seed=1)
    args = {"task_id": str(task.pk), "items": 4, "numbers": []}
    key = f"{FILL}:{task.pk}"
    job = Job.objects.create(workspace=dataset.workspace, kind=FILL, args=args, created_by=by, idempotency_key=key)
    job.take()
    job.fail("The disk is full.")
    return task.pk


@pytest.mark.parametrize("path", PAGES)
def test_who_sees_which_page(client_of, people, rows, path):
    address = f"/w/speech-lab/{path.format(**rows)}"

    assert statuses(lambda who: client_of(people[who]).get(address)) == PAGES[path]


@pytest.mark.parametrize("path", POSTS)
def test_whose_posts_do_something(client_of, people, rows, path):
    sent, row = POSTS[path]
    address, body = f"/w/speech-lab/{path.format(**rows)}", {name: value.format(**rows) for name, value in sent.items()}

    assert statuses(lambda who: client_of(people[who]).post(address, body)) == row
    assert client_of(people.anonymous).post(address, body).url.startswith("/accounts/login/")


@pytest.mark.parametrize(
    "path", ["tasks/{task}/", "tasks/{task}/items/", "tasks/{task}/label/", "assignments/{begun}/"]
)
def test_a_task_is_found_in_its_own_workspace_alone(client_of, people, rows, path):
    elsewhere = MembershipFactory(user=people.administrator, role="administrator").workspace

    response = client_of(people.administrator).get(f"/w/{elsewhere.slug}/{path.format(**rows)}")

    assert response.status_code == 404


@pytest.mark.parametrize(
    "path",
    ["tasks/{task}/move/", "tasks/{task}/generate/", "tasks/{task}/items/{skipped}/", "tasks/{task}/items/bulk/"],
)
def test_moves_are_posts(client_of, people, rows, path):
    assert client_of(people.administrator).get(f"/w/speech-lab/{path.format(**rows)}").status_code == 405


def test_whoever_is_not_named_does_not_get_in(client_of, people, rows):
    dataset = LabelingTask.objects.get(pk=rows["task"]).dataset
    task = make_task(dataset, by=people.administrator, annotators=[(people.administrator, 4)])

    response = client_of(people.operator).get(f"/w/speech-lab/tasks/{task.pk}/label/")

    assert response.status_code == 403
    assert "You are not among the people" in response.content.decode()
