"""Two people import labels of the same new type at the same moment: real threads, real transactions."""

import pytest

from datasets.actions.label_import import LabelFile, import_labels
from datasets.models import Annotation, AnnotationSet
from tests.annotations.racing import at_once
from tests.datasets.factories import AudioFileFactory, DatasetFactory

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.mark.parametrize("nth", range(3))
def test_a_type_is_added_once_and_each_import_is_a_version(people, nth):
    dataset = DatasetFactory(workspace=people.workspace)
    AudioFileFactory(dataset=dataset, filename="a.wav")
    file = LabelFile("a.txt", b"0.1\t0.2\thum\n")

    refused = at_once(
        *[lambda: import_labels(dataset, [file], by=people.administrator, add_types=True) for _ in range(2)]
    )

    assert refused == [None, None]
    assert list(dataset.artifact_types.values_list("name", flat=True)) == ["hum"]
    assert sorted(AnnotationSet.objects.values_list("version", flat=True)) == [1, 2]
    assert Annotation.objects.count() == 2
