"""The report's page: what it shows, what leads where, and what it says when there is nothing to show."""

import re
from urllib.parse import parse_qs, urlsplit

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from annotations.models import Assignment, Grade, QualityReport
from annotations.reports.computing import compute
from tests.annotations.factories import make_task
from tests.annotations.pages import text
from tests.annotations.reports.crowd import PACE, answer_all
from tests.callers import statuses
from workspaces.models import Job

PAGES = (200, 200, 200, 403, 403, 404, 302)
DONE = (302, 302, 302, 403, 403, 404, 302)


def url(task, page=""):
    return f"/w/speech-lab/tasks/{task.pk}/quality/{page}"


def links(page):
    """The keys of the figures that lead to clips."""
    found = re.findall(r'href="[^"]*/quality/clips/\?([^"]*)"', page.replace("&amp;", "&"))
    return {parse_qs(query)["of"][0] for query in found}


def test_who_may(client_of, people, crowd):
    task, _users = crowd
    compute(task)

    for page in ("", "clips/?of=apart/pace/all", "people.csv"):
        assert statuses(lambda who, page=page: client_of(people[who]).get(url(task, page))) == PAGES, page
    assert statuses(lambda who: client_of(people[who]).post(url(task, "compute/"))) == DONE


def test_before_anything_was_computed(manager, crowd):
    page = text(manager.get(url(crowd[0])))

    assert "Compute the report" in page
    assert "Teams side by side" not in page


def test_asking_computes_it(manager, crowd):
    task, _users = crowd

    response = manager.post(url(task, "compute/"))
    assert response["Location"] == url(task)
    manager.post(url(task, "compute/"))

    assert Job.objects.filter(kind="annotations.report").count() == 1
    assert "waiting for a worker" in text(manager.get(url(task)))


def test_figures_lead_to_their_clips(manager, crowd):
    task, users = crowd
    compute(task)

    page = text(manager.get(url(task)))

    assert "Teams side by side" in page
    found = links(page)
    assert {"apart/pace/all", "cell/pace/0/2", f"wrong/{users[2].pk}", "word/words/all/warm"} <= found
    assert "off/marks/all/onset/2" in found
    known = QualityReport.objects.get().figures["clips"]
    assert found <= set(known), found - set(known)


def test_clips_say_who_said_what(manager, crowd):
    task, users = crowd
    compute(task)

    page = text(manager.get(url(task, f"clips/?of=wrong/{users[2].pk}/pace")))

    assert re.findall(r'id="clip-(\d+)"', page) == ["3", "6"]
    assert "Pace: clips on which an answer is not what holds (Cem)" in page
    assert page.count("data-play ") == 2
    row = re.search(r'<tr class="meant">.*?</tr>', page, re.DOTALL)[0]
    assert "Cem" in row
    assert "fast" in row
    assert "differs" in row


def test_marks_can_be_played(manager, crowd):
    task, _users = crowd
    compute(task)

    page = text(manager.get(url(task, "clips/?of=off/marks/all/onset/2")))

    assert 'data-play-from="1120" data-play-to="2120"' in page
    assert "Marks: beginnings +75 to +125 ms off (everybody)" in page


@pytest.mark.parametrize(
    "key", ["", "nothing", "cell/pace/9/9", "control/x", "control/", "wrong/%00", 'a"b', "a/" * 500]
)
def test_a_figure_there_is_not(manager, crowd, key):
    task, _users = crowd
    compute(task)

    assert manager.get(url(task, "clips/"), {"of": key}).status_code == 404


def test_every_key_has_its_clips_and_words(manager, crowd):
    task, _users = crowd
    keys = sorted(compute(task).figures["clips"])
    of_each_kind = {re.sub(r"[0-9a-f-]{36}", "", key): key for key in keys}.values()

    for key in of_each_kind:
        page = text(manager.get(url(task, "clips/"), {"of": key}))
        title = re.search(r'id="clips">\s*<div class="panel-head"><h2>(.*?)</h2>', page)[1]
        assert len(title) > 10, key


