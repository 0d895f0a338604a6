"""The pages of annotation sets: who may see and do what, what stands on them, what they refuse."""

import csv
import io
import json
import zipfile

import pytest
from django.utils import timezone

from datasets.models import Annotation, AnnotationSet, ListenedFile
from tests.callers import WHO
from tests.datasets.factories import (
    AnnotationFactory,
    AnnotationSetFactory,
    ArtifactTypeFactory,
    AudioFileFactory,
    DatasetFactory,
)
from workspaces.models import AuditEvent

READ = ["", "labels/{a}/", "differences/", "differences.csv", "download", "download?format=textgrid"]
READERS = (200, 200, 200, 403, 403, 404, 302)
EDITORS = (302, 302, 403, 403, 403, 404, 302)
MOVES = ["publish", "delete", "remove_invalid"]
MARKS = ['value="publish"', 'value="delete"', 'name="based_on"', "/label/", "?format=csv", "/differences/"]


def cells(paths, row):
    return [(path, who, status) for path in paths for who, status in zip(WHO, row, strict=True)]


@pytest.fixture
def dataset(people):
    made = DatasetFactory(workspace=people.workspace, name="Calls")
    for name, color in (("glitch", "#d7263d"), ("echo", "#2f6fde")):
        ArtifactTypeFactory(dataset=made, name=name, color=color)
    return made


@pytest.fixture
def files(dataset):
    return [AudioFileFactory(dataset=dataset, filename=f"call-{n}.wav", duration_ms=10_000) for n in range(1, 4)]


@pytest.fixture
def published(dataset, files):
    """Version 1: a glitch on the first file, and nothing on the second, which somebody listened to."""
    made = AnnotationSetFactory(dataset=dataset, version=1, state="published", published_at=timezone.now())
    AnnotationFactory(annotation_set=made, audio_file=files[0], start_ms=100, end_ms=300, confidence=0.8)
    ListenedFile.objects.create(annotation_set=made, audio_file=files[1])
    return made


@pytest.fixture
def draft(dataset, published, files):
    """Version 2: the glitch is longer, and there is an echo on the second file."""
    made = AnnotationSetFactory(dataset=dataset, version=2, based_on=published)
    AnnotationFactory(annotation_set=made, audio_file=files[0], start_ms=100, end_ms=420)
    AnnotationFactory(annotation_set=made, audio_file=files[1], artifact_type="echo", start_ms=1000, end_ms=2000)
    return made


@pytest.fixture
def address(people, dataset, files):
    def of(chosen, path=""):
        return f"/w/{people.workspace.slug}/datasets/{dataset.pk}/annotation-sets/{chosen.pk}/" + path.format(
            a=files[0].pk
        )

    return of


@pytest.fixture
def editor(client_of, people):
    return client_of(people.administrator)


def read(response):
    return b"".join(response.streaming_content).decode()


@pytest.mark.parametrize(("path", "who", "status"), cells(READ, READERS))
def test_who_may_read(client_of, people, address, draft, path, who, status):
    response = client_of(people[who]).get(address(draft, path))

    assert response.status_code == status
    if response.streaming:
        assert b"".join(response.streaming_content)


@pytest.mark.parametrize(("move", "who", "status"), cells(MOVES, EDITORS))
def test_who_may_change(client_of, people, address, draft, move, who, status):
    before = AnnotationSet.objects.count(), AuditEvent.objects.count()

    response = client_of(people[who]).post(address(draft, "move/"), {"move": move})

    assert response.status_code == status
    if who not in ("superadmin", "administrator"):
        assert (AnnotationSet.objects.count(), AuditEvent.objects.count()) == before


@pytest.mark.parametrize(("who", "status"), list(zip(WHO, EDITORS, strict=True)))
def test_who_may_start_a_draft(client_of, people, dataset, who, status):
    url = f"/w/{people.workspace.slug}/datasets/{dataset.pk}/annotation-sets/new/"

    response = client_of(people[who]).post(url)

    assert response.status_code == status
    assert AnnotationSet.objects.count() == (who in ("superadmin", "administrator"))


def test_readers_are_offered_nothing_to_change(client_of, people, address, draft):
    page = client_of(people.administrator).get(address(draft)).content.decode()
    seen = client_of(people.annotation_administrator).get(address(draft)).content.decode()

    for mark in ('value="publish"', 'value="delete"', "/label/"):
        assert (mark in page, mark in seen) == (True, False)


def test_a_published_version_is_trained_on_and_not_labelled(editor, address, published):
    page = editor.get(address(published)).content.decode()

    assert 'value="publish"' not in page
    assert 'value="delete"' not in page
    assert "/label/" not in page
    assert "Start a draft from it" in page


