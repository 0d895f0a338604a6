"""The pages of datasets: who may see and do what, and what stands on them."""

import json
from datetime import timedelta

import pytest
from django.utils import timezone

from datasets.models import AudioFile, Dataset
from tests.datasets.factories import (
    AnnotationFactory,
    AnnotationSetFactory,
    ArtifactTypeFactory,
    AudioFileFactory,
    DatasetFactory,
    ProcessedDatasetFactory,
)
from tests.factories import JobFactory
from workspaces.models import AuditEvent

READERS = [
    ("superadmin", 200),
    ("administrator", 200),
    ("annotation_administrator", 200),
    ("operator", 403),
    ("auditor", 403),
    ("outsider", 404),
    ("anonymous", 302),
]
EDITORS = [
    ("superadmin", 200),
    ("administrator", 200),
    ("annotation_administrator", 403),
    ("operator", 403),
    ("auditor", 403),
    ("outsider", 404),
    ("anonymous", 302),
]
READ = ["", "{d}/", "{d}/types/", "{d}/audio/{a}/", "{d}/audio/{a}/row/", "{d}/annotation-sets/", "{d}/processed/"]
DOWNLOADS = ["{d}/annotation-sets/{s}/download", "{d}/processed/{p}/download"]
WRITE = [
    ("{d}/edit/", {"name": "Renamed"}),
    ("{d}/types/", {"type_name": "click", "type_color": "#00ff00", "type_description": ""}),
    ("{d}/delete/", {}),
    ("{d}/audio/delete/", {"ids": "{a}"}),
    ("{d}/audio/{a}/", {"tags": "x", "metadata": ""}),
    ("new/", {"name": "New"}),
]


@pytest.fixture
def dataset(people):
    return DatasetFactory(workspace=people.workspace, name="Calls")


@pytest.fixture
def address(people, dataset, in_a_folder):
    """Fills in an address below the datasets of the workspace."""
    audio = AudioFileFactory(dataset=dataset)
    ids = {
        "d": dataset.pk,
        "a": audio.pk,
        "s": AnnotationFactory(annotation_set__dataset=dataset, audio_file=audio).annotation_set_id,
        "p": ProcessedDatasetFactory(dataset=dataset, stored=True).pk,
    }
    return lambda path: f"/w/{people.workspace.slug}/datasets/" + path.format(**ids)


@pytest.mark.parametrize(("who", "status"), READERS)
@pytest.mark.parametrize("path", READ + DOWNLOADS)
def test_who_may_read(client_of, people, address, path, who, status):
    response = client_of(people[who]).get(address(path))

    assert response.status_code == status
    if response.streaming:
        assert b"".join(response.streaming_content)


@pytest.mark.parametrize(("who", "status"), EDITORS)
@pytest.mark.parametrize("path", ["new/", "{d}/edit/"])
def test_who_may_see_forms(client_of, people, address, path, who, status):
    assert client_of(people[who]).get(address(path)).status_code == status


@pytest.mark.parametrize(("who", "status"), EDITORS)
@pytest.mark.parametrize(("path", "data"), WRITE)
def test_who_may_change(client_of, people, address, dataset, path, data, who, status):
    ids = {"a": AudioFile.objects.get(dataset=dataset).pk}
    before = AuditEvent.objects.count()

    response = client_of(people[who]).post(address(path), {key: value.format(**ids) for key, value in data.items()})

    assert response.status_code == (302 if status == 200 else status)
    assert (AuditEvent.objects.count() > before) == (status == 200)


@pytest.mark.parametrize(("who", "status"), EDITORS)
def test_who_may_have_a_file_read_again(client_of, people, address, who, status):
    response = client_of(people[who]).post(address("{d}/audio/{a}/retry/"))

    # A file that is ready has nothing to try again: the wrong moment is 409.
    assert response.status_code == (409 if status == 200 else status)


def test_buttons_are_there_for_those_who_may_use_them(client_of, people, address):
    page = client_of(people.administrator).get(address("{d}/")).content.decode()
    read = client_of(people.annotation_administrator).get(address("{d}/")).content.decode()

    for mark in ('id="upload"', 'name="ids"', "/edit/"):
        assert (mark in page, mark in read) == (True, False)


def test_a_dataset_of_another_workspace_is_not_there(client_of, people, address):
    other = DatasetFactory()

    assert client_of(people.superadmin).get(address("{d}/")).status_code == 200
    assert client_of(people.administrator).get(f"/w/{people.workspace.slug}/datasets/{other.pk}/").status_code == 404


def test_a_dataset_is_made_with_its_types(client_of, people):
    response = client_of(people.administrator).post(
        f"/w/{people.workspace.slug}/datasets/new/",
        {
            "name": "Calls",
            "description": "From week 46",
            "type_name": ["glitch", "", "long_pause"],
            "type_color": ["#d7263d", "#000000", "#2f6fde"],
            "type_description": ["a click", "", ""],
        },
    )

    dataset = Dataset.objects.get()
    assert response.url == f"/w/{people.workspace.slug}/datasets/{dataset.pk}/"
    assert (dataset.name, dataset.description, dataset.created_by) == ("Calls", "From week 46", people.administrator)
    assert [(t.name, t.color, t.description) for t in dataset.artifact_types.all()] == [
        ("glitch", "#d7263d", "a click"),
        ("long_pause", "#2f6fde", ""),
    ]


