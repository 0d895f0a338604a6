"""Evaluations over `/v5/`: made, read, listed, changed, archived, restored."""

import pytest

from annotations.models import LabelingTask
from evaluations.actions.row_sets import add_items, create_row_set
from evaluations.models import Evaluation, EvaluationDataset, EvaluationItem
from evaluations.row_sets import rows_of
from evaluations.rows import Row
from tests.evaluations import labeling
from tests.evaluations.factories import layout, make_evaluation, make_files, make_question, task_of
from workspaces.audit_words import sentences
from workspaces.models import AuditEvent

pytestmark = pytest.mark.django_db
URL = "/v5/evaluations"


def body_for(people, **changes):
    files = make_files(people.workspace, 2)
    question = make_question(people.workspace)
    return {
        "name": "Support calls",
        "data": [{"text": "one"}, {"text": "two"}],
        "files": [{"audio": str(audio.pk)} for audio in files],
        "tasks": [task_of(question, layout=layout("item.files.audio", "item.text"))],
        **changes,
    }


def test_what_is_made_is_answered_in_full(v5, people):
    body = body_for(people, description="Week 46", tags=["calls"], metadata={"round": 1})

    answer = v5.post(URL, body)

    assert answer.status_code == 201, answer.content
    made = answer.json()
    evaluation = Evaluation.objects.get()
    creator = evaluation.created_by
    assert made == {
        "id": str(evaluation.pk),
        "object": "evaluation",
        "name": "Support calls",
        "description": "Week 46",
        "status": "running",
        "status_reason": None,
        "created_at": made["created_at"],
        "created_by": {"id": str(creator.pk), "type": "service_account", "object": "identity"},
        "archived_at": None,
        "tags": ["calls"],
        "datasets": [],
        "metadata": {"round": 1},
        "error_count": 0,
        "progress": {
            "items": {"total": 2, "pending": 2, "successful": 0, "failed": 0, "failed_items": []},
            "workflows": None,
        },
        "tasks": None,
    }
    shown = v5.get(f"{URL}/{evaluation.pk}?views=tasks").json()
    assert shown["tasks"] == [
        {
            "task_type": "contributor_evaluation.question",
            "alias": "marks",
            "configuration": {
                "question_id": body["tasks"][0]["configuration"]["question_id"],
                "layout": {
                    "direction": "row",
                    "children": [
                        {"data": "item.files.audio", "label": "audio"}, {"data": "item.text", "label": "text"},
                    ],
                },
                "queue_id": "default",
                "required": False,
            },
        }
    ]  # fmt: skip
    assert {**shown, "tasks": None} == made


def test_the_rows_are_stored_as_they_were_sent(v5, people):
    body = body_for(people, data=[{"text": "é", "n": {"a": [1, None, 2.5]}}, {}], tasks=[])

    v5.post(URL, body)

    rows = list(EvaluationItem.objects.order_by("position").values_list("position", "data", "files"))
    assert rows == [(n, body["data"][n - 1], body["files"][n - 1]) for n in (1, 2)]
    keys = EvaluationItem.objects.order_by("position").values_list("recordings__key", "recordings__audio")
    assert [(key, str(pk)) for key, pk in keys] == [("audio", row["audio"]) for row in body["files"]]


def test_the_smallest_evaluation_is_a_name_and_a_row(v5):
    answer = v5.post(URL, {"name": "x" * 128, "data": [{}]})

    assert answer.status_code == 201
    made = answer.json()
    assert (made["status"], made["tags"], made["datasets"], made["metadata"], made["description"]) == (
        "completed", [], [], None, "",
    )  # fmt: skip


def test_nulls_are_what_is_left_out(v5, people):
    nulls = dict.fromkeys(
        ("files", "tasks", "description", "tags", "metadata", "skip_prefilled_rows", "taxonomy_params", "dataset")
    )

    assert v5.post(URL, {"name": "Calls", "data": [{}], **nulls}).status_code == 201


def test_a_trailing_slash_is_no_address(v5):
    assert v5.post(f"{URL}/", {"name": "Calls", "data": [{}]}).status_code == 404
    assert not Evaluation.objects.exists()