@pytest.mark.parametrize("wrong", ["new", "publish "])
def test_a_move_that_is_none_is_not_there(editor, address, draft, wrong):
    assert editor.post(address(draft, "move/"), {"move": wrong}).status_code == 404


def test_a_set_of_another_dataset_is_not_there(editor, address, people):
    other = AnnotationSetFactory(dataset=DatasetFactory(workspace=people.workspace))

    assert editor.get(address(other)).status_code == 404


def test_the_page_counts_types_and_files(editor, address, draft):
    context = editor.get(address(draft)).context

    assert [(row["type"].name, row["type"].n, row["ms"]) for row in context["types"]] == [
        ("echo", 1, 1000),
        ("glitch", 1, 320),
    ]
    files = context["files"]
    assert (files.labelled, files.clean, files.untouched, files.total) == (2, 0, 1, 3)


def test_what_overlaps_can_count_once(editor, address, draft, files):
    AnnotationFactory(annotation_set=draft, audio_file=files[0], start_ms=300, end_ms=500)
    AnnotationFactory(annotation_set=draft, audio_file=files[0], start_ms=120, end_ms=200)
    AnnotationFactory(annotation_set=draft, audio_file=files[2], start_ms=100, end_ms=200)

    lengths = {
        query: {row["type"].name: row["ms"] for row in editor.get(address(draft, query)).context["types"]}
        for query in ("", "?lengths=covered")
    }

    assert lengths[""]["glitch"] == 320 + 200 + 80 + 100
    assert lengths["?lengths=covered"]["glitch"] == 400 + 100


@pytest.mark.parametrize(
    ("query", "names"),
    [
        ("", ["call-1.wav", "call-2.wav", "call-3.wav"]),
        ("?q=call-2", ["call-2.wav"]),
        ("?type=glitch", ["call-1.wav"]),
        ("?state=labelled", ["call-1.wav"]),
        ("?state=clean", ["call-2.wav"]),
        ("?state=untouched", ["call-3.wav"]),
        ("?state=nonsense", ["call-1.wav", "call-2.wav", "call-3.wav"]),
        ("?type=echo", []),
        ("?file=nonsense", ["call-1.wav", "call-2.wav", "call-3.wav"]),
    ],
)
def test_files_are_found_by_name_type_and_state(editor, address, published, query, names):
    files = editor.get(address(published, query)).context["table"].files

    assert [row.audio.filename for row in files] == names


def test_files_that_cannot_be_heard_are_left_out(editor, address, draft, dataset):
    AudioFileFactory(dataset=dataset, blob=None, status="pending", filename="call-9.wav")

    assert len(editor.get(address(draft)).context["table"].files) == 3


def test_labels_are_drawn_where_they_are_and_can_be_played(editor, address, published):
    page = editor.get(address(published)).content.decode()

    assert 'viewBox="0 0 10000 100"' in page
    assert '<rect class="" x="100" width="200" y="0" height="100" fill="#d7263d"' in page
    assert 'data-play-from="100" data-play-to="300"' in page
    assert "<title>glitch, 0:00.100–0:00.300, 80 %</title>" in page


def test_labels_of_a_file_are_a_table_with_confidence_and_note(editor, address, published):
    Annotation.objects.update(extra_data={"note": "a <b>click</b>"})

    page = editor.get(address(published, "labels/{a}/")).content.decode()

    assert 'data-label="Confidence">80 %</td>' in page
    assert "a &lt;b&gt;click&lt;/b&gt;" in page


def test_very_many_labels_are_drawn_in_part_and_said_so(editor, address, draft, files):
    Annotation.objects.bulk_create(
        Annotation(annotation_set=draft, audio_file=files[2], artifact_type="echo", start_ms=10 * n, end_ms=10 * n + 5)
        for n in range(210)
    )

    page = editor.get(address(draft)).content.decode()
    alone = editor.get(address(draft, f"?file={files[2].pk}"))

    assert "The first 200 of 210 labels are drawn." in page
    assert len(alone.context["table"].files[0].labels) == 210


def test_a_type_that_is_gone_keeps_a_draft_from_being_published_until_its_labels_go(editor, address, draft, dataset):
    dataset.artifact_types.get(name="echo").delete()

    page = editor.get(address(draft)).content.decode()
    refused = editor.post(address(draft, "move/"), {"move": "publish"}, follow=True).content.decode()
    editor.post(address(draft, "move/"), {"move": "remove_invalid"})
    taken = editor.post(address(draft, "move/"), {"move": "publish"}, follow=True).content.decode()

    assert "1 annotation has a type that the dataset does not have any more:" in page
    assert 'value="publish"' not in page
    assert "echo" in refused
    assert "is published and does not change any more" in taken
    draft.refresh_from_db()
    assert draft.state == "published"
    assert list(draft.annotations.values_list("artifact_type", flat=True)) == ["glitch"]


