"""Auditors settle items: which first, who may, what is kept, and what happens when two do it at once."""

import pytest

from annotations.aggregating.adjudicating import next_for
from annotations.aggregating.running import run
from annotations.models import Adjudication, Assignment, ItemResult, TaskItem
from tests.annotations.aggregating.test_running import answer_three, region
from tests.callers import statuses
from workspaces.models import AuditEvent

pytestmark = pytest.mark.django_db


@pytest.fixture
def disputed(shared, give, crowd, first_positions):
    """Two items that three people disagree about, the second one more; and one they agree about."""
    one, two, three, *_ = first_positions
    for person, pace in zip(crowd, ["slow", "normal", "fast"], strict=True):
        give(person, one, pace=pace)
    marks = [[region(0, 900)], [region(0, 2000)], [region(5000, 6000)]]
    for person, pace, mark in zip(crowd, ["slow", "normal", "fast"], marks, strict=True):
        give(person, two, pace=pace, marks=mark, quality=crowd.index(person) * 2 + 1)
    answer_three(give, crowd, three, ["slow"] * 3)
    run(shared)
    return TaskItem.objects.get(task=shared, position=one), TaskItem.objects.get(task=shared, position=two)


def next_url(task):
    return f"/api/v1/labeling-tasks/{task.pk}/next-adjudication"


def item_url(task, item):
    return f"/api/v1/labeling-tasks/{task.pk}/items/{item.pk}/adjudication"


def send(client, url, body):
    return client.post(url, body, content_type="application/json")


@pytest.fixture
def auditor(client_of, people):
    return client_of(people.auditor)


def test_what_is_worth_most_comes_first(shared, disputed, auditor):
    first = send(auditor, next_url(shared), {}).json()
    gains = {row.item_id: row.gain for row in ItemResult.objects.filter(state="disputed")}
    assert first["item"]["id"] == str(max(gains, key=gains.get))
    assert first["left"] == 2
    assert first["moves"] == ["adjudicate"]
    assert [lane["person"]["name"] for lane in first["lanes"]] == ["Ann", "Ben", "Cleo"]


def test_lanes_say_what_differs(shared, disputed, auditor):
    shown = auditor.get(item_url(shared, disputed[1])).json()
    questions = {one["alias"]: one for one in shown["questions"]}
    assert questions["pace"]["differs"]
    assert questions["pace"]["consensus"]["flags"] == ["tie"]
    assert questions["quality"]["median"] == 3
    conflicts = questions["marks"]["conflicts"]
    assert [(one["label"], one["support"], one["open"]) for one in conflicts] == [
        ("glitch", 2, True),
        ("glitch", 1, False),
    ]
    assert conflicts[0]["spans"] == [[0, 1450]]


def test_settling_keeps_answers_and_goes_on(shared, disputed, auditor, people):
    shown = send(auditor, next_url(shared), {}).json()
    ann = shown["lanes"][0]["assignment"]
    body = {
        "answers": {"pace": "slow"},
        "how": {"pace": {"how": "answer", "assignment": ann}},
        "seen": shown["seen"],
        "note": "clear",
        "next": True,
    }
    answer = send(auditor, item_url(shared, TaskItem(pk=shown["item"]["id"])), body)
    assert answer.status_code == 200, answer.content
    assert answer.json()["state"] == "adjudicated"
    assert answer.json()["next"]["item"]["id"] != shown["item"]["id"]
    kept = Adjudication.objects.get()
    assert (kept.answers, kept.by, kept.note, kept.how["pace"]["assignment"]) == (
        {"pace": "slow"},
        people.auditor,
        "clear",
        ann,
    )
    row = ItemResult.objects.get(item=shown["item"]["id"])
    assert (row.state, row.gain, row.confidence) == ("adjudicated", 0, 1.0)
    assert (row.values["pace"]["value"], row.values["pace"]["method"], row.values["pace"]["how"]) == (
        "slow",
        "adjudicated",
        "answer",
    )
    event = AuditEvent.objects.get(verb="settle_item")
    assert (event.actor, event.data["item"]) == (people.auditor, shown["item"]["id"])


def test_a_page_that_is_out_of_date_is_refused(shared, disputed, auditor, client_of, second):
    shown = auditor.get(item_url(shared, disputed[0])).json()
    body = {"answers": {"pace": "slow"}, "seen": shown["seen"]}
    assert send(auditor, item_url(shared, disputed[0]), body).status_code == 200
    refused = send(client_of(second), item_url(shared, disputed[0]), body)
    assert refused.status_code == 409
    assert Adjudication.objects.count() == 1


