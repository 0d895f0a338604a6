"""Rules and standings as programs and pages reach them, and who may."""

import csv
import io

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from annotations.behaviour import verbs
from annotations.models import Assignment, Grade, QualityRule, Standing, StandingEvent, Submission
from annotations.quality.behaviour import TOO_FAST, WARN, Rule
from tests.annotations.factories import ANSWERS, DURATION_MS, make_dataset, make_task
from tests.annotations.pages import text, url
from tests.annotations.working import hand_in
from tests.callers import WHO, statuses
from tests.factories import MembershipFactory

HEARD = {"listened": [[0, DURATION_MS]]}
FAST = {"kind": "too_fast", "action": "warn", "threshold": 50, "least": 2, "window": 4}
MANAGERS = (200, 200, 200, 403, 403, 404, 401)
PAGES = (200, 200, 200, 403, 403, 404, 302)


@pytest.fixture
def task(people):
    return make_task(make_dataset(people.workspace, files=12), by=people.administrator, review_mode="none")


@pytest.fixture
def paused(people, task):
    verbs.act(task, people.operator, "pause", by=people.administrator, reason="Please read the instructions")
    task.refresh_from_db()
    return task


def call(task, path):
    return f"/api/v1/labeling-tasks/{task.pk}/{path}"


@pytest.fixture
def boss(api, people):
    return api(people.annotation_administrator)


# Rules


def test_rules_are_set_and_read_with_a_sentence_each(boss, task):
    sent = [
        FAST,
        {"kind": "skips", "action": "pause", "least": 5, "pause_hours": 2},
        {"kind": "daily_cap", "least": 200},
    ]
    answer = boss.put(call(task, "rules"), {"rules": sent, "replaces_answers": True})
    assert answer.status_code == 200, answer.content
    body = boss.get(call(task, "rules")).json()
    assert body == answer.json()
    assert body["replaces_answers"] is True
    assert {rule["kind"]: rule["action"] for rule in body["rules"]} == {
        "too_fast": "warn",
        "skips": "pause",
        "daily_cap": "pause",
    }
    by_kind = {rule["kind"]: rule["explanation"] for rule in body["rules"]}
    assert by_kind["skips"] == "Whoever skips 5 items in a row is paused for 2 h."
    assert by_kind["daily_cap"] == "Whoever hands in 200 items within 24 hours waits until it is fewer again."


@pytest.mark.parametrize(
    ("rule", "field", "words"),
    [
        ({**FAST, "least": 5, "window": 4}, "window", "never fire"),
        ({**FAST, "threshold": None}, "threshold", "share"),
        ({**FAST, "threshold": 101}, "threshold", "share"),
        ({**FAST, "least": 0}, "least", "at least 1"),
        ({"kind": "controls", "action": "stop", "threshold": 60, "least": 3, "window": 3}, "window", "chance"),
        ({"kind": "daily_cap", "action": "stop", "least": 3}, "action", "cannot warn"),
        ({"kind": "skips", "action": "pause", "least": 3, "pause_hours": 0}, "pause_hours", "hours"),
        ({"kind": "majority", "action": "warn", "least": 3, "threshold": 50}, "kind", "no majority"),
        ({**FAST, "window": 501}, "window", "too large"),
    ],
)
def test_a_rule_that_cannot_be_is_refused_with_a_sentence(boss, task, rule, field, words):
    answer = boss.put(call(task, "rules"), {"rules": [rule]})
    assert answer.status_code == 422, answer.content
    problem = answer.json()["detail"][0]
    assert problem["loc"] == ["body", "rules", 0, field]
    assert words in problem["msg"]
    assert QualityRule.objects.count() == 0


def test_two_rules_of_a_kind_need_different_consequences(boss, task):
    answer = boss.put(call(task, "rules"), {"rules": [FAST, FAST]})
    assert answer.status_code == 422
    assert answer.json()["detail"][0]["loc"] == ["body", "rules", 1, "action"]


def test_a_training_has_no_rules(boss, task):
    type(task).objects.filter(pk=task.pk).update(purpose="training")
    assert boss.put(call(task, "rules"), {"rules": [FAST]}).status_code == 409


# Who may


