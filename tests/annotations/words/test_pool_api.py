"""Word pools over the API."""

import pytest

from annotations.models import WordProposal
from annotations.words import proposing
from annotations.words.vocabularies import start_draft
from tests.annotations.words.making import make_pool
from tests.callers import statuses

pytestmark = pytest.mark.django_db
API = "/api/v1/vocabularies"
READ = (200, 200, 200, 404, 404, 404, 401)


@pytest.fixture
def pool(people):
    return make_pool(people.workspace, by=people.administrator)


@pytest.fixture
def draft(pool, people):
    return start_draft(pool, by=people.administrator)


@pytest.fixture
def proposal(pool):
    proposing.propose(pool, "emotion", {"wooshy": 3})
    return WordProposal.objects.get()


@pytest.fixture
def manager(api, people):
    return api(people.annotation_administrator)


@pytest.mark.parametrize(
    ("call", "body", "expected"),
    [
        ("GET /{pool}", None, READ),
        ("GET /{pool}/versions", None, READ),
        ("GET /{pool}/terms", None, READ),
        ("GET /{pool}/terms?version=7", None, (422, 422, 422, 404, 404, 404, 401)),
        ("GET /{pool}/proposals", None, READ),
        ("GET /{pool}/proposals?state=odd", None, (422, 422, 422, 404, 404, 404, 401)),
        ("POST ", {"name": "Own"}, (201, 201, 201, 403, 403, 422, 401)),
        ("POST ", {"ready_made": True}, (201, 201, 201, 403, 403, 422, 401)),
        ("POST ", {}, (422, 422, 422, 403, 403, 422, 401)),
        ("PATCH /{pool}", {"name": "Other"}, READ),
        ("POST /{pool}/archive", {}, READ),
        ("POST /{pool}/restore", {}, (409, 409, 409, 404, 404, 404, 401)),
        ("POST /{pool}/versions", {}, (201, 201, 201, 404, 404, 404, 401)),
        ("POST /{pool}/publish", {}, (409, 409, 409, 404, 404, 404, 401)),
        ("PUT /{pool}/terms", {"label": "wild", "facet": "emotion"}, (409, 409, 409, 404, 404, 404, 401)),
        ("POST /{pool}/import", {"content": "wild", "facet": "emotion"}, (409, 409, 409, 404, 404, 404, 401)),
    ],
)
def test_who_may(api, people, pool, call, body, expected):
    method, path = call.split(" ")
    address = API + path.format(pool=pool.pk)
    body = body if body is None or path else {**body, "workspace_id": str(people.workspace.pk)}

    assert statuses(lambda who: _sent(api, people, who, method, address, body)) == expected


@pytest.mark.parametrize(
    ("verb", "body", "status"),
    [
        ("add", {"family": "noise"}, 200),
        ("map", {"code": "happy"}, 200),
        ("map", {"code": "nobody"}, 422),
        ("map", {}, 422),
        ("refuse", {}, 200),
    ],
)
def test_who_decides_on_new_words(api, people, proposal, verb, body, status):
    address = f"/api/v1/proposals/{proposal.pk}/{verb}"
    expected = (status, status, status, 404, 404, 404, 401)

    assert statuses(lambda who: _sent(api, people, who, "POST", address, body)) == expected


def _sent(api, people, who, method, address, body):
    client = api(people[who]) if who != "anonymous" else api()
    return client.get(address) if method == "GET" else getattr(client, method.lower())(address, body, format="json")


def test_a_draft_is_changed_and_published(manager, pool, draft):
    words = f"{API}/{pool.pk}/terms"
    added = manager.put(words, {"label": "wild", "facet": "emotion", "opposites": ["calm"]}, format="json")
    assert (added.status_code, added.json()["code"], added.json()["labels"]) == (200, "wild", {"en": "wild"})
    changed = manager.put(words, {"code": "wild", "label": "wild", "locale": "de", "polarity": None}, format="json")
    assert changed.json()["labels"] == {"en": "wild", "de": "wild"}
    assert manager.delete(f"{words}?code=warm").status_code == 204
    done = manager.post(f"{API}/{pool.pk}/import", {"content": "label,facet\nfierce,emotion\n"}, format="json")
    assert done.json() == {"added": 1, "changed": 0}
    assert manager.post(f"{API}/{pool.pk}/publish").json()["words"] == 6

    told = manager.get(f"{API}/{pool.pk}").json()
    assert (told["newest"], told["has_draft"]) == (2, False)
    listed = manager.get(f"{words}?version=2").json()
    assert [(term["code"], term["is_active"]) for term in listed["items"] if term["facet"] == "voice"] == [
        ("warm", False)
    ]


def test_a_wrong_line_refuses_the_whole_file(manager, pool, draft):
    body = {"content": "label,facet\nok,emotion\nwild,smell\n", "filename": "mine.csv"}
    answer = manager.post(f"{API}/{pool.pk}/import", body, format="json")

    assert answer.status_code == 422
    assert "mine.csv, line 3" in answer.content.decode()
    assert draft.terms.count() == 5


def test_a_decided_word_is_not_decided_again(manager, proposal):
    address = f"/api/v1/proposals/{proposal.pk}"
    assert manager.post(f"{address}/map", {"code": "happy"}, format="json").json()["state"] == "mapped"

    assert manager.post(f"{address}/refuse").status_code == 409


@pytest.mark.parametrize("n", [1, 3])
def test_a_longer_list_asks_no_more(manager, people, django_assert_max_num_queries, n):
    for number in range(n):
        make_pool(people.workspace, by=people.administrator, name=f"Pool {number}")

    with django_assert_max_num_queries(6):
        assert manager.get(API).json()["total"] == n
