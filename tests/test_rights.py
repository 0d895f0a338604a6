"""The permission matrix over HTTP: every right, every kind of person."""

import pytest

from annotations.models import Assignment, LabelingTask
from tests.annotations.factories import ANSWERS, make_dataset, make_task
from tests.callers import WHO
from tests.factories import MembershipFactory
from workspaces.models import Role
from workspaces.permissions import MATRIX, Right, can

# What each gets, in the order of WHO. 403: a member without the right. 404: for a stranger it does not exist.
ROWS = {
    Right.CREATE_TASKS: (201, 201, 201, 403, 403, 422, 401),
    Right.LABEL: (200, 200, 200, 200, 403, 404, 401),
    Right.REVIEW: (403, 403, 403, 403, 200, 404, 401),
    Right.MANAGE_TASKS: (200, 200, 200, 403, 403, 404, 401),
    Right.TRANSFER_OWN_LABELING: (201, 201, 201, 201, 403, 404, 401),
    Right.TRANSFER_OWN_REVIEWS: (403, 403, 403, 403, 201, 404, 401),
    Right.TRANSFER_FOR_OTHERS: (201, 201, 201, 403, 403, 404, 401),
    Right.READ_DATASETS: (200, 200, 200, 403, 403, 404, 401),
    Right.EDIT_DATASETS: (200, 200, 403, 403, 403, 404, 401),
    Right.MANAGE_WORKSPACE: (200, 200, 403, 403, 403, 404, 302),
}
CELLS = [(right, who, status) for right, row in ROWS.items() for who, status in zip(WHO, row, strict=True)]


class Scene:
    """A task with open work, work dealt to everybody who may hold it, and a submission that waits for a verdict."""

    def __init__(self, people, who):
        self.people, self.me = people, people[who]
        # Transfers need somebody to go to, and work in the hands of whoever asks.
        self.other = MembershipFactory(workspace=people.workspace, role=Role.OPERATOR, user__name="Other").user
        self.other_auditor = MembershipFactory(workspace=people.workspace, role=Role.AUDITOR, user__name="Second").user
        self.dataset = make_dataset(people.workspace, files=4)
        self.task = make_task(self.dataset, by=people.administrator)
        rows = list(Assignment.objects.filter(task=self.task).order_by("position"))
        holder = self.me if self.me.is_authenticated and who not in ("outsider", "auditor") else self.other
        self._give(rows[0], annotator=holder, state="assigned", is_dealt=True)
        self._give(rows[1], annotator=people.operator, state="assigned", is_dealt=True)
        author = self.other
        self._give(rows[2], annotator=author, state="in_progress", lease_until="2999-01-01T00:00Z")
        rows[2].refresh_from_db()
        rows[2].submit(by=author, answers=ANSWERS, active_ms=0, listened=[], revision=0)
        reviewer = people.auditor if who == "auditor" else None
        Assignment.objects.filter(pk=rows[2].pk).update(reviewer=reviewer)

    @staticmethod
    def _give(row, **fields):
        Assignment.objects.filter(pk=row.pk).update(**fields)


def create_task(client, scene):
    body = {"dataset": str(scene.dataset.pk), "name": "New", "questions": [{"type": "timestamp", "name": "When"}]}
    return client.post("/api/v1/labeling-tasks", body)


def transfer(client, scene, kind, holder, to):
    body = {"kind": kind, "to": to.email, "quantity": 1}
    if holder != scene.me:
        body["from"] = holder.email
    return client.post(f"/api/v1/labeling-tasks/{scene.task.pk}/transfers", body)


