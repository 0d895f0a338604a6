"""From a finished task to an archive, with real sound."""

import csv
import hashlib
import io
import json
import zipfile
from pathlib import Path

import pytest
from django.core.files.storage import default_storage

from annotations.actions import reviewing
from annotations.actions.generating import ask_to_generate
from annotations.generating import build_archive
from annotations.models import Assignment, LabelingTask
from datasets.actions import accept_upload
from datasets.formats.audacity import read_labels
from datasets.formats.textgrid import read_textgrid
from datasets.models import AnnotationSet, AudioBlob, AudioFile, ProcessedDataset
from tests.annotations.factories import ANSWERS, make_dataset, make_task
from tests.annotations.test_loop import hand_in, take, url
from tests.annotations.working import hand_in as labeled
from tests.annotations.working import skip
from tests.factories import MembershipFactory
from workspaces.models import Job, Role

CLIPS = Path(__file__).parents[2] / "demo"
AUDITOR = "Annotation auditor"
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
        "README.md",
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


def test_sound_that_went_from_its_store_fails_the_job_with_a_sentence(
    finished, people, django_capture_on_commit_callbacks
):
    AudioBlob.objects.update(original="calls://call.flac")

    with django_capture_on_commit_callbacks(execute=True):
        job = ask_to_generate(finished, by=people.administrator, options={"audio": "files"})

    job.refresh_from_db()
    sentence = "The store “calls”, in which the file lies, is not set up any more."
    assert (job.state, job.error, ProcessedDataset.objects.count()) == ("failed", sentence, 0)


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


@pytest.fixture
def judged(people):
    """Five items: approved as it is, mended, approved by two, dropped by an auditor, left out by a manager."""
    second = MembershipFactory(workspace=people.workspace, role=Role.AUDITOR, user__name="Second").user
    task = make_task(make_dataset(people.workspace, files=5), by=people.administrator)
    turns = []
    for _ in range(4):
        turns.append(labeled(task, people.operator))
    left_out = skip(task, people.operator)
    left_out.exclude(by=people.administrator)
    plain, mended, twice, dropped = turns
    reviewing.approve(plain, by=people.auditor)
    mend = {"answers": {**ANSWERS, "pace": "slow"}, "size": "minor"}
    reviewing.fix(mended, by=people.auditor, body=mend)
    LabelingTask.objects.update(recheck_percent=100)
    reviewing.approve(fresh(twice), by=people.auditor)
    reviewing.approve(fresh(twice), by=second)
    reviewing.drop(dropped, by=people.auditor, body={"reason_code": "unusable_audio", "comment": "Only noise."})
    return LabelingTask.objects.get(pk=task.pk)


def fresh(turn):
    return Assignment.objects.select_related("task").get(pk=turn.pk)


def test_how_each_answer_was_approved_is_in_the_lines(api, people, judged):
    response = api(people.administrator).get(f"/api/v1/labeling-tasks/{judged.pk}/export")
    rows = [json.loads(line) for line in b"".join(response.streaming_content).splitlines()]
    named = ("approval_origin", "annotator", "corrected_by", "correction", "reviewer", "first_reviewer", "review_level")

    assert [tuple(row[name] for name in named) for row in rows[:3]] == [
        ("reviewed", "Annotation operator", "", "", AUDITOR, "", 1),
        ("reviewed", "Annotation operator", AUDITOR, "minor", AUDITOR, "", 1),
        ("rechecked", "Annotation operator", "", "", "Second", AUDITOR, 2),
    ]
    assert rows[1]["answers"]["pace"] == "slow"
    found = [(row["revision"], row["verdict"], row["origin"], row["reviewer"]) for row in rows[2]["verdicts"]]
    assert found == [(1, "approved", "reviewed", AUDITOR), (1, "approved", "rechecked", "Second")]
    assert [row["correction"] for row in rows[1]["verdicts"]] == ["minor"]
    assert [row["answers"] for row in rows[3:]] == [None, None]


def test_the_table_and_the_manifest_name_both_authors_and_what_was_left_out(judged, tmp_path):
    head = build_archive(judged, tmp_path / "all.zip", options={"audio": "none"}, job=None)
    with zipfile.ZipFile(tmp_path / "all.zip") as archive:
        table = list(csv.DictReader(io.StringIO(archive.read("answers.csv").decode())))
        manifest = json.loads(archive.read("manifest.json"))

    row = next(row for row in table if row["position"] == "2")
    assert (row["annotator"], row["corrected_by"], row["correction"]) == ("Annotation operator", AUDITOR, "minor")
    answer = manifest["items"][1]["answers"][0]
    assert (answer["annotator"], answer["corrected_by"], answer["correction"]) == (
        "Annotation operator",
        AUDITOR,
        "minor",
    )
    assert manifest["items"][2]["answers"][0]["first_reviewer"] == AUDITOR
    assert manifest["totals"] == head["totals"]
    assert manifest["totals"]["answers_by_approval_origin"] == {"reviewed": 2, "rechecked": 1}
    assert manifest["totals"]["answers_by_correction"] == {"minor": 1}
    assert manifest["totals"]["turns_left_out"] == {"dropped": 1, "excluded": 1, "skipped": 0}
    assert (manifest["totals"]["items"], manifest["totals"]["items_answered"]) == (5, 3)


def test_a_mended_mark_names_whoever_mended_it(judged, people, django_capture_on_commit_callbacks):
    made = generate(judged, people, django_capture_on_commit_callbacks)

    rows = made.annotation_set.annotations.order_by("audio_file__filename")
    named = [(row.extra_data["annotator"], row.extra_data.get("corrected_by")) for row in rows]
    assert named == [("Annotation operator", None), ("Annotation operator", AUDITOR), ("Annotation operator", None)]
    assert rows[1].extra_data["correction"] == "minor"
