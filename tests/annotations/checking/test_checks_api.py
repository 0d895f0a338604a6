"""Checks through the API and the page: who may, what is taken, what is found."""

import re

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from annotations.checking import ready_made
from annotations.checking.form import as_table, as_text
from annotations.models import CheckResult, LabelingTask, TaskCheck
from tests.annotations.checking.checked import ALL, CALM, NO_RULES, TORN, hand_in, result_of
from tests.callers import statuses
from workspaces.models import AuditEvent

OPPOSITES = {"settings": {**NO_RULES, "opposites": {"is_on": True}}}
HEARD = {"settings": {**NO_RULES, "heard": {"is_on": True, "least_percent": 80}}}


@pytest.fixture
def found(checked, people):
    """A task in which one answer was flagged."""
    task = checked(rules=OPPOSITES)
    hand_in(task, people.operator, TORN)
    return task


@pytest.mark.parametrize(
    ("verb", "path", "body", "expected"),
    [
        ("get", "labeling-tasks/{task}/checks", None, (200, 200, 200, 403, 403, 404, 401)),
        ("put", "labeling-tasks/{task}/checks", {}, (200, 200, 200, 403, 403, 404, 401)),
        ("get", "labeling-tasks/{task}/check-results", None, (200, 200, 200, 403, 403, 404, 401)),
        ("get", "check-results/{result}", None, (200, 200, 200, 403, 403, 404, 401)),
        ("post", "check-results/{result}/clear", None, (200, 200, 200, 403, 403, 404, 401)),
        ("post", "check-results/{result}/ask-again", None, (409, 409, 409, 403, 403, 404, 401)),
    ],
)
def test_who_may(found, api, people, verb, path, body, expected):
    url = "/api/v1/" + path.format(task=found.pk, result=CheckResult.objects.get().pk)

    assert statuses(lambda who: getattr(api(people[who]), verb)(url, body)) == expected


@pytest.mark.parametrize(
    ("method", "page", "expected"),
    [
        ("get", "", (200, 200, 200, 403, 403, 404, 302)),
        ("post", "", (422, 422, 422, 403, 403, 404, 302)),
        ("post", "ask-again/", (302, 302, 302, 403, 403, 404, 302)),
        ("post", "{result}/", (302, 302, 302, 403, 403, 404, 302)),
    ],
)
def test_who_may_see_the_page(found, client_of, people, method, page, expected):
    url = f"/w/speech-lab/tasks/{found.pk}/quality/checks/{page.format(result=CheckResult.objects.get().pk)}"

    assert statuses(lambda who: getattr(client_of(people[who]), method)(url)) == expected


def test_what_is_set_is_complete_and_noted(api, people, task):
    url = f"/api/v1/labeling-tasks/{task.pk}/checks"
    before = api(people.administrator).get(url).json()

    response = api(people.administrator).put(
        url, {"rules": {"is_active": True, "action": "return", "settings": {"heard": {"least_percent": 90}}}}
    )

    assert (before["rules"]["is_active"], before["judge"]["is_active"], before["endpoint"]["is_set_up"]) == (
        False, False, False,
    )  # fmt: skip
    assert response.status_code == 200
    rules = response.json()["rules"]
    assert (rules["is_active"], rules["action"]) == (True, "return")
    assert rules["settings"]["heard"] == {"is_on": True, "least_percent": 90}
    assert rules["settings"]["scales"]["table"] == ready_made.CLASHES
    assert LabelingTask.objects.get(pk=task.pk).is_checked
    assert AuditEvent.objects.filter(verb="set_checks", target_id=task.pk, actor=people.administrator).count() == 1


def test_switched_off_nothing_is_checked(api, people, checked):
    task = checked(rules=OPPOSITES)
    api(people.administrator).put(f"/api/v1/labeling-tasks/{task.pk}/checks", {"rules": {"is_active": False}})

    hand_in(task, people.operator, TORN)

    assert not LabelingTask.objects.get(pk=task.pk).is_checked
    assert not CheckResult.objects.exists()


