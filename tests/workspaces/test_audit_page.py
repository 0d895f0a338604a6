"""The audit log as people read it."""

from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

import pytest
from django.utils import timezone
from hypothesis import given
from hypothesis import strategies as st

from workspaces.ids import EPOCH, first_id_at, new_id
from workspaces.models import AuditEvent
from workspaces.views.audit import PAGE


def record(people: Any, *, verb: str = "open", by: Any = None, target: Any = None, **data: Any) -> AuditEvent:
    return AuditEvent.record(
        by=by, workspace_id=people.workspace.pk, verb=verb, target=target or people.workspace, data=data
    )


def at(moment: datetime) -> UUID:
    """An id as a row made at this moment has it."""
    return UUID(int=first_id_at(moment).int | 1)


def lines(answer: Any) -> list[str]:
    return [
        f"{line.who} {line.did} {line.what}" + (f": {line.details}" if line.details else "")
        for line in answer.context["rows"]
    ]


@pytest.fixture
def look(people: Any, client_of: Any) -> Any:
    browser = client_of(people.administrator)
    return lambda **query: browser.get("/w/speech-lab/audit/", query)


def test_events_are_sentences_newest_first(people: Any, look: Any) -> None:
    record(people, verb="create", by=people.superadmin, slug="speech-lab")
    record(
        people,
        verb="change_roles",
        by=people.administrator,
        target=people.operator,
        name="Olaf",
        added=["auditor"],
        removed=["operator"],
    )
    record(people, verb="expire")
    record(people, verb="never_heard_of", by=people.operator)

    assert lines(look()) == [
        "Annotation operator never heard of workspace “Speech lab”",
        "Earmark took back, since it was left, workspace “Speech lab”",
        "Administrator changed the roles of “Olaf”: now also Annotation auditor; no longer Annotation operator",
        "Super admin created workspace “Speech lab”: slug: speech-lab",
    ]


def test_other_workspaces_do_not_show(people: Any, look: Any) -> None:
    elsewhere = people.outsider.memberships.get().workspace
    AuditEvent.record(by=people.outsider, workspace_id=elsewhere.pk, verb="open", target=elsewhere)

    assert lines(look()) == []
    assert "Nothing found" in look().content.decode()


def test_filters(people: Any, look: Any) -> None:
    record(people, verb="open", by=people.administrator)
    record(people, verb="stop", by=people.operator, target=people.operator)

    assert [line.event.verb for line in look(person=str(people.operator.pk)).context["rows"]] == ["stop"]
    assert [line.event.verb for line in look(verb="open").context["rows"]] == ["open"]
    assert [line.event.verb for line in look(kind="user").context["rows"]] == ["stop"]
    assert [line.event.verb for line in look(verb="open", kind="user").context["rows"]] == []


def test_a_day_is_found_by_id(people: Any, look: Any) -> None:
    today = timezone.localtime().replace(hour=0, minute=0, second=0, microsecond=0)
    moments = {
        "before": today - timedelta(milliseconds=1),
        "first": today,
        "last": today + timedelta(hours=23, minutes=59),
    }
    for verb, moment in moments.items():
        AuditEvent.objects.filter(pk=record(people, verb=verb).pk).update(id=at(moment))

    assert [line.event.verb for line in look(day=today.date().isoformat()).context["rows"]] == ["last", "first"]


@pytest.mark.parametrize(
    "query", [{"day": "yesterday"}, {"person": "nobody"}, {"verb": "x"}, {"before": "x"}, {"before": "\x00"}]
)
def test_nonsense_narrows_nothing(people: Any, look: Any, query: dict[str, str]) -> None:
    record(people)

    answer = look(**query)

    assert (answer.status_code, len(answer.context["rows"])) == (200, 1)


def test_pages_by_position_show_each_event_once(people: Any, client_of: Any) -> None:
    made = [record(people, verb="open", by=people.administrator).pk for _number in range(2 * PAGE + 3)]
    browser, seen, url = client_of(people.administrator), [], "/w/speech-lab/audit/?verb=open"

    while url:
        answer = browser.get(url)
        seen += [line.event.pk for line in answer.context["rows"]]
        url = f"/w/speech-lab/audit/?{answer.context['older']}" if answer.context["older"] else ""

    assert seen == made[::-1]


def test_as_many_queries_for_many_events(people: Any, look: Any, django_assert_num_queries: Any) -> None:
    record(people)
    look()
    with django_assert_num_queries(8):
        look()
    for _number in range(20):
        record(people, by=people.operator)
    with django_assert_num_queries(8):
        look()


@given(st.integers(min_value=0, max_value=4_000_000_000_000))
def test_first_ids_are_in_the_order_of_time(ms: int) -> None:
    moment = EPOCH + timedelta(milliseconds=ms)

    assert first_id_at(moment).int >> 80 == ms
    assert first_id_at(moment) < first_id_at(moment + timedelta(milliseconds=1))


def test_new_ids_lie_between_the_first_ids_of_before_and_after() -> None:
    before = first_id_at(timezone.now() - timedelta(seconds=1))
    made = new_id()

    assert before < made < first_id_at(timezone.now() + timedelta(seconds=1))


def test_an_edit_says_what_was_and_what_is(people: Any, look: Any) -> None:
    changes = {"review_mode": {"before": "full", "after": "partial"}, "deadline": {"before": None, "after": "2030"}}
    record(people, verb="edit", by=people.administrator, changes=changes, reason="faultless so far")

    assert lines(look()) == [
        "Administrator edited workspace “Speech lab”: "
        "deadline: none, now 2030; review mode: full, now partial; reason: faultless so far"
    ]
