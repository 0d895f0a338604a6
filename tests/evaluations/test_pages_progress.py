"""The list of evaluations and the Progress tab: how far they are, and who does the work."""

import re

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from annotations.actions import reviewing
from annotations.models import LabelingTask, TaskPerson
from datasets.models import AudioFile
from evaluations.beginning import begin
from evaluations.views import lists
from tests.annotations.factories import make_dataset, make_task
from tests.evaluations.factories import make_evaluation, make_files, make_question, task_of
from tests.evaluations.pages import answer, every_kind, labeling_task, skip, text, url

LIST = "/w/speech-lab/evaluations/"
MARKED = {"marks": [1000]}


@pytest.fixture
def manager(client_of, people):
    return client_of(people.annotation_administrator)


@pytest.fixture
def make(people):
    return lambda **plan: make_evaluation(people.workspace, by=people.administrator, **plan)


def listed(client, query=""):
    return re.findall(r'class="name" id="open-[^"]+" href="[^"]+" title="([^"]+)"', text(client.get(f"{LIST}{query}")))


def test_the_list_says_how_far_each_is(manager, make, people):
    evaluation = make(rows=3, tags=["week 46", "pilot"])
    answer(evaluation, people.operator, MARKED)

    html = text(manager.get(LIST))

    assert "1 of 3" in html
    assert '<span class="pill pill-accent">running</span>' in html
    assert 'width="33.33%"' in html
    assert re.findall(r'<span class="pill clip" title="([^"]+)"', html) == ["week 46", "pilot"]
    assert '<div class="clip short" title="marks">marks</div>' in html
    assert "Administrator" in html


def test_evaluations_are_found_by_name_tag_and_status(manager, make, people):
    done = make(name="Done one", rows=1, tags=["a"])
    answer(done, people.operator, MARKED)
    make(name="Running one", rows=1, tags=["a", "b c"])
    failed = make_files(people.workspace, 1, status=AudioFile.Status.PENDING)
    broken = make(name="Failed one", data=[{}], files=[{"audio": str(failed[0].pk)}])
    AudioFile.objects.filter(pk=failed[0].pk).update(status=AudioFile.Status.FAILED, error="This is no sound.")

    assert begin(broken.pk)

    assert listed(manager) == ["Failed one", "Running one", "Done one"]
    assert listed(manager, "?q=done") == ["Done one"]
    assert listed(manager, "?tag=a") == ["Running one", "Done one"]
    assert listed(manager, "?tag=b+c") == ["Running one"]
    assert [listed(manager, f"?status={one}") for one in ("running", "completed", "failed", "odd")] == [
        ["Running one"],
        ["Done one"],
        ["Failed one"],
        ["Failed one", "Running one", "Done one"],
    ]
    assert "No evaluation like that" in text(manager.get(f"{LIST}?q=zzz"))


def test_the_status_filter_and_the_shown_status_are_the_same(manager, make, people):
    reading = make_files(people.workspace, 1, status=AudioFile.Status.PENDING)
    make(name="Reading", data=[{}], files=[{"audio": str(reading[0].pk)}])
    make(name="No questions", tasks=[], rows=1)
    half = make(name="Half", rows=2)
    answer(half, people.operator, MARKED)
    skip(half, people.operator)

    for status in ("running", "completed", "failed"):
        html = text(manager.get(f"{LIST}?status={status}"))
        shown = re.findall(r'<span class="pill pill-\w+">(running|completed|failed)</span>', html)
        assert shown == [status] * len(listed(manager, f"?status={status}"))
    assert len(listed(manager)) == 3


def test_pages_go_on_in_both_directions(manager, make, monkeypatch):
    monkeypatch.setattr(lists, "PAGE", 2)
    for number in range(5):
        make(name=f"Number {number}", rows=1)

    def walk(query, name):
        html = text(manager.get(f"{LIST}{query}"))
        link = dict(re.findall(r'id="(back|next)" href="([^"]+)"', html)).get(name, "").replace("&amp;", "&")
        return [listed(manager, query), *(walk(link, name) if link else [])]

    there = walk("", "next")
    assert there == [["Number 4", "Number 3"], ["Number 2", "Number 1"], ["Number 0"]]
    html = text(manager.get(f"{LIST}?after={lists.Evaluation.objects.get(name='Number 1').pk}"))
    back = re.search(r'id="back" href="([^"]+)"', html).group(1).replace("&amp;", "&")
    assert walk(back, "back") == [["Number 2", "Number 1"], ["Number 4", "Number 3"]]


def test_without_evaluations_the_page_shows_how_they_are_made(manager):
    html = text(manager.get(LIST))

    assert "No evaluations yet" in html
    assert "export KEY=em_live_...  BASE=http://testserver/v5" in html
    assert 'x-selected-account-id: speech-lab"' in html
    assert 'href="/api/docs"' in html


def test_when_all_are_archived_the_page_says_so(manager, make):
    evaluation = make(rows=1)
    manager.post(url(evaluation, "move/"), {"move": "archive"})

    assert "Every evaluation is archived" in text(manager.get(LIST))
    assert listed(manager, "?shown=archived") == ["Support calls"]
    assert listed(manager, "?shown=all") == ["Support calls"]


