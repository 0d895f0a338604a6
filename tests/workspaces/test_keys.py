"""API keys: on the page, over the API, and what they open."""

from datetime import timedelta
from typing import Any

import pytest
from django.utils import timezone

from tests.callers import WHO
from tests.factories import ApiKeyFactory, MembershipFactory
from workspaces.actions import create_api_key
from workspaces.models import ApiKey, AuditEvent, Role

URL = "/api/v1/auth/api-keys"


def workspace_key(people: Any, **changes: Any) -> tuple[ApiKey, str]:
    return create_api_key(workspace=people.workspace, name="Import", by=people.administrator, **changes)


def test_the_secret_is_shown_once(people: Any, client_of: Any) -> None:
    browser = client_of(people.administrator)

    made = browser.post("/w/speech-lab/keys/new/", {"name": "Nightly", "scopes": ["read", "datasets"]})
    page = browser.get("/w/speech-lab/keys/").content.decode()

    key = ApiKey.objects.get()
    secret = made.context["secret"]
    assert (ApiKey.digest_of(secret), secret[:8], secret[-4:]) == (key.digest, "em_live_", key.hint)
    assert secret in made.content.decode()
    assert "no-store" in made.headers["Cache-Control"]
    assert secret not in page
    assert f"em_live_…{key.hint}" in page
    assert (key.scopes, key.user.is_service, key.created_by) == (["read", "datasets"], True, people.administrator)


def test_a_key_for_a_person_until_a_day(people: Any, client_of: Any) -> None:
    day = timezone.localdate() + timedelta(days=3)
    body = {"name": "Mine", "user": str(people.auditor.pk), "expires_on": day.isoformat()}

    client_of(people.administrator).post("/w/speech-lab/keys/new/", body)

    key = ApiKey.objects.get()
    assert key.user == people.auditor
    assert key.expires_at is not None
    assert timezone.localdate(key.expires_at) == day + timedelta(days=1)


@pytest.mark.parametrize(
    ("change", "sentence"),
    [
        ({"name": ""}, "This field is required."),
        ({"expires_on": "2020-01-01"}, "Give a day from today on."),
        ({"scopes": ["everything"]}, "everything is not one of the available choices"),
        ({"user": "outsider"}, "Select a valid choice."),
    ],
)
def test_what_cannot_be_a_key(people: Any, client_of: Any, change: dict[str, Any], sentence: str) -> None:
    if "user" in change:
        change = {"user": str(people.outsider.pk)}

    answer = client_of(people.administrator).post("/w/speech-lab/keys/new/", {"name": "Key", **change})

    assert sentence in answer.content.decode()
    assert not ApiKey.objects.exists()


def test_a_revoked_key_opens_nothing_from_then_on(people: Any, client_of: Any, api: Any) -> None:
    key, secret = workspace_key(people)
    before = api(key=secret).get(URL).status_code
    browser = client_of(people.administrator)

    revoked = browser.post(f"/w/speech-lab/keys/{key.pk}/revoke/")
    again = browser.post(f"/w/speech-lab/keys/{key.pk}/revoke/")

    answer = api(key=secret).get(URL)
    assert (before, revoked.status_code, again.status_code, answer.status_code) == (200, 302, 409, 401)
    assert answer.json() == {"detail": "Invalid or missing API key"}
    assert [event.verb for event in AuditEvent.objects.order_by("id")] == ["create", "revoke"]


def test_an_expired_key_says_so(people: Any, api: Any) -> None:
    _key, secret = workspace_key(people, expires_at=timezone.now() - timedelta(seconds=1))

    answer = api(key=secret).get(URL)

    assert (answer.status_code, answer.json()) == (401, {"detail": "API key expired"})


@pytest.mark.parametrize("secret", ["", "em_live_wrong", "\u00e4", "x" * 5000])
def test_a_wrong_key_is_401_even_beside_a_session(people: Any, api: Any, secret: str) -> None:
    client = api(people.administrator, key=None)

    answer = client.get(URL, headers={"X-API-Key": secret.encode("utf-8").decode("latin-1")})

    assert (answer.status_code, answer.json()) == (401, {"detail": "Invalid or missing API key"})


