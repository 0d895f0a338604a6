"""The Answers tab: a chart with its table for every question, and how often it is counted."""

import csv
import io
import json
import re

import pytest
from django.core.cache import caches
from django.db import connection
from django.test.utils import CaptureQueriesContext

from annotations.actions import reviewing
from annotations.models import Assignment, LabelingTask, Submission
from evaluations import answers_read
from evaluations.views.overview import tasks_of
from tests.evaluations.factories import make_evaluation, make_question, task_of
from tests.evaluations.pages import ANSWERS, answer, every_kind, skip, text, url


@pytest.fixture
def manager(client_of, people):
    return client_of(people.annotation_administrator)


@pytest.fixture
def evaluation(people):
    return every_kind(people.workspace, by=people.administrator, rows=4)


@pytest.fixture(autouse=True)
def nothing_kept():
    caches["process"].clear()


def charts(client, evaluation):
    found = re.search(r'<script id="chart-data"[^>]*>(.+?)</script>', text(client.get(url(evaluation, "answers/"))))
    return json.loads(found.group(1))


def drawn(chart):
    """What is not nought."""
    return {label: n for label, n in zip(chart["labels"], chart["bars"][0]["data"], strict=True) if n}


def test_each_question_has_its_chart(manager, people, evaluation):
    answer(evaluation, people.operator)
    other = {
        **ANSWERS,
        "marks": [],
        "verdict": "bad",
        "stars": 1,
        "count": 0,
        "note": "Fine",
        "sheet": {"polite": False},
    }
    answer(evaluation, people.operator, other)
    skip(evaluation, people.operator)

    found = charts(manager, evaluation)

    assert {name: drawn(chart) for name, chart in found.items()} == {
        # 1250 and 9600 ms of ten seconds.
        "q1": {"10–15 %": 1, "95–100 %": 1},
        "q2": {"good": 1, "bad": 1},
        "q3": {"1 poor": 1, "4": 1},
        "q4": {"0 to 0.2": 1, "2.4 to 2.6": 1},
        "q5": {"4 to 6": 1, "24 to 26": 1},
        "q6-1": {"clear": 1},
        "q6-2": {"true": 1, "false": 1},
        "q6-3": {"3": 1},
        "q6-4": {"5": 1},
    }
    assert found["q2"]["labels"] == ["good", "bad"]
    assert found["q3"]["labels"] == ["1 poor", "2", "3", "4", "5 fine"]
    assert len(found["q1"]["labels"]) == 20


def test_the_figures_stand_beside_the_question(manager, people, evaluation):
    answer(evaluation, people.operator)
    answer(evaluation, people.operator, {**ANSWERS, "marks": [], "stars": 1, "note": ""})

    html = text(manager.get(url(evaluation, "answers/")))
    words = [" ".join(part.split()) for part in re.findall(r'data-live-part="words-\d">([^<]+)<', html)]

    assert words == [
        "2 marks · in 1 row · 1 empty",
        "2 answers",
        "2 answers · mean 2.50 of 5",
        "2 answers · mean 2.5 · median 2.5 · 2.5 to 2.5",
        "1 answer · 1 empty · mean 25 characters",
        "2 answers",
    ]


def test_tables_say_what_charts_draw(manager, people, evaluation):
    answer(evaluation, people.operator)
    found = charts(manager, evaluation)

    for name, chart in found.items():
        response = manager.get(url(evaluation, f"answers/{name}.csv"))
        rows = list(csv.reader(io.StringIO(b"".join(response.streaming_content).decode())))[1:]
        assert [label.removeprefix("'") for label, _count in rows] == chart["labels"]
        assert [int(count) for _label, count in rows] == chart["bars"][0]["data"]
    assert 'filename="Support calls marks.csv"' in manager.get(url(evaluation, "answers/q1.csv"))["Content-Disposition"]
    assert manager.get(url(evaluation, "answers/q9.csv")).status_code == 404


def test_texts_are_shown_newest_first_with_their_length_and_row(manager, people, evaluation):
    for note in ("first", "<b>second</b>", ""):
        answer(evaluation, people.operator, {**ANSWERS, "note": note})

    html = text(manager.get(url(evaluation, "answers/")))
    shown = re.findall(r'>Row (\d)</a> <span class="text">([^<]+)</span> <span class="quiet">(\d+) characters', html)

    assert shown == [("2", "&lt;b&gt;second&lt;/b&gt;", "13"), ("1", "first", "5")]
    first = evaluation.items.get(position=1)
    assert f'href="{url(evaluation, f"items/{first.pk}/")}"' in html


