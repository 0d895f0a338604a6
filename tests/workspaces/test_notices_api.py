"""Notices through the API."""

from typing import Any
from uuid import UUID, uuid4

import pytest

from tests.callers import WHO
from tests.factories import ApiKeyFactory, MembershipFactory
from workspaces import notices
from workspaces.models import Notice, User
from workspaces.notices import notify, register

ALL = "/api/v1/notices"
READ = "/api/v1/notices/read"


@pytest.fixture(autouse=True)
def kind(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(notices, "KINDS", {})
    register("test", sentence=lambda notice: f"It happened {notice.times} times", address=lambda notice, user: None)


def tell(workspace: Any, user: User, *, target: int = 1, times: int = 1) -> Notice:
    notify([user], kind="test", workspace_id=workspace.pk, target_id=UUID(int=target), data={"n": 2}, times=times)
    return Notice.objects.get(user=user, target_id=UUID(int=target), read_at=None)


@pytest.mark.parametrize(("who", "status"), list(zip(WHO, (200, 200, 200, 200, 200, 200, 401), strict=True)))
def test_everybody_has_their_own(people: Any, api: Any, who: str, status: int) -> None:
    tell(people.workspace, people.operator)

    answer, read = api(people[who]).get(ALL), api(people[who]).post(READ, {"all": True})

    assert (answer.status_code, read.status_code) == (status, status)
    if status == 200:
        assert (answer.json()["total"], read.json()["read"]) == ((1, 1) if who == "operator" else (0, 0))


def test_what_stands_there(people: Any, api: Any, settings: Any) -> None:
    settings.BASE_URL = "https://labels.example.org"
    notice = tell(people.workspace, people.operator, times=3)

    body = api(people.operator).get(ALL).json()

    assert {name: body[name] for name in ("total", "page", "page_size")} == {"total": 1, "page": 1, "page_size": 20}
    (row,) = body["items"]
    assert {name: value for name, value in row.items() if name not in ("created_at", "updated_at")} == {
        "id": str(notice.pk),
        "workspace": "speech-lab",
        "kind": "test",
        "text": "It happened 3 times",
        "url": f"https://labels.example.org/w/speech-lab/notices/{notice.pk}/",
        "target_id": str(UUID(int=1)),
        "data": {"n": 2, "who": []},
        "times": 3,
        "read_at": None,
    }


@pytest.mark.parametrize(("query", "found"), [("", [2, 1]), ("?unread=true", [2]), ("?unread=false", [1])])
def test_unread_or_read_newest_first(people: Any, api: Any, query: str, found: list[int]) -> None:
    tell(people.workspace, people.operator, target=1)
    Notice.objects.all().mark_read()
    tell(people.workspace, people.operator, target=2)

    rows = api(people.operator).get(ALL + query).json()["items"]

    assert [UUID(row["target_id"]).int for row in rows] == found


def test_a_wish_that_is_none(people: Any, api: Any) -> None:
    answer = api(people.operator).get(f"{ALL}?unread=perhaps")

    assert answer.status_code == 422
    assert answer.json()["detail"][0]["loc"] == ["query", "unread"]


@pytest.mark.parametrize("n_rows", [1, 5])
def test_a_list_takes_the_same_queries_for_any_number(
    people: Any, api: Any, n_rows: int, django_assert_num_queries: Any
) -> None:
    for number in range(n_rows):
        tell(people.workspace, people.operator, target=number)
    client = api(people.operator)

    with django_assert_num_queries(5):
        assert len(client.get(ALL).json()["items"]) == n_rows


def test_some_are_read(people: Any, api: Any) -> None:
    first, second = (tell(people.workspace, people.operator, target=number) for number in (1, 2))
    not_theirs = tell(people.workspace, people.auditor)
    client = api(people.operator)

    body = {"ids": [str(first.pk), str(not_theirs.pk), str(uuid4())]}
    assert client.post(READ, body).json() == {"read": 1}
    assert client.post(READ, body).json() == {"read": 0}
    assert set(Notice.objects.unread()) == {second, not_theirs}


@pytest.mark.parametrize(
    "body", [{}, {"all": False}, {"ids": []}, {"ids": ["x"]}, {"ids": "x"}, {"all": "maybe"}, [], {"ids": None}]
)
def test_what_cannot_be_read(people: Any, api: Any, body: Any) -> None:
    tell(people.workspace, people.operator)

    assert api(people.operator).post(READ, body).status_code == 422
    assert Notice.objects.unread().exists()


def test_ids_and_all_contradict_each_other(people: Any, api: Any) -> None:
    notice = tell(people.workspace, people.operator)

    assert api(people.operator).post(READ, {"ids": [str(notice.pk)], "all": True}).status_code == 422


def test_a_key_sees_its_own_space(people: Any, api: Any) -> None:
    elsewhere = MembershipFactory(user=people.operator).workspace
    tell(people.workspace, people.operator, target=1)
    tell(elsewhere, people.operator, target=2)
    key = ApiKeyFactory(workspace=people.workspace, user=people.operator, scopes=["read"])
    client = api(key=key.plain_secret)

    assert [row["workspace"] for row in client.get(ALL).json()["items"]] == ["speech-lab"]
    assert client.post(READ, {"all": True}).json() == {"read": 1}
    assert Notice.objects.unread().get().workspace == elsewhere