def test_an_empty_draft_is_not_published_and_one_of_clean_files_is(editor, address, dataset, files):
    draft = AnnotationSetFactory(dataset=dataset, version=1)
    editor.post(address(draft, "move/"), {"move": "publish"})
    draft.refresh_from_db()
    assert draft.state == "draft"

    ListenedFile.objects.create(annotation_set=draft, audio_file=files[0])
    editor.post(address(draft, "move/"), {"move": "publish"})

    draft.refresh_from_db()
    assert draft.state == "published"


@pytest.mark.parametrize("move", ["delete", "publish", "remove_invalid"])
def test_what_is_published_stays_as_it_is(editor, address, published, move):
    page = editor.post(address(published, "move/"), {"move": move}, follow=True).content.decode()

    assert "published" in page
    assert AnnotationSet.objects.filter(pk=published.pk, state="published").exists()
    assert published.annotations.count() == 1


def test_a_draft_is_deleted_with_what_is_in_it(editor, address, draft, published):
    response = editor.post(address(draft, "move/"), {"move": "delete"})

    assert response.url.endswith("/annotation-sets/")
    assert list(AnnotationSet.objects.values_list("pk", flat=True)) == [published.pk]
    assert Annotation.objects.count() == 1


def test_a_draft_starts_with_all_that_an_earlier_version_has(editor, people, dataset, published):
    response = editor.post(
        f"/w/{people.workspace.slug}/datasets/{dataset.pk}/annotation-sets/new/", {"based_on": published.pk}
    )

    made = AnnotationSet.objects.get(version=2)
    assert response.url.endswith(f"/annotation-sets/{made.pk}/")
    assert (made.state, made.based_on, made.created_by, made.source) == (
        *("draft", published, people.administrator),
        "Version 1",
    )
    facts = ("audio_file", "artifact_type", "start_ms", "end_ms", "confidence")
    assert list(made.annotations.values_list(*facts)) == list(published.annotations.values_list(*facts))
    assert [mark.audio_file_id for mark in made.listened_files.all()] == [
        mark.audio_file_id for mark in published.listened_files.all()
    ]
    assert made.annotations.get().pk != published.annotations.get().pk


@pytest.mark.parametrize("based_on", ["nonsense", "00000000-0000-0000-0000-000000000000"])
def test_a_draft_from_nothing_is_not_started(editor, people, dataset, based_on):
    url = f"/w/{people.workspace.slug}/datasets/{dataset.pk}/annotation-sets/new/"

    assert editor.post(url, {"based_on": based_on}).status_code == 404
    assert not AnnotationSet.objects.exists()


def test_two_versions_differ_by_file_and_type(editor, address, draft, published, files):
    response = editor.get(address(draft, "differences/"))

    comparison = response.context["comparison"]
    assert response.context["before"] == published
    assert [(name, dict(n)) for name, n in comparison.tally.rows] == [
        ("echo", {"added": 1}),
        ("glitch", {"changed": 1}),
    ]
    assert [(row.filename, [c.kind for c in row.changes]) for row in comparison.files] == [
        ("call-1.wav", ["changed"]),
        ("call-2.wav", ["added"]),
    ]
    assert comparison.listened == (0, 1)
    page = response.content.decode()
    assert "+120 ms" in page
    assert '<rect class="" x="100" width="200" y="2"' in page
    assert '<rect class="" x="100" width="320" y="54"' in page


def test_what_is_the_same_is_drawn_paler(editor, address, draft, published, files):
    for chosen in (draft, published):
        AnnotationFactory(annotation_set=chosen, audio_file=files[0], start_ms=5000, end_ms=6000)

    page = editor.get(address(draft, "differences/?with=1")).content.decode()

    assert page.count('<rect class="same" x="5000"') == 2


def test_equal_versions_say_so(editor, people, dataset, address, published):
    editor.post(f"/w/{people.workspace.slug}/datasets/{dataset.pk}/annotation-sets/new/", {"based_on": published.pk})

    page = editor.get(address(AnnotationSet.objects.get(version=2), "differences/")).content.decode()

    assert "Both versions have the same annotations." in page