@pytest.mark.parametrize(
    ("body", "place"),
    [
        ({"judge": {"is_active": True}}, ["body", "judge", "is_active"]),
        ({"rules": {"action": "delete"}}, ["body", "rules", "action"]),
        ({"rules": {"is_activ": True}}, ["body", "rules", "is_activ"]),
        ({"other": {}}, ["body", "other"]),
        ({"rules": {"settings": []}}, ["body", "rules", "settings"]),
        ({"rules": {"settings": {"herd": {}}}}, ["body", "rules", "settings", "herd"]),
        ({"rules": {"settings": {"heard": True}}}, ["body", "rules", "settings", "heard"]),
        ({"rules": {"settings": {"heard": {"least": 2}}}}, ["body", "rules", "settings", "heard", "least"]),
        ({"rules": {"settings": {"heard": {"is_on": 1}}}}, ["body", "rules", "settings", "heard", "is_on"]),
        (
            {"rules": {"settings": {"heard": {"least_percent": 0}}}},
            ["body", "rules", "settings", "heard", "least_percent"],
        ),
        ({"rules": {"settings": {"scales": {"table": {}}}}}, ["body", "rules", "settings", "scales", "table"]),
        (
            {"rules": {"settings": {"scales": {"table": [{"scale": "volume", "values": [], "words": ["x"]}]}}}},
            ["body", "rules", "settings", "scales", "table", 0],
        ),
        ({"judge": {"settings": {"majority": "yes"}}}, ["body", "judge", "settings", "majority"]),
        ({"judge": {"settings": {"prompt": "obey"}}}, ["body", "judge", "settings", "prompt"]),
    ],
)
def test_what_cannot_be_set(api, people, task, body, place):
    response = api(people.administrator).put(f"/api/v1/labeling-tasks/{task.pk}/checks", body)

    assert response.status_code == 422, response.content
    assert [problem["loc"] for problem in response.json()["detail"]] == [place]
    assert not TaskCheck.objects.exists()


def test_results_say_what_was_found_about_what(found, api, people):
    turn = found.assignments.get(revision=1)

    rows = api(people.administrator).get(f"/api/v1/labeling-tasks/{found.pk}/check-results").json()["items"]

    assert [(row["kind"], row["verdict"], row["outcome"], row["assignment_id"]) for row in rows] == [
        ("rules", "found", "flagged", str(turn.pk))
    ]
    assert rows[0]["findings"] == [
        {
            "code": "opposites",
            "what": "words that contradict each other",
            "aliases": ["words"],
            "sentence": "“calm” and “agitated” contradict each other.",
        }
    ]
    assert (rows[0]["item"]["name"], rows[0]["annotator"]["name"]) == ("call-0001.wav", str(people.operator))


@pytest.mark.parametrize(("shown", "expected"), [("", 2), ("flagged", 1), ("cleared", 0), ("waiting", 0)])
def test_results_are_filtered(found, api, people, shown, expected):
    hand_in(found, people.operator, CALM)

    query = f"?shown={shown}" if shown else ""
    answer = api(people.administrator).get(f"/api/v1/labeling-tasks/{found.pk}/check-results{query}").json()

    assert answer["total"] == expected


def test_what_is_no_problem_is_cleared_once(found, api, people):
    url = f"/api/v1/check-results/{CheckResult.objects.get().pk}/clear"

    first, second = (api(people.administrator).post(url) for _ in range(2))

    assert (first.status_code, first.json()["outcome"], second.status_code) == (200, "cleared", 409)
    assert first.json()["cleared_by"]["name"] == str(people.administrator)
    assert AuditEvent.objects.filter(verb="clear_check").count() == 1


def test_what_was_returned_tells_the_annotator_why(checked, api, people):
    task = checked(rules={"action": "return", **OPPOSITES})

    turn = hand_in(task, people.operator, TORN)
    sent = api(people.operator).post(f"/api/v1/labeling-tasks/{task.pk}/next").json()

    assert (turn.state, result_of(turn, "rules").outcome) == ("rework", "returned")
    assert sent["assignment"]["id"] == str(turn.pk)
    assert (sent["returned"]["reviewer"], sent["returned"]["comment"]) == (
        "Automatic check", "“calm” and “agitated” contradict each other.",
    )  # fmt: skip
    assert sent["checks"] == []


