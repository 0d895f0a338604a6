"""Task management: the list, the moves, and the tabs of a task."""

import re
from datetime import timedelta

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from annotations.models import LabelingTask
from annotations.views import tasks as task_views
from datasets.models import ProcessedDataset
from tests.annotations.factories import make_task
from tests.annotations.pages import text, url
from tests.annotations.working import begin, hand_in
from workspaces.models import AuditEvent


def state_of(task):
    return LabelingTask.objects.get(pk=task.pk).state


# The list


def test_the_list_shows_state_dataset_and_progress(manager, people, task):
    hand_in(task, people.operator, times=2)

    html = text(manager.get("/w/speech-lab/tasks/"))

    assert "Support calls" in html
    assert "Calls" in html
    assert '<span class="pill pill-accent">open</span>' in html
    assert "2 of 6" in html


def test_tasks_are_found_by_name_and_state(manager, people, dataset, task):
    other = make_task(dataset, by=people.administrator, name="Interviews")
    LabelingTask.objects.filter(pk=other.pk).update(state="ready")

    def names(query):
        html = text(manager.get(f"/w/speech-lab/tasks/{query}"))
        return [name for name in ("Support calls", "Interviews") if f'title="{name}"' in html]

    assert names("") == ["Support calls", "Interviews"]
    assert names("?q=interv") == ["Interviews"]
    assert names("?state=open") == ["Support calls"]
    assert names("?state=ready&q=support") == []
    assert names("?state=nonsense") == ["Support calls", "Interviews"]
    assert "No task like that" in text(manager.get("/w/speech-lab/tasks/?q=zzz"))


def in_order(html):
    return re.findall(r'class="name" id="open-[^"]+" href="[^"]+" title="([^"]+)"', html)


def test_what_is_urgent_comes_first_on_every_page(manager, people, dataset, monkeypatch):
    soon, later = timezone.now() + timedelta(days=1), timezone.now() + timedelta(days=9)
    for name, priority, deadline in (
        ("a", 2, None), ("b", 2, later), ("c", 1, soon), ("d", 3, None), ("e", 2, soon), ("f", 3, later),
        ("g", 2, None),
    ):  # fmt: skip
        task = make_task(dataset, by=people.administrator, name=name)
        LabelingTask.objects.filter(pk=task.pk).update(priority=priority, deadline=deadline)

    def walk(address, name):
        html = text(manager.get(address))
        links = dict(re.findall(r'id="(back|next)" href="([^"]+)"', html))
        link = links.get(name, "").replace("&amp;", "&")
        return [in_order(html)] + (walk(f"/w/speech-lab/tasks/{link}", name) if link else [])

    whole = in_order(text(manager.get("/w/speech-lab/tasks/")))
    newest = in_order(text(manager.get("/w/speech-lab/tasks/?sort=newest")))
    monkeypatch.setattr(task_views, "PAGE", 3)
    there = walk("/w/speech-lab/tasks/", "next")
    last = LabelingTask.objects.get(name="c")
    back = walk(f"/w/speech-lab/tasks/?before={last.pk}", "back")

    assert whole == ["f", "d", "e", "b", "g", "a", "c"]
    assert newest == ["g", "f", "e", "d", "c", "b", "a"]
    assert there == [["f", "d", "e"], ["b", "g", "a"], ["c"]]
    assert back == [["b", "g", "a"], ["f", "d", "e"]]


def test_tasks_are_found_by_priority_and_when_they_are_overdue(manager, people, dataset):
    past, ahead = timezone.now() - timedelta(hours=1), timezone.now() + timedelta(hours=5, minutes=30)
    for name, fields in {
        "late": {"deadline": past},
        "done": {"deadline": past, "state": "ready"},
        "due": {"deadline": ahead, "priority": 3},
        "any": {"priority": 1},
    }.items():
        task = make_task(dataset, by=people.administrator, name=name)
        LabelingTask.objects.filter(pk=task.pk).update(**fields)

    html = text(manager.get("/w/speech-lab/tasks/"))

    assert in_order(text(manager.get("/w/speech-lab/tasks/?overdue=on"))) == ["late"]
    assert in_order(text(manager.get("/w/speech-lab/tasks/?priority=3"))) == ["due"]
    assert in_order(text(manager.get("/w/speech-lab/tasks/?priority=9&overdue="))) == ["late"]
    assert html.count('class="pill pill-warn"') == 1
    assert re.findall(r">(overdue|in 5 h|high|low)<", html.split("<tbody>")[1]) == ["high", "in 5 h", "overdue", "low"]


def test_pages_go_on_from_the_last_row_in_both_directions(manager, people, dataset, monkeypatch):
    monkeypatch.setattr(task_views, "PAGE", 2)
    for number in range(5):
        make_task(dataset, by=people.administrator, name=f"Task {number}")

    def page(address):
        html = text(manager.get(address))
        links = dict(re.findall(r'id="(back|next)" href="([^"]+)"', html))
        shown = sorted(set(re.findall(r'title="Task (\d)"', html)), reverse=True)
        return shown, {name: "/w/speech-lab/tasks/" + link.replace("&amp;", "&") for name, link in links.items()}

    first, links = page("/w/speech-lab/tasks/")
    assert (first, set(links)) == (["4", "3"], {"next"})
    second, links = page(links["next"])
    assert (second, set(links)) == (["2", "1"], {"back", "next"})
    last, last_links = page(links["next"])
    assert (last, set(last_links)) == (["0"], {"back"})
    back, _links = page(last_links["back"])
    assert back == ["2", "1"]
    start, links = page(links["back"])
    assert (start, set(links)) == (["4", "3"], {"next"})


