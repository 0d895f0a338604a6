import pytest
from django.core.files.uploadedfile import SimpleUploadedFile

from datasets.models import Annotation, AnnotationSet
from tests.datasets.factories import ArtifactTypeFactory, AudioFileFactory, DatasetFactory


@pytest.fixture
def dataset(people):
    made = DatasetFactory(workspace=people.workspace)
    ArtifactTypeFactory(dataset=made, name="glitch")
    AudioFileFactory(dataset=made, filename="a.wav")
    AudioFileFactory(dataset=made, filename="b.wav")
    return made


@pytest.fixture
def page(people, dataset):
    return f"/w/{people.workspace.slug}/datasets/{dataset.pk}/annotation-sets/import/"


LABELS = {"types_from": "labels"}


def track(name="a.txt", text=b"0.1\t0.2\tglitch\n"):
    return SimpleUploadedFile(name, text)


@pytest.mark.parametrize(
    ("who", "seen", "done"),
    [
        ("superadmin", 200, 302),
        ("administrator", 200, 302),
        ("annotation_administrator", 403, 403),
        ("operator", 403, 403),
        ("auditor", 403, 403),
        ("outsider", 404, 404),
        ("anonymous", 302, 302),
    ],
)
def test_who_may_import(client_of, people, page, who, seen, done):
    client = client_of(people[who])

    assert client.get(page).status_code == seen
    assert client.post(page, {**LABELS, "labels": track()}).status_code == done
    assert AnnotationSet.objects.count() == (1 if who in ("superadmin", "administrator") else 0)


def test_several_files_become_a_draft_and_its_page_follows(client_of, people, dataset, page):
    sent = {**LABELS, "labels": [track(), track("b.txt", b"")], "listened": "on"}

    response = client_of(people.administrator).post(page, sent)

    made = AnnotationSet.objects.get()
    assert response.url == page.replace("import/", f"{made.pk}/")
    assert (made.created_by, made.source) == (people.administrator, "Imported from a.txt, b.txt")
    assert [(row.start_ms, row.end_ms) for row in Annotation.objects.all()] == [(100, 200)]
    assert made.listened_files.count() == 2


def test_tiers_and_new_types_are_taken_when_chosen(client_of, people, dataset, page):
    grid = '"ooTextFile" "TextGrid" 0 1 <exists> 1 "IntervalTier" "hum" 0 1 1 0.5 1 "a note"'
    sent = {"labels": track("a.TextGrid", grid.encode()), "types_from": "tiers", "add_types": "on"}

    client_of(people.administrator).post(page, sent)

    assert Annotation.objects.get().artifact_type == "hum"
    assert list(dataset.artifact_types.values_list("name", flat=True)) == ["glitch", "hum"]


def test_problems_stand_on_the_page_and_nothing_is_stored(client_of, people, page):
    response = client_of(people.administrator).post(page, {**LABELS, "labels": track(text=b"0\t9\t<b>\n")})

    assert response.status_code == 422
    text = response.content.decode()
    assert "Nothing was imported." in text
    assert "a.txt, line 1: The dataset has no artifact type “&lt;b&gt;”." in text
    assert "a.txt, line 1: The label ends at 9000 ms, and “a.wav” at 1000 ms." in text
    assert not AnnotationSet.objects.exists()


def test_nothing_chosen_is_said_at_the_field(client_of, people, page):
    response = client_of(people.administrator).post(page, {})

    assert response.status_code == 422
    assert "Choose the files with the labels." in response.content.decode()


def test_what_is_too_large_is_not_even_read(client_of, people, page):
    response = client_of(people.administrator).post(page, {**LABELS, "labels": track(text=b" " * (10 * 1024**2 + 1))})

    assert response.status_code == 422
    assert "larger than 10.0" in response.content.decode()
