"""What the Progress tab shows beyond its bar: forecast, people, charts and tables to take along."""

import csv
import io
import json
import re
from datetime import timedelta

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from annotations.models import Assignment, LabelingTask
from tests.annotations.factories import make_dataset, make_task
from tests.annotations.working import hand_in, judge
from tests.callers import WHO
from tests.factories import MembershipFactory
from workspaces.models import Team

MANAGERS = (200, 200, 200, 403, 403, 404, 302)


@pytest.fixture
def task(people):
    return make_task(make_dataset(people.workspace, files=8), by=people.administrator)


@pytest.fixture
def second(people):
    return MembershipFactory(workspace=people.workspace, role="operator", user__name="Annotator 10").user


@pytest.fixture
def show(client_of, people, task):
    def get(query="", **headers):
        response = client_of(people.annotation_administrator).get(
            f"/w/speech-lab/tasks/{task.pk}/{query}", headers=headers
        )
        assert response.status_code == 200
        return response.content.decode()

    return get


def charts_of(html):
    found = re.search(r'<script id="chart-data" type="application/json">(.*?)</script>', html)
    return json.loads(found.group(1))


def names_in(html):
    part = html[html.index('id="people"') : html.index('id="reviewers"')]
    return re.findall(r'<div class="clip short" title="[^"]+">([^<]+)<', part)


def bars(chart):
    return {bar["label"]: bar["data"] for bar in chart["bars"]}


@pytest.mark.parametrize(("who", "status"), list(zip(WHO, MANAGERS, strict=True)))
@pytest.mark.parametrize("table", ["people", "days", "turns"])
def test_tables_are_for_managers(client_of, people, task, who, status, table):
    address = f"/w/speech-lab/tasks/{task.pk}/figures/{table}.csv"

    assert client_of(people[who]).get(address).status_code == status


def test_there_is_no_other_table(client_of, people, task):
    address = f"/w/speech-lab/tasks/{task.pk}/figures/secrets.csv"

    assert client_of(people.administrator).get(address).status_code == 404


def test_charts_draw_what_was_done(show, people, task):
    hand_in(task, people.operator, times=4)
    judge(task, people.auditor, times=2)
    judge(task, people.auditor, reject=True)

    charts = charts_of(show())

    assert {name: values[-1] for name, values in bars(charts["days"]).items()} == {"labeled": 4, "decided": 3}
    assert [line["data"][-1] for line in charts["days"]["lines"]] == [4, 8]
    assert charts["people"]["labels"] == ["Annotation operator"]
    assert bars(charts["people"]) == {"approved": [2], "in review": [1], "returned": [1]}
    assert (charts["reasons"]["labels"], bars(charts["reasons"])) == (["Boundary late"], {"times": [1]})


def test_each_chart_has_its_table_and_both_are_live(show, people, task):
    hand_in(task, people.operator)

    whole, part = show(), show(**{"HX-Request": "true"})

    for name in ("days", "people", "reasons"):
        assert f'data-chart="{name}"' in whole
        assert f'data-live-part="table-{name}"' in whole
        assert f'<template data-live-for="table-{name}">' in part
    assert '<template data-live-for="chart-data">' in part
    assert charts_of(part) == charts_of(whole)


def test_without_a_review_nothing_speaks_of_one(client_of, people):
    task = make_task(make_dataset(people.workspace, name="Other"), by=people.administrator, review_mode="none")
    hand_in(task, people.operator)

    html = client_of(people.administrator).get(f"/w/speech-lab/tasks/{task.pk}/").content.decode()

    assert 'id="reviewers"' not in html
    assert "error bound" not in html
    assert set(charts_of(html)) == {"days", "people"}
    assert "First time" not in html


def test_the_forecast_names_day_hours_and_how_late(show, people, task):
    LabelingTask.objects.filter(pk=task.pk).update(deadline=timezone.now() - timedelta(days=1))
    hand_in(task, people.operator, times=6, active_ms=1_800_000)
    judge(task, people.auditor, times=6)

    html = show()

    # Six a day: the last two are ready tomorrow, two days after the deadline, and take half an hour each.
    day = (timezone.now() + timedelta(days=1)).strftime("%-d %b")
    assert f"at this pace ready on {day}, 1.0 person-hours left" in html
    assert "2 days after the deadline" in html


def test_too_little_work_says_so_instead_of_guessing(show, people, task):
    hand_in(task, people.operator, times=4)

    assert "no forecast yet: fewer than 5 items are handed in" in show()