def test_who_may_see_and_set_rules_and_standings(api, people, paused):
    who = people.operator.pk
    asks = {
        "rules": (lambda client: client.get(call(paused, "rules")), MANAGERS),
        "set": (lambda client: client.put(call(paused, "rules"), {"rules": [FAST]}), MANAGERS),
        "standings": (lambda client: client.get(call(paused, "standings")), MANAGERS),
        "csv": (lambda client: client.get(call(paused, "standings.csv")), MANAGERS),
        "undo": (lambda client: client.post(call(paused, f"standings/{who}/undo"), {}), MANAGERS),
        "stop": (lambda client: client.post(call(paused, f"standings/{who}/stop"), {"reason": "At random"}), MANAGERS),
        "warn": (
            lambda client: client.post(call(paused, f"standings/{who}/warn"), {"reason": "At random"}),
            (409, 409, 409, 403, 403, 404, 401),
        ),
        "own": (lambda client: client.get(call(paused, "standing")), (200, 200, 200, 200, 403, 404, 401)),
    }
    for name, (ask, expected) in asks.items():
        found = statuses(lambda who, ask=ask: ask(api(people[who])))
        assert dict(zip(WHO, found, strict=True)) == dict(zip(WHO, expected, strict=True)), name


def test_who_may_see_the_pages(client_of, people, paused):
    page = f"/w/speech-lab/labeling/{paused.pk}/standing/"
    for address, expected in (
        (url(paused, "quality/people/"), PAGES),
        (url(paused, "quality/people/standings.csv"), PAGES),
        (page, (200, 200, 200, 200, 403, 404, 302)),
    ):
        found = statuses(lambda who, address=address: client_of(people[who]).get(address))
        assert dict(zip(WHO, found, strict=True)) == dict(zip(WHO, expected, strict=True)), address


def test_nobody_else_can_be_warned(boss, people, task):
    for who in (people.outsider.pk, "nonsense", people.auditor.pk):
        assert boss.post(call(task, f"standings/{who}/warn"), {"reason": "At random"}).status_code == 404


# What people are told


def test_the_submission_that_a_rule_answers_is_stored_and_tells(api, boss, people, task):
    boss.put(call(task, "rules"), {"rules": [FAST, {**FAST, "action": "pause", "threshold": 100, "least": 3}]})
    person = api(people.operator)
    told = []
    for _ in range(3):
        turn = person.post(call(task, "next")).json()["assignment"]["id"]
        body = {"answers": ANSWERS, "active_ms": 10, "next": True}
        answer = person.post(f"/api/v1/assignments/{turn}/submit", body).json()
        assert answer["submission"]["state"] == "submitted"
        told.append((answer["notice"] and answer["notice"]["state"], answer["next"] is None))
        if answer["next"]:
            person.post(f"/api/v1/assignments/{answer['next']['assignment']['id']}/release")
    assert told == [(None, False), ("warned", False), ("paused", True)]
    refused = person.post(call(task, "next"))
    assert refused.status_code == 409
    assert refused.json()["standing"] == "paused"
    assert "until" in refused.json()["detail"]


def test_own_standing_tells_reasons_and_no_items(api, people, paused):
    turn = Assignment.objects.filter(task=paused).first()
    Assignment.objects.filter(pk=turn.pk).update(annotator=people.operator, state="submitted", origin="no_review")
    body = api(people.operator).get(call(paused, "standing")).json()
    assert set(body) == {"state", "until", "reason", "sentence", "right_percent", "events"}
    assert (body["state"], body["reason"]) == ("paused", "Please read the instructions")
    assert set(body["events"][0]) == {"action", "reason", "until", "created_at", "undone_at"}
    assert body["right_percent"] is None


def test_own_score_is_of_the_last_full_hour_and_never_of_a_few(api, people, task):
    person = people.operator

    def grades(count, right):
        for _ in range(count):
            turn = hand_in(task, person, **HEARD)
            given = Submission.objects.get(assignment=turn)
            Grade.objects.create(assignment=turn, submission=given, task=task, user=person, is_right=right, share=right)

    def score():
        return api(person).get(call(task, "standing")).json()["right_percent"]

    grades(4, True)
    Grade.objects.update(created_at=timezone.now() - timezone.timedelta(hours=2))
    assert score() is None
    grades(1, False)
    assert score() is None
    Grade.objects.update(created_at=timezone.now() - timezone.timedelta(hours=2))
    assert score() == 80
    page = text(client(people.operator).get(f"/w/speech-lab/labeling/{task.pk}/standing/"))
    assert "Of the answers that were checked, 80 % were right." in page


def client(user):
    from django.test import Client

    found = Client()
    found.force_login(user)
    return found


def test_my_labeling_says_where_somebody_is_paused_until_it_is_over(client_of, people, paused):
    page = "/w/speech-lab/labeling/"
    assert "You are paused in this task until" in text(client_of(people.operator).get(page))
    Standing.objects.update(until=timezone.now())
    assert "You are paused" not in text(client_of(people.operator).get(page))


