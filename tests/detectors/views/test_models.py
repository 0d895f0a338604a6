"""The list of models, and the page of one."""

import re

import pytest
from django.core.files.base import ContentFile
from django.core.files.storage import default_storage
from django.db import connection
from django.test.utils import CaptureQueriesContext

from detectors.models import Detector
from detectors.rules.catalogue import RULES
from tests.datasets.factories import ArtifactTypeFactory, AudioFileFactory, DatasetFactory
from tests.detectors.factories import DetectorFactory, InferenceFileFactory, TrainingJobFactory, metrics
from tests.detectors.views.pages import text_of
from workspaces.models import Job

HERE = "/w/speech-lab/models/"
LONG = "A name that goes on and on " * 9


@pytest.fixture
def client(client_of, people):
    return client_of(people.administrator)


@pytest.fixture
def dataset(people):
    return DatasetFactory(workspace=people.workspace, name="Calls")


def test_an_empty_list_has_the_built_in_models_once(client, people):
    client.get(HERE)
    said = text_of(client.get(HERE))

    assert "No trained model yet" in said
    assert Detector.objects.filter(workspace=people.workspace).count() == len(RULES)
    for rule in RULES.values():
        assert rule.name in said


def test_models_trainings_and_their_ends_are_listed(client, dataset):
    model = DetectorFactory(dataset=dataset, name=LONG.strip(), annotation_set_version=3)
    gone = DetectorFactory(dataset=dataset, name="Orphan")
    Detector.objects.filter(pk=gone.pk).update(dataset=None)
    running = TrainingJobFactory(dataset=dataset, name="Running")
    failed = TrainingJobFactory(dataset=dataset, name="Failed")
    from django.utils import timezone

    Job.objects.filter(pk=failed.job_id).update(state="failed", error="Too loud.", finished_at=timezone.now())

    page = client.get(HERE)

    said = text_of(page)
    assert page.content.decode().index(str(gone.pk)) < page.content.decode().index(str(model.pk))
    assert "Calls v3" in said
    assert "Calls v1 deleted since" in said
    assert "Too loud." in said
    assert f"{HERE}trainings/{running.pk}/" in page.content.decode()


def test_the_list_costs_the_same_with_more_rows(client, dataset):
    def cost():
        with CaptureQueriesContext(connection) as queries:
            client.get(HERE)
        return len(queries)

    def add(n):
        for _ in range(n):
            DetectorFactory(dataset=DatasetFactory(workspace=dataset.workspace))
            TrainingJobFactory(dataset=dataset)

    add(1)
    client.get(HERE)
    one = cost()
    add(2)
    assert cost() == one


def test_many_models_go_on_over_the_page(client, dataset, monkeypatch):
    monkeypatch.setattr("detectors.views.models.PAGE", 2)
    made = [DetectorFactory(dataset=dataset).pk for _ in range(3)]

    first = client.get(HERE).content.decode()
    [after] = re.findall(r"\?after=([\w-]+)", first)
    second = client.get(f"{HERE}?after={after}").content.decode()

    assert [f'id="model-{pk}"' in first for pk in made] == [False, True, True]
    assert [f'id="model-{pk}"' in second for pk in made] == [True, False, False]
    assert client.get(f"{HERE}?after=odd").status_code == 200


def test_a_model_shows_its_figures_and_what_it_was_made_from(client, dataset):
    ArtifactTypeFactory(dataset=dataset, name="glitch", color="#123456")
    model = DetectorFactory(dataset=dataset, name="Faults", annotation_set_version=2)

    response = client.get(f"{HERE}{model.pk}/")

    said, page = text_of(response), response.content.decode()
    assert "Validated on 2 files that it did not learn from; it learned from 8 (all together 13 min)" in said
    assert "Collar 200 ms" in said
    assert "glitch 0.75 0.75 0.75 15 5 5 20 0.70" in said
    assert "#123456" in page
    assert model.data_hash in page
    assert model.sha256 in page
    assert "version 2" in said
    assert "It made none on these files" in said


def test_few_events_are_pointed_at(client, dataset):
    figures = metrics("glitch")
    figures["per_type"]["glitch"]["support"] = 4
    model = DetectorFactory(dataset=dataset, artifact_types=["glitch"], metrics=figures)

    assert "4 few" in text_of(client.get(f"{HERE}{model.pk}/"))