def test_as_many_queries_for_three_tasks_as_for_one(manager, people, dataset):
    def queries():
        with CaptureQueriesContext(connection) as caught:
            text(manager.get("/w/speech-lab/tasks/"))
        return len(caught)

    make_task(dataset, by=people.administrator)
    queries()
    one = queries()
    make_task(dataset, by=people.administrator)
    make_task(dataset, by=people.administrator)

    assert queries() == one


def test_without_audio_the_list_leads_to_the_datasets(manager):
    assert "No audio to label yet" in text(manager.get("/w/speech-lab/tasks/"))


def test_without_tasks_the_list_leads_to_the_wizard(manager, dataset):
    assert "No labeling tasks yet" in text(manager.get("/w/speech-lab/tasks/"))


def test_buttons_are_those_that_can_be_pressed_now(manager, people, task):
    def moves():
        html = text(manager.get("/w/speech-lab/tasks/"))
        return {name for name in ("stop", "resume", "delete") if f'value="{name}"' in html} | (
            {"generate"} if f"{url(task)}?generate" in html else set()
        )

    assert moves() == {"stop", "delete"}
    manager.post(url(task, "move/"), {"move": "stop"})
    assert moves() == {"resume", "delete"}
    LabelingTask.objects.filter(pk=task.pk).update(state="ready", stopped_in="")
    assert moves() == {"generate", "delete"}


# Stop, resume, delete


def test_stop_and_resume(manager, people, task):
    stopped = manager.post(url(task, "move/"), {"move": "stop"}, follow=True)
    assert state_of(task) == "stopped"
    assert "is stopped: nothing is handed out" in text(stopped)

    resumed = manager.post(url(task, "move/"), {"move": "resume", "from": "list"})
    assert state_of(task) == "open"
    assert resumed.url == "/w/speech-lab/tasks/"
    assert list(AuditEvent.objects.filter(verb__in=["stop", "resume"]).order_by("id").values_list("verb", "actor")) == [
        ("stop", people.annotation_administrator.pk),
        ("resume", people.annotation_administrator.pk),
    ]


@pytest.mark.parametrize("verb", ["resume", "generate", "open", ""])
def test_the_wrong_moment_is_409_and_changes_nothing(manager, task, verb):
    assert manager.post(url(task, "move/"), {"move": verb}).status_code == 409
    assert state_of(task) == "open"


def test_a_deleted_task_is_gone_from_every_page(manager, client_of, people, task):
    turn = begin(task, people.operator)
    manager.post(url(task, "move/"), {"move": "delete"})

    assert 'title="Support calls"' not in text(manager.get("/w/speech-lab/tasks/"))
    assert "Support calls" not in text(client_of(people.operator).get("/w/speech-lab/labeling/"))
    for address in (url(task), url(task, "items/"), url(task, "label/"), f"/w/speech-lab/assignments/{turn.pk}/"):
        assert manager.get(address).status_code == 404
    again = manager.post(url(task, "move/"), {"move": "delete"})
    assert again.status_code == 409
    assert "This labeling task was deleted. Restore it first" in again.content.decode()
    assert manager.post(url(task, "settings/"), {"name": "New"}).status_code == 409


# Deleted tasks


def test_deleted_tasks_are_listed_with_the_days_left_and_restored(manager, people, task):
    hand_in(task, people.operator)
    manager.post(url(task, "move/"), {"move": "delete"})
    first = text(manager.get("/w/speech-lab/tasks/deleted/"))
    LabelingTask.objects.filter(pk=task.pk).update(deleted_at=timezone.now() - timedelta(days=28, hours=1))
    later = text(manager.get("/w/speech-lab/tasks/deleted/"))
    linked = "Deleted tasks (1)" in text(manager.get("/w/speech-lab/tasks/"))
    restored = manager.post(url(task, "move/"), {"move": "restore"})

    cells = [re.findall(r'<td class="num( warn| wide)?">(\d+)</td>', html) for html in (first, later)]
    assert cells == [[(" wide", "6"), ("", "30")], [(" wide", "6"), (" warn", "2")]]
    assert "Annotation administrator" in first
    assert linked
    assert restored.url == url(task)
    assert "Nothing was deleted" in text(manager.get("/w/speech-lab/tasks/deleted/"))


def test_what_is_past_restoring_is_not_listed(manager, people, task):
    manager.post(url(task, "move/"), {"move": "delete"})
    LabelingTask.objects.filter(pk=task.pk).update(deleted_at=timezone.now() - timedelta(days=30, minutes=1))

    assert "Nothing was deleted" in text(manager.get("/w/speech-lab/tasks/deleted/"))
    answer = manager.post(url(task, "move/"), {"move": "restore"})
    assert answer.status_code == 409
    assert "It cannot be restored any more." in answer.content.decode()


def test_processed_datasets_are_let_go_with_a_tick(manager, people, task):
    ProcessedDataset.objects.create(
        workspace=people.workspace, dataset=task.dataset, task_id=task.pk, task_name=task.name, version=1, manifest={},
        archive="processed/none.zip", size=1, sha256="0" * 64, n_items=1,
    )  # fmt: skip

    listed = text(manager.get("/w/speech-lab/tasks/"))
    settings = text(manager.get(url(task, "settings/")))
    refused = manager.post(url(task, "move/"), {"move": "delete"})
    manager.post(url(task, "move/"), {"move": "delete", "detach": "true"})

    assert f"{url(task, 'settings/')}#delete" in listed
    assert 'value="delete"' not in listed
    assert 'name="detach"' in settings
    assert refused.status_code == 409
    assert LabelingTask.objects.get(pk=task.pk).deleted_at is not None
