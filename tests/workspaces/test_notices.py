"""Notices: counted up while unread, said in words, under the bell and on their page."""

from datetime import timedelta
from typing import Any
from uuid import UUID, uuid4

import pytest
from django.utils import timezone

from tests.callers import WHO
from tests.factories import MembershipFactory, UserFactory
from workspaces import notices
from workspaces.models import Notice, Role
from workspaces.notices import Bell, names, notify, register

TASK = UUID(int=1)


@pytest.fixture(autouse=True)
def kind(monkeypatch: pytest.MonkeyPatch) -> None:
    """A kind of notice that leads to the members' page of administrators."""
    monkeypatch.setattr(notices, "KINDS", {})
    register(
        "test",
        sentence=lambda notice: f"{names(notice.data['who'])} did it {notice.times} times",
        address=lambda notice, user: "/help/" if user.name == "Administrator" else None,
    )


def tell(people: Any, *to: Any, target: UUID = TASK, **more: Any) -> None:
    notify(to, kind="test", workspace_id=people.workspace.pk, target_id=target, data={"n": 1}, **more)


def stored(user: Any) -> list[tuple[int, list[str], bool]]:
    rows = Notice.objects.filter(user=user).order_by("created_at")
    return [(row.times, row.data["who"], row.read_at is not None) for row in rows]


def test_the_same_again_counts_up_and_names_everybody(people: Any) -> None:
    tell(people, people.operator, times=2, who=people.auditor)
    tell(people, people.operator, who=people.administrator)
    tell(people, people.operator, who=people.auditor)

    assert stored(people.operator) == [(4, ["Annotation auditor", "Administrator"], False)]


def test_what_was_read_is_followed_by_a_new_one(people: Any) -> None:
    tell(people, people.operator)
    Notice.objects.of(people.operator).mark_read()
    tell(people, people.operator)

    assert stored(people.operator) == [(1, [], True), (1, [], False)]


def test_another_matter_is_another_notice(people: Any) -> None:
    tell(people, people.operator)
    tell(people, people.operator, target=UUID(int=2))

    assert stored(people.operator) == [(1, [], False), (1, [], False)]


def test_who_did_it_who_left_and_programs_are_not_told(people: Any) -> None:
    gone, program = UserFactory(is_active=False), UserFactory(is_service=True)

    tell(people, people.operator, gone, program, people.auditor, by=people.operator)

    assert list(Notice.objects.values_list("user__name", flat=True)) == ["Annotation auditor"]


def test_more_of_it_makes_a_mailed_notice_news_again(people: Any) -> None:
    tell(people, people.operator)
    Notice.objects.update(mailed_at=timezone.now())
    tell(people, people.operator)

    assert Notice.objects.get().mailed_at is None


@pytest.mark.parametrize(
    ("who", "words"),
    [
        ([], "Earmark"),
        (["Adele"], "Adele"),
        (["Adele", "Max"], "Adele and Max"),
        (["Adele", "Max", "Olga", "Ina"], "Adele and 3 others"),
    ],
)
def test_names(who: list[str], words: str) -> None:
    assert names(who) == words


@pytest.mark.parametrize(
    ("count", "shown", "label"),
    [(0, "", "Notices"), (1, "1", "Notices: 1 unread"), (99, "99", "Notices: 99 unread")]
    + [(n, "99+", "Notices: 99+ unread") for n in (100, 130)],
)
def test_the_bell(people: Any, count: int, shown: str, label: str, django_assert_num_queries: Any) -> None:
    for number in range(count):
        tell(people, people.operator, target=UUID(int=number))
    bell = Bell(people.operator, people.workspace.pk)

    with django_assert_num_queries(1):
        assert (bell.shown, bell.label) == (shown, label)


def test_each_space_counts_its_own(people: Any) -> None:
    elsewhere = MembershipFactory(user=people.operator).workspace
    notify([people.operator], kind="test", workspace_id=elsewhere.pk, target_id=TASK, data={})

    assert Bell(people.operator, people.workspace.pk).count == 0
    assert Bell(people.operator, elsewhere.pk).count == 1


