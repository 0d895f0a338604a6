"""What a file of an inference job may become, and what follows for the job."""

import pytest
from django.utils import timezone
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.extra.django import TestCase

from detectors.models import InferenceFile, InferenceJob
from tests.detectors.factories import InferenceFileFactory, InferenceJobFactory, detection

STATES = InferenceFile.State.values
VERBS = {
    "queue": lambda file: file.queue(),
    "begin": lambda file: file.begin(),
    "complete": lambda file: file.complete([detection()], duration_ms=700),
    "fail": lambda file: file.fail("No sound."),
}
# verb: from -> to; everywhere else it answers False and changes nothing.
MOVES = {
    "queue": {"pending": "queued"},
    "begin": {"queued": "processing", "processing": "processing"},
    "complete": {"processing": "completed"},
    "fail": {"queued": "failed", "processing": "failed"},
}


def file_in(state, inference=None, **more):
    more = {"detections": [] if state == "completed" else None, "error": "Bad." if state == "failed" else "", **more}
    if inference is not None:
        more["inference_job"] = inference
    return InferenceFileFactory(state=state, processed_at=None, duration_ms=None, **more)


@pytest.mark.django_db
@pytest.mark.parametrize("verb", VERBS)
@pytest.mark.parametrize("state", STATES)
def test_moves(verb, state):
    file = file_in(state)
    to = MOVES[verb].get(state)

    assert VERBS[verb](file) is (to is not None)

    file.refresh_from_db()
    assert file.state == (to or state)
    if to == "completed":
        assert (file.detections, file.detection_count, file.duration_ms) == ([detection()], 1, 700)
    assert (file.processed_at is not None) == (to in ("completed", "failed"))
    assert (file.started_at is not None) == (to == "processing")


@pytest.mark.django_db
def test_a_second_beginning_keeps_the_first_moment():
    file = file_in("queued")
    file.begin()
    file.refresh_from_db()
    first = file.started_at

    file.begin()

    file.refresh_from_db()
    assert file.started_at == first


@pytest.mark.django_db
@pytest.mark.parametrize(
    ("states", "status"),
    [
        ([], "pending"),
        (["pending"], "pending"),
        (["pending", "completed"], "completed"),
        (["queued"], "processing"),
        (["processing", "completed"], "processing"),
        (["completed", "queued"], "processing"),
        (["completed"], "completed"),
        (["completed", "failed"], "completed"),
        (["failed", "failed"], "failed"),
        (["failed", "queued"], "processing"),
        (["failed", "pending"], "failed"),
    ],
)
def test_the_status_of_a_job_follows_from_its_files(states, status):
    inference = InferenceJobFactory()
    for state in states:
        file_in(state, inference)

    assert InferenceJob.objects.with_figures().get(pk=inference.pk).status == status


@pytest.mark.django_db
def test_when_a_job_began_and_ended():
    inference = InferenceJobFactory()
    early, late = timezone.now(), timezone.now()
    one, other = (file_in("queued", inference) for _ in range(2))
    InferenceFile.objects.filter(pk=one.pk).update(
        state="completed", detections=[], started_at=early, processed_at=early
    )

    row = InferenceJob.objects.with_figures().get(pk=inference.pk)
    assert (row.started_at, row.completed_at) == (early, None)

    InferenceFile.objects.filter(pk=other.pk).update(state="failed", error="No.", started_at=late, processed_at=late)
    row = InferenceJob.objects.with_figures().get(pk=inference.pk)
    assert (row.started_at, row.completed_at) == (early, late)


class Counts(TestCase):
    @given(files=st.lists(st.tuples(st.sampled_from(STATES), st.integers(0, 4)), max_size=8))
    def test_counts_are_those_of_the_files(self, files):
        inference, _other = InferenceJobFactory(), InferenceFileFactory()
        for state, number in files:
            found = [detection()] * number if state == "completed" else None
            file_in(state, inference, detections=found, detection_count=len(found or ()), audio_file=None)

        row = InferenceJob.objects.with_figures().get(pk=inference.pk)

        states = [state for state, _ in files]
        confirmed = [state for state in states if state != "pending"]
        assert row.total_files == len(confirmed)
        assert (row.processed_files, row.failed_files) == (states.count("completed"), states.count("failed"))
        assert row.total_detections == sum(number for state, number in files if state == "completed")
        assert row.processed_files + row.failed_files <= row.total_files
        has_ended = bool(confirmed) and set(confirmed) <= {"completed", "failed"}
        assert has_ended == (row.status in ("completed", "failed"))
