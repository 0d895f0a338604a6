"""Having a model listen to files, and the pages of what it found."""

import json
import re

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from datasets.models import Annotation, AudioFile, Dataset
from detectors.models import Detector, InferenceFile, InferenceJob
from tests.datasets.factories import ArtifactTypeFactory, AudioFileFactory, DatasetFactory
from tests.detectors.factories import DetectorFactory, InferenceFileFactory, InferenceJobFactory, detection, metrics
from tests.detectors.views.pages import text_of

HERE = "/w/speech-lab/models/"
USUAL = {"threshold": "0.5", "merge_window_ms": "200", "min_duration_ms": "50"}


@pytest.fixture
def client(client_of, people):
    return client_of(people.administrator)


@pytest.fixture
def dataset(people):
    dataset = DatasetFactory(workspace=people.workspace, name="Calls")
    for name in ("glitch", "long_pause"):
        ArtifactTypeFactory(dataset=dataset, name=name)
    return dataset


@pytest.fixture
def model(dataset):
    return DetectorFactory(dataset=dataset, name="Faults")


@pytest.fixture
def analysis(model):
    return InferenceJobFactory(detector=model)


def analysed(analysis, dataset, **more):
    return InferenceFileFactory(inference_job=analysis, audio_file=AudioFileFactory(dataset=dataset), **more)


def test_all_ready_files_of_a_dataset_are_analysed(client, people, dataset, model):
    ready = [AudioFileFactory(dataset=dataset) for _ in range(2)]
    AudioFileFactory(dataset=dataset, status="failed", error="Odd.", blob=None)
    body = {"model": model.pk, "source": "dataset", "dataset": dataset.pk, "which": "all", **USUAL, "threshold": "0.7"}

    response = client.post(f"{HERE}analyse/", body)

    made = InferenceJob.objects.get()
    assert response.url == f"{HERE}analyses/{made.pk}/"
    assert made.config == {"threshold": 0.7, "merge_window_ms": 200, "min_duration_ms": 50}
    assert made.created_by == people.administrator
    assert {file.audio_file for file in made.files.all()} == set(ready)


def test_some_files_and_uploads_are_analysed(client, people, dataset, model):
    one, _two = AudioFileFactory(dataset=dataset), AudioFileFactory(dataset=dataset)
    inbox = Dataset.objects.filter(workspace=people.workspace, purpose="analysis")
    client.get(f"{HERE}analyse/")
    sent = AudioFileFactory(dataset=inbox.get())
    common = {"model": model.pk, "dataset": dataset.pk, **USUAL}

    client.post(f"{HERE}analyse/", {**common, "source": "dataset", "which": "some", "file": [one.pk]})
    client.post(f"{HERE}analyse/", {**common, "source": "upload", "uploaded": [sent.pk, "odd"]})

    found = [[file.audio_file for file in made.files.all()] for made in InferenceJob.objects.order_by("id")]
    assert found == [[one], [sent]]


@pytest.mark.parametrize(
    ("changed", "sentence"),
    [
        ({"model": ""}, "Choose a model."),
        ({"model": "odd"}, "Choose a model."),
        ({"dataset": ""}, "Choose a dataset, or upload files."),
        ({"dataset": "01234567-89ab-7def-8123-456789abcdef"}, "Choose a dataset, or upload files."),
        ({"which": "some"}, "Choose at least one file."),
        ({"source": "upload"}, "Upload at least one file, or choose a dataset."),
        ({"threshold": "1.5"}, "Give a number from 0 to 1."),
        ({"merge_window_ms": "5001"}, "Give a number from 0 to 5000."),
        ({"min_duration_ms": ""}, "Give a number from 0 to 1000."),
    ],
)
def test_what_is_wrong_is_said_in_place_and_nothing_is_lost(client, dataset, model, changed, sentence):
    file = AudioFileFactory(dataset=dataset)
    body = {"model": model.pk, "source": "dataset", "dataset": dataset.pk, "which": "all", **USUAL} | changed

    response = client.post(f"{HERE}analyse/", body)

    page = response.content.decode()
    assert response.status_code == 422
    assert sentence in page
    assert f'value="{body["threshold"]}"' in page
    assert ("selected>Faults" in page) is (body["model"] == model.pk)
    assert (f'value="{file.pk}"' in page) is (body["dataset"] == dataset.pk)
    assert not InferenceJob.objects.exists()


def test_a_dataset_without_a_ready_file_is_refused(client, dataset, model):
    body = {"model": model.pk, "source": "dataset", "dataset": dataset.pk, "which": "all", **USUAL}

    assert "This dataset has no file that is ready." in text_of(client.post(f"{HERE}analyse/", body))


def test_more_files_than_one_analysis_takes_are_refused(client, dataset, model, monkeypatch):
    monkeypatch.setattr("detectors.views.analyse.MOST_FILES", 1)
    for _ in range(2):
        AudioFileFactory(dataset=dataset)
    body = {"model": model.pk, "source": "dataset", "dataset": dataset.pk, "which": "all", **USUAL}

    assert "at most 1 files" in text_of(client.post(f"{HERE}analyse/", body))


