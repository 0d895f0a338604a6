"""The People tab as managers change it, and the form for transfers."""

import re

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from annotations.models import Assignment, LabelingTask, TaskPerson, Transfer
from tests.annotations.factories import make_dataset, make_task
from tests.annotations.working import begin, hand_in, judge
from tests.callers import WHO
from tests.factories import MembershipFactory
from workspaces.models import Role


@pytest.fixture
def task(people):
    return make_task(
        make_dataset(people.workspace, files=6),
        by=people.administrator,
        annotators=[(people.operator, 4), (people.annotation_administrator, 2)],
        reviewers=[(people.auditor, None)],
    )


def url(task, page):
    return f"/w/speech-lab/tasks/{task.pk}/{page}/"


def text(response, status=200):
    assert response.status_code == status, response.content
    return response.content.decode()


def numbers(task, kind="labeling"):
    return {seat.user.email: seat.quota for seat in task.people.filter(kind=kind).select_related("user")}


def as_typed(page, **changes):
    """The form of the People tab as it stands in the page, with `changes`; None takes a field out."""
    fields = {"version": re.search(r'name="version" value="(\w+)"', page)[1], "do": "save"}
    for name, value in re.findall(r'type="number"[^>]*name="([^"]+)" value="(\d*)"', page):
        fields[name] = value
    for name, pk in re.findall(r'type="checkbox" name="(labeling|review)" id="[^"]+" value="([^"]+)" checked', page):
        fields.setdefault(name, []).append(pk)
    if re.search(r'name="rest_in_pool" checked', page):
        fields["rest_in_pool"] = "on"
    return {name: value for name, value in {**fields, **changes}.items() if value is not None}


def typed(manager, task, **changes):
    return manager.post(url(task, "people"), as_typed(text(manager.get(url(task, "people"))), **changes))


# The People tab


def test_nothing_changed_changes_nothing(manager, people, task):
    before = list(Assignment.objects.order_by("pk").values())

    assert typed(manager, task).status_code == 302
    assert list(Assignment.objects.order_by("pk").values()) == before
    assert numbers(task) == {"operator@example.org": 4, "annotation_administrator@example.org": 2}


def test_numbers_and_people_are_saved(manager, people, task):
    me, olga = people.annotation_administrator, people.operator
    changes = {"labeling": [str(me.pk), str(people.administrator.pk), str(olga.pk)]}
    changes |= {f"labeling-{olga.pk}": "3", f"labeling-{people.administrator.pk}": "1"}
    response = typed(manager, task, **changes)

    assert response.status_code == 302
    assert "People and numbers are saved." in text(manager.get(response.url))
    assert numbers(task) == {
        "operator@example.org": 3,
        "annotation_administrator@example.org": 2,
        "administrator@example.org": 1,
    }


def test_what_cannot_be_is_said_at_the_person_and_keeps_what_was_typed(manager, people, task):
    hand_in(task, people.operator, times=2)
    html = text(typed(manager, task, **{f"labeling-{people.operator.pk}": "1", "rest_in_pool": "on"}), 422)

    assert 'value="1"' in html
    assert "Annotation operator has begun or done more than that: give at least 2." in html
    assert "Give a whole number, or none." in text(
        typed(manager, task, **{f"labeling-{people.operator.pk}": "many"}), 422
    )
    assert numbers(task)["operator@example.org"] == 4


def test_the_rest_is_split_on_the_page_before_anything_is_saved(manager, people, task):
    changes = {f"labeling-{people.operator.pk}": "1", "labeling": [str(people.operator.pk)], "do": "split:labeling"}
    html = text(typed(manager, task, **changes))

    assert f'name="labeling-{people.operator.pk}" value="6"' in html
    assert numbers(task)["operator@example.org"] == 4
    html = text(typed(manager, task, do="split:review"))
    assert f'name="review-{people.auditor.pk}" value="6"' in html


def test_removing_everybody_says_that_the_pool_is_open(manager, people, task):
    response = typed(manager, task, labeling=None, review=None)

    html = text(manager.get(response.url))
    assert "Nobody is named any more" in html
    assert "Open pool: whoever may label in this space takes the next item." in html
    task.refresh_from_db()
    assert (task.labels_openly, task.reviews_openly, numbers(task)) == (True, True, {})


def test_a_page_from_before_a_change_is_refused_and_shows_what_is_there(manager, people, task):
    earlier = as_typed(text(manager.get(url(task, "people"))), **{f"labeling-{people.operator.pk}": "2"})
    TaskPerson.objects.filter(user=people.operator).update(quota=3)
    html = text(manager.post(url(task, "people"), earlier), 409)

    assert "People or numbers were changed meanwhile." in html
    assert f'name="labeling-{people.operator.pk}" value="3"' in html


def test_a_task_without_review_has_no_reviewers(manager, people, task):
    plain = make_task(task.dataset, by=people.administrator, review_mode="none")
    html = text(manager.get(url(plain, "people")))

    assert "Who labels" in html
    assert "Who reviews" not in html


def test_as_many_queries_for_many_people_as_for_few(manager, people, task):
    def count():
        with CaptureQueriesContext(
            connection,
        ) as captured:
            text(manager.get(url(task, "people")))
        return len(captured)

    count()
    few = count()
    for _ in range(5):
        MembershipFactory(workspace=people.workspace)
    assert count() == few


# The form for transfers


def transfer(client, task, **fields):
    return client.post(url(task, "transfer"), {"kind": "labeling", "quantity": "1", "key": "k", **fields})


