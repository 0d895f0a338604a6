"""Task management: the list, the moves, and the tabs of a task."""

import re

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from annotations import turns
from annotations.models import Assignment, LabelingTask
from annotations.views import tasks as task_views
from tests.annotations.factories import make_dataset, make_task
from tests.annotations.working import begin, hand_in, judge, skip
from tests.factories import JobFactory, MembershipFactory
from workspaces.models import AuditEvent, Job


@pytest.fixture
def dataset(people):
    return make_dataset(people.workspace, files=6)


@pytest.fixture
def task(people, dataset):
    return make_task(dataset, by=people.administrator)


@pytest.fixture
def manager(client_of, people):
    return client_of(people.annotation_administrator)


def text(response):
    assert response.status_code == 200
    return response.content.decode()


def url(task, tab=""):
    return f"/w/speech-lab/tasks/{task.pk}/{tab}"


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


def test_pages_go_on_from_the_last_row_in_both_directions(manager, people, dataset, monkeypatch):
    monkeypatch.setattr(task_views, "PAGE", 2)
    for number in range(5):
        make_task(dataset, by=people.administrator, name=f"Task {number}")

    def page(address):
        html = text(manager.get(address))
        links = dict(re.findall(r'id="(newer|older)" href="([^"]+)"', html))
        shown = sorted(set(re.findall(r'title="Task (\d)"', html)), reverse=True)
        return shown, {name: "/w/speech-lab/tasks/" + link.replace("&amp;", "&") for name, link in links.items()}

    first, links = page("/w/speech-lab/tasks/")
    assert (first, set(links)) == (["4", "3"], {"older"})
    second, links = page(links["older"])
    assert (second, set(links)) == (["2", "1"], {"newer", "older"})
    last, last_links = page(links["older"])
    assert (last, set(last_links)) == (["0"], {"newer"})
    back, _links = page(last_links["newer"])
    assert back == ["2", "1"]
    start, links = page(links["newer"])
    assert (start, set(links)) == (["4", "3"], {"older"})


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
    assert manager.post(url(task, "move/"), {"move": "delete"}).status_code == 404


# Progress


def test_progress_counts_turns_by_state(manager, people, task):
    hand_in(task, people.operator, times=4)
    judge(task, people.auditor, times=2)
    judge(task, people.auditor, reject=True)
    skip(task, people.administrator)

    html = text(manager.get(url(task)))

    legend = re.sub(r"<[^>]+>", "", html.split('class="legend"')[1].split("</ul>")[0])
    assert "3 of 6 items labeled" in html
    assert re.findall(r"([a-z][a-z, ]+) (\d+)", legend) == [
        ("approved", "2"), ("in review", "1"), ("returned", "1"), ("skipped", "1"), ("in progress", "0"), ("open", "1"),
    ]  # fmt: skip
    assert "A dataset can be generated when 3 more are finished" in html


def test_figures_are_sums_of_work_and_audio(manager, people, task):
    hand_in(task, people.operator, times=3, active_ms=30_000)
    judge(task, people.auditor, times=1)
    judge(task, people.auditor, reject=True)

    html = text(manager.get(url(task)))

    stats = re.findall(r"<dd>([^<]+)</dd><dt>([^<]+)</dt>", html)
    # 10 s of audio each: one is done, three were handed in, 90 s were worked.
    assert stats == [
        ("6", "items"), ("0.2 min", "audio done"), ("1 min", "worked"), ("3.0×", "real-time factor"),
        ("1", "times returned"), ("50 %", "approved first time"),
    ]  # fmt: skip


def test_people_who_have_not_begun_are_in_the_table(manager, people, dataset):
    task = make_task(dataset, by=people.administrator, annotators=[(people.operator, 4), (people.administrator, 2)])
    LabelingTask.objects.filter(pk=task.pk).update(name="Dealt")

    html = text(manager.get(url(task)))

    assert "2 annotators" in html
    assert "Annotation operator" in html


def test_the_live_part_brings_state_and_buttons_along(manager, people, task):
    html = text(manager.get(url(task), headers={"HX-Request": "true"}))

    assert "<html" not in html
    assert '<template data-live-for="state"><span class="pill pill-accent">open</span></template>' in html
    assert 'value="stop"' in html


# Generate