def test_uploads_whose_file_is_elsewhere_are_not_taken(client, dataset, model):
    body = {"model": model.pk, "source": "upload", "uploaded": [AudioFileFactory().pk], **USUAL}

    assert client.post(f"{HERE}analyse/", body).status_code == 422


def test_uploads_stay_when_the_form_is_refused(client, dataset, model):
    sent = AudioFileFactory(dataset=dataset)

    response = client.post(f"{HERE}analyse/", {"source": "upload", "uploaded": [sent.pk], **USUAL})

    assert f'name="uploaded" value="{sent.pk}"' in response.content.decode()


def test_the_files_of_another_dataset_come_as_a_part(client, dataset):
    file = AudioFileFactory(dataset=dataset)

    part = client.get(f"{HERE}analyse/?dataset={dataset.pk}", headers={"HX-Request": "true"}).content.decode()

    assert f'value="{file.pk}"' in part
    assert "<html" not in part


def test_the_usual_lengths_of_types_are_on_the_page_for_warnings(client, model):
    page = client.get(f"{HERE}analyse/?model={model.pk}").content.decode()

    [usual] = re.findall(r'<script id="usual" type="application/json">(.*?)</script>', page)
    assert json.loads(usual) == {str(model.pk): {"glitch": [60, 400], "long_pause": [60, 400]}}


def test_analyses_are_listed_with_what_came_of_them(client, dataset, analysis):
    analysed(analysis, dataset)
    analysed(analysis, dataset, state="failed", error="Odd.", detections=None)
    Detector.objects.filter(pk=InferenceJobFactory(detector__dataset=dataset).detector_id).delete()

    said = text_of(client.get(f"{HERE}analyses/"))

    assert "Faults done 2 1 1 0.50" in said
    assert "deleted since waiting for files 0 0 0" in said


def test_nothing_analysed_says_what_to_do(client):
    assert "Nothing analysed yet" in text_of(client.get(f"{HERE}analyses/"))


def cost(client, address):
    with CaptureQueriesContext(connection) as queries:
        client.get(address)
    return len(queries)


def test_lists_and_files_cost_the_same_with_more_rows(client, dataset, analysis):
    addresses = [f"{HERE}analyses/", f"{HERE}analyses/{analysis.pk}/", f"{HERE}analyse/?dataset={dataset.pk}"]
    analysed(analysis, dataset)
    for address in addresses:
        client.get(address)
    before = [cost(client, address) for address in addresses]
    for _ in range(2):
        analysed(analysis, dataset)
        InferenceFileFactory(inference_job=InferenceJobFactory(detector__dataset=dataset))

    assert [cost(client, address) for address in addresses] == before


def test_an_analysis_shows_each_file_with_what_was_found(client, dataset, analysis):
    found = [detection(start_ms=100, end_ms=160, confidence=0.93), detection("long_pause", 400, 1000, confidence=0.55)]
    good = analysed(analysis, dataset, detections=found)
    analysed(analysis, dataset, state="failed", error="Its bytes are gone.", detections=None)
    analysed(analysis, dataset, detections=[])

    response = client.get(f"{HERE}analyses/{analysis.pk}/")

    said, page = text_of(response), response.content.decode()
    assert "3 of 3 files done" in said
    assert "1 failed · 2 detections" in said
    assert "glitch 1 0:00.060 long_pause 1 0:00.600" in said
    assert "glitch 0:00.100 0:00.160 60 ms 0.93 very high" in said
    assert "long_pause 0:00.400 0:01.000 600 ms 0.55 to be reviewed" in said
    assert "Its bytes are gone." in said
    assert "Nothing was found in it." in said
    assert "threshold 0.50, merged within 200 ms, at least 50 ms long" in said
    assert f'data-recording="{good.audio_file_id}"' in page
    assert "data-live=" not in page
    for kind in ("json", "csv", "audacity"):
        assert f"{HERE}analyses/{analysis.pk}/export/{kind}/" in page


def test_while_it_runs_the_page_follows_and_can_be_cancelled(client, dataset, analysis):
    done = analysed(analysis, dataset)
    waits = analysed(analysis, dataset, state="queued", detections=None)
    pending = analysed(analysis, dataset, state="pending", detections=None)
    address = f"{HERE}analyses/{analysis.pk}/"

    page = client.get(address)
    parts = client.get(address, headers={"HX-Request": "true"}).content.decode()

    assert "1 of 2 files done" in text_of(page)
    assert "1 waits for its upload" in text_of(page)
    assert f'data-live="{address}"' in page.content.decode()
    names = re.findall(r'data-live-for="([\w-]+)"', parts)
    assert names == ["status", "moves", "after", *(f"file-{file.pk}" for file in (done, waits, pending))]
    assert 'data-state="queued"' in parts

    response = client.post(f"{address}cancel/", follow=True)

    assert "The analysis is cancelled." in text_of(response)
    waits.refresh_from_db()
    assert waits.state == "failed"


