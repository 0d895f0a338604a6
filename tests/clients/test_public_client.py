"""The public client package, the newest version and an old one, against a live server; strict about every answer."""

import csv
import io
import json

import httpx
import pytest

from tests.clients.labeling import label
from tests.clients.programs import VERSIONS

ALIAS = "mispronunciation_timestamps"
versions = pytest.mark.parametrize("version", sorted(VERSIONS))


@versions
def test_a_question_of_each_type_is_read_as_its_own_class(version, sdk_run):
    seen = sdk_run(version, "kinds")

    names = {
        "timestamp": "TimestampQuestion",
        "categorical": "CategoricalQuestion",
        "rating": "RatingQuestion",
        "number": "NumberQuestion",
        "free_text": "FreeTextQuestion",
        "form": "FormQuestion",
    }
    assert seen["kinds"] == {kind: [name, name, seen["sent"][kind]] for kind, name in names.items()}


@versions
def test_files_and_questions_are_kept(version, sdk_run, sounds):
    seen = sdk_run(version, "manage", sounds[0])

    ids = seen["ids"]
    assert seen["tags"] == {"speaker": "A", "take": 2}
    assert seen["content_is_whole"]
    assert seen["forwards"] == ids[:4]
    assert seen["backwards"] == [ids[2], ids[3], ids[0], ids[1]]
    assert seen["named"] == [ids[1]]
    assert seen["deleted"] == [ids[4], True]
    assert seen["question"] == ["Caller's mood", True, True]
    question, hidden, shown = seen["questions"]
    assert question not in hidden
    assert shown == [question]


@versions
def test_fields_may_have_the_names_that_guides_print(version, sdk_run, sounds):
    seen = sdk_run(version, "spellings", sounds[0])

    assert seen["file"] == "audio_sample_1.mp3"
    assert seen["question"] == ["Mispronunciation", "timestamp", True, "TimestampQuestion"]


@versions
def test_rows_are_kept_in_versions_and_evaluated(version, sdk_run, sounds, client):
    files = [client.files.create(file=sound).id for sound in sounds]

    seen = sdk_run(version, "datasets", *files)

    assert seen["versions"] == [1, 3]
    assert sorted(seen["now"]) == ["call 2", "call 3", "call one"]
    assert seen["then"] == ["call 1", "call 2"]
    assert seen["of_it"]
    assert [row["audio_description"] for row in seen["rows"]] == seen["now"]
    assert seen["renamed"] == "Calls of May"
    assert seen["deleted"] == [True, True, True]


@versions
def test_files_of_a_store_are_taken_over_where_they_lie(version, sdk_run, sounds, open_store):
    (sounds[0].parent / "notes.mp3").write_text("only words, no sound" * 20)
    open_store("my-bucket", sounds[0].parent)

    seen = sdk_run(version, "cloud", "my-bucket", sounds[0].name, "nowhere.mp3", "notes.mp3", sounds[1].name)
    hidden = sdk_run(version, "cloud", "another-bucket", sounds[0].name)

    assert seen["results"] == [
        ["SUCCESS", "SGPFile", "audio_sample_1.mp3"],
        ["FAILED_FILE_DOES_NOT_EXIST", "ResultFile_FailedFile", "nowhere.mp3"],
        ["FAILED_UNKNOWN_ERROR", "ResultFile_FailedFile", "notes.mp3"],
        ["SUCCESS", "SGPFile", "audio_sample_2.mp3"],
    ]
    assert hidden["results"] == [["FAILED_INVALID_PERMISSIONS", "ResultFile_FailedFile", "audio_sample_1.mp3"]]