@pytest.fixture
def ready(people, dataset):
    task = make_task(dataset, by=people.administrator, review_mode="none")
    hand_in(task, people.operator, times=6)
    return task


def test_generating_makes_a_job_and_shows_it(manager, ready, monkeypatch):
    monkeypatch.setattr("workspaces.jobs.hint", lambda job: None)

    page = text(manager.post(url(ready, "generate/"), {"audio": "clips"}, follow=True))

    job = Job.objects.get(kind="annotations.generate")
    assert job.args["options"] == {"audio": "clips"}
    assert "Generating the processed dataset" in page
    assert 'data-live-every="1500"' in page


@pytest.mark.parametrize(
    ("fields", "sentence"),
    [
        (
            {
                "state": "running",
                "claim": "0" * 32,
                "lease_until": "2999-01-01T00:00Z",
                "progress_done": 3,
                "progress_total": 6,
            },
            "50 %",
        ),
        ({"state": "completed", "finished_at": "2026-01-01T00:00Z"}, "The processed dataset is ready"),
        ({"state": "failed", "error": "The disk is full.", "finished_at": "2026-01-01T00:00Z"}, "The disk is full."),
    ],
)
def test_the_job_is_told_as_it_is(manager, people, ready, fields, sentence):
    JobFactory(workspace=people.workspace, kind="annotations.generate", args={"task_id": str(ready.pk)}, **fields)

    assert sentence in text(manager.get(url(ready)))


def test_generating_unfinished_work_is_409_with_the_number_left(manager, people, task):
    hand_in(task, people.operator)

    response = manager.post(url(task, "generate/"), {"audio": "none"})

    assert response.status_code == 409
    assert "6 items are not finished yet" in response.content.decode()
    assert not Job.objects.exists()


def test_a_choice_that_is_none_asks_again(manager, ready):
    response = manager.post(url(ready, "generate/"), {"audio": "everything"})

    assert response.url == f"{url(ready)}?generate"
    assert not Job.objects.exists()


def test_the_list_leads_into_the_dialog(manager, ready):
    assert "data-open-now" in text(manager.get(f"{url(ready)}?generate"))
    assert "data-open-now" not in text(manager.get(url(ready)))


# Items


def shown(html):
    return re.findall(r">(call-\d+)\.wav<", html)


def test_items_are_found_by_state_person_and_file_name(manager, people, task):
    hand_in(task, people.operator, times=2)
    begin(task, people.administrator)
    judge(task, people.auditor)

    def found(query=""):
        return shown(text(manager.get(url(task, f"items/{query}"))))

    assert found() == [f"call-000{n}" for n in range(1, 7)]
    assert found("?state=approved") == ["call-0001"]
    assert found(f"?person={people.operator.pk}") == ["call-0001", "call-0002"]
    assert found(f"?person={people.auditor.pk}") == ["call-0001"]
    assert found("?q=0005") == ["call-0005"]
    assert found(f"?state=in_progress&person={people.administrator.pk}&q=call") == ["call-0003"]
    assert found("?state=nonsense&person=nobody&after=x.y") == [f"call-000{n}" for n in range(1, 7)]
    assert "No item like that" in text(manager.get(url(task, "items/?q=zzz")))


def test_pages_of_items_go_on_from_a_place(manager, people, dataset, monkeypatch):
    monkeypatch.setattr(turns, "PAGE", 5)
    task = make_task(dataset, by=people.administrator, overlap=2)

    def page(query):
        html = text(manager.get(url(task, f"items/{query}")))
        links = {name: href.replace("&amp;", "&") for href, name in re.findall(r'href="(\?[^"]+)">(Back|Next)<', html)}
        return shown(html), links

    first, links = page("?state=open")
    assert (first, set(links)) == (["call-0001", "call-0001", "call-0002", "call-0002", "call-0003"], {"Next"})
    assert links["Next"] == "?state=open&after=3.0"
    second, links = page(links["Next"])
    assert (second, set(links)) == (["call-0003", "call-0004", "call-0004", "call-0005", "call-0005"], {"Back", "Next"})
    last, last_links = page(links["Next"])
    assert (last, set(last_links)) == (["call-0006", "call-0006"], {"Back"})
    assert page(last_links["Back"])[0] == second
    start, start_links = page(links["Back"])
    assert (start, set(start_links)) == (first, {"Next"})