def test_one_file_comes_as_a_part_when_it_has_ended(client, dataset, analysis):
    file = analysed(analysis, dataset)

    part = client.get(f"{HERE}analyses/{analysis.pk}/files/{file.pk}/").content.decode()

    assert 'data-detection="1"' in part
    assert "<html" not in part


def test_many_files_go_on_over_the_page_and_many_detections_in_the_export(client, dataset, analysis, monkeypatch):
    monkeypatch.setattr("detectors.views.analyses.FILES_PER_PAGE", 2)
    monkeypatch.setattr("detectors.views.analyses.DETECTIONS_SHOWN", 1)
    rows = [detection(start_ms=at, end_ms=at + 10) for at in (0, 500, 900)]
    files = [analysed(analysis, dataset, detections=rows) for _ in range(3)]
    address = f"{HERE}analyses/{analysis.pk}/"

    first = client.get(address)
    [after] = re.findall(r"\?after=([\w-]+)", first.content.decode())
    second = client.get(f"{address}?after={after}").content.decode()

    assert "The first 1 are shown; the other 2 are in the export." in text_of(first)
    assert [f'id="file-{file.pk}"' in first.content.decode() for file in files] == [True, True, False]
    assert [f'id="file-{file.pk}"' in second for file in files] == [False, False, True]
    assert client.get(f"{address}?after=odd").status_code == 200


def test_recordings_and_models_may_be_gone(client, dataset, model, analysis):
    file = analysed(analysis, dataset)
    InferenceFile.objects.filter(pk=file.pk).update(audio_file=None)
    model.delete()

    said = text_of(client.get(f"{HERE}analyses/{analysis.pk}/"))

    assert "Faults deleted since" in said
    assert "The recording was deleted; what was found in it stays." in said
    assert "glitch 1" in said


def test_an_analysis_without_files_says_whose_turn_it_is(client, analysis):
    assert "has not sent a file so far" in text_of(client.get(f"{HERE}analyses/{analysis.pk}/"))


def test_a_minimum_that_leaves_much_out_is_pointed_at(client, dataset):
    figures = metrics("glitch")
    figures["per_type"]["glitch"]["usual_ms"] = [2, 30]
    model = DetectorFactory(dataset=dataset, artifact_types=["glitch"], metrics=figures)
    config = {"threshold": 0.5, "merge_window_ms": 200, "min_duration_ms": 100}
    analysis = InferenceJobFactory(detector=model, config=config)

    said = text_of(client.get(f"{HERE}analyses/{analysis.pk}/"))

    assert "“glitch” is usually 2 to 30 ms long: a minimum of 100 ms leaves out what is shorter." in said


def test_detections_become_a_draft_and_what_is_left_out_is_said(client, dataset, analysis):
    analysed(analysis, dataset, detections=[detection(), detection("echo")])

    page = text_of(client.get(f"{HERE}analyses/{analysis.pk}/"))
    response = client.post(f"{HERE}analyses/{analysis.pk}/draft/", follow=True)

    assert "Make a draft annotation set of “Calls”" in page
    said = text_of(response)
    assert "Version 1 is a draft with 1 detection." in said
    assert "echo (1)" in said
    assert Annotation.objects.get().confidence == 0.8


def test_what_cannot_become_a_draft_says_why(client, dataset, analysis, people):
    analysed(analysis, dataset)
    analysed(analysis, DatasetFactory(workspace=people.workspace))

    page = client.get(f"{HERE}analyses/{analysis.pk}/").content.decode()
    response = client.post(f"{HERE}analyses/{analysis.pk}/draft/", follow=True)

    assert "make-draft" not in page
    assert "The files are not of one dataset" in text_of(response)


def test_an_analysis_is_deleted_once_it_has_ended(client, dataset, analysis):
    file = analysed(analysis, dataset, state="queued", detections=None)
    address = f"{HERE}analyses/{analysis.pk}/delete/"

    assert "Cancel it first." in text_of(client.post(address, follow=True))
    InferenceFile.objects.filter(pk=file.pk).update(state="completed", detections=[])
    assert "The analysis is deleted." in text_of(client.post(address, follow=True))
    assert AudioFile.objects.filter(pk=file.audio_file_id).exists()


EXPORTS = {
    "json": b'"artifact_type"',
    "csv": b'"artifact_type"',
    "audacity": b"0.100000\t0.300000\tglitch",
}


@pytest.mark.parametrize(("kind", "part"), EXPORTS.items())
def test_what_was_found_is_taken_along(client, dataset, analysis, kind, part):
    analysed(analysis, dataset)

    response = client.get(f"{HERE}analyses/{analysis.pk}/export/{kind}/")

    assert part in b"".join(response.streaming_content)
    assert response["Content-Disposition"].startswith("attachment")
