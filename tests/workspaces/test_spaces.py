"""My spaces, the door of each, the navigation, and pages that refuse."""

import re
from typing import Any

import pytest
from django.test import Client

from tests.factories import PASSWORD, MembershipFactory, UserFactory, WorkspaceFactory
from workspaces import context
from workspaces.models import AuditEvent, User, Workspace


def sign_in(email: str, password: str = PASSWORD) -> Any:
    return Client().post("/accounts/login/", {"login": email, "password": password})


def labels(answer: Any) -> list[str]:
    return [line["label"] for group in answer.context["navigation"] for line in group]


def test_my_spaces_with_roles_and_figures(people: Any, client_of: Any) -> None:
    MembershipFactory(user=people.operator, role="auditor", workspace__name="Another")

    rows = client_of(people.operator).get("/").context["rows"]

    assert [(space.name, roles, space.n_people, space.n_datasets, space.n_tasks) for space, roles in rows] == [
        ("Another", ["Annotation auditor"], 1, 0, 0),
        ("Speech lab", ["Annotation operator"], 4, 0, 0),
    ]


def test_my_spaces_take_as_many_queries_for_many(people: Any, client_of: Any, django_assert_num_queries: Any) -> None:
    browser = client_of(people.operator)

    with django_assert_num_queries(4):
        browser.get("/")
    for _number in range(5):
        MembershipFactory(user=people.operator)
    with django_assert_num_queries(4):
        browser.get("/")


def test_somebody_without_a_space_is_told_what_to_do(db: None, client_of: Any) -> None:
    page = client_of(UserFactory()).get("/").content.decode()

    assert "You are in no space yet" in page


def test_the_switcher_lists_the_own_spaces_alone(people: Any, client_of: Any) -> None:
    page = client_of(people.operator).get("/spaces/menu").content.decode()

    assert re.findall(r'href="(/w/[^"]+)"', page) == ["/w/speech-lab/"]


def test_signing_in_leads_into_the_only_space(people: Any) -> None:
    assert sign_in("operator@example.org").headers["Location"] == "/w/speech-lab/"
    assert sign_in("OPERATOR@example.org").headers["Location"] == "/w/speech-lab/"


def test_signing_in_leads_to_the_list_where_there_are_several(people: Any) -> None:
    MembershipFactory(user=people.operator)

    assert sign_in("operator@example.org").headers["Location"] == "/"


def test_a_wrong_password_is_said_plainly(people: Any) -> None:
    answer = sign_in("operator@example.org", "wrong")

    assert "not correct" in answer.content.decode()
    assert "sessionid" not in answer.cookies


def test_who_may_not_sign_in_does_not(people: Any) -> None:
    User.objects.filter(pk=people.operator.pk).update(is_active=False)

    answer = sign_in("operator@example.org")

    assert answer.headers["Location"] == "/accounts/inactive/"
    assert "_auth_user_id" not in answer.client.session
    assert "may not sign in" in answer.client.get("/accounts/inactive/").content.decode()


def test_guessing_passwords_is_slowed_down(people: Any) -> None:
    for _number in range(6):
        sign_in("operator@example.org", "wrong")

    answer = sign_in("operator@example.org")

    assert "Location" not in answer.headers
    assert "Too many failed" in answer.content.decode()


def test_there_is_no_open_sign_up(db: None) -> None:
    answer = Client().post("/accounts/signup/", {"email": "new@example.org", "password1": "a-good-passphrase-1"})

    assert "Accounts come by invitation" in answer.content.decode()
    assert not User.objects.exists()


def test_nobody_takes_another_e_mail(people: Any, client_of: Any) -> None:
    answer = client_of(people.operator).post("/accounts/email/", {"email": "auditor@example.org", "action_add": ""})

    assert answer.headers["Location"] == "/profile/"


@pytest.mark.parametrize(
    ("who", "landing"),
    [
        ("superadmin", "annotations:tasks"),
        ("administrator", "annotations:tasks"),
        ("annotation_administrator", "annotations:tasks"),
        ("operator", "annotations:labeling"),
        ("auditor", "annotations:reviews"),
    ],
)
def test_the_door_leads_to_where_the_work_is(people: Any, client_of: Any, who: str, landing: str) -> None:
    answer = client_of(people[who]).get("/w/speech-lab/")

    assert answer.headers["Location"] == context.address(landing, "speech-lab")


def test_without_a_page_for_a_role_the_door_says_so(people: Any, client_of: Any, monkeypatch: Any) -> None:
    monkeypatch.setattr("workspaces.views.spaces.LANDINGS", ())

    assert "Nothing here for your role yet" in client_of(people.operator).get("/w/speech-lab/").content.decode()