@pytest.mark.parametrize(("who", "status"), list(zip(WHO, (200, 200, 200, 200, 200, 404, 302), strict=True)))
def test_who_gets_to_the_form(client_of, people, task, who, status):
    assert client_of(people[who]).get(url(task, "transfer")).status_code == status


@pytest.mark.parametrize(
    ("who", "kind", "holder", "status"),
    [
        ("operator", "review", None, 403),
        ("operator", "labeling", "annotation_administrator", 403),
        ("auditor", "labeling", None, 403),
        ("auditor", "review", "operator", 403),
        ("administrator", "review", None, 200),
    ],
)
def test_what_is_not_theirs_to_move(client_of, people, task, who, kind, holder, status):
    query = {"kind": kind, **({"from": people[holder].pk} if holder else {})}
    client = client_of(people[who])

    assert client.get(url(task, "transfer"), query).status_code == status
    posted = client.post(url(task, "transfer"), {**query, "to": people.administrator.pk, "quantity": 1})
    assert posted.status_code == (422 if status == 200 else 403)
    assert Transfer.objects.count() == 0


def test_whoever_is_not_named_does_not_get_in(client_of, people, task):
    stranger = MembershipFactory(workspace=people.workspace).user

    assert client_of(stranger).get(url(task, "transfer")).status_code == 403


def test_the_largest_number_follows_what_is_chosen(client_of, people, task):
    colleague = MembershipFactory(workspace=people.workspace, user__name="Cole").user
    begin(task, people.operator)
    client = client_of(people.operator)

    def most(**query):
        html = text(client.get(url(task, "transfer"), query, headers={"HX-Request": "true"}))
        assert "<html" not in html
        return re.search(r'max="(\d+)"', html)[1], re.search(r"At most [^<]+", html)[0]

    assert most() == ("3", "At most 3 can move.")
    assert most(to=colleague.pk) == ("3", "At most 3 can move to Cole.")
    assert most(to=colleague.pk, with_begun="on") == ("4", "At most 4 can move to Cole.")


def test_a_transfer_is_confirmed_and_a_double_click_moves_once(client_of, people, task):
    client, to = client_of(people.operator), people.annotation_administrator
    responses = [transfer(client, task, to=to.pk, quantity="2", reason="On leave") for _ in range(2)]

    assert [response.status_code for response in responses] == [302, 302]
    html = text(client.get(responses[0].url))
    assert "2 items went from Annotation operator to Annotation administrator." in html
    assert "On leave" in html
    assert (Transfer.objects.count(), Assignment.objects.filter(annotator=people.operator).count()) == (1, 2)
    other = transfer(client, task, to=to.pk, quantity="1")
    assert "This key was used for another transfer." in text(other, 409)


@pytest.mark.parametrize(
    ("fields", "said"),
    [
        ({"to": ""}, "Choose who gets the items."),
        ({"quantity": ""}, "Give a whole number of at least 1."),
        ({"quantity": "99"}, "Only 4 items can be moved from Annotation operator to Annotation administrator."),
        ({"reason": "x" * 1001}, "Give a reason of up to 1000 characters."),
    ],
)
def test_what_is_missing_is_said(client_of, people, task, fields, said):
    to = people.annotation_administrator.pk

    assert said in text(transfer(client_of(people.operator), task, **{"to": to, **fields}), 422)
    assert Transfer.objects.count() == 0


def test_a_manager_moves_for_others_also_while_the_task_is_stopped(client_of, manager, people, task):
    second = MembershipFactory(workspace=people.workspace, role=Role.AUDITOR).user
    hand_in(task, people.operator)
    LabelingTask.objects.filter(pk=task.pk).update(review_mode="full")
    Assignment.objects.filter(state="pending_review").update(reviewer=people.auditor)
    LabelingTask.objects.get(pk=task.pk).stop(by=people.administrator)
    review = {"kind": "review", "from": people.auditor.pk, "to": second.pk}

    assert "This labeling task is stopped." in text(client_of(people.auditor).get(url(task, "transfer")))
    assert text(transfer(client_of(people.auditor), task, **review), 409)
    assert transfer(manager, task, **review).status_code == 302
    assert Assignment.objects.get(state="pending_review").reviewer == second
    assert numbers(task, "review") == {people.auditor.email: None, second.email: 1}


def test_others_see_only_the_transfers_they_are_part_of(client_of, manager, people, task):
    olga = client_of(people.operator)
    transfer(manager, task, **{"from": people.annotation_administrator.pk}, to=people.administrator.pk, reason="Secret")

    assert "Secret" in text(manager.get(url(task, "transfer")))
    assert "Secret" not in text(olga.get(url(task, "transfer")))


def test_with_nothing_to_move_the_form_says_so(client_of, manager, people, task):
    judge_nothing = text(manager.get(url(task, "transfer"), {"kind": "review"}))

    assert "No review waits with anybody now." in judge_nothing
    hand_in(task, people.operator, times=4)
    judge(task, people.auditor, times=4)
    html = text(client_of(people.operator).get(url(task, "transfer")))
    assert "You hold nothing here that could be moved now." in html
    assert 'id="quantity"' not in html


def test_the_button_stands_at_the_task_while_it_runs(manager, people, task):
    assert "Transfer…" in text(manager.get(url(task, "settings")))
    LabelingTask.objects.filter(pk=task.pk).update(state="ready")
    assert "Transfer…" not in text(manager.get(url(task, "settings")))