def test_a_kind_that_nobody_knows_any_more_is_still_readable(people: Any, client_of: Any) -> None:
    notify([people.operator], kind="of_old", workspace_id=people.workspace.pk, target_id=TASK, data={})
    pk = Notice.objects.get().pk

    assert "of old" in client_of(people.operator).get("/w/speech-lab/notices/").content.decode()
    assert client_of(people.operator).get(f"/w/speech-lab/notices/{pk}/").status_code == 302


def test_the_page_lists_them_newest_first(people: Any, client_of: Any, django_assert_num_queries: Any) -> None:
    for number in range(60):
        tell(people, people.operator, target=UUID(int=number), times=number + 1)
    client = client_of(people.operator)

    with django_assert_num_queries(6):
        first = client.get("/w/speech-lab/notices/")
    second = client.get("/w/speech-lab/notices/?page=2")

    assert [row.sentence for row in first.context["rows"]] == [f"Earmark did it {n} times" for n in range(60, 10, -1)]
    assert [row.sentence for row in second.context["rows"]] == [f"Earmark did it {n} times" for n in range(10, 0, -1)]
    assert (first.context["has_more"], second.context["has_more"]) == (True, False)


@pytest.mark.parametrize("page", ["0", "-1", "x", "²", "99999999999999999999"])
def test_a_page_that_cannot_be_is_not_an_error(people: Any, client_of: Any, page: str) -> None:
    assert client_of(people.operator).get(f"/w/speech-lab/notices/?page={page}").status_code == 200


def test_nothing_yet(people: Any, client_of: Any) -> None:
    page = client_of(people.operator).get("/w/speech-lab/notices/").content.decode()

    assert "Nothing yet" in page
    assert "Mark all as read" not in page


def test_the_panel_has_the_newest_ten(people: Any, client_of: Any) -> None:
    for number in range(12):
        tell(people, people.operator, target=UUID(int=number), times=number + 1)

    panel = client_of(people.operator).get("/w/speech-lab/notices/bell/", headers={"HX-Request": "true"})

    assert [row.sentence for row in panel.context["rows"]] == [f"Earmark did it {n} times" for n in range(12, 2, -1)]
    assert b'data-bell-shown="12"' in panel.content


def test_every_page_of_a_space_carries_the_bell(people: Any, client_of: Any) -> None:
    tell(people, people.administrator)

    page = client_of(people.administrator).get("/w/speech-lab/members/").content.decode()

    assert page.count('aria-label="Notices: 1 unread"') == 2
    assert page.count('aria-expanded="false" aria-label="Notices') == 2


def test_what_a_colleague_calls_itself_stays_text(people: Any, client_of: Any) -> None:
    people.auditor.name = "<b>Bobby</b>"
    tell(people, people.operator, who=people.auditor)

    page = client_of(people.operator).get("/w/speech-lab/notices/").content.decode()

    assert "&lt;b&gt;Bobby&lt;/b&gt; did it" in page


@pytest.mark.parametrize(("who", "leads_to"), [("administrator", "/help/"), ("operator", "/w/speech-lab/notices/")])
def test_following_one_reads_it(people: Any, client_of: Any, who: str, leads_to: str) -> None:
    tell(people, people[who])
    tell(people, people[who], target=UUID(int=2))
    pk = Notice.objects.get(user=people[who], target_id=TASK).pk

    answer = client_of(people[who]).get(f"/w/speech-lab/notices/{pk}/")

    assert (answer.status_code, answer.url) == (302, leads_to)
    assert Notice.objects.unread().get().target_id == UUID(int=2)


def test_one_that_leads_nowhere_any_more_says_so(people: Any, client_of: Any) -> None:
    tell(people, people.operator)

    page = client_of(people.operator).get(f"/w/speech-lab/notices/{Notice.objects.get().pk}/", follow=True)

    assert "What this was about is gone, or is not yours any more." in page.content.decode()