CALLS = {
    Right.CREATE_TASKS: create_task,
    Right.LABEL: lambda client, scene: client.post(f"/api/v1/labeling-tasks/{scene.task.pk}/next"),
    Right.REVIEW: lambda client, scene: client.post(f"/api/v1/labeling-tasks/{scene.task.pk}/next-review"),
    Right.MANAGE_TASKS: lambda client, scene: client.post(f"/api/v1/labeling-tasks/{scene.task.pk}/stop"),
    Right.TRANSFER_OWN_LABELING: lambda client, scene: transfer(client, scene, "labeling", scene.me, scene.other),
    Right.TRANSFER_OWN_REVIEWS: lambda client, scene: transfer(client, scene, "review", scene.me, scene.other_auditor),
    Right.TRANSFER_FOR_OTHERS: lambda client, scene: transfer(
        client, scene, "labeling", holder_of_another(scene), scene.other
    ),
    Right.READ_DATASETS: lambda client, scene: client.get(f"/api/v1/datasets/{scene.dataset.pk}"),
    Right.EDIT_DATASETS: lambda client, scene: client.patch(
        f"/api/v1/datasets/{scene.dataset.pk}", {"name": "Renamed"}
    ),
    Right.MANAGE_WORKSPACE: lambda client, scene: client.get(f"/w/{scene.people.workspace.slug}/members/"),
}


def holder_of_another(scene):
    """Somebody else than whoever asks, with an item that can move."""
    first = Assignment.objects.filter(task=scene.task, state="assigned").exclude(annotator=scene.other)
    if scene.me.is_authenticated:
        first = first.exclude(annotator=scene.me)
    row = first.select_related("annotator").first()
    if row is None:  # the operator asks: the first item goes to the other one
        row = Assignment.objects.filter(task=scene.task, state="assigned").order_by("position").first()
        Assignment.objects.filter(pk=row.pk).update(annotator=scene.people.administrator)
        return scene.people.administrator
    return row.annotator


@pytest.mark.parametrize(("right", "who", "status"), CELLS, ids=lambda value: str(value))
def test_matrix(api, people, right, who, status):
    scene = Scene(people, who)
    response = CALLS[right](api(people[who]), scene)

    assert response.status_code == status, response.content


def test_the_table_covers_every_right():
    assert set(ROWS) == set(CALLS) == set(MATRIX) == set(Right)


@pytest.mark.parametrize("right", list(Right))
def test_somebody_with_two_roles_has_the_rights_of_both(people, right):
    both = MembershipFactory(workspace=people.workspace, role=Role.AUDITOR).user
    MembershipFactory(workspace=people.workspace, role=Role.OPERATOR, user=both)

    assert can(both, right, people.workspace.pk) == bool(MATRIX[right] & {Role.AUDITOR, Role.OPERATOR})


def test_both_roles_do_not_let_anyone_judge_own_work(api, people):
    both = MembershipFactory(workspace=people.workspace, role=Role.AUDITOR).user
    MembershipFactory(workspace=people.workspace, role=Role.OPERATOR, user=both)
    task = make_task(make_dataset(people.workspace, files=1), by=people.administrator)
    turn = api(both).post(f"/api/v1/labeling-tasks/{task.pk}/next").json()["assignment"]["id"]
    api(both).post(f"/api/v1/assignments/{turn}/submit", {"answers": ANSWERS})

    assert api(both).post(f"/api/v1/labeling-tasks/{task.pk}/next-review").status_code == 204
    assert api(both).post(f"/api/v1/assignments/{turn}/approve").status_code == 403
    assert Assignment.objects.get().state == "pending_review"


@pytest.mark.parametrize(
    ("who", "statuses"),
    [
        ("operator", (403, 403, 403, 403)),  # another annotator's turn
        ("auditor", (403, 403, 403, 403)),
        ("outsider", (404, 404, 404, 404)),
        ("anonymous", (401, 401, 401, 401)),
    ],
)
def test_another_persons_turn_is_closed(api, people, who, statuses):
    task = make_task(make_dataset(people.workspace, files=1), by=people.administrator)
    turn = api(people.administrator).post(f"/api/v1/labeling-tasks/{task.pk}/next").json()["assignment"]["id"]
    client = api(people[who])
    answers = (
        client.get(f"/api/v1/assignments/{turn}"),
        client.put(f"/api/v1/assignments/{turn}/draft", {"version": 0, "answers": {}}),
        client.post(f"/api/v1/assignments/{turn}/submit", {"answers": ANSWERS}),
        client.post(f"/api/v1/assignments/{turn}/skip", {"reason": "Not mine"}),
    )

    assert tuple(answer.status_code for answer in answers) == statuses
    assert LabelingTask.objects.get().state == "open"