@pytest.fixture
def row_set(people):
    """A dataset of two rows in its second version."""
    (audio,) = make_files(people.workspace, 1)
    first = Row({"text": "a", "n": 1}, {"audio": str(audio.pk)})
    made = create_row_set(people.workspace, name="Rows", rows=[first], by=people.administrator)
    add_items(made, [Row({"text": "b"}, {"audio": str(audio.pk)})], by=people.administrator)
    return made


def test_it_is_made_of_a_dataset_as_it_is_now(v5, people, row_set):
    task = task_of(make_question(people.workspace))

    answer = v5.post(URL, {"name": "Calls", "dataset_id": str(row_set.pk), "tasks": [task]})
    add_items(row_set, [Row({"text": "c"}, {})], by=people.administrator)

    assert answer.status_code == 201, answer.content
    (dataset,) = answer.json()["datasets"]
    assert (dataset["id"], dataset["name"], dataset["object"]) == (str(row_set.pk), "Rows", "dataset")
    sources = [version.item_id for version in rows_of(row_set, version=2)]
    rows = EvaluationItem.objects.order_by("position")
    assert list(rows.values_list("data", "dataset_item", "dataset_item_version")) == [
        ({"text": "a", "n": 1}, sources[0], 2), ({"text": "b"}, sources[1], 2),
    ]  # fmt: skip
    assert LabelingTask.objects.get().assignments.count() == 2


def test_some_rows_of_a_dataset_are_taken_with_more_beside(v5, row_set):
    first, second = (str(version.item_id) for version in rows_of(row_set, version=2))
    data = [{"dataset_item_id": second, "more": 1}, {"dataset_item_id": first, "n": 5}, {"dataset_item_id": second}]

    answer = v5.post(URL, {"name": "Calls", "dataset_id": str(row_set.pk), "data": data})

    assert answer.status_code == 201, answer.content
    rows = EvaluationItem.objects.order_by("position").values_list("data", flat=True)
    assert list(rows) == [{"text": "b", "more": 1}, {"text": "a", "n": 5}, {"text": "b"}]


def test_a_dataset_is_made_with_it(v5, people):
    body = body_for(people, dataset={"name": "Rows", "description": "d", "tags": ["t"], "keys": ["text"]})
    body["data"] = [{"text": "one", "more": 1}, {"more": 2}]

    answer = v5.post(URL, body)

    assert answer.status_code == 201, answer.content
    made = EvaluationDataset.objects.get()
    assert answer.json()["datasets"][0]["id"] == str(made.pk)
    assert (made.name, made.description, made.tags, made.version) == ("Rows", "d", ["t"], 1)
    held = list(rows_of(made, version=1))
    assert [(row.data, row.files) for row in held] == [({"text": "one"}, body["files"][0]), ({}, body["files"][1])]
    rows = EvaluationItem.objects.order_by("position").values_list("data", "dataset_item")
    assert list(rows) == [({"text": "one", "more": 1}, held[0].item_id), ({"more": 2}, held[1].item_id)]


def test_what_it_says_of_itself_is_changed(v5, people):
    evaluation = make_evaluation(
        people.workspace, by=people.administrator, metadata={"a": 1, "b": {"c": 1, "d": 2}}, tags=["old"]
    )
    changes = {"name": "Other", "description": "now", "tags": ["new"], "metadata": {"a": None, "b": {"c": 3}}}

    answer = v5.patch(f"{URL}/{evaluation.pk}", changes)

    assert answer.status_code == 200
    made = answer.json()
    assert (made["name"], made["description"], made["tags"], made["metadata"]) == (
        "Other", "now", ["new"], {"b": {"c": 3, "d": 2}},
    )  # fmt: skip
    assert LabelingTask.objects.get().name == "Other"
    (line,) = sentences(list(AuditEvent.objects.filter(verb="change", target_id=evaluation.pk)))
    assert (line.did, line.what) == ("changed", "evaluation “Other”")
    assert "name: Support calls, now Other" in line.details


