"""After any sequence of transfers, new numbers and work, people have what their numbers say and nothing is lost."""

from collections import Counter

import pytest
from django.core.exceptions import PermissionDenied
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from annotations.actions import working
from annotations.actions.creating import Seat
from annotations.actions.staffing import Wanted, set_people
from annotations.actions.transferring import Asked, transfer
from annotations.models import Assignment, LabelingTask, Submission, TaskPerson, Transfer
from tests.annotations.factories import ANSWERS, make_dataset, make_task
from tests.factories import MembershipFactory
from workspaces.errors import IllegalMove, Invalid
from workspaces.models import AuditEvent

PEOPLE, ITEMS = 3, 6
person = st.integers(0, PEOPLE - 1)
number = st.none() | st.integers(0, ITEMS)
steps = st.one_of(
    st.tuples(st.just("transfer"), person, person, st.integers(1, 3), st.booleans()),
    st.tuples(st.just("staff"), st.dictionaries(person, number), st.booleans()),
    st.tuples(st.just("begin"), person),
    st.tuples(st.just("hand_in"), person),
    st.tuples(st.just("draft"), person),
)
plans = st.tuples(st.integers(1, 2), st.lists(number, min_size=1, max_size=PEOPLE))


@pytest.fixture
def team(people):
    users = [MembershipFactory(workspace=people.workspace).user for _ in range(PEOPLE)]
    return users, make_dataset(people.workspace, files=ITEMS), people.administrator


def made(team, plan):
    """A task with these numbers, or None where they cannot be dealt."""
    users, dataset, manager = team
    overlap, numbers = plan
    annotators = list(zip(users, [n or None for n in numbers], strict=False))
    try:
        return make_task(dataset, by=manager, overlap=overlap, annotators=annotators, rest_in_pool=True)
    except Invalid:
        return None


def do(task, team, step):
    users, _dataset, manager = team
    verb, who, *rest = step
    task = LabelingTask.objects.get(pk=task.pk)
    if verb == "transfer":
        to, quantity, with_begun = rest
        asked = Asked(kind="labeling", holder=users[who], to=users[to], quantity=quantity, with_begun=with_begun)
        transfer(task, asked, by=manager)
    elif verb == "staff":
        seats = [Seat(users[index], quota) for index, quota in who.items()]
        set_people(task, Wanted(annotators=seats, rest_in_pool=rest[0]), by=manager)
    else:
        found = working.next_for(task, by=users[who])
        if found is not None and verb == "draft":
            draft = working.current_draft(found, users[who])
            working.save_draft(found, by=users[who], body={"version": draft.version if draft else 0, "answers": {}})
            working.release(found, by=users[who])
        elif found is not None and verb == "hand_in":
            working.submit(found, by=users[who], body={"answers": ANSWERS})


def everything(task):
    turns = Assignment.objects.filter(task=task).order_by("pk").values_list("pk", "state", "annotator", "is_dealt")
    return list(turns), sorted(numbers_of(task).items(), key=str), Transfer.objects.filter(task=task).count()


def numbers_of(task):
    return dict(TaskPerson.objects.filter(task=task, kind="labeling").values_list("user", "quota"))


def check(task, overlap):
    rows = list(Assignment.objects.filter(task=task).values("item", "annotator", "state", "is_dealt", "pk"))
    assert len(rows) == ITEMS * overlap
    held = Counter(row["annotator"] for row in rows)
    numbers = numbers_of(task)
    assert all(held[user] >= (quota or 0) for user, quota in numbers.items())
    assert sum(quota or 0 for quota in numbers.values()) <= len(rows)
    in_pool = [row for row in rows if row["state"] == "open"]
    assert all((row["annotator"], row["is_dealt"]) == (None, False) for row in in_pool)
    assert held[None] == len(in_pool)
    pairs = Counter((row["item"], row["annotator"]) for row in rows if row["annotator"])
    assert max(pairs.values(), default=1) == 1
    assert LabelingTask.objects.get(pk=task.pk).labels_openly == (not numbers)
    # Whoever handed something in has it still.
    authors = Submission.objects.filter(assignment__task=task).values_list("assignment", "author")
    with_annotator = {row["pk"]: row["annotator"] for row in rows}
    assert all(with_annotator[turn] == author for turn, author in authors)
    # Every transfer has its line in the log.
    assert AuditEvent.objects.filter(target_id=task.pk, verb="transfer").count() == task.transfers.count()


@settings(max_examples=40, suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow])
@given(plan=plans, doing=st.lists(steps, max_size=12))
def test_numbers_add_up_after_every_step(team, plan, doing):
    task = made(team, plan)
    if task is None:
        return
    for step in doing:
        before = everything(task)
        try:
            do(task, team, step)
        except (Invalid, IllegalMove, PermissionDenied):
            assert everything(task) == before
        check(task, plan[0])
