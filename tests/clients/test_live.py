"""Our own client against a live server: all it can ask for, and the printed guide's calls with their own arguments."""

import json

import pytest

import earmark_client
from tests.clients.labeling import label

ALIAS = "mispronunciation_timestamps"


@pytest.fixture
def question(client):
    return client.questions.create(
        type="timestamp",
        title="Mispronunciation",
        prompt="When did mispronunciation occur?",
        multi=True,
    )


def evaluate(client, question_id, *file_ids, **changes):
    """The evaluation of the guide, with its own names."""
    given = {
        "name": "Voice Quality Evaluation - Mispronunciation Detection",
        "description": "Evaluate audio samples for mispronunciations",
        "data": [{"audio_description": f"Customer service call {n}"} for n, _ in enumerate(file_ids, start=1)],
        "files": [{"audio_file": file_id} for file_id in file_ids],
        "tasks": [
            {
                "task_type": "contributor_evaluation.question",
                "alias": ALIAS,
                "configuration": {
                    "question_id": question_id,
                    "queue_id": "default",
                    "layout": {
                        "direction": "column",
                        "children": [{"data": "item.audio_description"}, {"data": "item.files.audio_file"}],
                    },
                    "required": False,
                },
            }
        ],
    }
    return client.evaluations.create(**{**given, **changes})


@pytest.fixture
def evaluation(client, question, sounds):
    with sounds[0].open("rb") as first, sounds[1].open("rb") as second:
        files = [client.files.create(file=one, purpose="evaluation") for one in (first, second)]
    return evaluate(client, question.id, *(file.id for file in files))


def test_a_question_of_the_guide_is_made_as_printed(question):
    assert (question.question_type, question.name, question.configuration["multi"]) == (
        "timestamp",
        "Mispronunciation",
        True,
    )


def test_rows_are_answered_and_read_back(client, door, evaluation):
    assert evaluation.status == "running"

    label(door, evaluation.id, [{ALIAS: [2100, 1250]}, {ALIAS: [100]}])
    done = client.evaluations.wait_until_completed(evaluation.id, poll_s=0.1, timeout_s=5)
    rows = list(client.evaluation_items.list(evaluation_id=evaluation.id, limit=1))
    told = json.loads(client.evaluation_items.export(evaluation.id).content)

    assert (done.status, done.progress.items.done, done.progress.items.total) == ("completed", 2, 2)
    assert [row.data[ALIAS] for row in rows] == [[1.25, 2.1], [0.1]]
    assert [row.task_result_statuses for row in rows] == [{ALIAS: "completed"}] * 2
    assert client.evaluation_items.retrieve(rows[0].id) == rows[0]
    assert [row["data"] for row in told] == [row.data for row in rows]


def test_files_are_looked_at_tagged_fetched_and_deleted(client, sounds, tmp_path):
    files = [client.files.create(file=sound) for sound in sounds]

    assert [file.id for file in client.files.list(limit=1)] == [file.id for file in files]
    assert [file.id for file in client.files.list(filename="SAMPLE_2")] == [files[1].id]
    assert client.files.update(files[0].id, tags={"take": 1}).tags == {"take": 1}
    assert client.files.retrieve(files[0].id).duration_seconds == 2
    fetched = client.files.download(files[1].id, tmp_path / "fetched.mp3")
    assert fetched.read_bytes() == sounds[1].read_bytes()
    client.files.delete(files[1].id)
    with pytest.raises(earmark_client.NotFoundError, match=files[1].id):
        client.files.retrieve(files[1].id)


def test_files_of_a_store_are_taken_over(client, sounds, open_store):
    open_store("my-bucket", sounds[0].parent)

    found, missing = client.files.cloud_imports.create(
        files=[
            {"container": "my-bucket", "filename": name, "filepath": name, "file_type": "audio/mpeg"}
            for name in ("audio_sample_2.mp3", "nowhere.mp3")
        ]
    ).results

    assert (found.status, found.file.md5_checksum != "") == ("SUCCESS", True)
    assert client.files.retrieve(found.file.id).filename == "audio_sample_2.mp3"
    assert missing.status == "FAILED_FILE_DOES_NOT_EXIST"
    with pytest.raises(earmark_client.UnexpectedAnswer, match=r"nowhere\.mp3"):
        _ = missing.file.id


