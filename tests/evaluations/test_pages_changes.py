"""Renaming, archiving, restoring and taking along."""

import csv
import io
import json

import pytest

from evaluations.models import Evaluation
from tests.evaluations.factories import make_evaluation
from tests.evaluations.pages import answer, labeling_task, text, url
from workspaces.models import AuditEvent


@pytest.fixture
def manager(client_of, people):
    return client_of(people.annotation_administrator)


@pytest.fixture
def evaluation(people):
    return make_evaluation(people.workspace, by=people.administrator, rows=2, tags=["pilot"], description="First")


def seen(client, evaluation):
    html = text(client.get(url(evaluation, "settings/")))
    return html.split('name="seen" value="')[1].split('"')[0]


def save(client, evaluation, **fields):
    body = {"name": "Support calls", "seen": seen(client, evaluation), **fields}
    return client.post(url(evaluation, "settings/"), body)


def as_it_is(evaluation):
    return Evaluation.objects.get(pk=evaluation.pk)


def test_name_description_and_tags_are_changed(manager, people, evaluation):
    saved = save(manager, evaluation, name="Voices", description="Second", tags="a, b,, a , c d")

    now = as_it_is(evaluation)
    assert saved.url == url(evaluation, "settings/")
    assert (now.name, now.description, now.tags) == ("Voices", "Second", ["a", "b", "c d"])
    assert 'value="a, b, c d"' in text(manager.get(url(evaluation, "settings/")))
    event = AuditEvent.objects.get(target_id=evaluation.pk, verb="change")
    assert event.actor == people.annotation_administrator


@pytest.mark.parametrize(
    ("fields", "sentence"),
    [
        ({"name": ""}, "This field is required."),
        ({"name": "x" * 129}, "at most 128 characters"),
        ({"description": "x" * 281}, "at most 280 characters"),
        ({"tags": "x" * 101}, "A tag has at most 100 characters."),
        ({"tags": ",".join(map(str, range(51)))}, "Give at most 50 tags."),
    ],
)
def test_what_cannot_be_is_said_beside_the_field_and_changes_nothing(manager, evaluation, fields, sentence):
    refused = save(manager, evaluation, **fields)

    assert refused.status_code == 422
    assert sentence in refused.content.decode()
    assert as_it_is(evaluation).name == "Support calls"


def test_a_form_that_is_out_of_date_changes_nothing_and_shows_what_is(manager, evaluation):
    old = seen(manager, evaluation)
    save(manager, evaluation, name="Renamed meanwhile")

    stale = save(manager, evaluation, name="Mine", seen=old)

    html = stale.content.decode()
    assert stale.status_code == 409
    assert "Somebody else changed this evaluation meanwhile." in html
    assert 'value="Renamed meanwhile"' in html
    assert as_it_is(evaluation).name == "Renamed meanwhile"


def test_archive_stops_the_work_and_restore_lets_it_go_on(manager, people, evaluation):
    archived = manager.post(url(evaluation, "move/"), {"move": "archive"}, follow=True)
    stopped = labeling_task(evaluation).state
    settings = text(manager.get(url(evaluation, "settings/")))
    restored = manager.post(url(evaluation, "move/"), {"move": "restore"}, follow=True)

    assert "is archived: its labeling tasks are stopped" in text(archived)
    assert '<span class="pill pill-quiet">archived</span>' in text(archived)
    assert 'value="restore"' in text(archived)
    assert stopped == "stopped"
    assert "restore it to change it" in settings
    assert 'name="name"' not in settings
    assert "goes on" in text(restored)
    assert labeling_task(evaluation).state == "open"


@pytest.mark.parametrize("verb", ["archive", "restore"])
def test_what_somebody_has_done_already_is_409(manager, evaluation, verb):
    manager.post(url(evaluation, "move/"), {"move": "archive"})
    if verb == "restore":
        manager.post(url(evaluation, "move/"), {"move": "restore"})

    again = manager.post(url(evaluation, "move/"), {"move": verb})

    assert again.status_code == 409
    assert "Somebody else has done that already." in again.content.decode()


def test_a_labeling_task_rests_while_its_evaluation_is_archived(manager, api, people, evaluation):
    task = labeling_task(evaluation)
    page = f"/w/speech-lab/tasks/{task.pk}/"
    manager.post(url(evaluation, "move/"), {"move": "archive"})

    shown = text(manager.get(page))
    refused = api(people.annotation_administrator).post(f"/api/v1/labeling-tasks/{task.pk}/resume")

    why = "The evaluation “Support calls” is archived, and this labeling task rests with it. Restore the evaluation."
    assert why in shown
    assert 'value="resume"' not in shown
    assert (refused.status_code, refused.json()["detail"]) == (409, why)
    assert labeling_task(evaluation).state == "stopped"
    manager.post(url(evaluation, "move/"), {"move": "restore"})
    assert why not in text(manager.get(page))
    assert labeling_task(evaluation).state == "open"


def test_its_labeling_task_offers_no_deletion_that_would_be_refused(manager, evaluation):
    shown = text(manager.get(f"/w/speech-lab/tasks/{labeling_task(evaluation).pk}/settings/"))

    assert "This labeling task belongs to the evaluation “Support calls”. Archive the evaluation instead." in shown
    assert 'value="delete"' not in shown


def test_an_archived_one_is_not_changed_by_a_form_that_was_open(manager, evaluation):
    old = seen(manager, evaluation)
    manager.post(url(evaluation, "move/"), {"move": "archive"})

    stale = manager.post(url(evaluation, "settings/"), {"name": "Mine", "seen": old})

    assert stale.status_code == 409
    assert as_it_is(evaluation).name == "Support calls"


# Exports


def exported(client, evaluation, kind):
    response = client.get(url(evaluation, f"export/{kind}/"))
    assert response.status_code == 200
    return response, b"".join(response.streaming_content).decode()


def test_the_rows_are_taken_along_in_each_format(manager, people, evaluation):
    answer(evaluation, people.operator, {"marks": [1250, 4800]})

    response, whole = exported(manager, evaluation, "json")
    _lines, lines = exported(manager, evaluation, "jsonl")
    _table, table = exported(manager, evaluation, "csv")

    first, second = json.loads(whole)
    assert response["Content-Disposition"] == 'attachment; filename="Support calls.json"'
    assert int(response["Content-Length"]) == len(whole.encode())
    assert first["data"] == {"text": "call 1", "marks": [1.25, 4.8]}
    assert second["data"] == {"text": "call 2"}
    assert [json.loads(line) for line in lines.splitlines()] == [first, second]
    cells = list(csv.DictReader(io.StringIO(table)))
    assert len(cells) == 2
    assert "[1.25,4.8]" in cells[0].values()


def test_an_archived_one_can_be_taken_along_too(manager, evaluation):
    manager.post(url(evaluation, "move/"), {"move": "archive"})

    assert len(json.loads(exported(manager, evaluation, "json")[1])) == 2
