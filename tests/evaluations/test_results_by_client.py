"""The public client package reads what this room answers, every field checked by its own models."""

import json

import httpx
import pytest
from django.test import Client

from annotations.models import LabelingTask
from tests.evaluations.factories import make_evaluation, make_files
from tests.evaluations.labeling import answer, skip, turn_at


class Inside(httpx.BaseTransport):
    """Requests that are answered in this process, inside the test's transaction."""

    def handle_request(self, request):
        headers = {name: value for name, value in request.headers.items() if not name.startswith("content-")}
        kind = request.headers.get("Content-Type", "")
        address = request.url.raw_path.decode()
        answer_ = Client().generic(request.method, address, request.read(), content_type=kind, headers=headers)
        return httpx.Response(answer_.status_code, headers=dict(answer_.headers), content=answer_.getvalue())


@pytest.fixture
def sdk(people, workspace_key):
    """The client with its strict mode on, talking to this process."""
    from scale_gp_beta import SGPClient

    with SGPClient(
        api_key=workspace_key,
        account_id=people.workspace.slug,
        base_url="http://testserver",
        max_retries=0,
        http_client=httpx.Client(transport=Inside()),
        _strict_response_validation=True,
    ) as client:
        yield client


@pytest.fixture
def evaluation(people):
    made = make_evaluation(people.workspace, by=people.administrator, rows=3)
    answer(made, 1, {"marks": [4801, 1250]}, by=people.operator)
    skip(made, 2, by=people.operator)
    return made


def test_rows_are_listed_page_by_page_with_their_answers(sdk, evaluation):
    found = list(sdk.evaluation_items.list(evaluation_id=str(evaluation.pk), limit=1))

    assert [row.data for row in found] == [
        {"text": "call 1", "marks": [1.25, 4.801]}, {"text": "call 2"}, {"text": "call 3"},
    ]  # fmt: skip
    assert [row.task_result_statuses for row in found] == [
        {"marks": "completed"}, {"marks": "skipped"}, {"marks": "pending"},
    ]  # fmt: skip
    assert sdk.evaluation_items.retrieve(found[0].id, include_archived=False) == found[0]


@pytest.mark.parametrize("method", ["direct", "signed_url"])
def test_rows_are_exported(sdk, evaluation, media, in_a_folder, method):
    made = sdk.evaluation_items.export(
        evaluation_id=str(evaluation.pk), export_format="jsonl", export_method=method, include_archived=False
    )

    content = made.content if method == "direct" else sdk._client.get(made.signed_url).text
    assert made.filename == "support-calls.jsonl"
    assert [json.loads(line)["data"].get("marks") for line in content.splitlines()] == [[1.25, 4.801], None, None]


def test_datasets_of_rows_are_made_changed_and_archived(sdk, people):
    (audio,) = make_files(people.workspace, 1)
    made = sdk.datasets.create(
        name="Calls", data=[{"n": 1}], files=[{"audio": str(audio.pk)}], tags=["may"], description="From May"
    )
    added = sdk.dataset_items.batch_create(dataset_id=made.id, data=[{"n": 2}, {"n": 3}])
    changed = sdk.dataset_items.update(added.items[0].id, data={"n": 20})
    gone = sdk.dataset_items.archive(added.items[1].id)

    assert (changed.data, changed.files) == ({"n": 20}, None)
    assert (gone.deleted, gone.object) == (True, "dataset.item")
    assert [item.data["n"] for item in sdk.dataset_items.list(dataset_id=made.id, limit=1)] == [1, 20]
    assert [item.data["n"] for item in sdk.dataset_items.list(dataset_id=made.id, version=2)] == [1, 2, 3]
    assert sdk.dataset_items.retrieve(changed.id, version=2).data == {"n": 2}
    assert sdk.datasets.retrieve(made.id).current_version_num == 4
    assert sdk.datasets.update(made.id, dataset={"name": "Songs"}).name == "Songs"
    assert sdk.datasets.archive(made.id).deleted is True
    assert [one.id for one in sdk.datasets.list(tags=["may"])] == []
    assert sdk.datasets.update(made.id, dataset={"restore": True}).archived_at is None
    assert [one.id for one in sdk.datasets.list(tags=["may"], name="song")] == [made.id]


def test_annotation_tasks_are_moved(sdk, people, evaluation):
    turns = [str(turn_at(evaluation, position).pk) for position in (1, 3)]

    (redone,) = sdk.annotation_tasks.batch_update(ids=turns[:1], status="PENDING_REDO").items
    (given,) = sdk.annotation_tasks.batch_update(ids=turns[1:], assigned_to=str(people.operator.pk)).items

    assert (redone.status, redone.assigned_to, redone.duration_seconds) == ("PENDING_REDO", str(people.operator.pk), 2)
    assert (given.status, given.task_type) == ("PENDING", "CONTRIBUTOR_ANNOTATION")


def test_an_auditor_is_chosen(sdk, people, evaluation):
    LabelingTask.objects.filter(evaluation_queue__evaluation=evaluation).update(review_mode="full")
    answer(evaluation, 3, {"marks": [1]}, by=people.operator)
    row = evaluation.items.get(position=3)

    (task,) = sdk.annotation_tasks.batch_update(
        audit_assignment={
            "evaluation_id": str(evaluation.pk),
            "queue_id": "default",
            "evaluation_item_ids": [str(row.pk)],
            "level_1_assigned_to": str(people.auditor.pk),
        }
    ).items

    assert (task.evaluation_item_id, task.task_type) == (str(row.pk), "CONTRIBUTOR_AUDIT")
    assert task.assigned_to == str(people.auditor.pk)


def test_refusals_are_the_clients_own_errors(sdk, evaluation):
    import scale_gp_beta

    with pytest.raises(scale_gp_beta.NotFoundError):
        sdk.evaluation_items.retrieve("seven")
    with pytest.raises(scale_gp_beta.BadRequestError, match="nothing was handed in"):
        sdk.annotation_tasks.batch_update(ids=[str(turn_at(evaluation, 3).pk)], status="PENDING_REDO")
    with pytest.raises(scale_gp_beta.UnprocessableEntityError):
        sdk.datasets.create(name="Calls", data=[])