def test_all_are_read_but_what_came_since_the_page_was_made(people: Any, client_of: Any) -> None:
    tell(people, people.operator)
    tell(people, people.auditor)
    client = client_of(people.operator)
    until = client.get("/w/speech-lab/notices/").context["until"].isoformat()
    tell(people, people.operator, target=UUID(int=2))

    answer = client.post("/w/speech-lab/notices/read/", {"until": until})

    assert (answer.status_code, answer.url) == (302, "/w/speech-lab/notices/")
    unread = Notice.objects.unread().values_list("user__name", "target_id")
    assert set(unread) == {("Annotation operator", UUID(int=2)), ("Annotation auditor", TASK)}


@pytest.mark.parametrize("until", ["", "yesterday", "2026-13-45T00:00", "2026-01-01T00:00:00"])
def test_without_a_moment_all_are_read(people: Any, client_of: Any, until: str) -> None:
    tell(people, people.operator)

    panel = client_of(people.operator).post(
        "/w/speech-lab/notices/read/", {"until": until}, headers={"HX-Request": "true"}
    )

    assert b'data-bell-shown=""' in panel.content
    assert not Notice.objects.unread().exists()


def test_the_count_for_scripts(people: Any, client_of: Any, django_assert_num_queries: Any) -> None:
    tell(people, people.operator)
    client = client_of(people.operator)

    with django_assert_num_queries(5):
        answer = client.get("/w/speech-lab/notices/unread/")

    assert answer.json() == {"shown": "1", "label": "Notices: 1 unread"}


ANYBODY = (200, 200, 200, 200, 200, 404, 302)
PATHS = {"": ANYBODY, "bell/": ANYBODY, "unread/": ANYBODY, "read/": (405, 405, 405, 405, 405, 405, 302)}
PATHS |= {"{pk}/": (404, 404, 404, 302, 404, 404, 302)}


@pytest.mark.parametrize(
    ("path", "who", "status"),
    [(path, who, status) for path, row in PATHS.items() for who, status in zip(WHO, row, strict=True)],
)
def test_who_gets_to_what(people: Any, client_of: Any, path: str, who: str, status: int) -> None:
    tell(people, people.operator)

    answer = client_of(people[who]).get(f"/w/speech-lab/notices/{path.format(pk=Notice.objects.get().pk)}")

    assert answer.status_code == status
    if status == 200:
        assert ("did it" in answer.content.decode()) == (who == "operator" and path in ("", "bell/"))


def test_nobody_reads_for_others(people: Any, client_of: Any) -> None:
    tell(people, people.operator)

    client_of(people.administrator).post("/w/speech-lab/notices/read/")
    client_of(people.administrator).get(f"/w/speech-lab/notices/{Notice.objects.get().pk}/")

    assert Notice.objects.get().read_at is None


def test_whoever_left_the_space_sees_no_more_of_it(people: Any, client_of: Any, api: Any) -> None:
    tell(people, people.operator)
    people.operator.memberships.all().delete()

    assert client_of(people.operator).get("/w/speech-lab/notices/").status_code == 404
    assert api(people.operator).get("/api/v1/notices").json()["items"] == []


def test_only_what_was_read_and_is_old_is_forgotten(people: Any) -> None:
    from workspaces.jobs import forget_old_notices

    now = timezone.now()
    for age, is_read in ((91, True), (89, True), (91, False)):
        Notice.objects.create(
            user=people.operator, workspace=people.workspace, kind="test", target_id=uuid4(), times=age,
            updated_at=now - timedelta(days=age), read_at=now if is_read else None,
        )  # fmt: skip

    forget_old_notices()

    left = {(row.times, row.read_at is None) for row in Notice.objects.all()}
    assert left == {(89, False), (91, True)}


def test_somebody_without_any_role_here_but_super_admin_has_a_bell(people: Any, client_of: Any) -> None:
    tell(people, people.superadmin)
    MembershipFactory(user=people.operator, role=Role.AUDITOR)

    assert client_of(people.superadmin).get("/w/speech-lab/notices/").context["bell"].count == 1
