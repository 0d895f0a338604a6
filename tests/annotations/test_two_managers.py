"""Two managers look at the same items: the first one's move counts, and the other is told to look again."""

import re

import pytest

from annotations.actions import setting_right
from annotations.models import Assignment, LabelingTask
from tests.annotations.factories import make_dataset, make_task
from tests.annotations.racing import at_once
from tests.annotations.working import begin, skip
from tests.factories import MembershipFactory
from workspaces.models import AuditEvent

AGAIN = "Look again and decide anew."
CHANGED = {"reason": "it was changed meanwhile", "count": 1}


@pytest.fixture
def task(people):
    return make_task(make_dataset(people.workspace, files=4), by=people.administrator)


@pytest.fixture
def bea(people):
    return MembershipFactory(workspace=people.workspace, user__email="bea@example.org", user__name="Bea").user


@pytest.fixture
def cole(people):
    return MembershipFactory(workspace=people.workspace, user__email="cole@example.org", user__name="Cole").user


def holder(turn):
    return Assignment.objects.get(pk=turn.pk).annotator


# In the page


def url(task, rest=""):
    return f"/w/speech-lab/tasks/{task.pk}/items/{rest}"


def marks(page):
    """What a page of items sends of its rows, with ticks and with a row's own menu: by id."""
    html = page.content.decode()
    ticked = dict(re.findall(r'name="seen" value="([0-9a-f-]{36}):(\w+)" form="bulk"', html))
    alone = dict(re.findall(r'action="[^"]+/items/([0-9a-f-]{36})/">.*?name="seen" value="(\w+)"', html, re.DOTALL))
    assert ticked == alone
    assert all(ticked.values())
    return ticked


def post_ticked(client, task, seen, move="reassign", **fields):
    rows = [f"{pk}:{mark}" for pk, mark in seen.items()]
    return said(client.post(url(task, "bulk/"), {"move": move, "seen": rows, **fields}, follow=True))


def said(response):
    assert response.status_code == 200
    return re.findall(r'<div class="notice[^>]*role="status">([^<]+)', response.content.decode())


def test_of_two_pages_the_first_ones_tick_counts(client_of, people, task, bea, cole):
    first, second = client_of(people.administrator), client_of(people.annotation_administrator)
    turn, untouched = Assignment.objects.filter(task=task)[:2]
    theirs, stale = marks(first.get(url(task))), marks(second.get(url(task)))

    won = post_ticked(first, task, theirs, to_reassign=bea.pk, ids=[turn.pk])
    lost = post_ticked(second, task, stale, to_reassign=cole.pk, ids=[turn.pk, untouched.pk])

    assert won == ["1 item is reassigned."]
    assert lost == ["1 item is reassigned.", f"1 could not be: it was changed meanwhile. {AGAIN}"]
    assert (holder(turn), holder(untouched)) == (bea, cole)
    assert AuditEvent.objects.filter(verb="reassign").count() == 2

    # Whoever has looked again can move it.
    assert post_ticked(second, task, marks(second.get(url(task))), to_reassign=cole.pk, ids=[turn.pk]) == won
    assert holder(turn) == cole


@pytest.mark.parametrize(("move", "state"), [("exclude", "skipped"), ("take_back", "in_progress")])
def test_of_two_pages_the_first_ones_row_counts(client_of, people, task, bea, move, state):
    """What the second sees could still be done by its state, but it is with another person."""
    second = client_of(people.annotation_administrator)
    turn = skip(task, people.operator) if move == "exclude" else begin(task, people.operator)
    stale = marks(second.get(url(task)))[str(turn.pk)]
    Assignment.objects.filter(pk=turn.pk).update(annotator=bea)

    page = second.post(url(task, f"{turn.pk}/"), {"move": move, "seen": stale, "query": "q=call"}, follow=True)

    assert page.redirect_chain[-1][0] == url(task, "?q=call")
    assert said(page) == [f"This cannot be done now: it was changed meanwhile. {AGAIN}"]
    assert (Assignment.objects.get(pk=turn.pk).state, holder(turn)) == (state, bea)
    fresh = marks(second.get(url(task)))[str(turn.pk)]
    assert second.post(url(task, f"{turn.pk}/"), {"move": move, "seen": fresh}).status_code == 302
    assert Assignment.objects.get(pk=turn.pk).state != state


