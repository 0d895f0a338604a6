"""Labeling into a draft of annotations over HTTP: files in order, saving, being done, and what is refused."""

from uuid import uuid4

import pytest
from django.core.cache import cache
from django.utils import timezone
from hypothesis import given
from hypothesis import strategies as st

from annotations.set_marks import content_of, matched, version_of
from datasets.models import Annotation, AnnotationSet, AudioFile, ListenedFile
from tests.annotations.factories import make_dataset
from tests.callers import WHO
from tests.datasets.factories import AnnotationFactory, AnnotationSetFactory, AudioFileFactory

READERS = (200, 200, 200, 403, 403, 404, 401)
EDITORS = (200, 200, 403, 403, 403, 404, 401)
CALLS = ["next", "files/{a}/open", "files/{a}/draft", "files/{a}/submit", "files/{a}/release"]
BODIES = {"draft": {"version": 0, "answers": {}}, "submit": {"answers": {}}}


@pytest.fixture(autouse=True)
def nobody_has_a_file_open(db):
    cache.clear()


@pytest.fixture
def dataset(people):
    return make_dataset(people.workspace, files=3)


@pytest.fixture
def draft(dataset):
    return AnnotationSetFactory(dataset=dataset, version=1)


@pytest.fixture
def files(dataset):
    return list(AudioFile.objects.filter(dataset=dataset).order_by("filename"))


@pytest.fixture
def me(api, people):
    return api(people.administrator)


@pytest.fixture
def url(draft):
    return lambda path, *, of=draft: f"/api/v1/annotation-sets/{of.pk}/{path}"


def region(label="glitch", start=1000, end=1500, **more):
    return {"id": "r1", "label": label, "start_ms": start, "end_ms": end, **more}


def body(*regions, version=0, **more):
    return {"version": version, "answers": {"labels": list(regions)} if regions else {}, **more}


def send(client, verb, url, data):
    return client.put(url, data) if verb == "draft" else client.post(url, data)


@pytest.mark.parametrize(("who", "status"), list(zip(WHO, READERS, strict=True)))
def test_who_may_read(api, people, url, files, who, status):
    assert api(people[who]).get(url(f"files/{files[0].pk}")).status_code == status


@pytest.mark.parametrize(("who", "status"), list(zip(WHO, EDITORS, strict=True)))
@pytest.mark.parametrize("call", CALLS)
def test_who_may_label(api, people, url, files, call, who, status):
    verb = call.rpartition("/")[2]

    response = send(api(people[who]), verb, url(call.format(a=files[0].pk)), BODIES.get(verb, {}))

    assert response.status_code == (204 if status == 200 and verb == "release" else status), response.content
    assert ListenedFile.objects.exists() == (status == 200 and verb == "submit")


@pytest.mark.parametrize(("who", "status"), list(zip(WHO, (200, 200, 403, 403, 403, 404, 302), strict=True)))
@pytest.mark.parametrize("path", ["", "{a}/"])
def test_who_may_open_the_page(client_of, people, draft, files, path, who, status):
    page = f"/w/{people.workspace.slug}/annotation-sets/{draft.pk}/label/{path.format(a=files[0].pk)}"

    assert client_of(people[who]).get(page).status_code == status


def test_the_page_says_what_is_other_than_in_a_task(client_of, people, draft):
    response = client_of(people.administrator).get(f"/w/{people.workspace.slug}/annotation-sets/{draft.pk}/label/")

    boot = response.context["boot"]
    assert (boot["mode"], boot["assignment_id"], boot["task"]["name"]) == ("label", None, "Calls, version 1")
    assert boot["urls"]["assignment"] == f"/api/v1/annotation-sets/{draft.pk}/files/{{id}}"
    assert boot["words"]["submitEmpty"] == "Nothing here, next"


def test_a_published_version_is_not_labelled_and_says_so(client_of, people, me, url, draft, files):
    AnnotationSet.objects.filter(pk=draft.pk).update(state="published", published_at=timezone.now())

    page = client_of(people.administrator).get(f"/w/{people.workspace.slug}/annotation-sets/{draft.pk}/label/")
    answers = [send(me, call.rpartition("/")[2], url(call.format(a=files[0].pk)), body()) for call in CALLS[:4]]
    looked_at = me.get(url(f"files/{files[0].pk}")).json()

    assert page.status_code == 409
    assert "This version is published and does not change any more." in page.content.decode()
    assert [answer.status_code for answer in answers] == [409] * 4
    assert answers[2].json() == {"detail": "This version is published and does not change any more. Start a new one."}
    assert looked_at["assignment"]["moves"] == []
    assert not ListenedFile.objects.exists()


