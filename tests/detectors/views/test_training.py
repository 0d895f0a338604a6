"""The form that has a model trained, and the page that follows it."""

import re

import pytest

from datasets.models import ListenedFile
from detectors.models import TrainingJob
from tests.datasets.factories import (
    AnnotationFactory,
    AnnotationSetFactory,
    ArtifactTypeFactory,
    AudioFileFactory,
    DatasetFactory,
)
from tests.detectors.factories import DetectorFactory, TrainingJobFactory, epoch
from tests.detectors.views.pages import text_of
from workspaces.models import Job

HERE = "/w/speech-lab/models/"
USUAL = {
    "epochs": "20",
    "validation_split": "0.2",
    "learning_rate": "0.001",
    "batch_size": "32",
    "chunk_size_ms": "500",
    "stride_ms": "250",
}


@pytest.fixture
def labels(people):
    """A published set of 7 minutes: three glitches, no echo, and a clean file."""
    dataset = DatasetFactory(workspace=people.workspace, name="Calls")
    for name in ("glitch", "echo"):
        ArtifactTypeFactory(dataset=dataset, name=name)
    labels = AnnotationSetFactory(dataset=dataset, version=4)
    marked = AudioFileFactory(dataset=dataset, duration_ms=360_000)
    for start in (0, 1000, 2000):
        AnnotationFactory(annotation_set=labels, audio_file=marked, start_ms=start, end_ms=start + 20)
    clean = AudioFileFactory(dataset=dataset, duration_ms=60_000)
    ListenedFile.objects.create(annotation_set=labels, audio_file=clean)
    AudioFileFactory(dataset=dataset, duration_ms=600_000)
    labels.publish(by=people.administrator)
    return labels


@pytest.fixture
def client(client_of, people):
    return client_of(people.administrator)


def test_without_published_labels_the_page_says_what_to_do(client):
    assert "Nothing to learn from yet" in client.get(f"{HERE}train/").content.decode()


def test_drafts_are_not_offered_and_not_found(client, labels, people):
    draft = AnnotationSetFactory(dataset=labels.dataset, version=5)

    page = client.get(f"{HERE}train/").content.decode()

    assert f'value="{labels.pk}"' in page
    assert str(draft.pk) not in page
    assert client.get(f"{HERE}train/?set={draft.pk}").status_code == 404
    assert client.get(f"{HERE}train/?set=odd").status_code == 404


def test_the_form_says_what_there_is_to_learn_and_what_is_thin(client, labels):
    response = client.get(f"{HERE}train/?set={labels.pk}")

    said = text_of(response)
    assert "2 of 3 files take part, 7.0 min · 1 of them listened to and clean" in said
    assert "glitch 3 1 0:00.060 under 10" in said
    assert "echo 0 0 0:00.000 nothing to learn from" in said
    assert "“glitch” has 3 examples; under 10" in said
    assert "Only 7.0 minutes were labeled" in said
    assert "No file was marked" not in said
    boxes = re.findall(r'name="artifact_types" value="(\w+)"[^>]*(checked|disabled)', response.content.decode())
    assert boxes == [("glitch", "checked"), ("echo", "disabled")]


@pytest.mark.parametrize(
    ("changed", "sentence"),
    [
        ({"epochs": "0"}, "Give a number from 1 to 100."),
        ({"epochs": "101"}, "Give a number from 1 to 100."),
        ({"epochs": "many"}, "Enter a whole number."),
        ({"validation_split": "0.6"}, "Give a number from 0.1 to 0.5."),
        ({"learning_rate": "nan"}, "Enter a number."),
        ({"batch_size": "4"}, "Give a number from 8 to 256."),
        ({"stride_ms": "600"}, "longer than the chunk"),
        ({"artifact_types": []}, "Choose at least one artifact type."),
        ({"artifact_types": ["echo"]}, "Select a valid choice"),
        ({"name": "x" * 256}, "at most 255 characters"),
    ],
)
def test_what_is_wrong_is_said_in_place_and_nothing_is_lost(client, labels, changed, sentence):
    body = {"artifact_types": ["glitch"], "name": "My model", **USUAL} | changed

    response = client.post(f"{HERE}train/?set={labels.pk}", body)

    page = response.content.decode()
    assert response.status_code == 422
    assert sentence in page
    for name in ("name", "epochs"):
        assert f'value="{body[name]}"' in page
    assert not TrainingJob.objects.exists()


def test_what_stands_in_the_way_is_said_before_and_after_it_is_tried(client, labels):
    unread = AudioFileFactory(dataset=labels.dataset, status="normalizing", blob=None)
    body = {"artifact_types": ["glitch"], "name": "My model", **USUAL}

    before = client.get(f"{HERE}train/?set={labels.pk}").content.decode()
    after = client.post(f"{HERE}train/?set={labels.pk}", body)

    assert f"“{unread.filename}” is not ready" in before
    assert f"“{unread.filename}” is not ready" in after.content.decode()
    assert after.status_code == 422