def test_a_model_whose_dataset_is_gone_says_so(client, dataset):
    model = DetectorFactory(dataset=dataset)
    Detector.objects.filter(pk=model.pk).update(dataset=None)

    assert "The dataset “Calls” that it learned from was deleted." in text_of(client.get(f"{HERE}{model.pk}/"))


def test_a_model_of_which_nothing_was_measured_has_a_page(client, dataset):
    model = DetectorFactory(dataset=dataset, metrics={})

    assert "Nothing was measured of this model." in text_of(client.get(f"{HERE}{model.pk}/"))


def mistake(audio, **more):
    row = {"artifact_type": "glitch", "kind": "false", "start_ms": 100, "end_ms": 160, "confidence": 0.97}
    return {"key": str(audio), **row, **more}


def test_mistakes_can_be_heard_while_their_recording_is_there(client, dataset):
    audio = AudioFileFactory(dataset=dataset, filename=f"{LONG}.wav")
    elsewhere = AudioFileFactory()
    rows = [
        mistake(audio.pk),
        mistake(audio.pk, kind="missed", confidence=None),
        mistake(elsewhere.pk),
        mistake("no id"),
    ]
    model = DetectorFactory(dataset=dataset, mistakes=rows)

    page = client.get(f"{HERE}{model.pk}/").content.decode()

    found = re.findall(r'<tr id="mistake-(\d)".*?</tr>', page, re.DOTALL)
    assert found == ["1", "2", "3", "4"]
    assert page.count("data-hear ") == 2
    assert page.count(f'data-recording="{audio.pk}"') == 2
    assert str(elsewhere.pk) not in page
    assert page.count("deleted since") == 2


def test_a_page_costs_the_same_with_more_mistakes(client, dataset):
    def cost(n):
        rows = [mistake(AudioFileFactory(dataset=dataset).pk) for _ in range(n)]
        model = DetectorFactory(dataset=dataset, mistakes=rows)
        with CaptureQueriesContext(connection) as queries:
            client.get(f"{HERE}{model.pk}/")
        return len(queries)

    cost(1)
    assert cost(1) == cost(3)


@pytest.mark.parametrize("key", list(RULES))
def test_a_built_in_model_says_what_it_goes_by(client, people, key):
    client.get(HERE)
    model = Detector.objects.get(workspace=people.workspace, rule=key)

    said = text_of(client.get(f"{HERE}{model.pk}/"))

    for parameter in RULES[key].parameters:
        assert parameter.label in said
    assert "/delete/" not in client.get(f"{HERE}{model.pk}/").content.decode()


def test_a_rule_that_is_no_more_has_a_page(client, people, dataset):
    model = Detector.objects.create(workspace=people.workspace, kind="built_in", name="Old", rule="old")

    assert "does not have it any more" in text_of(client.get(f"{HERE}{model.pk}/"))


def test_a_model_is_downloaded_by_its_name(client, dataset, in_a_folder):
    model = DetectorFactory(dataset=dataset, name="Faults")
    default_storage.save(model.file, ContentFile(b"numbers"))

    response = client.get(f"{HERE}{model.pk}/download/")

    assert b"".join(response.streaming_content) == b"numbers"
    assert 'filename="Faults.npz"' in response["Content-Disposition"]


def test_deleting_keeps_what_was_found(client, dataset):
    model = DetectorFactory(dataset=dataset, name="Faults")
    found = InferenceFileFactory(inference_job__detector=model)

    response = client.post(f"{HERE}{model.pk}/delete/", follow=True)

    assert "“Faults” is deleted. What it found stays." in text_of(response)
    assert not Detector.objects.filter(pk=model.pk).exists()
    found.refresh_from_db()
    assert found.detection_count == 1


def test_a_model_that_is_needed_stays_and_the_page_says_for_what(client, dataset):
    model = DetectorFactory(dataset=dataset)
    InferenceFileFactory(inference_job__detector=model, state="queued", detections=None)

    response = client.post(f"{HERE}{model.pk}/delete/", follow=True)

    assert response.redirect_chain[0][0] == f"{HERE}{model.pk}/"
    assert "an analysis that has 1 file left to do" in text_of(response)
    assert Detector.objects.filter(pk=model.pk).exists()


def test_readers_have_no_buttons(client_of, people, dataset):
    model = DetectorFactory(dataset=dataset)
    client = client_of(people.annotation_administrator)

    for address in (HERE, f"{HERE}{model.pk}/", f"{HERE}analyses/"):
        page = client.get(address).content.decode()
        assert "analyse/" not in page
        assert "train/" not in page
        assert "/delete/" not in page