def test_the_key_of_somebody_who_may_not_sign_in_is_401(people: Any, api: Any) -> None:
    key = ApiKeyFactory(workspace=people.workspace, user=people.administrator)
    people.administrator.is_active = False
    people.administrator.save()

    assert api(key=key.plain_secret).get(URL).status_code == 401


def test_use_is_noted_once_a_minute(people: Any, api: Any) -> None:
    key, secret = workspace_key(people)

    api(key=secret).get(URL)
    key.refresh_from_db()
    first = key.last_used_at
    api(key=secret).get(URL)
    key.refresh_from_db()
    second = key.last_used_at
    ApiKey.objects.update(last_used_at=timezone.now() - timedelta(minutes=2))
    api(key=secret).get(URL)
    key.refresh_from_db()

    assert first is not None
    assert second == first
    assert key.last_used_at is not None
    assert key.last_used_at > first


@pytest.mark.parametrize(
    ("who", "listed", "made"),
    list(zip(WHO, (200, 200, 403, 403, 403, 200, 401), (201, 201, 403, 403, 403, 422, 401), strict=True)),
)
def test_who_may_list_and_make_keys(people: Any, api: Any, who: str, listed: int, made: int) -> None:
    client = api(people[who])

    assert client.get(URL).status_code == listed
    assert client.post(URL, {"name": "Key", "workspace": "speech-lab"}).status_code == made
    assert ApiKey.objects.count() == (1 if made == 201 else 0)


@pytest.mark.parametrize(("who", "status"), list(zip(WHO, (204, 204, 403, 403, 403, 404, 401), strict=True)))
def test_who_may_revoke_keys(people: Any, api: Any, who: str, status: int) -> None:
    key, _secret = workspace_key(people)

    assert api(people[who]).delete(f"{URL}/{key.pk}").status_code == status

    key.refresh_from_db()
    assert (key.revoked_at is not None) == (status == 204)


def test_the_shape_of_a_key(people: Any, api: Any) -> None:
    client = api(people.administrator)

    made = client.post(URL, {"name": " Key ", "scopes": None, "unknown": 1}).json()
    listed = client.get(URL).json()

    assert made["name"] == " Key "
    assert made["key"].startswith(made["key_prefix"])
    assert len(made["key_prefix"]) == 8
    assert (made["scopes"], made["expires_at"], made["last_used_at"]) == ([], None, None)
    assert made["created_at"].endswith("Z")
    assert listed == [{name: value for name, value in made.items() if name != "key"}]


@pytest.mark.parametrize(
    ("body", "loc"),
    [
        ({}, ["body", "name"]),
        ({"name": ""}, ["body", "name"]),
        ({"name": "x" * 256}, ["body", "name"]),
        ({"name": "a\x00b"}, ["body", "name"]),
        ({"name": "a", "scopes": "read"}, ["body", "scopes"]),
        ({"name": "a", "scopes": [1, {}]}, ["body", "scopes", "1"]),
        ({"name": "a", "expires_at": "soon"}, ["body", "expires_at"]),
        ({"name": "a", "workspace": "nowhere"}, ["body", "workspace"]),
        ([1], ["body"]),
    ],
)
def test_what_the_api_refuses(people: Any, api: Any, body: Any, loc: list[str]) -> None:
    answer = api(people.administrator).post(URL, body)

    assert answer.status_code == 422
    assert [str(part) for part in answer.json()["detail"][0]["loc"]] == loc
    assert not ApiKey.objects.exists()


def test_whoever_administers_several_names_the_workspace(people: Any, api: Any) -> None:
    MembershipFactory(user=people.administrator, role=Role.ADMINISTRATOR)
    client = api(people.administrator)

    assert client.post(URL, {"name": "Key"}).json()["detail"][0]["loc"] == ["body", "workspace"]
    assert client.post(URL, {"name": "Key", "workspace": "speech-lab"}).status_code == 201


def test_a_past_expiry_is_accepted_and_the_key_is_dead(people: Any, api: Any) -> None:
    made = api(people.administrator).post(URL, {"name": "Old", "expires_at": "2020-01-01T00:00:00Z"})

    assert made.status_code == 201
    assert api(key=made.json()["key"]).get(URL).status_code == 401


