"""Who gets to which page about people: one row per page and person."""

from typing import Any

import pytest

from tests.callers import WHO, statuses
from tests.factories import ApiKeyFactory, InvitationFactory, TeamFactory, WorkspaceFactory

MANAGED = (200, 200, 403, 403, 403, 404, 302)
PAGES = {
    "members/": MANAGED,
    "members/invite/": MANAGED,
    "members/{person}/": MANAGED,
    "teams/": MANAGED,
    "teams/new/": MANAGED,
    "teams/{team}/": MANAGED,
    "keys/": MANAGED,
    "keys/new/": MANAGED,
    "audit/": MANAGED,
}
DONE = (302, 302, 403, 403, 403, 404, 302)
POSTS = {
    "members/invite/": DONE,
    "members/{person}/": DONE,
    "members/{person}/remove/": DONE,
    "members/invitations/{invitation}/withdraw/": DONE,
    "teams/new/": DONE,
    "teams/{team}/": DONE,
    "teams/{team}/delete/": DONE,
    "keys/new/": (200, 200, 403, 403, 403, 404, 302),
    "keys/{key}/revoke/": DONE,
}
BODY = {"roles": ["operator"], "name": "A name"}


@pytest.fixture
def rows(people: Any) -> dict[str, Any]:
    return {
        "person": people.operator.pk,
        "team": TeamFactory(workspace=people.workspace).pk,
        "invitation": InvitationFactory(workspace=people.workspace).pk,
        "key": ApiKeyFactory(workspace=people.workspace).pk,
    }


@pytest.mark.parametrize("page", PAGES)
def test_who_may_look(people: Any, client_of: Any, rows: Any, page: str) -> None:
    address = f"/w/speech-lab/{page.format(**rows)}"

    assert statuses(lambda who: client_of(people[who]).get(address)) == PAGES[page]


@pytest.mark.parametrize("page", POSTS)
def test_who_may_change(people: Any, client_of: Any, rows: Any, page: str) -> None:
    address, sent_to_login = f"/w/speech-lab/{page.format(**rows)}", []

    def ask(who: str) -> Any:
        answer = client_of(people[who]).post(address, BODY)
        if answer.headers.get("Location", "").startswith("/accounts/login/"):
            sent_to_login.append(who)
        return answer

    assert statuses(ask) == POSTS[page]
    assert sent_to_login == ["anonymous"]


@pytest.mark.parametrize("page", [page for page in {**PAGES, **POSTS} if "{" in page])
def test_rows_of_another_workspace_do_not_exist(people: Any, client_of: Any, rows: Any, page: str) -> None:
    other = WorkspaceFactory(slug="other")
    browser = client_of(people.superadmin)
    url = f"/w/{other.slug}/{page.format(**rows)}"

    assert browser.post(url, BODY).status_code == 404


@pytest.mark.parametrize(
    ("page", "statuses"),
    [
        ("/", (200, 200, 200, 200, 200, 200, 302)),
        ("/profile/", (200, 200, 200, 200, 200, 200, 302)),
        ("/help/", (200, 200, 200, 200, 200, 200, 302)),
        ("/api/docs", (200, 200, 200, 200, 200, 200, 302)),
        ("/spaces/menu", (200, 200, 200, 200, 200, 200, 302)),
        ("/spaces/new/", (200, 403, 403, 403, 403, 403, 302)),
        ("/accounts/2fa/", (200, 200, 200, 200, 200, 200, 302)),
        ("/accounts/password/change/", (200, 200, 200, 200, 200, 200, 302)),
    ],
)
def test_pages_of_a_person(people: Any, client_of: Any, page: str, statuses: tuple[int, ...]) -> None:
    assert tuple(client_of(people[who]).get(page).status_code for who in WHO) == statuses


def test_wrong_methods_are_refused(people: Any, client_of: Any, rows: Any) -> None:
    browser = client_of(people.administrator)

    for page in ("members/{person}/remove/", "teams/{team}/delete/", "keys/{key}/revoke/"):
        assert browser.get(f"/w/speech-lab/{page.format(**rows)}").status_code == 405
    assert browser.post("/w/speech-lab/audit/").status_code == 405