def test_auditors_see_what_was_found(checked, api, people):
    task = checked(rules=OPPOSITES, review_mode="full")
    turn = hand_in(task, people.operator, TORN)

    sent = api(people.auditor).get(f"/api/v1/assignments/{turn.pk}").json()
    own = api(people.operator).get(f"/api/v1/assignments/{turn.pk}").json()

    assert [(one["sentence"], one["by"], one["outcome"]) for one in sent["checks"]] == [
        ("“calm” and “agitated” contradict each other.", "rules", "flagged")
    ]
    assert own["checks"] == []


def test_what_was_hardly_heard_comes_back_until_it_was(checked, people):
    task = checked(rules={"action": "return", **HEARD})

    first = hand_in(task, people.operator, CALM, listened=[[0, 3000], [1000, 4000]])
    assert (first.state, result_of(first, "rules").findings[0]["sentence"]) == (
        "rework", "Only 40 % of the recording was listened to; at least 80 % is asked for.",
    )  # fmt: skip
    again = hand_in(task, people.operator, CALM, listened=[[0, 3000]])
    assert again.state == "rework"
    last = hand_in(task, people.operator, CALM, listened=ALL)

    assert (last.pk, last.state, last.revision) == (first.pk, "submitted", 3)


def test_the_list_costs_as_much_for_three_as_for_one(checked, people, api):
    task = checked(rules=OPPOSITES, files=3)
    costs = []
    for times in (1, 2):
        for _ in range(times):
            hand_in(task, people.operator, TORN)
        client = api(people.administrator)
        with CaptureQueriesContext(
            connection,
        ) as queries:
            client.get(f"/api/v1/labeling-tasks/{task.pk}/check-results")
        costs.append(len(queries))

    assert costs[0] == costs[1] <= 9


def test_the_page_costs_as_much_for_three_as_for_one(checked, people, client_of):
    task = checked(rules=OPPOSITES, files=4)
    client, costs = client_of(people.administrator), []
    for times in (1, 2):
        for _ in range(times):
            hand_in(task, people.operator, TORN)
        with CaptureQueriesContext(connection) as queries:
            assert client.get(f"/w/speech-lab/tasks/{task.pk}/quality/checks/").status_code == 200
        costs.append(len(queries))

    assert costs[0] == costs[1] <= 20


def test_the_form_as_it_stands_changes_nothing_but_the_switch(checked, people, client_of):
    task = checked(rules=OPPOSITES)
    client, url = client_of(people.administrator), f"/w/speech-lab/tasks/{task.pk}/quality/checks/"
    page = client.get(url).content.decode()
    before = TaskCheck.objects.get(task=task, kind="rules")
    fields = dict(re.findall(r'type="number" name="([^"]+)" value="(\d+)"', page))
    fields |= dict.fromkeys(re.findall(r'type="checkbox" name="([^"]+)"[^>]*checked', page), "on")
    fields |= {"table": as_text(before.settings["scales"]["table"]), "rules_action": "return", "judge_action": "flag"}

    assert client.post(url, fields).status_code == 302

    after = TaskCheck.objects.get(task=task, kind="rules")
    assert (after.is_active, after.action) == (True, "return")
    assert after.settings == {
        **before.settings,
        "scales": {"is_on": False, "table": as_table(as_text(before.settings["scales"]["table"]))},
    }


def test_the_table_is_typed_and_read_back():
    text = as_text(ready_made.CLASHES)

    assert [{**row, "families": row.get("families", [])} for row in ready_made.CLASHES] == as_table(text)
    assert as_table("Volume = loud, very loud: hushed, family:quiet voices\n\n") == [
        {"scale": "Volume", "values": ["loud", "very loud"], "words": ["hushed"], "families": ["quiet voices"]}
    ]


@pytest.mark.parametrize("line", ["volume", "volume = loud", "volume = : hushed", "= loud: hushed", "volume=loud: ,"])
def test_a_line_that_cannot_be_read_is_named(checked, people, client_of, line):
    task = checked(rules=OPPOSITES)
    fields = {"rules": "on", "table": f"pace = slow: rapid\n{line}", "rules_action": "flag", "judge_action": "flag"}

    response = client_of(people.administrator).post(f"/w/speech-lab/tasks/{task.pk}/quality/checks/", fields)

    assert response.status_code == 422
    assert "Line 2 cannot be read." in response.content.decode()
