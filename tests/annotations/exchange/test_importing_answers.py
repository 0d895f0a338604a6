"""Answers given elsewhere become a task of their own, and go out again as they came."""

import csv
import io
import json
import zipfile

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.core.management import CommandError, call_command
from django.urls import reverse
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from annotations.actions.importing_answers import import_answers
from annotations.exchange.clesc_shape import SCALES
from annotations.generating import build_archive
from annotations.models import Assignment, LabelingTask, Submission, WordProposal
from annotations.words.ready_made import add_ready_made
from datasets.models import AudioFile
from tests.annotations.exchange.clesc_files import FIRST, MESSY, cell, table
from tests.annotations.factories import make_dataset
from tests.callers import statuses
from workspaces.errors import Invalid
from workspaces.models import AuditEvent, Team, User

URL = "/api/v1/labeling-tasks/import-answers"


@pytest.fixture
def dataset(people):
    return make_dataset(people.workspace)


@pytest.fixture
def pool(people):
    return add_ready_made(people.workspace, by=people.administrator)


@pytest.fixture
def bring(dataset, pool, people):
    def bring(content, *, filename="clesc.csv", name="CLESC", by=None):
        by = by or people.administrator
        return import_answers(dataset, vocabulary=pool, filename=filename, content=content, name=name, by=by)

    return bring


def archive_of(task, folder, **options):
    build_archive(task, folder / "made.zip", options={"audio": "none", **options}, job=None)
    return zipfile.ZipFile(folder / "made.zip")


def answers_by_worker(task):
    rows = Submission.objects.filter(assignment__task=task).order_by("assignment__position", "assignment__slot")
    return [(row.author.name, row.answers) for row in rows.select_related("author")]


def test_the_first_row_makes_a_finished_task_of_two_teams(bring):
    made = bring(table(FIRST))
    task = made.task

    assert (task.state, task.overlap, task.by_team) == ("ready", 6, True)
    assert list(task.teams.values_list("team__name", "overlap", "decides")) == [
        ("Crowd", 3, False),
        ("Experts", 3, False),
    ]
    given = answers_by_worker(task)
    assert [name for name, _ in given] == ["t12", "t40", "t7", "e3", "e1", "e9"]
    assert [answers["pitch"] for _, answers in given] == ["low", "medium", "low", "medium", "medium", "medium"]
    assert given[0][1]["emotion"] == {"terms": ["neutral"]}
    turns = Assignment.objects.filter(task=task)
    assert set(turns.values_list("state", "origin", "revision")) == {("submitted", "no_review", 1)}
    assert made.report["people"] == {"Crowd": 3, "Experts": 3}
    assert (made.report["rows"], made.report["answers"], made.report["n_scales_unread"]) == (1, 6, 0)
    item = task.items.get()
    assert item.data == {"audio": "https://example.com/clips/call-0001.wav?x=1", "source_dataset": "common_voice"}
    assert item.files.get().audio.filename == "call-0001.wav"


def test_people_cannot_log_in_and_are_the_same_next_time(bring):
    bring(table(FIRST))
    before = set(User.objects.filter(email__endswith="@imported.invalid").values_list("pk", flat=True))
    bring(table(FIRST))

    people = User.objects.filter(email__endswith="@imported.invalid")
    assert set(people.values_list("pk", flat=True)) == before
    assert not any(person.is_active or person.has_usable_password() for person in people)
    assert Team.objects.get(name="Crowd").members.count() == 3


def test_what_is_not_understood_is_told_and_waits_for_a_curator(bring, pool):
    made = bring(table(MESSY))
    given = dict(answers_by_worker(made.task))

    assert given["t12"]["pitch"] == "low"
    assert "volume" not in given["t12"]
    assert given["t7"]["volume"] == "quiet"
    assert len(given["t7"]["emotion"]["terms"]) == 2
    assert given["e3"]["emotion"] == {"words": ["blorptastic"]}
    assert made.report["scales_unread"] == [{"line": 2, "column": "Expert_1", "alias": "pace", "text": "fast and slow"}]
    waiting = dict(WordProposal.objects.filter(vocabulary=pool, facet="emotion").values_list("word", "count"))
    assert waiting["blorptastic"] == 1
    event = AuditEvent.objects.get(verb="import_answers")
    assert event.data["report"] == made.report


def test_all_or_nothing_with_file_and_line(bring):
    with pytest.raises(Invalid) as caught:
        bring(table(FIRST, ["calm", *FIRST[1:]], FIRST, audio=["call-0001.wav", "call-0002.wav", "call-0077.wav"]))

    assert [sentence for _loc, sentence, _kind in caught.value.problems] == [
        "clesc.csv, line 3: There are no fields in Crowd_Worker_1: calm",
        "clesc.csv, line 4: The dataset has no ready recording called “call-0077.wav”.",
    ]
    assert not LabelingTask.objects.exists()
    assert not User.objects.filter(email__endswith="@imported.invalid").exists()


def test_a_recording_whose_name_is_there_twice_is_refused(bring, dataset):
    AudioFile.objects.filter(filename="call-0002.wav").update(filename="CALL-0001.mp3")

    with pytest.raises(Invalid) as caught:
        bring(table(FIRST, audio=["call-0001.ogg"]))
    assert "several recordings" in caught.value.problems[0][1]


