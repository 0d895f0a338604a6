"""What is made of a task with a model tells which labels came from it and what people did with them."""

import csv
import io
import json
import zipfile

import pytest
from django.core.files.storage import default_storage

from annotations.actions.generating import ask_to_generate
from annotations.models import Submission
from annotations.results import export_lines
from datasets.models import ListenedFile, ProcessedDataset
from tests.annotations.factories import make_dataset, make_task
from tests.annotations.suggested import ROWS, answers, region, suggest
from tests.annotations.working import hand_in, judge

MODEL = {"name": "Glitches 1", "threshold": 0.5}


def done(task, people):
    """Three items: one with every fate, one nobody changed, one nobody marked anything in but for themselves."""
    hand_in(task, people.operator, answers=answers(region("s1"), region("s2", end_ms=5000), region()), dismissed=["s3"])
    hand_in(task, people.operator, answers=answers(region("s1"), region("s2"), region("s3")))
    hand_in(task, people.operator, answers=answers(region(label="long_pause")))
    judge(task, people.auditor, times=3)
    task.refresh_from_db()
    return task


@pytest.fixture
def assisted(people):
    task = make_task(make_dataset(people.workspace), by=people.administrator)
    suggest(task)
    return done(task, people)


@pytest.fixture
def made(assisted, people, media, django_capture_on_commit_callbacks):
    with django_capture_on_commit_callbacks(execute=True):
        ask_to_generate(assisted, by=people.administrator, options={"audio": "none"})
    return ProcessedDataset.objects.get()


@pytest.fixture
def archive(made):
    with default_storage.open(made.archive) as file:
        return zipfile.ZipFile(io.BytesIO(file.read()))


def table(archive, name):
    return list(csv.DictReader(io.StringIO(archive.read(name).decode())))


def test_every_line_has_the_suggestions_with_their_fates(archive, assisted):
    lines = [json.loads(line) for line in archive.read("answers.jsonl").splitlines()]

    assert [line["model"] for line in lines] == [MODEL] * 3
    assert [[row["fate"] for row in line["suggested"]] for line in lines] == [
        ["accepted", "adjusted", "dismissed"], ["accepted"] * 3, ["left"] * 3,
    ]  # fmt: skip
    assert lines[0]["suggested"][0] == {**ROWS[0], "fate": "accepted"}
    assert [one.get("suggestion") for one in lines[0]["answers"]["marks"]] == [None, "s1", "s2"]
    exported = [json.loads(line) for line in b"".join(export_lines(assisted)).splitlines()]
    assert [line["suggested"] for line in exported] == [line["suggested"] for line in lines]


def test_every_mark_says_where_it_came_from(archive):
    marks = [row for row in table(archive, "answers.csv") if row["type"] == "regions"]

    assert [(row["position"], row["origin"], row["fate"], row["model"], row["confidence"]) for row in marks] == [
        ("1", "person", "", "", ""),
        ("1", "suggestion", "accepted", "Glitches 1", "0.93"),
        ("1", "suggestion", "adjusted", "Glitches 1", "0.61"),
        ("2", "suggestion", "accepted", "Glitches 1", "0.93"),
        ("2", "suggestion", "accepted", "Glitches 1", "0.61"),
        ("2", "suggestion", "accepted", "Glitches 1", "0.55"),
        ("3", "person", "", "", ""),
    ]


def test_suggestions_have_a_table_of_their_own(archive):
    rows = table(archive, "suggestions.csv")

    assert len(rows) == 9
    assert rows[2] == {
        "position": "1", "item_id": rows[0]["item_id"], "filename": "call-0001.wav", "annotator": "Annotation operator",
        "corrected_by": "", "revision": "1", "question": "marks", "model": "Glitches 1", "id": "s3", "label": "glitch",
        "start_ms": "7000", "end_ms": "7100", "confidence": "0.55", "fate": "dismissed",
    }  # fmt: skip


def test_the_manifest_counts_them(archive, made):
    manifest = json.loads(archive.read("manifest.json"))

    assert [item["suggested_by"] for item in manifest["items"]] == ["Glitches 1"] * 3
    assert manifest["items"][0]["answers"][0]["suggestions"] == {
        "accepted": 1, "adjusted": 1, "dismissed": 1, "left": 0, "added": 1,
    }  # fmt: skip
    total = {"accepted": 4, "adjusted": 1, "dismissed": 1, "left": 3, "added": 2}
    assert manifest["totals"]["suggestions_by_fate"] == made.manifest["totals"]["suggestions_by_fate"] == total


def test_the_annotation_set_says_it_of_every_annotation(made, people):
    rows = made.annotation_set.annotations.order_by("audio_file_id", "start_ms", "id")
    told = [
        {name: row.extra_data.get(name) for name in ("origin", "fate", "model", "confidence")}
        for row in rows.filter(audio_file__filename="call-0001.wav")
    ]

    taken = {"origin": "suggestion", "model": "Glitches 1"}
    own = {"origin": "person", "fate": None, "model": None, "confidence": None}
    assert sorted(told, key=str) == sorted(
        [own, {**taken, "fate": "accepted", "confidence": 0.93}, {**taken, "fate": "adjusted", "confidence": 0.61}],
        key=str,
    )


def test_whoever_answered_has_listened_for_the_labels_of_the_task(made, people):
    marks = ListenedFile.objects.filter(annotation_set=made.annotation_set).order_by("audio_file_id")

    # In the third, suggestions of both were left open; of what was marked there by hand it is known that it is there.
    both, marked = ["glitch", "long_pause"], ["long_pause"]
    assert [(mark.audio_file.filename, mark.artifact_types, mark.by) for mark in marks] == [
        ("call-0001.wav", both, people.operator),
        ("call-0002.wav", both, people.operator),
        ("call-0003.wav", marked, people.operator),
    ]


def test_where_all_was_left_open_nobody_has_listened(assisted, people, media, django_capture_on_commit_callbacks):
    Submission.objects.filter(assignment__position=3).update(answers={})
    with django_capture_on_commit_callbacks(execute=True):
        ask_to_generate(assisted, by=people.administrator, options={"audio": "none"})

    marks = ListenedFile.objects.filter(annotation_set=ProcessedDataset.objects.get().annotation_set)
    assert sorted(mark.audio_file.filename for mark in marks) == ["call-0001.wav", "call-0002.wav"]


def test_without_a_model_nothing_of_it_is_exported(people, media, django_capture_on_commit_callbacks):
    task = make_task(make_dataset(people.workspace, files=1), by=people.administrator)
    hand_in(task, people.operator, answers=answers(region()))
    judge(task, people.auditor)
    task.refresh_from_db()
    with django_capture_on_commit_callbacks(execute=True):
        ask_to_generate(task, by=people.administrator, options={"audio": "none"})
    made = ProcessedDataset.objects.get()
    with default_storage.open(made.archive) as file, zipfile.ZipFile(io.BytesIO(file.read())) as archive:
        assert "suggestions.csv" not in archive.namelist()
        assert "origin" not in table(archive, "answers.csv")[0]
        assert "suggest" not in archive.read("manifest.json").decode()
        assert "suggest" not in archive.read("answers.jsonl").decode()
    assert "origin" not in made.annotation_set.annotations.get().extra_data
    assert ListenedFile.objects.filter(annotation_set=made.annotation_set).count() == 1