def test_a_newer_answer_makes_it_out_of_date(shared, disputed, auditor):
    seen = auditor.get(item_url(shared, disputed[0])).json()["seen"]
    turn = Assignment.objects.filter(item=disputed[0]).first()
    Assignment.objects.filter(pk=turn.pk).update(state="cancelled")
    body = {"answers": {"pace": "slow"}, "seen": seen}
    assert send(auditor, item_url(shared, disputed[0]), body).status_code == 409


def test_it_can_be_settled_anew(shared, disputed, auditor):
    for pace in ("slow", "fast"):
        seen = auditor.get(item_url(shared, disputed[0])).json()["seen"]
        assert (
            send(auditor, item_url(shared, disputed[0]), {"answers": {"pace": pace}, "seen": seen}).status_code == 200
        )
    assert ItemResult.objects.get(item=disputed[0]).values["pace"]["value"] == "fast"


def test_two_auditors_get_two_items(shared, disputed, people, second):
    one = next_for(shared, by=people.auditor)
    other = next_for(shared, by=second)
    assert {one.pk, other.pk} == {item.pk for item in disputed}
    assert next_for(shared, by=people.auditor) == one
    assert next_for(shared, by=people.auditor, after=one.pk) == one


def test_passing_over_gives_the_next(shared, disputed, people):
    first = next_for(shared, by=people.auditor)
    later = next_for(shared, by=people.auditor, after=first.pk)
    assert later != first
    assert next_for(shared, by=people.auditor, after=later.pk) == first


@pytest.mark.parametrize(
    "body",
    [
        {"answers": {"pace": "sideways"}},
        {"answers": {}},
        {"answers": {"pace": "slow"}, "how": {"pace": {"how": "magic"}}},
        {"answers": {"pace": "slow"}, "how": {"nothing": {"how": "own"}}},
        {"answers": {"pace": "slow"}, "how": {"pace": {"how": "answer", "assignment": "0"}}},
        {"answers": {"pace": "slow"}, "note": 7},
        {"answers": []},
    ],
)
def test_bodies_that_cannot_be_kept(shared, disputed, auditor, body):
    seen = auditor.get(item_url(shared, disputed[0])).json()["seen"]
    assert send(auditor, item_url(shared, disputed[0]), {**body, "seen": seen}).status_code in (400, 422)
    assert not Adjudication.objects.exists()


def test_who_labeled_an_item_settles_it_not(shared, disputed, client_of, people, crowd):
    from tests.factories import MembershipFactory

    MembershipFactory(workspace=people.workspace, role="auditor", user=crowd[0])
    client = client_of(crowd[0])
    assert client.get(item_url(shared, disputed[0])).status_code == 403
    assert send(client, next_url(shared), {}).status_code == 204
    assert send(client, item_url(shared, disputed[0]), {"answers": {"pace": "slow"}, "seen": ""}).status_code == 403


def test_nothing_is_settled_in_a_stopped_task(shared, disputed, auditor, people):
    shared.refresh_from_db()
    shared.stop(by=people.administrator)
    assert send(auditor, next_url(shared), {}).status_code == 409
    assert auditor.get(item_url(shared, disputed[0])).json()["moves"] == []


def test_who_may(shared, disputed, client_of, people):
    """superadmin, administrator, annotation administrator, operator, auditor, outsider, anonymous"""

    def client(who):
        return client_of(getattr(people, who))

    seen = client("auditor").get(item_url(shared, disputed[0])).json()["seen"]
    body = {"answers": {"pace": "slow"}, "seen": seen}
    base = f"/api/v1/labeling-tasks/{shared.pk}"
    settings = {"questions": {"pace": {"method": "wawa"}}}
    table = {
        "look": lambda who: client(who).get(item_url(shared, disputed[0])),
        "next": lambda who: send(client(who), next_url(shared), {}),
        "settle": lambda who: send(client(who), item_url(shared, disputed[0]), body),
        "results": lambda who: client(who).get(f"{base}/results"),
        "read how": lambda who: client(who).get(f"{base}/aggregation"),
        "set how": lambda who: client(who).put(f"{base}/aggregation", settings, content_type="application/json"),
        "compute": lambda who: send(client(who), f"{base}/aggregate", {}),
    }
    assert {name: statuses(ask) for name, ask in table.items()} == {
        "look": (200, 200, 200, 403, 200, 404, 401),
        "next": (403, 403, 403, 403, 200, 404, 401),
        "settle": (403, 403, 403, 403, 200, 404, 401),
        "results": (200, 200, 200, 403, 403, 404, 401),
        "read how": (200, 200, 200, 403, 403, 404, 401),
        "set how": (200, 200, 200, 403, 403, 404, 401),
        "compute": (202, 202, 202, 403, 403, 404, 401),
    }