def test_questions_are_renamed_put_away_and_brought_back(client, question):
    other = client.questions.create(type="categorical", title="Mood", prompt="?", choices=["calm", "upset"])

    assert client.questions.update(question.id, name="Slip").name == "Slip"
    assert client.questions.archive(question.id).archived_at is not None
    assert [one.id for one in client.questions.list()] == [other.id]
    assert [one.id for one in client.questions.list(include_archived=True, ids=[question.id])] == [question.id]
    assert client.questions.restore(question.id).archived_at is None
    assert client.questions.retrieve(other.id).configuration["choices"] == ["calm", "upset"]


def test_evaluations_are_changed_found_put_away_and_brought_back(client, evaluation):
    changed = client.evaluations.update(evaluation.id, name="Week 47", tags=["weekly"], metadata={"model": "v3"})
    with_tasks = client.evaluations.retrieve(evaluation.id, views=["tasks"])

    assert (changed.name, changed.tags, changed.metadata) == ("Week 47", ["weekly"], {"model": "v3"})
    assert [task["alias"] for task in with_tasks.tasks] == [ALIAS]
    assert [one.id for one in client.evaluations.list(name="week", tags=["weekly"])] == [evaluation.id]
    is_v3 = {"key": "model", "operator": "==", "value": "v3"}
    assert [one.id for one in client.evaluations.filter(filters=[is_v3])] == [evaluation.id]
    assert {field.field_name for field in client.evaluations.schema(evaluation.id).fields} >= {"audio_description"}
    assert client.evaluations.archive(evaluation.id).archived_at is not None
    assert client.evaluations.list().items == []
    assert client.evaluations.restore(evaluation.id).archived_at is None


def test_what_is_asked_changes_until_work_begins(client, door, evaluation, question):
    mood = client.questions.create(type="free_text", title="Mood", prompt="How do they sound?")
    layout = {"children": [{"data": "item.files.audio_file"}]}

    def asked(question_id):
        return {"question_id": question_id, "layout": layout}

    client.evaluations.tasks.add(
        evaluation.id,
        task={"task_type": "contributor_evaluation.question", "alias": "mood", "configuration": asked(mood.id)},
    )
    client.evaluations.tasks.update(
        "mood", evaluation_id=evaluation.id, configuration=asked(mood.id) | {"required": True}
    )
    tasks = client.evaluations.retrieve(evaluation.id, views=["tasks"]).tasks
    assert [(task["alias"], task["configuration"]["required"]) for task in tasks] == [(ALIAS, False), ("mood", True)]

    label(door, evaluation.id, [{ALIAS: [], "mood": "calm"}])
    with pytest.raises(earmark_client.BadRequestError):
        client.evaluations.tasks.update("mood", evaluation_id=evaluation.id, configuration=asked(mood.id))


def test_rows_are_kept_in_datasets(client):
    dataset = client.datasets.create(name="Calls", data=[{"text": "a"}, {"text": "b"}], tags=["en"])
    first, second = client.dataset_items.list(dataset_id=dataset.id, limit=1)

    client.dataset_items.update(first.id, data={"text": "A"})
    client.dataset_items.batch_create(dataset_id=dataset.id, data=[{"text": "c"}])
    client.dataset_items.archive(second.id)

    assert client.datasets.retrieve(dataset.id).current_version_num == 4
    assert [item.data["text"] for item in client.dataset_items.list(dataset_id=dataset.id)] == ["A", "c"]
    assert [item.data["text"] for item in client.dataset_items.list(dataset_id=dataset.id, version=1)] == ["a", "b"]
    assert client.dataset_items.retrieve(first.id, version=1).data == {"text": "a"}
    assert client.datasets.update(dataset.id, name="Old calls").name == "Old calls"
    client.datasets.archive(dataset.id)
    assert client.datasets.list().items == []
    assert client.datasets.restore(dataset.id).archived_at is None


def test_a_row_is_sent_back_to_be_done_again(client, door, evaluation):
    from annotations.models import Assignment

    label(door, evaluation.id, [{ALIAS: [1]}, {ALIAS: [2]}])
    turn = Assignment.objects.order_by("pk").first()

    [task] = client.annotation_tasks.batch_update(ids=[str(turn.pk)], status="PENDING_REDO")

    assert (task.status, task.evaluation_id, task.queue_id) == ("PENDING_REDO", evaluation.id, "default")
    assert client.evaluations.retrieve(evaluation.id).status == "running"


def test_a_refusal_names_the_field_and_the_id(client, sounds):
    file = client.files.create(file=sounds[0])
    nobody = "01931c2e-0000-7000-8000-000000000000"

    with pytest.raises(earmark_client.UnprocessableEntityError, match=nobody) as refused:
        evaluate(client, nobody, file.id)

    assert [problem.where for problem in refused.value.problems] == ["tasks.0.configuration.question_id"]
    assert client.evaluations.list().total == 0