@pytest.mark.parametrize(("key_id", "status"), [("no-uuid", 422), ("01890000-0000-7000-8000-000000000000", 404)])
def test_a_key_that_is_none(people: Any, api: Any, key_id: str, status: int) -> None:
    assert api(people.administrator).delete(f"{URL}/{key_id}").status_code == status


def test_a_key_may_revoke_itself_whatever_its_scopes(people: Any, api: Any) -> None:
    key, secret = workspace_key(people, scopes=["read"])
    mine = ApiKeyFactory(workspace=people.workspace, user=people.operator)
    other = ApiKeyFactory(workspace=people.workspace, user=people.operator)

    assert api(key=secret).delete(f"{URL}/{key.pk}").status_code == 204
    assert api(key=mine.plain_secret).delete(f"{URL}/{other.pk}").status_code == 403
    assert api(key=mine.plain_secret).delete(f"{URL}/{mine.pk}").status_code == 204
    assert api(key=secret).get(URL).status_code == 401


@pytest.mark.parametrize(
    ("scopes", "read", "write"),
    [
        ([], 200, 201),
        (["read"], 200, 403),
        (["manage"], 200, 201),
        (["labeling"], 200, 403),
        (["unheard of"], 403, 403),
    ],
)
def test_scopes_limit(people: Any, api: Any, scopes: list[str], read: int, write: int) -> None:
    _key, secret = workspace_key(people, scopes=scopes)
    client = api(key=secret)

    assert client.get(URL).status_code == read
    assert client.post(URL, {"name": "Key", "scopes": scopes}).status_code == write


@pytest.mark.parametrize(("asked", "status"), [(None, 403), ([], 403), (["manage"], 201), (["manage", "read"], 403)])
def test_a_limited_key_makes_none_that_may_more(people: Any, api: Any, asked: Any, status: int) -> None:
    _key, secret = workspace_key(people, scopes=["manage"])

    assert api(key=secret).post(URL, {"name": "Key", "scopes": asked}).status_code == status


def test_a_persons_key_stays_in_its_workspace(people: Any, api: Any) -> None:
    elsewhere = MembershipFactory(user=people.administrator, role=Role.ADMINISTRATOR).workspace
    foreign = ApiKeyFactory(workspace=elsewhere)
    key = ApiKeyFactory(workspace=people.workspace, user=people.administrator)
    client = api(key=key.plain_secret)

    assert [row["id"] for row in client.get(URL).json()] == [str(key.pk)]
    assert client.delete(f"{URL}/{foreign.pk}").status_code == 404
    assert client.post(URL, {"name": "Key", "workspace": elsewhere.slug}).status_code == 422
    assert client.post(URL, {"name": "Key"}).status_code == 201


def test_a_super_admins_key_stays_in_its_workspace_too(people: Any, api: Any) -> None:
    foreign = ApiKeyFactory()
    _key, secret = workspace_key(people, user=people.superadmin)
    client = api(key=secret)

    assert len(client.get(URL).json()) == 1
    assert client.delete(f"{URL}/{foreign.pk}").status_code == 404
    assert client.post(URL, {"name": "Key"}).status_code == 201
    assert api(people.superadmin).delete(f"{URL}/{foreign.pk}").status_code == 204


def test_a_key_opens_no_pages(people: Any, api: Any) -> None:
    _key, secret = workspace_key(people)

    answer = api(key=secret).get("/w/speech-lab/members/")

    assert answer.status_code == 302
    assert answer.headers["Location"].startswith("/accounts/login/")


def test_what_a_key_did_is_told_with_the_key(people: Any, api: Any, client_of: Any) -> None:
    _key, secret = workspace_key(people)
    api(key=secret).post(URL, {"name": "Second"})

    page = client_of(people.administrator).get("/w/speech-lab/audit/").content.decode()

    assert "with the API key “Import”" in page


def test_a_session_is_checked_for_csrf(people: Any) -> None:
    from rest_framework.test import APIClient

    client = APIClient(enforce_csrf_checks=True)
    client.force_login(people.administrator)

    assert client.post(URL, {"name": "Key"}, format="json").status_code == 403
    assert not ApiKey.objects.exists()
