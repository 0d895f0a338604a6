"""Detections as a draft of labels."""

import pytest

from datasets.models import Annotation, AnnotationSet
from detectors.drafting import dataset_of_files, draft_from
from detectors.models import InferenceFile
from tests.datasets.factories import ArtifactTypeFactory, AudioFileFactory, DatasetFactory
from tests.detectors.factories import InferenceFileFactory, InferenceJobFactory, detection
from workspaces.errors import IllegalMove
from workspaces.models import AuditEvent

pytestmark = pytest.mark.django_db


@pytest.fixture
def dataset(people):
    dataset = DatasetFactory(workspace=people.workspace)
    ArtifactTypeFactory(dataset=dataset, name="glitch")
    return dataset


@pytest.fixture
def inference(people):
    return InferenceJobFactory(workspace=people.workspace, detector__dataset__workspace=people.workspace)


def analysed(inference, dataset, *found, **more):
    return InferenceFileFactory(
        inference_job=inference,
        audio_file=AudioFileFactory(dataset=dataset),
        **({"detections": list(found)} | more),
    )


def test_each_detection_becomes_a_row_that_says_where_it_came_from(people, dataset, inference):
    one = analysed(inference, dataset, detection(start_ms=5, end_ms=25, confidence=0.61), detection("echo"))
    analysed(inference, dataset)

    made = draft_from(inference, by=people.administrator)

    row = Annotation.objects.get(annotation_set=made.labels)
    assert (row.audio_file, row.artifact_type, row.start_ms, row.end_ms, row.confidence) == (
        one.audio_file,
        "glitch",
        5,
        25,
        0.61,
    )
    assert row.extra_data == {
        "origin": "model",
        "model": inference.model_name,
        "model_id": str(inference.model_uuid),
        "inference_job_id": str(inference.pk),
    }
    assert (made.count, made.left_out) == (1, {"echo": 1})
    assert (made.labels.state, made.labels.version) == ("draft", 1)
    assert inference.model_name in made.labels.source
    assert AuditEvent.objects.filter(target_id=str(made.labels.pk), verb="start").exists()


def test_nothing_of_a_known_type_makes_no_draft(people, dataset, inference):
    analysed(inference, dataset, detection("echo"))

    with pytest.raises(IllegalMove, match="echo"):
        draft_from(inference, by=people.administrator)

    assert not AnnotationSet.objects.exists()


def test_nothing_found_makes_no_draft(people, dataset, inference):
    analysed(inference, dataset)

    with pytest.raises(IllegalMove, match="Nothing was found"):
        draft_from(inference, by=people.administrator)


def test_files_of_two_datasets_make_no_draft(people, dataset, inference):
    analysed(inference, dataset, detection())
    analysed(inference, DatasetFactory(workspace=people.workspace), detection())

    assert dataset_of_files(inference) is None
    with pytest.raises(IllegalMove, match="not of one dataset"):
        draft_from(inference, by=people.administrator)


def test_what_was_uploaded_here_is_no_dataset_to_draft_in(people, inference):
    inbox = DatasetFactory(workspace=people.workspace, purpose="analysis")
    analysed(inference, inbox, detection())

    assert dataset_of_files(inference) is None


def test_a_recording_that_was_deleted_makes_no_draft(people, dataset, inference):
    analysed(inference, dataset, detection())
    file = analysed(inference, dataset, detection())
    InferenceFile.objects.filter(pk=file.pk).update(audio_file=None)

    assert dataset_of_files(inference) is None


def test_no_files_are_of_no_dataset(inference):
    assert dataset_of_files(inference) is None