def test_a_good_form_begins_a_training(client, labels, people):
    body = {"artifact_types": ["glitch"], "name": "", **USUAL, "epochs": "7"}

    response = client.post(f"{HERE}train/?set={labels.pk}", body)

    training = TrainingJob.objects.get()
    assert response.url == f"{HERE}trainings/{training.pk}/"
    assert (training.name, training.created_by, training.annotation_set) == ("Calls v4", people.administrator, labels)
    assert (training.config["epochs"], training.config["artifact_types"]) == (7, ["glitch"])


def test_the_form_costs_the_same_with_more_sets_and_labels(client, labels, django_assert_max_num_queries, people):
    from django.db import connection
    from django.test.utils import CaptureQueriesContext

    address = f"{HERE}train/?set={labels.pk}"
    client.get(address)
    with CaptureQueriesContext(connection) as before:
        client.get(address)
    for version in (7, 8, 9):
        more = AnnotationSetFactory(dataset=DatasetFactory(workspace=people.workspace), version=version)
        more.publish(by=people.administrator)
        ArtifactTypeFactory(dataset=labels.dataset, name=f"type {version}")
        ListenedFile.objects.create(annotation_set=labels, audio_file=AudioFileFactory(dataset=labels.dataset))
    with django_assert_max_num_queries(len(before)):
        client.get(address)


@pytest.fixture
def training(people):
    dataset = DatasetFactory(workspace=people.workspace, name="Calls")
    return TrainingJobFactory(dataset=dataset, name="Faults")


def state(training, value, **more):
    from django.utils import timezone

    claimed = {"claim": training.pk, "lease_until": timezone.now()} if value == "running" else {}
    Job.objects.filter(pk=training.job_id).update(state=value, **(claimed | more))


def test_a_training_that_waits_can_be_cancelled(client, training):
    page = text_of(client.get(f"{HERE}trainings/{training.pk}/"))

    assert "Epoch 0 of 20" in page
    assert "It waits for a worker." in page

    response = client.post(f"{HERE}trainings/{training.pk}/cancel/", follow=True)

    assert "It was cancelled, and no model was made." in text_of(response)
    training.job.refresh_from_db()
    assert training.job.state == "cancelled"


def test_cancelling_what_has_ended_is_the_wrong_moment(client, training):
    state(training, "completed")

    assert client.post(f"{HERE}trainings/{training.pk}/cancel/").status_code == 409


def test_a_running_training_shows_its_epochs_and_its_fragments(client, training):
    state(training, "running", progress_done=425, progress_total=1000)
    TrainingJob.objects.filter(pk=training.pk).update(
        epochs=[epoch(1, "glitch"), epoch(2, "glitch")], warnings=["Thin."]
    )
    address = f"{HERE}trainings/{training.pk}/"

    page = client.get(address)
    parts = client.get(address, headers={"HX-Request": "true"}).content.decode()

    said = text_of(page)
    assert "Epoch 2 of 20" in said
    assert "42 %" in said
    assert "Thin." in said
    assert "2 0.3000 0.3500 0.69 – 1 0.6000 0.7000 0.69 –" in said
    assert f'data-live="{address}"' in page.content.decode()
    assert re.findall(r'data-live-for="([\w-]+)"', parts) == ["status", "moves", "chart-data", "epochs"]
    assert "<html" not in parts


def test_a_failed_training_says_why_and_may_be_tried_again(client, training, labels):
    state(training, "failed", error="The learning rate 0.1 is too high.")
    TrainingJob.objects.filter(pk=training.pk).update(annotation_set=labels)

    page = client.get(f"{HERE}trainings/{training.pk}/").content.decode()

    assert "The learning rate 0.1 is too high." in page
    assert f"{HERE}train/?set={labels.pk}" in page
    assert "data-live=" not in page


def test_a_completed_training_leads_to_its_model(client, training):
    state(training, "completed")
    model = DetectorFactory(dataset=training.dataset, training_job=training)

    assert f'href="{HERE}{model.pk}/"' in client.get(f"{HERE}trainings/{training.pk}/").content.decode()


def test_a_training_outlives_its_dataset(client, training):
    TrainingJob.objects.filter(pk=training.pk).update(dataset=None)

    assert "Calls v1 deleted since" in text_of(client.get(f"{HERE}trainings/{training.pk}/"))


def test_readers_have_no_buttons(client_of, people, training):
    page = client_of(people.annotation_administrator).get(f"{HERE}trainings/{training.pk}/").content.decode()

    assert "/cancel/" not in page


def test_a_training_whose_model_was_deleted_says_so(client, training):
    state(training, "completed")
    model = DetectorFactory(dataset=training.dataset, training_job=training)
    before = client.get(f"{HERE}trainings/{training.pk}/").content.decode()
    model.delete()

    after = client.get(f"{HERE}trainings/{training.pk}/").content.decode()

    assert ('id="model-gone"' in before, 'id="model-gone"' in after) == (False, True)
