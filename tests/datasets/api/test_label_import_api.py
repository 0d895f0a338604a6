import pytest
from django.core.files.uploadedfile import SimpleUploadedFile

from datasets.models import AnnotationSet
from tests.callers import statuses
from tests.datasets.factories import ArtifactTypeFactory, AudioFileFactory, DatasetFactory
from tests.datasets.labels import sets_path


@pytest.fixture
def dataset(people):
    made = DatasetFactory(workspace=people.workspace)
    ArtifactTypeFactory(dataset=made, name="glitch")
    AudioFileFactory(dataset=made, filename="a.wav")
    return made


def send(client, dataset, *files, **fields):
    parts = {"files": [SimpleUploadedFile(name, data) for name, data in files], **fields}
    return client.post(f"{sets_path(dataset)}/import", parts, format="multipart")


TRACK = ("a.txt", b"0.1\t0.2\tglitch\n")


def test_who_may_import(api, people, dataset):
    assert statuses(lambda who: send(api(people[who]), dataset, TRACK)) == (201, 201, 403, 403, 403, 404, 401)


def test_files_become_a_draft_which_is_told(api, people, dataset):
    answer = send(api(people.administrator), dataset, TRACK, listened="true")

    assert answer.status_code == 201
    made = AnnotationSet.objects.get(pk=answer.json()["id"])
    assert answer.json()["annotations_by_type"] == {"glitch": 1}
    assert (answer.json()["status"], answer.json()["source"]) == ("draft", "Imported from a.txt")
    assert made.listened_files.count() == 1


def test_problems_are_told_one_by_one_and_nothing_is_stored(api, people, dataset):
    answer = send(api(people.administrator), dataset, ("a.txt", b"0\t0.1\thum\n0\t9\tglitch\n"))

    assert answer.status_code == 422
    problems = answer.json()["detail"]
    assert [problem["loc"] for problem in problems] == [["body", "files"]] * 2
    assert "a.txt, line 1: The dataset has no artifact type “hum”." in problems[0]["msg"]
    assert "a.txt, line 2: The label ends at 9000 ms, and “a.wav” at 1000 ms." in problems[1]["msg"]
    assert not AnnotationSet.objects.exists()


@pytest.mark.parametrize(
    ("files", "fields"),
    [((), {}), ((TRACK,), {"types_from": "colours"}), ((TRACK,), {"add_types": "maybe"}), ((("a.pdf", b"x"),), {})],
)
def test_what_makes_no_sense_is_refused(api, people, dataset, files, fields):
    assert send(api(people.administrator), dataset, *files, **fields).status_code == 422
    assert not AnnotationSet.objects.exists()


def test_too_large_files_are_refused_unread(api, people, dataset):
    answer = send(api(people.administrator), dataset, ("a.txt", b" " * (10 * 1024**2 + 1)))

    assert answer.status_code == 422
    assert "larger than 10.0" in answer.json()["detail"][0]["msg"]