def test_as_many_queries_for_three_items_as_for_one(manager, people):
    def queries(files):
        task = make_task(make_dataset(people.workspace, files=files), by=people.administrator)
        hand_in(task, people.operator, times=files)
        judge(task, people.auditor, times=files, reject=True)
        with CaptureQueriesContext(connection) as caught:
            text(manager.get(url(task, "items/")))
        return len(caught)

    queries(1)

    assert queries(1) == queries(3)


def test_a_skipped_item_says_why_and_can_be_put_back(manager, people, task):
    turn = skip(task, people.operator)

    assert "Nothing to hear" in text(manager.get(url(task, "items/")))
    response = manager.post(url(task, f"items/{turn.pk}/"), {"move": "reopen", "query": "state=skipped"})

    assert response.url == url(task, "items/?state=skipped")
    assert Assignment.objects.get(pk=turn.pk).state == "open"


def test_an_escalated_item_says_why_and_can_be_left_out(manager, people, task):
    LabelingTask.objects.filter(pk=task.pk).update(max_rework=0)
    turn = hand_in(task, people.operator)
    judge(task, people.auditor, reject=True)

    assert "Boundary late: starts before the word" in text(manager.get(url(task, "items/?state=escalated")))
    manager.post(url(task, f"items/{turn.pk}/"), {"move": "exclude"})

    assert Assignment.objects.get(pk=turn.pk).state == "cancelled"


@pytest.mark.parametrize("verb", ["reopen", "exclude", "approve"])
def test_an_item_at_work_cannot_be_moved(manager, people, task, verb):
    turn = begin(task, people.operator)

    assert manager.post(url(task, f"items/{turn.pk}/"), {"move": verb}).status_code == 409
    assert Assignment.objects.get(pk=turn.pk).state == "in_progress"


def test_an_item_of_another_task_is_not_found(manager, people, dataset, task):
    other = make_task(dataset, by=people.administrator)
    turn = skip(other, people.operator)

    assert manager.post(url(task, f"items/{turn.pk}/"), {"move": "reopen"}).status_code == 404


# People and settings


def test_people_tab_names_seats_and_verdicts(manager, people, dataset):
    second = MembershipFactory(workspace=people.workspace, role="auditor", user__name="Bea").user
    task = make_task(
        dataset,
        by=people.administrator,
        annotators=[(people.operator, 6)],
        reviewers=[(people.auditor, 4), (second, None)],
    )
    hand_in(task, people.operator, times=2)
    judge(task, people.auditor, reject=True)

    html = text(manager.get(url(task, "people/")))

    reviewers = html.split("Who reviews")[1]
    cells = [re.sub(r"<[^>]+>", "", cell).strip() for cell in re.findall(r"<td[^>]*>(.*?)</td>", reviewers, re.S)]
    assert html.count("Only the people named here") == 2
    assert cells == ["4", "0", "1", "1", "now", "any", "0", "0", "0", "–"]


def test_settings_change_name_instructions_and_lease(manager, task):
    body = {"name": "Other", "instructions": "# Hear\n\n**all**", "lease_minutes": "7"}
    page = text(manager.post(url(task, "settings/"), body, follow=True))

    task.refresh_from_db()
    assert (task.name, task.instructions, task.lease_minutes) == ("Other", "# Hear\n\n**all**", 7)
    assert "<h1>Hear</h1>" in page
    assert "Saved." in page


@pytest.mark.parametrize(
    "wrong",
    [
        {"name": ""},
        {"name": "x" * 256},
        {"lease_minutes": "0"},
        {"lease_minutes": "soon"},
        {"instructions": "x" * 50_001},
    ],
)
def test_wrong_settings_are_said_and_not_stored(manager, task, wrong):
    body = {"name": "Other", "instructions": "typed", "lease_minutes": "7", **wrong}
    response = manager.post(url(task, "settings/"), body)

    assert response.status_code == 422
    assert 'class="errors"' in response.content.decode()
    assert LabelingTask.objects.get(pk=task.pk).name == "Support calls"


def test_generating_says_what_is_left_out(people, manager):
    task = make_task(make_dataset(people.workspace, files=2), by=people.administrator)
    skip(task, people.operator)
    hand_in(task, people.operator)
    judge(task, people.auditor)

    html = text(manager.get(url(task)))

    assert "1 skipped item is left out." in html
    assert f"{url(task, 'items/')}?state=skipped" in html
