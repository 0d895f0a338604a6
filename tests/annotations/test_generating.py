"""From a finished task to an archive, with real sound."""

import csv
import hashlib
import io
import json
import zipfile
from pathlib import Path

import pytest
from django.core.files.storage import default_storage

from annotations.actions.generating import ask_to_generate
from annotations.generating import build_archive
from annotations.models import Assignment, LabelingTask
from datasets.actions import accept_upload
from datasets.formats.audacity import read_labels
from datasets.formats.textgrid import read_textgrid
from datasets.models import AnnotationSet, AudioFile, ProcessedDataset
from tests.annotations.factories import make_dataset, make_task
from tests.annotations.test_loop import hand_in, take, url
from workspaces.models import Job

CLIPS = Path(__file__).parents[2] / "demo"
MARKS = [
    {"id": "r1", "label": "long_pause", "start_ms": 1000, "end_ms": 1800, "note": ""},
    {"id": "r2", "label": "glitch", "start_ms": 1234, "end_ms": 1345, "note": 'says "refund", =1+1'},
]


@pytest.fixture
def finished(api, people, django_capture_on_commit_callbacks):
    """A task over two real clips, labeled by the operator, one approved after a correction."""
    dataset = make_dataset(people.workspace, files=0)
    with django_capture_on_commit_callbacks(execute=True):
        for name in ("call-0401.flac", "call-0402.flac"):
            accept_upload(dataset, by=people.administrator, filename=name, content=[(CLIPS / name).read_bytes()])
    assert set(AudioFile.objects.values_list("status", flat=True)) == {"ready"}
    task = make_task(dataset, by=people.administrator)
    for answers in ({"marks": MARKS, "pace": "slow", "moments": [500, 2000]}, {"marks": MARKS[:1], "pace": "fast"}):
        hand_in(api, people.operator, take(api, people.operator, task), answers=answers)
        review = api(people.auditor).post(f"/api/v1/labeling-tasks/{task.pk}/next-review").json()
        assert api(people.auditor).post(url(review, "approve")).status_code == 200
    task.refresh_from_db()
    return task


def generate(task, people, capture, audio="none"):
    with capture(execute=True):
        job = ask_to_generate(task, by=people.administrator, options={"audio": audio})
    job.refresh_from_db()
    assert (job.state, job.error) == ("completed", "")
    return ProcessedDataset.objects.order_by("-version").first()


def opened(made):
    with default_storage.open(made.archive) as file:
        return zipfile.ZipFile(io.BytesIO(file.read()))


def test_the_archive_holds_what_was_marked(finished, people, django_capture_on_commit_callbacks):
    made = generate(finished, people, django_capture_on_commit_callbacks)
    archive = opened(made)

    assert sorted(archive.namelist()) == [
        "answers.csv",
        "answers.jsonl",
        "audacity/call-0401.txt",
        "audacity/call-0402.txt",
        "manifest.json",
        "textgrid/call-0401.TextGrid",
        "textgrid/call-0402.TextGrid",
    ]
    first = json.loads(archive.read("answers.jsonl").splitlines()[0])
    assert first["answers"]["marks"] == MARKS
    assert (first["annotator"], first["approval_origin"], first["revision"]) == ("Annotation operator", "reviewed", 1)
    rows = list(csv.DictReader(io.StringIO(archive.read("answers.csv").decode())))
    assert [(row["label"], row["start_ms"], row["end_ms"]) for row in rows if row["type"] == "regions"] == [
        ("long_pause", "1000", "1800"),
        ("glitch", "1234", "1345"),
        ("long_pause", "1000", "1800"),
    ]
    regions = read_labels(archive.read("audacity/call-0401.txt"))
    assert [(region.label, region.start_ms, region.end_ms) for region in regions] == [
        ("moments", 500, 500),
        ("long_pause", 1000, 1800),
        ("glitch", 1234, 1345),
        ("moments", 2000, 2000),
    ]
    tiers = read_textgrid(archive.read("textgrid/call-0401.TextGrid"))
    assert {"marks", "moments"} <= {tier.name for tier in tiers}