def test_all_that_match_are_guarded_by_their_number(client_of, people, task, bea):
    manager = client_of(people.administrator)
    stale = dict.fromkeys(marks(manager.get(url(task))), "0")

    assert post_ticked(manager, task, stale, all="on", expect="4", to_reassign=bea.pk) == ["4 items are reassigned."]


@pytest.mark.parametrize("row", ["", "x", "x:y", "00000000-0000-0000-0000-000000000000", "\0:\0"])
def test_what_a_page_cannot_have_shown_is_not_guessed(client_of, people, task, bea, row):
    turn = Assignment.objects.filter(task=task).first()
    fields = {"move": "reassign", "to_reassign": bea.pk, "ids": [turn.pk], "seen": [row]}

    page = client_of(people.administrator).post(url(task, "bulk/"), fields, follow=True)

    assert said(page) == ["What was shown cannot be read. Reload the page."]
    assert holder(turn) is None


# By programs


def listed(client, task):
    rows = client.get(f"/api/v1/labeling-tasks/{task.pk}/assignments").json()["items"]
    return {row["id"]: row["seen"] for row in rows}


def bulk(client, task, **body):
    return client.post(f"/api/v1/labeling-tasks/{task.pk}/bulk", {"move": "reassign", **body})


def move_alone(client, turn, verb, **body):
    return client.post(f"/api/v1/assignments/{turn.pk}/{verb}", body)


@pytest.mark.parametrize("which", ["ids", "only"])
def test_of_two_programs_the_first_ones_selection_counts(api, people, task, bea, cole, which):
    first, second = api(people.administrator), api(people.annotation_administrator)
    turn, *others = Assignment.objects.filter(task=task)
    seen = listed(second, task)
    meant = {"ids": list(seen)} if which == "ids" else {"only": {}}

    won = bulk(first, task, to=bea.email, ids=[str(turn.pk)], seen=listed(first, task))
    lost = bulk(second, task, to=cole.email, seen=seen, **meant)

    assert won.json() == {"moved": 1, "refused": []}
    assert lost.json() == {"moved": 3, "refused": [CHANGED]}
    assert [holder(turn) for turn in (turn, *others)] == [bea, cole, cole, cole]


def test_what_a_program_does_not_name_is_moved_as_it_is(api, people, task, bea, cole):
    client = api(people.administrator)
    first, second = Assignment.objects.filter(task=task)[:2]
    ids, seen = [str(first.pk), str(second.pk)], listed(client, task)
    bulk(client, task, to=bea.email, ids=ids)

    answer = bulk(client, task, to=cole.email, ids=ids, seen={ids[0]: seen[ids[0]]})

    assert answer.json() == {"moved": 1, "refused": [CHANGED]}
    assert bulk(client, task, to=cole.email, ids=ids[:1]).json() == {"moved": 1, "refused": []}
    assert (holder(first), holder(second)) == (cole, cole)


@pytest.mark.parametrize("verb", ["reopen", "exclude", "reassign", "adjudicate", "take-back"])
def test_of_two_programs_the_first_ones_single_move_counts(api, people, task, bea, cole, verb):
    second = api(people.annotation_administrator)
    turn = begin(task, people.operator) if verb == "take-back" else skip(task, people.operator)
    if verb == "adjudicate":
        Assignment.objects.filter(pk=turn.pk).update(state="escalated")
    to = {"to": cole.email} if verb == "reassign" else {}
    stale = listed(second, task)[str(turn.pk)]
    Assignment.objects.filter(pk=turn.pk).update(annotator=bea)

    lost = move_alone(second, turn, verb, seen=stale, **to)
    kept = holder(turn)
    won = move_alone(second, turn, verb, seen=listed(second, task)[str(turn.pk)], **to)

    assert (lost.status_code, lost.json()["detail"]) == (
        409,
        f"This cannot be done now: it was changed meanwhile. {AGAIN}",
    )
    assert (kept, won.status_code) == (bea, 200)