def test_a_dataset_without_types_has_nothing_to_label_with(client_of, people, me, url, draft, dataset):
    dataset.artifact_types.all().delete()

    page = client_of(people.administrator).get(f"/w/{people.workspace.slug}/annotation-sets/{draft.pk}/label/")

    assert page.status_code == me.post(url("next")).status_code == 409
    assert "The dataset has no artifact types yet." in page.content.decode()


def test_a_file_comes_in_the_shape_of_a_turn(me, url, draft, files, people):
    row = AnnotationFactory(
        annotation_set=draft, audio_file=files[0], start_ms=200, end_ms=900, extra_data={"note": "loud"}
    )

    got = me.post(url("next")).json()

    assert got["assignment"]["id"] == str(files[0].pk)
    assert got["assignment"]["moves"] == ["submit", "release"]
    assert got["assignment"]["draft_version"] == version_of([row])
    assert got["assignment"]["url"].endswith(f"/label/{files[0].pk}/")
    assert got["draft"]["answers"] == {
        "labels": [{"id": str(row.pk), "label": "glitch", "start_ms": 200, "end_ms": 900, "note": "loud"}]
    }
    [question] = got["questions"]
    assert (question["alias"], question["type"], question["required"]) == ("labels", "regions", False)
    assert [label["name"] for label in question["configuration"]["labels"]] == ["glitch", "long_pause"]
    [file] = got["item"]["files"]
    assert (file["id"], file["n_samples"], file["filename"]) == (str(files[0].pk), 160_000, "call-0001.wav")
    assert got["progress"] == {"done": 0, "total": 3}


def test_files_come_by_name_until_every_one_was_listened_to(me, url, files):
    seen, got = [], me.post(url("next")).json()
    while got:
        seen.append(got["item"]["files"][0]["filename"])
        answer = me.post(url(f"files/{got['assignment']['id']}/submit"), body(draft_version=0, next=True))
        assert answer.status_code == 200
        got = answer.json()["next"]

    assert seen == ["call-0001.wav", "call-0002.wav", "call-0003.wav"]
    assert ListenedFile.objects.count() == 3
    assert me.post(url("next")).status_code == 204


def test_after_a_file_comes_the_one_behind_it_and_then_those_before(me, url, files):
    first = me.post(url(f"files/{files[1].pk}/submit"), body(next=True)).json()["next"]
    second = me.post(url(f"files/{files[2].pk}/submit"), body(next=True)).json()["next"]

    assert [found["assignment"]["id"] for found in (first, second)] == [str(files[2].pk), str(files[0].pk)]


def test_two_people_get_different_files_while_there_are_any(me, api, people, url, files):
    other = api(people.superadmin)
    mine, theirs = me.post(url("next")).json(), other.post(url("next")).json()
    again = me.post(url("next")).json()
    for file in files[1:]:
        me.post(url(f"files/{file.pk}/submit"), body())

    last = other.post(url("next")).json()

    ids = [got["assignment"]["id"] for got in (mine, theirs, again, last)]
    assert ids == [str(files[0].pk), str(files[1].pk), str(files[0].pk), str(files[0].pk)]


def test_a_file_that_was_given_back_goes_to_others(me, api, people, url, files):
    me.post(url("next"))
    me.post(url(f"files/{files[0].pk}/release"), {})

    assert api(people.superadmin).post(url("next")).json()["assignment"]["id"] == str(files[0].pk)


def test_saving_stores_labels_and_keeps_the_rows_that_stay(me, url, draft, files):
    machine = AnnotationFactory(
        annotation_set=draft, audio_file=files[0], start_ms=0, end_ms=100, confidence=0.6, extra_data={"model": "m"}
    )
    moved = AnnotationFactory(
        annotation_set=draft, audio_file=files[0], start_ms=500, end_ms=600, confidence=0.4, extra_data={"model": "m"}
    )
    version = version_of([machine, moved])
    sent = [
        {"id": str(machine.pk), "label": "glitch", "start_ms": 0, "end_ms": 100, "note": ""},
        {"id": str(moved.pk), "label": "long_pause", "start_ms": 500, "end_ms": 700, "note": "mine"},
        region(start=2000, end=2500),
    ]

    answer = me.put(url(f"files/{files[0].pk}/draft"), body(*sent, version=version))

    assert answer.status_code == 200, answer.content
    rows = {row.start_ms: row for row in Annotation.objects.filter(annotation_set=draft)}
    assert (rows[0].pk, rows[0].confidence, rows[0].extra_data) == (machine.pk, 0.6, {"model": "m"})
    assert (rows[500].pk, rows[500].confidence, rows[500].artifact_type) == (moved.pk, 1.0, "long_pause")
    assert rows[500].extra_data == {"model": "m", "note": "mine"}
    assert (rows[2000].confidence, rows[2000].extra_data) == (1.0, {})
    assert answer.json()["version"] == version_of(sorted(rows.values(), key=lambda row: row.start_ms))
    assert not ListenedFile.objects.exists()