def test_a_text_is_credited_to_whoever_wrote_it(manager, people, evaluation):
    LabelingTask.objects.filter(evaluation_queue__evaluation=evaluation).update(review_mode="full")
    for note, mended in (("meant", {"note": "mended"}), ("left alone", {"stars": 1})):
        turn = answer(evaluation, people.operator, {**ANSWERS, "note": note})
        turn = Assignment.objects.select_related("task").get(pk=turn.pk)
        body = {"revision": 1, "size": "minor", "answers": {**ANSWERS, "note": note, **mended}, "active_ms": 1000}
        reviewing.fix(turn, by=people.auditor, body=body)

    html = text(manager.get(url(evaluation, "answers/")))

    assert re.findall(r'<span class="text">([^<]+)</span> <span class="quiet">\d+ characters, ([^,]+),', html) == [
        ("left alone", "Annotation operator"),
        ("mended", "Annotation auditor"),
    ]


def test_only_the_last_revision_counts(manager, people, evaluation):
    turn = answer(evaluation, people.operator)
    Submission.objects.create(assignment=turn, author=people.operator, revision=2, answers={**ANSWERS, "stars": 1})
    Assignment.objects.filter(pk=turn.pk).update(revision=2)

    assert drawn(charts(manager, evaluation)["q3"]) == {"1 poor": 1}


def test_rows_that_nobody_is_asked_about_count_with_what_was_given(manager, people):
    tasks = [
        task_of(make_question(people.workspace), alias="marks", prefill_from="guess"),
        task_of(make_question(people.workspace, "rating"), alias="stars", prefill_from="score"),
    ]
    data = [{"guess": [1.25], "score": 3}, {"guess": [2.5]}, {"guess": [], "score": 5}]
    evaluation = make_evaluation(
        people.workspace, by=people.administrator, data=data, tasks=tasks, skip_prefilled_rows=True
    )
    turns = Assignment.objects.filter(task__evaluation_queue__evaluation=evaluation)

    found = charts(manager, evaluation)

    given = len(data) - turns.count()
    assert given >= 1
    assert drawn(found["q1"]) == {"10–15 %": 1}
    assert sum(found["q2"]["bars"][0]["data"]) == given


def test_a_question_of_one_queue_is_not_counted_in_another(manager, people):
    tasks = [
        task_of(make_question(people.workspace, "rating"), alias="stars"),
        task_of(make_question(people.workspace, "rating"), alias="again", queue_id="second"),
    ]
    evaluation = make_evaluation(people.workspace, by=people.administrator, tasks=tasks, rows=2)
    answer(evaluation, people.operator, {"stars": 2})

    found = charts(manager, evaluation)

    assert (drawn(found["q1"]), drawn(found["q2"])) == ({"2": 1}, {})


# How often it is counted


def _readings(evaluation):
    tasks = tasks_of(evaluation)
    with CaptureQueriesContext(connection) as caught:
        tallies = answers_read.tallies_of(evaluation, tasks)
    return sum("listened" not in q["sql"] and '"answers"' in q["sql"] for q in caught), tallies["stars"].n


def test_large_ones_are_read_again_only_when_answers_came_and_not_too_often(people, evaluation, monkeypatch):
    monkeypatch.setattr(answers_read, "FEW_TURNS", 0)
    clock = [1000.0]
    monkeypatch.setattr(answers_read.time, "monotonic", lambda: clock[0])
    answer(evaluation, people.operator)

    assert _readings(evaluation) == (1, 1)
    assert _readings(evaluation) == (0, 1)
    answer(evaluation, people.operator)
    # Not at once: reading many thousands costs more than anybody gains by a second.
    assert _readings(evaluation) == (0, 1)
    clock[0] += answers_read.AT_MOST_EVERY_S
    assert _readings(evaluation) == (1, 2)
    clock[0] += 5 * answers_read.AT_MOST_EVERY_S
    assert _readings(evaluation) == (0, 2)


def test_small_ones_are_always_as_they_are(people, evaluation):
    assert _readings(evaluation) == (1, 0)
    answer(evaluation, people.operator)

    assert _readings(evaluation) == (1, 1)