def test_figures_can_be_those_of_one_person_or_team(show, people, task, second):
    hand_in(task, people.operator, times=2)
    hand_in(task, second, times=3)
    team = Team.objects.create(workspace=people.workspace, name="Crowd")
    team.members.add(second)

    everybody, person, crowd = show(), show(f"?who={people.operator.pk}"), show(f"?who=team-{team.pk}")

    assert names_in(everybody) == ["Annotation operator", "Annotator 10"]
    assert names_in(person) == ["Annotation operator"]
    assert names_in(crowd) == ["Annotator 10"]
    assert bars(charts_of(crowd)["days"])["labeled"][-1] == 3
    assert f'<option value="team-{team.pk}" selected>Crowd</option>' in crowd
    # The bar on top stays that of the whole task.
    assert "5 of 8 items labeled" in crowd


def test_a_team_of_another_space_is_not_looked_at(show, people, task):
    hand_in(task, people.operator)
    elsewhere = Team.objects.create(workspace=MembershipFactory().workspace, name="Theirs")

    assert names_in(show(f"?who=team-{elsewhere.pk}")) == ["Annotation operator"]


@pytest.mark.parametrize(("age", "shown"), [(0, 7), (9, 10), (400, 30)])
def test_the_days_begin_with_the_task(show, people, task, age, shown):
    LabelingTask.objects.update(created_at=timezone.now() - timedelta(days=age))
    hand_in(task, people.operator)

    days = charts_of(show())["days"]

    assert len(days["labels"]) == shown
    assert [line["data"] for line in days["lines"]] == [[0] * (shown - 1) + [1], [8] * shown]


def test_a_period_leaves_out_what_came_before_it(show, people, task):
    turn = hand_in(task, people.operator)
    hand_in(task, people.operator)
    Assignment.objects.filter(pk=turn.pk).update(submitted_at=timezone.now() - timedelta(days=10))

    charts = charts_of(show("?days=7"))

    assert len(charts["days"]["labels"]) == 7
    assert bars(charts["people"]) == {"in review": [1]}
    assert charts["days"]["lines"][0]["data"] == [1, 1, 1, 1, 1, 1, 2]


@pytest.mark.parametrize("query", ["?who=nobody&days=x&sort=%00", "?who=team-&days=-1&sort=-", "?days=99999999999"])
def test_an_odd_address_shows_everything(show, people, task, query):
    hand_in(task, people.operator)

    assert names_in(show(query)) == ["Annotation operator"]


def test_the_table_sorts_by_its_columns(show, people, task, second):
    third = MembershipFactory(workspace=people.workspace, role="operator", user__name="Annotator 9").user
    for user, times in ((people.operator, 1), (second, 3), (third, 2)):
        hand_in(task, user, times=times)

    assert names_in(show()) == ["Annotation operator", "Annotator 9", "Annotator 10"]
    assert names_in(show("?sort=-done")) == ["Annotator 10", "Annotator 9", "Annotation operator"]
    assert 'aria-sort="descending"' in show("?sort=-done")
    # Nobody has a first verdict yet: whoever has no value keeps the order, at the end.
    assert len(names_in(show("?sort=first"))) == 3


def test_downloads_follow_what_is_shown(client_of, people, task, second):
    hand_in(task, people.operator, times=2)
    hand_in(task, second, times=3)

    def rows(table):
        address = f"/w/speech-lab/tasks/{task.pk}/figures/{table}.csv?who={second.pk}"
        answer = client_of(people.administrator).get(address)
        return list(csv.DictReader(io.StringIO(b"".join(answer.streaming_content).decode())))

    assert [(row["name"], row["held"]) for row in rows("people")] == [("Annotator 10", "3")]
    assert rows("days")[-1]["labeled_in_all"] == "3"
    assert [row["annotator"] for row in rows("turns")] == ["Annotator 10"] * 3


def test_as_many_queries_for_three_people_as_for_one(client_of, people, task, second):
    client = client_of(people.administrator)
    third = MembershipFactory(workspace=people.workspace, role="operator").user

    def queries():
        with CaptureQueriesContext(connection) as caught:
            assert client.get(f"/w/speech-lab/tasks/{task.pk}/").status_code == 200
        return len(caught)

    hand_in(task, people.operator)
    judge(task, people.auditor)
    queries()
    one = queries()
    hand_in(task, second, times=2)
    hand_in(task, third, times=2)
    judge(task, people.auditor, times=2)

    assert queries() == one