def test_a_new_row_keeps_its_id_from_save_to_save(me, url, draft, files):
    first = me.put(url(f"files/{files[0].pk}/draft"), body(region())).json()["version"]
    made = Annotation.objects.get()

    me.put(url(f"files/{files[0].pk}/draft"), body(region(), region(id="r2", start=3000, end=3100), version=first))

    assert Annotation.objects.get(start_ms=1000).pk == made.pk
    assert Annotation.objects.count() == 2


def test_labels_of_other_files_and_versions_stay(me, url, draft, files, dataset):
    others = [
        AnnotationFactory(annotation_set=draft, audio_file=files[1]),
        AnnotationFactory(annotation_set=AnnotationSetFactory(dataset=dataset, version=2), audio_file=files[0]),
    ]

    me.post(url(f"files/{files[0].pk}/submit"), body(region()))
    me.post(url(f"files/{files[0].pk}/submit"), body())

    assert set(Annotation.objects.values_list("pk", flat=True)) == {row.pk for row in others}


def test_done_without_labels_says_that_nothing_is_there(me, url, draft, files, people):
    ListenedFile.objects.create(annotation_set=draft, audio_file=files[0], artifact_types=["glitch"])

    answer = me.post(url(f"files/{files[0].pk}/submit"), body(draft_version=0))

    assert answer.json() == {"stored": {"audio_file_id": str(files[0].pk), "labels": 0, "version": 0}, "next": None}
    mark = ListenedFile.objects.get()
    assert (mark.by, mark.artifact_types) == (people.administrator, [])


@pytest.mark.parametrize("verb", ["draft", "submit"])
def test_labels_that_changed_meanwhile_are_not_passed_over(me, url, draft, files, verb):
    row = AnnotationFactory(annotation_set=draft, audio_file=files[0], start_ms=0, end_ms=100)

    answer = send(me, verb, url(f"files/{files[0].pk}/{verb}"), body(region(), draft_version=0))

    assert answer.status_code == 409
    assert answer.json()["version"] == version_of([row])
    assert [mark["start_ms"] for mark in answer.json()["answers"]["labels"]] == [0]
    assert list(Annotation.objects.values_list("pk", flat=True)) == [row.pk]
    assert not ListenedFile.objects.exists()


def test_a_save_whose_answer_was_lost_can_be_sent_again(me, url, files):
    sent = body(region())
    first = me.put(url(f"files/{files[0].pk}/draft"), sent)
    again = me.put(url(f"files/{files[0].pk}/draft"), sent)

    assert (first.status_code, again.status_code) == (200, 200)
    assert first.json()["version"] == again.json()["version"]
    assert Annotation.objects.count() == 1


def test_a_program_that_knows_no_version_says_none(me, url, files):
    me.post(url(f"files/{files[0].pk}/submit"), {"answers": {"labels": [region()]}})
    answer = me.post(url(f"files/{files[0].pk}/submit"), {"answers": {"labels": [region(start=0, end=5)]}})

    assert answer.status_code == 200
    assert Annotation.objects.get().end_ms == 5


@pytest.mark.parametrize("verb", ["draft", "submit"])
@pytest.mark.parametrize(
    ("regions", "where"),
    [
        ([region("echo")], ["body", "answers", "labels", 0, "label"]),
        ([region(end=10_001)], ["body", "answers", "labels", 0, "end_ms"]),
        ([region(start=1500, end=1500)], ["body", "answers", "labels", 0, "end_ms"]),
        ([region(start=-1)], ["body", "answers", "labels", 0, "start_ms"]),
        ([region(), region()], ["body", "answers", "labels", 1, "id"]),
        (["x"], ["body", "answers", "labels", 0]),
        ("x", ["body", "answers", "labels"]),
    ],
)
def test_wrong_labels_are_refused_and_none_is_stored(me, url, files, verb, regions, where):
    sent = {"version": 0, "answers": {"labels": regions}}

    answer = send(me, verb, url(f"files/{files[0].pk}/{verb}"), sent)

    assert answer.status_code == 422
    assert [problem["loc"] for problem in answer.json()["detail"]] == [where]
    assert not Annotation.objects.exists()


@pytest.mark.parametrize("version", [None, "1", 1.5, True, -1, [1]])
def test_a_version_that_is_none_is_refused(me, url, files, version):
    answer = me.put(url(f"files/{files[0].pk}/draft"), body(region()) | {"version": version})

    assert answer.status_code == 422
    assert answer.json()["detail"][0]["loc"] == ["body", "version"]