def test_many_clips_come_in_pages(manager, people):
    from tests.annotations.factories import make_dataset

    task = make_task(make_dataset(people.workspace, files=23), by=people.administrator, questions=(PACE,), overlap=2)
    users = [people.operator, people.annotation_administrator]
    answer_all(task, users, said=lambda who, position: {"pace": ("slow", "fast")[who]})
    compute(task)

    first = text(manager.get(url(task, "clips/?of=apart/pace/all")))
    last = text(manager.get(url(task, "clips/?of=apart/pace/all&page=3")))

    assert (first.count('class="set-file"'), last.count('class="set-file"')) == (10, 3)
    assert ('rel="next"' in first, 'rel="prev"' in first) == (True, False)
    assert ('rel="next"' in last, 'rel="prev"' in last) == (False, True)
    assert text(manager.get(url(task, "clips/?of=apart/pace/all&page=x"))).count('class="set-file"') == 10


def test_control_items_answered_wrongly_are_heard(manager, crowd, people):
    task, users = crowd
    companion = make_task(task.dataset, by=people.administrator, questions=(PACE,), review_mode="none")
    type(companion).objects.filter(pk=companion.pk).update(purpose="control", controls_of=task)
    turns = answer_all(companion, [users[0]], said=lambda who, position: {"pace": "slow"})
    for turn in turns[:2]:
        submission = turn.submissions.get()
        Grade.objects.create(
            assignment=turn, submission=submission, task=task, user=users[0], is_right=turn == turns[0], share=0
        )
    compute(task)

    page = text(manager.get(url(task)))
    behind = text(manager.get(url(task, f"clips/?of=control/{users[0].pk}")))

    assert f"control/{users[0].pk}" in links(page)
    assert re.findall(r'id="clip-(\d+)"', behind) == [str(turns[1].position)]
    assert "Ann: control items answered wrongly" in behind


def test_one_answer_each_says_why_nothing_can_be_said(manager, people, dataset):
    task = make_task(dataset, by=people.administrator, questions=(PACE,), review_mode="none")
    answer_all(task, [people.operator], said=lambda who, position: {"pace": "slow"})
    compute(task)

    page = text(manager.get(url(task)))

    assert "Nothing can be said about agreement" in page
    assert "of one person only" in page


def test_a_task_nobody_answered(manager, people, dataset):
    task = make_task(dataset, by=people.administrator)
    compute(task)

    assert "No answers yet" in text(manager.get(url(task)))


def test_the_report_says_how_old_it_is(manager, crowd):
    task, _users = crowd
    compute(task)
    assert "answers since" not in text(manager.get(url(task)))

    turn = Assignment.objects.filter(task=task).first()
    Assignment.objects.filter(pk=turn.pk).update(
        submitted_at=QualityReport.objects.get().computed_at.replace(year=2100)
    )

    assert "1 answer since" in text(manager.get(url(task)))


def test_the_part_that_is_kept_up_to_date_says_when_there_are_new_figures(manager, crowd):
    task, _users = crowd
    live = urlsplit(re.search(r'data-live="([^"]*)"', text(manager.get(url(task))))[1].replace("&amp;", "&"))
    ask = {"headers": {"HX-Request": "true"}}
    before = text(manager.get(f"{live.path}?shown=&busy=1", **ask))

    compute(task)
    after = text(manager.get(f"{live.path}?shown=&busy=1", **ask))
    not_waited_for = text(manager.get(f"{live.path}?shown=&busy=0", **ask))

    assert ("data-fresh" in before, "data-fresh" in after, "data-fresh" in not_waited_for) == (False, True, False)
    assert "Show the new figures" in not_waited_for


@pytest.mark.parametrize("name", ["agreement", "events", "people", "teams", "confusion", "words", "bounds", "pairs"])
def test_tables(manager, crowd, name):
    task, _users = crowd
    empty = b"".join(manager.get(url(task, f"{name}.csv")).streaming_content).decode().splitlines()
    compute(task)

    rows = b"".join(manager.get(url(task, f"{name}.csv")).streaming_content).decode().splitlines()

    assert (len(empty), rows[0]) == (1, empty[0])
    assert len(rows) > 2


def test_no_more_queries_for_more_clips(manager, crowd):
    task, _users = crowd
    compute(task)

    def queries(page):
        with CaptureQueriesContext(
            connection,
        ) as caught:
            assert manager.get(url(task, page)).status_code == 200
        return len(caught)

    queries("")
    one, many = queries("clips/?of=cell/liking/0/0"), queries("clips/?of=apart/words/all")
    assert one == many <= 12
    assert queries("") <= 12