def test_it_goes_out_as_it_came(bring, tmp_path):
    task = bring(table(FIRST, MESSY)).task
    with archive_of(task, tmp_path) as archive:
        rows = [json.loads(line) for line in archive.read("clesc/clesc.jsonl").splitlines()]
        table_rows = list(csv.DictReader(io.StringIO(archive.read("clesc/clesc.csv").decode())))

    assert list(table_rows[0]) == [
        "audio", *(f"Crowd_Worker_{n}" for n in (1, 2, 3)), *(f"Expert_{n}" for n in (1, 2, 3)), "source_dataset",
    ]  # fmt: skip
    assert rows[0]["Crowd_Worker_1"] == {
        "pace": "normal",
        "pitch": "low",
        "volume": "quiet",
        "emotion": ["neutral"],
        "emotion_ids": ["neutral"],
        "voice": ["calm"],
        "voice_ids": rows[0]["Crowd_Worker_1"]["voice_ids"],
        "worker_id": "t12",
    }
    assert json.loads(table_rows[0]["Expert_1"]) == rows[0]["Expert_1"]
    assert (rows[1]["Crowd_Worker_3"], rows[1]["Expert_3"]) == (None, None)
    assert rows[0]["audio"] == "https://example.com/clips/call-0001.wav?x=1"


WORDS = st.lists(st.sampled_from(["happy", "sad", "calm", "zzorp", "don't know", "tense"]), max_size=3, unique=True)
CELLS = st.lists(
    st.tuples(*(st.sampled_from(values) for values in SCALES.values()), WORDS, WORDS), min_size=6, max_size=6
)


@settings(max_examples=8, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(said=CELLS)
def test_out_and_in_again_says_the_same(said, bring, tmp_path):
    cells = [
        cell(f"{'t' if n < 3 else 'e'}{n}", pace=pace, pitch=pitch, volume=volume, emotion=", ".join(emotion),
             voice=", ".join(voice))
        for n, (pace, pitch, volume, emotion, voice) in enumerate(said)
    ]  # fmt: skip
    first = bring(table(cells)).task
    with archive_of(first, tmp_path) as archive:
        written = {name: archive.read(f"clesc/clesc.{name}") for name in ("jsonl", "csv")}

    for suffix, content in written.items():
        again = bring(content, filename=f"clesc.{suffix}").task
        assert answers_by_worker(again) == answers_by_worker(first)


def test_who_may(api, people, dataset, pool):
    def ask(who):
        file = SimpleUploadedFile("clesc.csv", table(FIRST))
        body = {"file": file, "dataset_id": str(dataset.pk), "vocabulary_id": str(pool.pk)}
        return api(people[who]).post(URL, body, format="multipart")

    assert statuses(ask) == (201, 201, 201, 403, 403, 404, 401)


def test_the_api_answers_with_the_report(api, people, dataset, pool):
    file = SimpleUploadedFile("clesc.csv", table(FIRST))
    body = {"file": file, "dataset_id": str(dataset.pk), "vocabulary_id": str(pool.pk), "name": "Voices"}
    response = api(people.administrator).post(URL, body, format="multipart")

    assert response.json()["report"]["answers"] == 6
    assert LabelingTask.objects.get(pk=response.json()["task_id"]).name == "Voices"
    wrong = {**body, "file": SimpleUploadedFile("clesc.csv", b"a,b\r\n1,2\r\n")}
    assert api(people.administrator).post(URL, wrong, format="multipart").status_code == 422


def test_the_page_takes_a_file_and_shows_what_became_of_it(client_of, people, dataset, pool):
    client = client_of(people.administrator)
    url = reverse("annotations:import_answers", args=[people.workspace.slug])
    assert b"Import answers" in client.get(reverse("annotations:tasks", args=[people.workspace.slug])).content
    assert client.get(url).status_code == 200
    refused = client.post(url, {"file": SimpleUploadedFile("x.csv", b"a,b\r\n1,2\r\n"), "dataset": str(dataset.pk),
                                "vocabulary": str(pool.pk)})  # fmt: skip
    assert (refused.status_code, b"Crowd_Worker_1" in refused.content) == (422, True)
    done = client.post(url, {"file": SimpleUploadedFile("x.csv", table(MESSY)), "dataset": str(dataset.pk),
                             "vocabulary": str(pool.pk)})  # fmt: skip
    assert done.status_code == 302
    page = client.get(done.url).content.decode()
    assert "blorptastic" in page
    assert "fast and slow" in page
    assert client_of(people.operator).get(url).status_code == 403
    assert client_of(people.operator).get(done.url).status_code == 403


def test_without_a_pool_the_page_says_so(client_of, people, dataset):
    url = reverse("annotations:import_answers", args=[people.workspace.slug])

    assert "word pool that is published" in client_of(people.administrator).get(url).content.decode()


def test_the_command(dataset, pool, people, tmp_path, capsys):
    path = tmp_path / "clesc.csv"
    path.write_bytes(table(FIRST))
    options = {"dataset": str(dataset.pk), "pool": pool.name, "by": people.administrator.email}
    call_command("import_clesc", str(path), **options)

    assert '"answers": 6' in capsys.readouterr().out
    path.write_bytes(b"")
    with pytest.raises(CommandError, match="no rows"):
        call_command("import_clesc", str(path), **options)