def test_the_same_again_changes_nothing(v5, people):
    evaluation = make_evaluation(people.workspace, by=people.administrator)

    assert v5.patch(f"{URL}/{evaluation.pk}", {"name": "Support calls", "tags": []}).status_code == 200
    assert v5.patch(f"{URL}/{evaluation.pk}", {}).status_code == 200

    assert not AuditEvent.objects.filter(verb="change").exists()


@pytest.mark.parametrize(
    ("changes", "name"),
    [
        ({"name": ""}, "name"), ({"name": None}, "name"), ({"description": "x" * 281}, "description"),
        ({"tags": "a"}, "tags"), ({"metadata": []}, "metadata"), ({"metadata": {"a": "\0"}}, "metadata"),
        ({"restore": False}, "restore"), ({"restore": True, "name": "x"}, "restore"),
    ],
)  # fmt: skip
def test_a_change_that_cannot_be_stored_is_refused(v5, people, changes, name):
    evaluation = make_evaluation(people.workspace, by=people.administrator, metadata={"a": 1})

    answer = v5.patch(f"{URL}/{evaluation.pk}", changes)

    assert (answer.status_code, answer.json()["detail"][0]["loc"]) == (422, ["body", name])
    evaluation.refresh_from_db()
    assert (evaluation.name, evaluation.metadata, evaluation.tags) == ("Support calls", {"a": 1}, [])


def test_metadata_that_grow_too_large_by_merging_are_refused(v5, people):
    evaluation = make_evaluation(people.workspace, by=people.administrator, metadata={"a": "x" * 40_000})

    answer = v5.patch(f"{URL}/{evaluation.pk}", {"metadata": {"b": "x" * 40_000}})

    assert (answer.status_code, answer.json()["detail"][0]["loc"]) == (422, ["body", "metadata"])


def test_the_archive_stops_the_work_and_restoring_lets_it_go_on(v5, people):
    evaluation = make_evaluation(people.workspace, by=people.administrator)
    labeling.answer(evaluation, 1, {"marks": [1200]}, by=people.operator)
    url = f"{URL}/{evaluation.pk}"

    archived = v5.delete(url, content_type="application/json")
    again = v5.delete(url)

    assert archived.status_code == 200
    assert archived.json()["archived_at"] is not None
    assert again.json()["archived_at"] == archived.json()["archived_at"]
    assert LabelingTask.objects.get().state == "stopped"
    assert v5.get(url).status_code == 404
    assert f"“{evaluation.pk}” is archived" in v5.get(url).json()["detail"]
    assert v5.get(f"{url}?include_archived=true").json()["progress"]["items"]["successful"] == 1
    refused = v5.patch(url, {"name": "Other"})
    assert (refused.status_code, str(evaluation.pk) in refused.json()["detail"]) == (400, True)

    restored = v5.patch(url, {"restore": True})

    assert (restored.status_code, restored.json()["archived_at"]) == (200, None)
    assert LabelingTask.objects.get().state == "open"
    assert v5.patch(url, {"restore": True}).status_code == 200
    labeling.answer(evaluation, 2, {"marks": [0]}, by=people.operator)
    assert v5.get(url).json()["status"] == "completed"
    verbs = AuditEvent.objects.filter(target_type="evaluation").order_by("id").values_list("verb", flat=True)
    assert list(verbs) == ["create", "archive", "restore"]


def test_what_people_have_open_goes_back_when_it_is_archived(v5, people):
    evaluation = make_evaluation(people.workspace, by=people.administrator)
    turn = labeling.begin(evaluation, 1, by=people.operator)

    v5.delete(f"{URL}/{evaluation.pk}")

    turn.refresh_from_db()
    assert (turn.state, turn.annotator) == ("open", None)


def test_work_that_a_manager_stopped_stays_so_after_the_archive(v5, people):
    evaluation = make_evaluation(people.workspace, by=people.administrator)
    LabelingTask.objects.get().stop(by=people.administrator)

    v5.delete(f"{URL}/{evaluation.pk}")
    v5.patch(f"{URL}/{evaluation.pk}", {"restore": True})

    assert LabelingTask.objects.get().state == "stopped"