def test_a_bad_form_stores_nothing_and_keeps_what_was_typed(client_of, people):
    response = client_of(people.administrator).post(
        f"/w/{people.workspace.slug}/datasets/new/",
        {"name": "", "type_name": ["glitch", "glitch"], "type_color": ["#d7263d", "red"], "type_description": ["", ""]},
    )

    page = response.content.decode()
    assert Dataset.objects.count() == 0
    assert "“glitch” is there twice. Give each type a name of its own." in page
    assert "glitch: Give a colour as #rrggbb." in page
    assert page.count('value="glitch"') == 2


def test_types_are_moved_renamed_and_removed(client_of, people, address, dataset):
    first = ArtifactTypeFactory(dataset=dataset, name="first", position=0)
    ArtifactTypeFactory(dataset=dataset, name="second", position=1)

    client_of(people.administrator).post(
        address("{d}/types/"),
        {"type_name": ["third", "first"], "type_color": ["#000000", "#111111"], "type_description": ["", "kept"]},
    )

    rows = list(dataset.artifact_types.all())
    assert [(row.name, row.color) for row in rows] == [("third", "#000000"), ("first", "#111111")]
    assert rows[1].pk == first.pk


def test_a_dataset_in_use_is_kept_and_says_why(client_of, people, address, dataset, monkeypatch):
    monkeypatch.setattr("datasets.access._dataset_uses", [lambda asked: ["labeling task “Calls”"]])

    response = client_of(people.administrator).post(address("{d}/delete/"), follow=True)

    assert Dataset.objects.filter(pk=dataset.pk).exists()
    assert "it is used by labeling task “Calls”" in response.content.decode()


def test_a_used_file_is_409_with_its_sentence(client_of, people, address, dataset, monkeypatch):
    monkeypatch.setattr("datasets.access._audio_uses", [lambda files: ["labeling task “Calls”"]])
    audio = AudioFile.objects.get(dataset=dataset)

    response = client_of(people.administrator).post(address("{d}/audio/delete/"), {"ids": [str(audio.pk)]})

    assert response.status_code == 409
    assert "it is used by labeling task “Calls”" in response.content.decode()


def test_files_of_other_datasets_are_not_deleted(client_of, people, address):
    other = AudioFileFactory(dataset=DatasetFactory(workspace=people.workspace))

    client_of(people.administrator).post(address("{d}/audio/delete/"), {"ids": [str(other.pk)]})

    assert AudioFile.objects.filter(pk=other.pk).exists()


@pytest.mark.parametrize("ids", ["nonsense", "' OR 1=1"])
def test_ids_that_are_none_are_404(client_of, people, address, ids):
    assert client_of(people.administrator).post(address("{d}/audio/delete/"), {"ids": ids}).status_code == 404


def test_htmx_gets_the_table_alone(client_of, people, address):
    response = client_of(people.administrator).get(address("{d}/"), headers={"HX-Request": "true"})

    page = response.content.decode()
    assert page.lstrip().startswith('<section class="panel" id="audio-table"')
    assert "audio-count" not in page


def test_a_refresh_brings_the_figures_too(client_of, people, address):
    response = client_of(people.administrator).get(
        address("{d}/"), headers={"HX-Request": "true", "HX-Trigger": "audio-table"}
    )

    assert '<span class="count" id="audio-count" hx-swap-oob="true">1</span>' in response.content.decode()


def test_details_are_saved_as_they_were_typed(client_of, people, address, dataset):
    audio = AudioFile.objects.get(dataset=dataset)
    lines = "Agent: voice-v3\nnoisy\nturns: 4\nparts: [1, 2]\nversion: “4”\n"

    response = client_of(people.administrator).post(
        address("{d}/audio/{a}/"), {"tags": "good", "metadata": lines}, headers={"HX-Request": "true"}
    )

    audio.refresh_from_db()
    assert (response.status_code, response["HX-Trigger"]) == (204, "audio-described")
    assert audio.tags == {"good": ""}
    assert audio.metadata == {"Agent": "voice-v3", "noisy": "", "turns": 4, "parts": [1, 2], "version": "“4”"}


def test_names_are_not_taken_for_markup(client_of, people, address, dataset):
    AudioFileFactory(dataset=dataset, filename="<script>alert(1)</script>.wav", blob=None, status="failed", error="<b>")

    page = client_of(people.administrator).get(address("{d}/")).content.decode()

    assert "<script>alert" not in page
    assert "&lt;script&gt;alert(1)&lt;/script&gt;.wav" in page
    assert "&lt;b&gt;" in page


