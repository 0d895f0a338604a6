"""Who gets to which page of an evaluation, and whose posts do something: one row per page and person."""

from typing import Any

import pytest

from tests.callers import WHO, statuses
from tests.evaluations.pages import answer, every_kind
from tests.factories import MembershipFactory

MANAGERS = (200, 200, 200, 403, 403, 404, 302)
DONE = (302, 302, 302, 403, 403, 404, 302)
WRONG = (409, 409, 409, 403, 403, 404, 302)
PAGES = {
    "evaluations/": MANAGERS,
    "evaluations/{evaluation}/": MANAGERS,
    "evaluations/{evaluation}/answers/": MANAGERS,
    "evaluations/{evaluation}/answers/q1.csv": MANAGERS,
    "evaluations/{evaluation}/items/": MANAGERS,
    "evaluations/{evaluation}/items/{item}/": MANAGERS,
    "evaluations/{evaluation}/settings/": MANAGERS,
    "evaluations/{evaluation}/export/json/": MANAGERS,
    "evaluations/{evaluation}/export/xlsx/": (404, 404, 404, 403, 403, 404, 302),
}
POSTS = {
    "evaluations/{evaluation}/settings/": ({"name": "New", "seen": "{seen}"}, DONE),
    "evaluations/{evaluation}/move/": ({"move": "archive"}, DONE),
    # It is not archived: for whoever may ask it is the wrong moment.
    "evaluations/{evaluation}/move/?restore": ({"move": "restore"}, WRONG),
    "evaluations/{evaluation}/move/?odd": ({"move": "burn"}, WRONG),
}


@pytest.fixture
def rows(people: Any) -> dict[str, Any]:
    from evaluations.views.frame import mark_of

    evaluation = every_kind(people.workspace, by=people.administrator, rows=2)
    answer(evaluation, MembershipFactory(workspace=people.workspace).user)
    return {"evaluation": evaluation.pk, "item": evaluation.items.get(position=1).pk, "seen": mark_of(evaluation)}


@pytest.mark.parametrize("path", PAGES)
def test_who_sees_which_page(client_of, people, rows, path):
    address = f"/w/speech-lab/{path.format(**rows)}"

    assert statuses(lambda who: client_of(people[who]).get(address)) == PAGES[path]


@pytest.mark.parametrize("path", POSTS)
def test_whose_posts_do_something(client_of, people, rows, path):
    sent, row = POSTS[path]
    address, body = f"/w/speech-lab/{path.format(**rows)}", {name: value.format(**rows) for name, value in sent.items()}

    assert statuses(lambda who: client_of(people[who]).post(address, body)) == row
    assert client_of(people.anonymous).post(address, body).url.startswith("/accounts/login/")


@pytest.mark.parametrize("path", [path for path in PAGES if "{evaluation}" in path])
def test_an_evaluation_is_found_in_its_own_workspace_alone(client_of, people, rows, path):
    elsewhere = MembershipFactory(user=people.administrator, role="administrator").workspace

    response = client_of(people.administrator).get(f"/w/{elsewhere.slug}/{path.format(**rows)}")

    assert response.status_code == 404


def test_moves_are_posts(client_of, people, rows):
    address = f"/w/speech-lab/evaluations/{rows['evaluation']}/move/"

    assert client_of(people.administrator).get(address).status_code == 405


def test_only_who_may_manage_has_the_line_in_the_navigation(client_of, people):
    def has_line(who):
        return 'href="/w/speech-lab/evaluations/"' in client_of(people[who]).get("/help/").content.decode() or (
            'href="/w/speech-lab/evaluations/"' in client_of(people[who]).get("/w/speech-lab/notices/").content.decode()
        )

    assert [who for who in WHO[:5] if has_line(who)] == ["superadmin", "administrator", "annotation_administrator"]