def test_the_manifest_tells_how_it_was_made(finished, people, django_capture_on_commit_callbacks):
    archive = opened(generate(finished, people, django_capture_on_commit_callbacks))
    manifest = json.loads(archive.read("manifest.json"))

    assert manifest["totals"]["answers_by_approval_origin"] == {"reviewed": 2}
    assert [item["audio"][0]["filename"] for item in manifest["items"]] == ["call-0401.flac", "call-0402.flac"]
    for member in manifest["files"]:
        assert hashlib.sha256(archive.read(member["name"])).hexdigest() == member["sha256"]
    assert (
        hashlib.sha256((CLIPS / "call-0401.flac").read_bytes()).hexdigest()
        == manifest["items"][0]["audio"][0]["sha256"]
    )


def test_generating_again_gives_the_same_bytes_and_no_new_version(
    finished, people, django_capture_on_commit_callbacks, tmp_path
):
    made = generate(finished, people, django_capture_on_commit_callbacks)
    build_archive(finished, tmp_path / "again.zip", options={"audio": "none"}, job=None)
    again = generate(finished, people, django_capture_on_commit_callbacks)

    assert hashlib.sha256((tmp_path / "again.zip").read_bytes()).hexdigest() == made.sha256
    assert again == made
    assert AnnotationSet.objects.count() == 1


def test_the_marks_become_a_published_annotation_set(finished, people, django_capture_on_commit_callbacks):
    made = generate(finished, people, django_capture_on_commit_callbacks)

    assert made.annotation_set.state == "published"
    rows = made.annotation_set.annotations.filter(audio_file__filename="call-0401.flac")
    assert list(rows.values_list("artifact_type", "start_ms", "end_ms")) == [
        ("long_pause", 1000, 1800),
        ("glitch", 1234, 1345),
    ]
    assert LabelingTask.objects.get().state == "generated"


@pytest.mark.parametrize(
    ("audio", "names"),
    [
        ("files", ["audio/call-0401.flac", "audio/call-0402.flac"]),
        (
            "clips",
            [
                "clips/call-0401/000001000-000001800.flac",
                "clips/call-0401/000001234-000001345.flac",
                "clips/call-0402/000001000-000001800.flac",
            ],
        ),
    ],
)
def test_sound_comes_along_when_asked(finished, people, django_capture_on_commit_callbacks, audio, names):
    archive = opened(generate(finished, people, django_capture_on_commit_callbacks, audio=audio))

    assert [name for name in archive.namelist() if name.startswith(("audio/", "clips/"))] == names
    if audio == "files":
        assert archive.read("audio/call-0401.flac") == (CLIPS / "call-0401.flac").read_bytes()


def test_a_task_with_work_left_is_refused(api, people):
    task = make_task(make_dataset(people.workspace), by=people.administrator)
    response = api(people.administrator).post(f"/api/v1/labeling-tasks/{task.pk}/generate", {})

    assert response.status_code == 409
    assert response.json()["detail"] == "3 items are not finished yet. A dataset can be generated when none is left."
    assert Job.objects.filter(kind="annotations.generate").count() == 0


def test_asking_twice_while_it_runs_makes_one_job(finished, people):
    first = ask_to_generate(finished, by=people.administrator, options={})
    second = ask_to_generate(finished, by=people.administrator, options={})

    assert first == second


def test_a_task_reopened_meanwhile_fails_the_job_and_stores_nothing(
    finished, people, django_capture_on_commit_callbacks
):
    LabelingTask.objects.update(state="open")
    with django_capture_on_commit_callbacks(execute=True):
        job = ask_to_generate(finished, by=people.administrator, options={})
    job.refresh_from_db()

    assert job.state == "failed"
    assert ProcessedDataset.objects.count() == 0
    assert AnnotationSet.objects.count() == 0


def test_export_streams_every_item(api, people):
    task = make_task(make_dataset(people.workspace), by=people.administrator)
    hand_in(api, people.operator, take(api, people.operator, task))
    response = api(people.administrator).get(f"/api/v1/labeling-tasks/{task.pk}/export")
    rows = [json.loads(line) for line in b"".join(response.streaming_content).splitlines()]

    assert [(row["position"], row["answers"] is None) for row in rows] == [(1, False), (2, True), (3, True)]
    assert Assignment.objects.count() == 3
