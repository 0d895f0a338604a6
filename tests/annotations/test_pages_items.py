"""The items tab of a task: found, filtered, and set right, one or many at once."""

import re

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from annotations import turns
from annotations.models import Assignment, ItemFile, LabelingTask
from tests.annotations.factories import make_dataset, make_task
from tests.annotations.pages import text, url
from tests.annotations.working import begin, hand_in, judge, skip


def shown(html):
    return re.findall(r">(call-\d+)\.wav<", html)


def test_items_are_found_by_state_person_and_file_name(manager, people, task):
    hand_in(task, people.operator, times=2)
    begin(task, people.administrator)
    judged = judge(task, people.auditor).position

    def found(query=""):
        return shown(text(manager.get(url(task, f"items/{query}"))))

    assert found() == [f"call-000{n}" for n in range(1, 7)]
    assert found("?state=approved") == [f"call-000{judged}"]
    assert found(f"?person={people.operator.pk}") == ["call-0001", "call-0002"]
    assert found(f"?person={people.auditor.pk}") == [f"call-000{judged}"]
    assert found("?q=0005") == ["call-0005"]
    assert found(f"?state=in_progress&person={people.administrator.pk}&q=call") == ["call-0003"]
    assert found("?state=nonsense&person=nobody&after=x.y") == [f"call-000{n}" for n in range(1, 7)]
    assert "No item like that" in text(manager.get(url(task, "items/?q=zzz")))


def test_an_item_without_a_recording_has_a_number_and_no_length(manager, task):
    ItemFile.objects.filter(item__task=task).delete()
    Assignment.objects.filter(task=task).update(duration_ms=0)

    html = text(manager.get(url(task, "items/")))

    assert 'title="#1">#1<' in html
    assert "0:00" not in html


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


# Many at once


def said(response):
    assert response.status_code == 200
    return re.findall(r'<div class="notice[^>]*role="status">([^<]+)', response.content.decode())


def post(manager, task, **fields):
    return manager.post(url(task, "items/bulk/"), fields, follow=True)


def test_more_filters(manager, people, task):
    hand_in(task, people.operator, times=3)
    bulk, small, back = Assignment.objects.filter(task=task, state="pending_review").order_by("position")
    Assignment.objects.filter(pk=bulk.pk).update(state="approved", origin="bulk")
    Assignment.objects.filter(pk=small.pk).update(state="approved", origin="reviewed", correction="minor")
    Assignment.objects.filter(pk=back.pk).update(state="escalated", rejections=3)
    skipped = skip(task, people.operator)

    def found(query):
        return shown(text(manager.get(url(task, f"items/{query}"))))

    assert found("?origin=bulk") == ["call-0001"]
    assert found("?correction=minor") == ["call-0002"]
    assert found("?returned=3") == ["call-0003"]
    assert found("?returned=4") == []
    assert found("?state=waits") == ["call-0003", f"call-000{skipped.position}"]
    assert len(found("?returned=x&origin=x&correction=x")) == 6
    assert '<span class="count" title="wait for you">2</span>' in text(manager.get(url(task, "items/")))


def test_rows_offer_the_moves_that_can_be_made(manager, people, task):
    hand_in(task, people.operator)
    begin(task, people.operator)
    skip(task, people.administrator)

    html = text(manager.get(url(task, "items/")))

    moves = re.findall(r'data-moves="([^"]+)"', html)
    assert moves == ["take_back ", "reopen reassign exclude ", "reassign ", "reassign ", "reassign "]


def test_the_bar_offers_what_makes_sense_for_the_state(manager, people, task):
    skip(task, people.operator)

    def offered(query):
        bar = text(manager.get(url(task, f"items/{query}"))).split('id="bulk-bar"')[1].split("</div>")[0]
        return re.findall(r'data-asks="(\w+)"', bar)

    assert offered("") == ["reopen", "reassign", "adjudicate", "take_back", "exclude"]
    assert offered("?state=skipped") == ["reopen", "reassign", "exclude"]
    assert offered("?state=open") == ["reassign"]


def test_ticked_items_are_moved_and_the_rest_is_explained(manager, people, task):
    done, first, second = hand_in(task, people.operator), skip(task, people.operator), skip(task, people.operator)

    page = post(
        manager, task, move="reassign", to_reassign=people.administrator.pk, ids=[done.pk, first.pk, second.pk],
        query="state=skipped",
    )  # fmt: skip

    assert page.redirect_chain[-1][0] == url(task, "items/?state=skipped")
    assert said(page) == ["2 items are reassigned.", "1 could not be: the state is “in review”."]
    assert Assignment.objects.filter(task=task, annotator=people.administrator, state="assigned").count() == 2


def test_a_task_without_its_items_says_that_they_come(manager, task):
    Assignment.objects.all().delete()
    LabelingTask.objects.update(state="draft")

    assert "No items yet" in text(manager.get(url(task, "items/")))
    assert "Nobody can begin before the task has its items." in text(manager.get(url(task)))
    people = text(manager.get(url(task, "people/")))
    assert "People and numbers can be changed once it is open." in people
    assert "<fieldset disabled>" in people


def test_all_that_match_are_moved_if_they_are_as_many_as_were_shown(manager, people, task):
    skip(task, people.operator)
    skip(task, people.operator)

    changed = post(manager, task, move="exclude", all="on", expect="3", query="state=skipped")
    moved = post(manager, task, move="exclude", all="on", expect="2", query="state=skipped")

    assert said(changed) == ["The selection changed meanwhile: 2 items match now. Look again and repeat."]
    assert said(moved) == ["2 items are left out of the result."]
    assert Assignment.objects.filter(task=task, state="cancelled").count() == 2


@pytest.mark.parametrize(
    ("fields", "sentence"),
    [
        ({"move": "reassign", "ids": []}, "Choose who gets it."),
        ({"move": "approve"}, "Choose one of: reopen, reassign, adjudicate, take_back, exclude."),
        ({"move": "reopen"}, "Nothing was chosen."),
        ({"move": "reopen", "ids": ["x"]}, "Nothing was chosen."),
    ],
)
def test_what_cannot_be_done_is_said_above_the_list(manager, people, task, fields, sentence):
    assert said(post(manager, task, **fields)) == [sentence]