@pytest.mark.parametrize("query", ["?with=9", "?with=2", "?with=x"])
def test_a_version_without_another_to_compare_with_is_404(editor, address, published, query):
    expected = 404
    assert editor.get(address(published, f"differences/{query}")).status_code == expected


def test_differences_are_a_table_too(editor, address, draft):
    rows = list(csv.DictReader(io.StringIO(read(editor.get(address(draft, "differences.csv?with=1"))))))

    assert [(row["filename"], row["kind"], row["after_end_ms"], row["end_moved_ms"]) for row in rows] == [
        ("call-1.wav", "changed", "420", "120"),
        ("call-2.wav", "added", "2000", ""),
    ]


def test_labels_are_taken_along_in_three_more_formats(editor, address, draft, files):
    table = list(csv.DictReader(io.StringIO(read(editor.get(address(draft, "download?format=csv"))))))
    archives = {}
    for kind in ("audacity", "textgrid"):
        data = b"".join(editor.get(address(draft, f"download?format={kind}")).streaming_content)
        with zipfile.ZipFile(io.BytesIO(data)) as archive:
            archives[kind] = {name: archive.read(name).decode() for name in archive.namelist()}

    assert sorted((row["filename"], row["artifact_type"], row["start_ms"]) for row in table) == [
        ("call-1.wav", "glitch", "100"),
        ("call-2.wav", "echo", "1000"),
    ]
    assert archives["audacity"]["call-1.txt"] == "0.100000\t0.420000\tglitch\n"
    assert 'name = "echo"' in archives["textgrid"]["call-2.TextGrid"]


def test_a_live_part_brings_what_others_changed(editor, address, draft, files):
    ListenedFile.objects.create(annotation_set=draft, audio_file=files[2])

    part = editor.get(address(draft), headers={"HX-Request": "true"}).content.decode()

    assert "<html" not in part
    assert '<template data-live-for="state">' in part
    assert f'<template data-live-for="head-{files[2].pk}">' in part
    assert "listened, nothing here" in part


@pytest.mark.parametrize("rows", [1, 3])
@pytest.mark.parametrize(
    ("path", "most"), [("", 17), ("?type=glitch&state=labelled", 17), ("differences/?with=1", 16), ("labels/{a}/", 9)]
)
def test_pages_take_the_same_queries_for_any_number(
    editor, address, dataset, draft, django_assert_max_num_queries, path, most, rows
):
    for _ in range(rows):
        AnnotationFactory(annotation_set=draft, audio_file=AudioFileFactory(dataset=dataset))
    editor.get(address(draft, path))

    with django_assert_max_num_queries(most):
        assert editor.get(address(draft, path)).status_code == 200


def test_without_types_there_is_nothing_to_label_with_and_it_says_so(editor, address, dataset, draft):
    before = editor.get(address(draft)).content.decode()
    dataset.artifact_types.all().delete()

    after = editor.get(address(draft)).content.decode()

    assert ("/label/" in before, 'id="no-types"' in before) == (True, False)
    assert ("/label/" in after, 'id="no-types"' in after) == (False, True)


def test_names_are_not_taken_for_markup(editor, address, dataset, draft):
    ArtifactTypeFactory(dataset=dataset, name="<script>x")
    audio = AudioFileFactory(dataset=dataset, filename="<script>y.wav")
    AnnotationFactory(annotation_set=draft, audio_file=audio, artifact_type="<script>x")

    for path in ("", "differences/?with=1"):
        page = editor.get(address(draft, path)).content.decode()
        assert "<script>x" not in page
        assert "<script>y" not in page


def test_lines_of_json_hold_every_field(editor, address, published, files):
    [row] = [json.loads(line) for line in read(editor.get(address(published, "download"))).splitlines()]

    assert row == {
        "audio_file_id": str(files[0].pk),
        "filename": "call-1.wav",
        "artifact_type": "glitch",
        "start_ms": 100,
        "end_ms": 300,
        "confidence": 0.8,
        "extra_data": {},
    }


def test_the_list_offers_what_can_be_done_with_each_version(client_of, people, draft, published, dataset):
    url = f"/w/{people.workspace.slug}/datasets/{dataset.pk}/annotation-sets/"
    page = client_of(people.administrator).get(url).content.decode()
    seen = client_of(people.annotation_administrator).get(url).content.decode()

    counts = {mark: (page.count(mark), seen.count(mark)) for mark in MARKS}
    assert counts == {
        'value="publish"': (1, 0),
        'value="delete"': (1, 0),
        'name="based_on"': (2, 0),
        "/label/": (1, 0),
        "?format=csv": (2, 2),
        "/differences/": (1, 1),
    }
