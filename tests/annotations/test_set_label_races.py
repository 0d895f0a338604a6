"""Two people who store labels of one file at the same moment, and somebody who publishes meanwhile."""

import pytest

from annotations.actions import set_labels
from annotations.actions.set_labels import LabeledFile, StaleLabels
from datasets.actions.annotation_sets import publish_set
from datasets.models import Annotation, AnnotationSet, AudioFile, ListenedFile
from tests.annotations.factories import make_dataset
from tests.annotations.racing import at_once
from tests.datasets.factories import AnnotationFactory, AnnotationSetFactory
from tests.factories import UserFactory, WorkspaceFactory
from workspaces.errors import IllegalMove

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture
def draft():
    return AnnotationSetFactory(dataset=make_dataset(WorkspaceFactory(), files=2), version=1)


def file_of(draft, name="call-0001.wav"):
    chosen = AnnotationSet.objects.get(pk=draft.pk)
    return LabeledFile(chosen, AudioFile.objects.select_related("blob").get(dataset=chosen.dataset, filename=name))


def body(start):
    region = {"id": "r1", "label": "glitch", "start_ms": start, "end_ms": start + 100}
    return {"version": 0, "draft_version": 0, "answers": {"labels": [region]}}


def test_of_two_who_store_other_labels_one_is_asked(draft):
    people = UserFactory.create_batch(2)

    outcomes = at_once(
        lambda: set_labels.save(file_of(draft), by=people[0], body=body(0)),
        lambda: set_labels.finish(file_of(draft), by=people[1], body=body(500)),
    )

    assert sorted(type(outcome) for outcome in outcomes if outcome) == [StaleLabels]
    assert Annotation.objects.filter(annotation_set=draft).count() == 1


def test_two_who_say_the_same_are_both_right_and_it_is_there_once(draft):
    people = UserFactory.create_batch(2)

    outcomes = at_once(*(lambda by=by: set_labels.finish(file_of(draft), by=by, body=body(0)) for by in people))

    assert outcomes == [None, None]
    assert (Annotation.objects.count(), ListenedFile.objects.count()) == (1, 1)


def test_labels_are_stored_before_it_is_published_or_not_at_all(draft):
    person = UserFactory()
    AnnotationFactory(annotation_set=draft, audio_file=file_of(draft, "call-0002.wav").audio)

    stored, published = at_once(
        lambda: set_labels.save(file_of(draft), by=person, body=body(0)),
        lambda: publish_set(AnnotationSet.objects.get(pk=draft.pk), by=person),
    )

    assert published is None
    assert stored is None or isinstance(stored, IllegalMove)
    counted = AnnotationSet.objects.get(pk=draft.pk).figures["total_annotations"]
    assert counted == Annotation.objects.count() == (2 if stored is None else 1)