@versions
def test_the_slice_from_upload_to_export(version, sdk_run, sounds, door):
    """Two recordings, a question, an evaluation; answered; read back in seconds, row by row and exported."""
    made = sdk_run(version, "create", *sounds)
    evaluation = made["evaluation"]
    assert made["question_class"] == "TimestampQuestion"
    assert [file["filename"] for file in made["files"]] == ["audio_sample_1.mp3", "audio_sample_2.mp3"]
    assert [file["mime_type"] for file in made["files"]] == ["audio/wav", "audio/mpeg"]
    assert evaluation["status"] == "running"

    before = sdk_run(version, "read", evaluation["id"])
    assert before["evaluation"]["progress"]["items"]["pending"] == 2
    assert [item["task_result_statuses"] for item in before["items"]] == [{ALIAS: "pending"}] * 2
    assert [item["data"] for item in before["items"]] == [
        {"audio_description": "Customer service call 1"},
        {"audio_description": "Customer service call 2"},
    ]
    label(door, evaluation["id"], [{ALIAS: [2100, 250]}, {ALIAS: []}])
    seen = sdk_run(version, "read", evaluation["id"])

    assert seen["evaluation"]["status"] == "completed"
    assert seen["evaluation"]["progress"]["items"] | {"failed_items": []} == {
        "total": 2,
        "pending": 0,
        "successful": 2,
        "failed": 0,
        "failed_items": [],
    }
    assert seen["task_classes"] == ["ContributorEvaluationQuestionTask"]
    assert [item["data"] for item in seen["items"]] == [
        {"audio_description": "Customer service call 1", ALIAS: [0.25, 2.1]},
        {"audio_description": "Customer service call 2", ALIAS: []},
    ]
    assert [item["files"]["audio_file"] for item in seen["items"]] == [file["id"] for file in made["files"]]
    assert seen["before_the_last"] == [seen["items"][0]["id"]]
    assert seen["one"] == seen["items"][0]
    assert seen["passed"] == [item["id"] for item in seen["items"]]
    assert_exported(seen)


def assert_exported(seen):
    rows = json.loads(seen["exports"]["json"]["content"])
    assert [row["data"] for row in rows] == [item["data"] for item in seen["items"]]
    lines = [json.loads(line) for line in seen["exports"]["jsonl"]["content"].splitlines()]
    assert lines == rows
    table = list(csv.DictReader(io.StringIO(seen["exports"]["csv"]["content"])))
    assert len(table) == 2
    assert any("Customer service call 1" in value for value in table[0].values())
    # Without a key: whoever has the address may have the rows.
    assert httpx.get(seen["signed_url"]).json() == rows


@versions
def test_an_evaluation_is_changed_put_away_and_brought_back(version, sdk_run, sounds):
    evaluation = sdk_run(version, "create", *sounds)["evaluation"]["id"]

    seen = sdk_run(version, "keep", evaluation)

    assert seen["changed"] == ["Calls, week 47", ["weekly"], {"model": "voice-v3", "score": 0.5}]
    assert seen["merged"] == {"model": "voice-v3", "run": 7}
    for found in ("by_name", "by_tag", "by_metadata", "listed_with_archived"):
        assert seen[found] == [evaluation]
    for found in ("by_old_tag", "listed_while_archived"):
        assert seen[found] == []
    assert ["audio_description", "string", 2, "data"] in seen["schema"]
    assert seen["archived"]
    assert seen["restored"]


def test_questions_are_added_and_rows_done_again(sdk_run, sounds, door):
    """What the newest version alone can call."""
    from annotations.models import Assignment

    evaluation = sdk_run("0.7.0", "create", *sounds)["evaluation"]["id"]
    assert sdk_run("0.7.0", "add", evaluation)["asked"] == [[ALIAS, False], ["mood", True]]
    label(door, evaluation, [{ALIAS: [10], "mood": "calm"}, {ALIAS: [], "mood": "upset"}])
    assert sdk_run("0.7.0", "read", evaluation)["evaluation"]["status"] == "completed"
    turn = Assignment.objects.get(item__position=1)

    seen = sdk_run("0.7.0", "redo", turn.pk)
    again = sdk_run("0.7.0", "read", evaluation)

    assert seen["tasks"] == [["PENDING_REDO", "CONTRIBUTOR_ANNOTATION", "default", evaluation]]
    assert again["evaluation"]["status"] == "running"
    assert [item["task_result_statuses"][ALIAS] for item in again["items"]] == ["pending", "completed"]