def test_annotation_sets_show_their_counts(client_of, people, address, dataset):
    published = AnnotationSetFactory(dataset=dataset, state="published", published_at=timezone.now(), version=50_000)
    audio = AudioFile.objects.get(dataset=dataset)
    for start in (0, 1000):
        AnnotationFactory(annotation_set=published, audio_file=audio, start_ms=start, end_ms=start + 250)
    AnnotationFactory(annotation_set=published, audio_file=audio, artifact_type="echo", start_ms=0, end_ms=100)

    response = client_of(people.administrator).get(address("{d}/annotation-sets/"))

    row, figures = response.context["rows"][0]
    assert row == published
    assert [(found.name, found.n) for found in figures.counted] == [("glitch", 2), ("echo", 1)]
    assert (figures.total, figures.ms) == (3, 600)


def test_a_set_is_downloaded_as_lines_of_json(client_of, people, address, dataset):
    audio = AudioFile.objects.get(dataset=dataset)

    response = client_of(people.administrator).get(address("{d}/annotation-sets/{s}/download"))

    rows = [json.loads(line) for line in b"".join(response.streaming_content).splitlines()]
    assert rows == [
        {
            "audio_file_id": str(audio.pk),
            "filename": audio.filename,
            "artifact_type": "glitch",
            "start_ms": 100,
            "end_ms": 300,
            "confidence": 1.0,
            "extra_data": {},
        }
    ]
    assert response["Content-Disposition"].startswith('attachment; filename="Calls-v')


def test_an_output_is_downloaded_under_its_name(client_of, people, address, dataset):
    row = ProcessedDatasetFactory(dataset=dataset, stored=True, task_name="Anrufe “ü”/7", version=900)

    response = client_of(people.administrator).get(
        f"/w/{people.workspace.slug}/datasets/{dataset.pk}/processed/{row.pk}/download"
    )

    assert b"".join(response.streaming_content) == b"PK\x05\x06"
    assert response["Content-Type"] == "application/zip"
    assert response["Content-Disposition"] == (
        'attachment; filename="Anrufe ____7-v900.zip"; '
        "filename*=UTF-8''Anrufe%20%E2%80%9C%C3%BC%E2%80%9D%2F7-v900.zip"
    )


def test_outputs_in_the_making_show_how_far_they_are(client_of, people, address, dataset):
    args = {"dataset_id": str(dataset.pk)}
    now = timezone.now()
    live = {"state": "running", "claim": dataset.pk, "lease_until": now + timedelta(minutes=1)}
    JobFactory(
        workspace=people.workspace, kind="annotations.generate", args=args, progress_done=3, progress_total=4, **live
    )
    JobFactory(workspace=people.workspace, kind="annotations.generate", args={"dataset_id": "other"})

    page = (
        client_of(people.administrator).get(address("{d}/processed/"), headers={"HX-Request": "true"}).content.decode()
    )

    assert page.count('<section class="panel job">') == 1
    assert 'value="75"' in page
    assert 'hx-trigger="load delay:2s"' in page


def test_a_failed_output_says_why_and_is_not_asked_for_again(client_of, people, address, dataset):
    JobFactory(
        workspace=people.workspace,
        kind="annotations.generate",
        args={"dataset_id": str(dataset.pk)},
        state="failed",
        error="The disk is full.",
        finished_at=timezone.now(),
    )

    page = client_of(people.administrator).get(address("{d}/processed/")).content.decode()

    assert "The disk is full." in page
    assert "load delay" not in page


@pytest.mark.parametrize("n_rows", [1, 3])
@pytest.mark.parametrize(
    ("path", "n_queries"),
    [("", 9), ("{d}/", 8), ("{d}/?order=filename&status=ready", 8), ("{d}/annotation-sets/", 9), ("{d}/processed/", 8)],
)
def test_pages_take_the_same_queries_for_any_number(
    client_of, people, dataset, path, n_queries, n_rows, django_assert_num_queries
):
    for _ in range(n_rows):
        audio = AudioFileFactory(dataset=dataset)
        ArtifactTypeFactory(dataset=DatasetFactory(workspace=people.workspace))
        AnnotationFactory(annotation_set__dataset=dataset, audio_file=audio)
        ProcessedDatasetFactory(dataset=dataset, created_by=people.administrator)
    client = client_of(people.administrator)

    with django_assert_num_queries(n_queries):
        response = client.get(f"/w/{people.workspace.slug}/datasets/" + path.format(d=dataset.pk))

    assert response.status_code == 200


@pytest.mark.parametrize("n_rows", [1, 3])
@pytest.mark.parametrize("query", ["", "?q=call", "?status=ready&order=-duration", "?warning=any"])
def test_the_table_takes_six_queries(client_of, people, dataset, query, n_rows, django_assert_num_queries):
    AudioFileFactory.create_batch(n_rows, dataset=dataset, has_warnings=True, warnings=["clipped"])
    client = client_of(people.administrator)

    with django_assert_num_queries(6):
        response = client.get(
            f"/w/{people.workspace.slug}/datasets/{dataset.pk}/{query}", headers={"HX-Request": "true"}
        )

    assert response.content.count(b"<tr data-audio=") == n_rows