# Quality > People


def test_the_page_shows_people_with_figures_and_what_happened(manager, people, paused):
    Standing.objects.all().delete()
    hand_in(paused, people.operator, times=2, **HEARD)
    verbs.act(paused, people.operator, "warn", by=people.administrator, reason="Marks are too long")
    page = text(manager.get(url(paused, "quality/people/")))
    assert "Marks are too long" in page
    assert "warned" in page
    assert f'id="undo-{people.operator.pk}"' in page
    assert "No rules yet" in page


def test_the_recommended_rules_are_one_press(manager, task):
    answer = manager.post(url(task, "quality/people/"), {"do": "recommended"})
    assert answer.status_code == 302
    kinds = QualityRule.objects.filter(task=task, is_active=True).values_list("kind", flat=True)
    assert set(kinds) == {"controls", "skips", "too_fast"}
    assert "is right on less than 60 % of the last 30 control items" in text(manager.get(answer.url))


def test_rules_are_added_changed_and_removed_in_the_form(manager, task):
    address = url(task, "quality/people/")
    page = text(manager.post(address, {"do": "add"}))
    assert 'name="rule-0-kind"' in page
    fields = {"rule-0-kind": "skips", "rule-0-action": "pause", "rule-0-least": "4", "rule-0-pause_hours": "1.5"}
    more = {"rule-1-kind": "daily_cap", "rule-1-action": "warn", "rule-1-least": "50"}
    assert manager.post(address, {"do": "save", **fields, **more, "replaces_answers": "on"}).status_code == 302
    task.refresh_from_db()
    assert task.replaces_answers
    assert QualityRule.objects.get(kind="skips").pause_hours == 1.5
    page = text(manager.get(f"{address}?edit"))
    assert 'name="rule-1-kind"' in page
    assert manager.post(address, {"do": "save", **fields, "rule-0-remove": "on"}).status_code == 302
    assert not QualityRule.objects.filter(is_active=True).exists()


def test_the_form_says_what_is_wrong_where_it_is_wrong(manager, task):
    fields = {"rule-0-kind": "too_fast", "rule-0-action": "stop", "rule-0-threshold": "50", "rule-0-least": "9"}
    answer = manager.post(url(task, "quality/people/"), {"do": "save", **fields, "rule-0-window": "5"})
    assert answer.status_code == 422
    assert "the rule would never fire" in answer.content.decode()
    answer = manager.post(url(task, "quality/people/"), {"do": "save", **fields, "rule-0-least": ""})
    assert answer.status_code == 422
    assert "Give a number." in answer.content.decode()


def test_the_table_as_csv(manager, people, paused):
    hand_in_as = people.annotation_administrator
    hand_in(paused, hand_in_as, active_ms=5)
    answer = manager.get(url(paused, "quality/people/standings.csv"))
    rows = list(csv.DictReader(io.StringIO(b"".join(answer.streaming_content).decode())))
    assert [(row["name"], row["standing"], row["answers"], row["too_fast"]) for row in rows] == [
        ("Annotation operator", "paused", "0", ""),
        (hand_in_as.name, "good", "1", "1.0"),
    ]


def test_the_number_of_statements_does_not_grow_with_people(client_of, api, people, task):
    def work(count):
        for _ in range(count):
            user = MembershipFactory(workspace=people.workspace, role="operator").user
            hand_in(task, user, **HEARD)
            verbs.act(task, user, WARN, by=people.administrator, reason="Marks are too long")

    def statements(ask):
        with CaptureQueriesContext(connection) as seen:
            assert ask().status_code == 200
        return len(seen)

    boss, page = client_of(people.administrator), url(task, "quality/people/")
    asks = [lambda: boss.get(page), lambda: boss.get(page, headers={"HX-Request": "true"})]
    asks.append(lambda: api(people.administrator).get(call(task, "standings")))
    work(1)
    for ask in asks:
        ask()
    first = [statements(ask) for ask in asks]
    work(2)
    assert [statements(ask) for ask in asks] == first
    assert first[1] <= 14


def test_events_of_rules_show_what_they_saw(manager, people, task):
    from annotations.behaviour.rules import set_rules

    set_rules(task, [Rule(TOO_FAST, WARN, threshold=50, least=2, window=4)], by=people.administrator)
    hand_in(task, people.operator, times=2, active_ms=1)
    assert StandingEvent.objects.count() == 1
    page = text(manager.get(url(task, "quality/people/")))
    assert "100.0 % of the last 2; the limit is 50.0 %." in page