@pytest.mark.parametrize("tab", ["", "answers/", "items/"])
def test_as_many_queries_for_three_as_for_one(manager, people, tab):
    def queries(address):
        with CaptureQueriesContext(connection) as caught:
            text(manager.get(address))
        return len(caught)

    one = every_kind(people.workspace, by=people.administrator, rows=1)
    answer(one, people.operator)
    queries(url(one, tab))
    few, in_list = queries(url(one, tab)), queries(LIST)
    three = every_kind(people.workspace, by=people.administrator, rows=3)
    answer(three, people.operator, times=3)

    assert queries(url(three, tab)) == few
    assert queries(LIST) == in_list


# The Progress tab


def test_each_queue_leads_to_its_labeling_task(manager, people):
    tasks = [
        task_of(make_question(people.workspace), alias="marks"),
        task_of(make_question(people.workspace, "rating"), alias="stars", queue_id="second look", required=True),
    ]
    evaluation = make_evaluation(people.workspace, by=people.administrator, tasks=tasks, rows=2)
    answer(evaluation, people.operator, MARKED)
    second = labeling_task(evaluation, "second look")
    TaskPerson.objects.create(task=second, user=people.operator, kind="labeling")

    html = text(manager.get(url(evaluation)))

    for queue in evaluation.queues.all():
        part = html.split(f'id="queue-{queue.pk}"')[1].split("</section>")[0]
        task = f"/w/speech-lab/tasks/{queue.labeling_task_id}/"
        for link in ("people/", "transfer/", "settings/", ""):
            assert f'href="{task}{link}"' in part
        is_second = queue.queue_id == "second look"
        assert ("0 of 2 labeled" if is_second else "1 of 2 labeled") in part
        assert ("Annotation operator" if is_second else "anybody who may label") in part
        assert ("rating, required" if is_second else "timestamps, optional") in part


def test_what_is_known_of_it_stands_on_the_page(manager, make):
    evaluation = make(rows=1, description="The <b>third</b> voice", tags=["pilot"], metadata={"model": {"name": "v3"}})

    html = text(manager.get(url(evaluation)))

    assert "The &lt;b&gt;third&lt;/b&gt; voice" in html
    assert "&quot;name&quot;: &quot;v3&quot;" in html
    assert f'href="{LIST}?tag=pilot"' in html
    assert str(evaluation.pk) in html


def test_why_it_is_not_done_is_said(manager, make, people):
    reading = make_files(people.workspace, 2, status=AudioFile.Status.PENDING)
    waiting = make(data=[{}, {}], files=[{"audio": str(audio.pk)} for audio in reading])
    open_one = make(rows=2)

    def reason(evaluation):
        return re.search(r'id="reason">([^<]+)<', text(manager.get(url(evaluation)))).group(1)

    assert reason(waiting) == "2 files are still being read; the rows go to the annotators once all are."
    assert reason(open_one) == "2 rows wait for answers."
    answer(open_one, people.operator, MARKED, times=2)
    assert reason(open_one) == "Every row is answered."
    assert "2 being read" in text(manager.get(url(waiting)))
    assert reason(make(tasks=[], rows=2)) == "Nothing is asked of its rows."


def test_what_waits_for_its_review_and_what_was_left_out_is_not_called_answered(manager, make, people):
    evaluation = make(rows=2)
    LabelingTask.objects.update(review_mode="full")

    def reason():
        return re.search(r'id="reason">([^<]+)<', text(manager.get(url(evaluation)))).group(1)

    turn = answer(evaluation, people.operator, MARKED)
    assert reason() == "2 rows wait for answers or their review."
    skip(evaluation, people.operator)
    assert reason() == "1 row waits for answers or their review."
    turn.refresh_from_db()
    reviewing.approve(turn, by=people.auditor)
    assert reason() == "Every row is answered, or was left out."


def test_an_evaluation_without_questions_says_so(manager, make):
    evaluation = make(tasks=[], rows=2)

    for tab in ("", "answers/"):
        assert "Nothing is asked" in text(manager.get(url(evaluation, tab)))
    assert "2" in text(manager.get(url(evaluation, "items/")))


def test_the_live_part_brings_the_status_along(manager, make):
    evaluation = make(rows=1)

    for tab in ("", "answers/", "items/"):
        html = text(manager.get(url(evaluation, tab), headers={"HX-Request": "true"}))
        assert "<html" not in html
        assert '<template data-live-for="status"><span class="pill pill-accent">running</span>' in html


def test_a_labeling_task_leads_back_to_its_evaluation(manager, make, people):
    evaluation = make(rows=1, name="Voices <v3>")
    alone = make_task(make_dataset(people.workspace), by=people.administrator)

    def crumb(task):
        html = text(manager.get(f"/w/speech-lab/tasks/{task.pk}/"))
        return re.findall(r'<a id="evaluation" href="([^"]+)">([^<]+)</a>', html)

    assert crumb(labeling_task(evaluation)) == [(url(evaluation), "Voices &lt;v3&gt;")]
    assert crumb(alone) == []
