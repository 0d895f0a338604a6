"""Who gets to which page of an evaluation, and whose posts do something: one row per page and person."""

from typing import Any

import pytest

from tests.callers import WHO
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


@pytest.mark.parametrize(
    ("path", "who", "status"), [(path, *cell) for path, row in PAGES.items() for cell in zip(WHO, row, strict=True)]
)
def test_who_sees_which_page(client_of, people, rows, path, who, status):
    response = client_of(people[who]).get(f"/w/speech-lab/{path.format(**rows)}")
    # A file that is sent in pieces is closed at its end.
    list(response.streaming_content if response.streaming else ())

    assert response.status_code == status


@pytest.mark.parametrize(
    ("path", "who", "status"),
    [(path, *cell) for path, (_, row) in POSTS.items() for cell in zip(WHO, row, strict=True)],
)
def test_whose_posts_do_something(client_of, people, rows, path, who, status):
    body = {name: value.format(**rows) for name, value in POSTS[path][0].items()}

    response = client_of(people[who]).post(f"/w/speech-lab/{path.format(**rows)}", body)

    assert response.status_code == status
    if status == 302 and who == "anonymous":
        assert response.url.startswith("/accounts/login/")


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