def test_pages_that_are_not_served_have_no_address() -> None:
    assert context.address("nowhere:at_all", "speech-lab") is None


def test_the_navigation_shows_what_one_may_do(people: Any, client_of: Any) -> None:
    assert labels(client_of(people.administrator).get("/w/speech-lab/members/")) == [
        "Datasets", "Models", "My labeling", "Task management", "Evaluations", "Questions", "Word pools",
        "Skills and exams", "Members", "Teams",
        "API keys", "Audit log",
    ]  # fmt: skip


def test_a_super_admin_creates_a_space(people: Any, client_of: Any) -> None:
    answer = client_of(people.superadmin).post("/spaces/new/", {"name": "New", "slug": "new"})

    space = Workspace.objects.get(slug="new")
    assert answer.headers["Location"] == "/w/new/members/"
    assert AuditEvent.objects.get(workspace=space).verb == "create"


@pytest.mark.parametrize(
    ("body", "sentence"),
    [
        ({"name": "", "slug": "x"}, "This field is required."),
        ({"name": "X", "slug": "a b"}, "Enter a valid “slug”"),
        ({"name": "X", "slug": "taken"}, "Workspace with this Short name already exists."),
    ],
)
def test_what_cannot_be_a_space(people: Any, client_of: Any, body: dict[str, str], sentence: str) -> None:
    WorkspaceFactory(slug="taken")

    assert sentence in client_of(people.superadmin).post("/spaces/new/", body).content.decode()


def test_a_name_is_changed(people: Any, client_of: Any) -> None:
    client_of(people.operator).post("/profile/", {"name": "Olaf", "email": "x@example.org", "is_superuser": "on"})

    people.operator.refresh_from_db()
    assert (people.operator.name, people.operator.email, people.operator.is_superuser) == (
        "Olaf",
        "operator@example.org",
        False,
    )


@pytest.mark.parametrize(
    ("backend", "help_text"),
    [
        ("console", "This server sends no mail so far. It counts as soon as it does."),
        ("smtp", "gathered into one mail"),
    ],
)
def test_whether_one_is_told_by_mail(people: Any, client_of: Any, settings: Any, backend: str, help_text: str) -> None:
    settings.EMAIL_BACKEND = f"django.core.mail.backends.{backend}.EmailBackend"
    client = client_of(people.operator)
    assert help_text in client.get("/profile/").content.decode()

    for sent, wants_mail in (({"name": "Olaf"}, False), ({"name": "Olaf", "wants_mail": "on"}, True)):
        client.post("/profile/", sent)
        people.operator.refresh_from_db()
        assert people.operator.wants_mail == wants_mail


@pytest.mark.parametrize(
    ("path", "status", "sentence"),
    [
        ("/nowhere/", 404, "it belongs to a space you are not in"),
        ("/w/not-mine/", 404, "it belongs to a space you are not in"),
        ("/w/speech-lab/members/", 403, "Your role in this workspace does not include: members, teams"),
    ],
)
def test_refusals_are_pages_with_a_sentence_and_a_way_back(
    people: Any, client_of: Any, path: str, status: int, sentence: str
) -> None:
    WorkspaceFactory(slug="not-mine")

    answer = client_of(people.operator).get(path)

    page = answer.content.decode()
    assert answer.status_code == status
    assert sentence in page
    assert 'class="btn btn-primary" href="/' in page


def test_an_old_page_is_refused_in_words(people: Any) -> None:
    browser = Client(enforce_csrf_checks=True)
    browser.force_login(people.operator)

    answer = browser.post("/profile/", {"name": "X"})

    assert answer.status_code == 403
    assert "The page was too old" in answer.content.decode()


def test_a_crash_is_a_page_and_for_programs_json(people: Any, client_of: Any, monkeypatch: Any) -> None:
    def crash(*_args: object) -> None:
        raise RuntimeError("secret detail")

    monkeypatch.setattr("workspaces.views.spaces.matrix_rows", crash)
    browser = client_of(people.operator)
    browser.raise_request_exception = False

    answer = browser.get("/help/")

    assert answer.status_code == 500
    assert "Something went wrong inside Earmark" in answer.content.decode()
    assert "secret detail" not in answer.content.decode()


def test_nothing_for_programs_is_json_too(db: None) -> None:
    answer = Client().get("/api/v1/nowhere")

    assert (answer.status_code, answer.json()) == (404, {"detail": "Not found."})