def test_a_mark_tells_state_annotator_and_revision_apart_and_nothing_else(people, task):
    turn = Assignment.objects.filter(task=task).first()
    before = turn.seen
    others = []
    for name, value in [("state", "skipped"), ("annotator", people.operator), ("revision", 1)]:
        changed = Assignment.objects.get(pk=turn.pk)
        setattr(changed, name, value)
        others.append(changed.seen)

    assert len({before, *others}) == 4
    Assignment.objects.filter(pk=turn.pk).update(active_ms=5, has_comments=True, reviewer=people.auditor)
    assert Assignment.objects.get(pk=turn.pk).seen == before


@pytest.mark.parametrize(
    ("seen", "loc"),
    [
        ([], ["body", "seen"]),
        ("x", ["body", "seen"]),
        (None, ["body", "seen"]),
        ({"x": "y"}, ["body", "seen"]),
        ({"00000000-0000-0000-0000-000000000000": {}}, ["body", "seen", "00000000-0000-0000-0000-000000000000"]),
        ({"00000000-0000-0000-0000-000000000000": "y" * 101}, ["body", "seen", "00000000-0000-0000-0000-000000000000"]),
    ],
)
def test_shapes_that_are_no_marks_are_refused_in_a_sentence(api, people, task, bea, seen, loc):
    turn = Assignment.objects.filter(task=task).first()

    answer = bulk(api(people.administrator), task, to=bea.email, ids=[str(turn.pk)], seen=seen)

    assert answer.status_code == 422
    assert [problem["loc"] for problem in answer.json()["detail"]] == [loc]
    assert answer.json()["detail"][0]["msg"].endswith(".")
    assert holder(turn) is None


def test_more_marks_than_can_be_moved_are_refused(api, people, task, bea, monkeypatch):
    from annotations.serializers import managing

    monkeypatch.setattr(managing, "MOST", 3)
    client = api(people.administrator)

    answer = bulk(client, task, to=bea.email, only={}, seen=listed(client, task))

    assert (answer.status_code, answer.json()["detail"][0]["msg"]) == (422, "Send at most 3 ids.")


@pytest.mark.parametrize("seen", [[], {}, None, "", "x" * 101])
def test_a_single_mark_of_another_shape_is_refused_in_a_sentence(api, people, task, seen):
    turn = skip(task, people.operator)

    answer = move_alone(api(people.administrator), turn, "exclude", seen=seen)

    assert (answer.status_code, answer.json()["detail"][0]["loc"]) == (422, ["body", "seen"])
    assert answer.json()["detail"][0]["msg"].endswith(".")
    assert Assignment.objects.get(pk=turn.pk).state == "skipped"


@pytest.mark.django_db(transaction=True)
def test_two_managers_who_saw_the_same_reassign_it_at_once(people, task, bea, cole):
    """At the same moment too: whoever comes second under the lock finds another mark."""
    seen = {turn.pk: turn.seen for turn in Assignment.objects.filter(task=task)}
    selection = setting_right.Selection(ids=list(seen), seen=seen)
    outcomes = {}

    def give(to, by):
        task_now = LabelingTask.objects.get(pk=task.pk)
        outcomes[to] = setting_right.many(task_now, "reassign", by=by, selection=selection, to=to)

    at_once(lambda: give(bea, people.administrator), lambda: give(cole, people.annotation_administrator))

    winner, loser = (bea, cole) if outcomes[bea].done else (cole, bea)
    assert (outcomes[winner].done, outcomes[loser].done) == (4, 0)
    assert outcomes[loser].refused == {"it was changed meanwhile": 4}
    assert set(Assignment.objects.filter(task=task).values_list("annotator", flat=True)) == {winner.pk}