def test_labels_of_types_that_are_gone_are_not_shown_and_not_lost(me, url, draft, files):
    hidden = AnnotationFactory(annotation_set=draft, audio_file=files[0], artifact_type="hum")

    got = me.post(url(f"files/{files[0].pk}/open"), {}).json()
    me.post(url(f"files/{files[0].pk}/submit"), body(region(), draft_version=got["assignment"]["draft_version"]))

    assert got["draft"]["answers"] == {}
    assert got["item"]["data"]["Not shown"] == "1 label of a type that is gone"
    assert Annotation.objects.filter(pk=hidden.pk).exists()
    assert Annotation.objects.count() == 2


@pytest.mark.parametrize("call", CALLS[1:])
def test_files_of_others_and_files_that_cannot_be_heard_are_not_there(me, url, dataset, call, files):
    away = [
        AudioFileFactory().pk,
        AudioFileFactory(dataset=dataset, blob=None, status="pending").pk,
        uuid4(),
        "nonsense",
    ]
    verb = call.rpartition("/")[2]

    for pk in away:
        assert send(me, verb, url(call.format(a=pk)), BODIES.get(verb, {})).status_code == 404


def test_a_file_that_was_deleted_meanwhile_is_not_there(me, url, files):
    me.post(url("next"))
    files[0].delete()

    assert me.put(url(f"files/{files[0].pk}/draft"), body(region())).status_code == 404
    assert me.post(url("next")).json()["assignment"]["id"] == str(files[1].pk)


def test_a_set_that_is_none_is_not_there(me):
    assert me.post("/api/v1/annotation-sets/nonsense/next").status_code == 404


def test_a_key_without_the_scope_labels_nothing(api, people, url):
    from workspaces.actions import create_api_key

    keys = [
        create_api_key(workspace=people.workspace, by=people.administrator, name=name, scopes=[name])[1]
        for name in ("labeling", "datasets")
    ]

    assert [api(key=secret).post(url("next")).status_code for secret in keys] == [403, 200]


@pytest.mark.parametrize("many", [1, 40])
def test_calls_take_the_same_queries_for_any_number(
    me, url, draft, files, dataset, django_assert_max_num_queries, many
):
    AudioFileFactory.create_batch(many, dataset=dataset, blob=files[0].blob)
    AnnotationFactory.create_batch(many, annotation_set=draft, audio_file=files[0])
    got = me.post(url("next")).json()
    version = got["assignment"]["draft_version"]

    with django_assert_max_num_queries(28):
        me.put(url(f"files/{files[0].pk}/draft"), body(region(), version=version))
    with django_assert_max_num_queries(46):
        me.post(url(f"files/{files[0].pk}/submit"), body(next=True))


def stored(fields):
    return [
        Annotation(
            artifact_type=label, start_ms=start, end_ms=start + length, extra_data={"note": note} if note else {}
        )
        for label, start, length, note in fields
    ]


contents = st.lists(
    st.tuples(st.sampled_from(["a", "b"]), st.integers(0, 50), st.integers(1, 9), st.sampled_from(["", "ü“\n"])),
    max_size=12,
)


@given(contents, contents, st.randoms(use_true_random=False))
def test_whatever_was_stored_becomes_what_was_sent(before, after, random):
    """Some of what is sent carries the id of a row; each row goes, stays or changes, and the sum is what was sent."""
    rows = stored(before)
    ids = [str(row.pk) for row in rows]
    marks = [
        {
            "id": ids.pop() if ids and random.random() < 0.5 else f"r{number}",
            "label": label,
            "start_ms": start,
            "end_ms": start + length,
            "note": note,
        }
        for number, (label, start, length, note) in enumerate(after)
    ]

    plan = matched(rows, marks)

    gone = {row.pk for row in plan.gone}
    kept = [row for row in rows if row.pk not in gone]
    made = [Annotation(**fields) for fields in plan.new]
    assert content_of([*kept, *made]) == content_of(marks)


@given(contents)
def test_what_is_sent_back_as_it_came_changes_nothing(before):
    from annotations.set_marks import regions_of

    rows = stored(before)
    plan = matched(rows, regions_of(rows))

    assert (plan.changed, plan.gone, plan.new) == ([], [], [])


@given(contents, contents)
def test_the_version_tells_contents_apart_in_any_order(one, other):
    assert (version_of(stored(one)) == version_of(stored(list(reversed(other))))) == (sorted(one) == sorted(other))
    assert 0 <= version_of(stored(one)) < 2**53
