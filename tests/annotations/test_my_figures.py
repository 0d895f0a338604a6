"""My figures: own work, own verdicts, own remarks, and nobody else's."""

import re

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from annotations.actions import managing
from annotations.models import Assignment, LabelingTask, Review
from annotations.my_figures import SHOWN_REMARKS, Own
from tests.annotations.factories import make_task
from tests.annotations.working import hand_in, judge
from tests.factories import MembershipFactory


@pytest.fixture
def second(people):
    return MembershipFactory(workspace=people.workspace, role="operator", user__name="Second").user


@pytest.fixture
def show(client_of):
    def get(user, query=""):
        response = client_of(user).get(f"/w/speech-lab/my-figures/{query}")
        assert response.status_code == 200
        return response.content.decode()

    return get


def stats(html, part):
    section = html[html.index(f'id="{part}"') :].split("</section>")[0]
    return {name: value for value, name in re.findall(r"<dd>([^<]+)</dd><dt>([^<]+)</dt>", section)}


@pytest.mark.parametrize(
    ("who", "status", "parts"),
    [
        ("superadmin", 200, {"labeled"}),
        ("administrator", 200, {"labeled"}),
        ("annotation_administrator", 200, {"labeled"}),
        ("operator", 200, {"labeled"}),
        ("auditor", 200, {"reviewed"}),
        ("outsider", 404, set()),
        ("anonymous", 302, set()),
    ],
)
def test_everybody_sees_what_their_role_does(client_of, people, task, who, status, parts):
    response = client_of(people[who]).get("/w/speech-lab/my-figures/")

    assert response.status_code == status
    assert set(re.findall(r'class="panel" id="(labeled|reviewed)"', response.content.decode())) == parts


def test_an_annotator_sees_own_sums(show, people, task, second):
    hand_in(task, people.operator, times=3, active_ms=30_000)
    hand_in(task, second, times=2)
    judge(task, people.auditor, times=5)
    judged = Assignment.objects.filter(annotator=people.operator)
    assert judged.count() == 3

    assert stats(show(people.operator), "labeled") == {
        "labeled": "3", "in review": "0", "returned, to correct": "0", "approved": "3", "approved first time": "100 %",
        "audio labeled": "0.5 min", "worked": "1 min", "real-time factor": "3.0×",
    }  # fmt: skip


def test_why_work_came_back_is_there_with_a_way_to_it(show, people, task):
    turn = hand_in(task, people.operator)
    judge(task, people.auditor, reject=True)

    html = show(people.operator)

    assert "Boundary late" in html
    assert "starts before the word" in html
    assert f'href="/w/speech-lab/assignments/{turn.pk}/"' in html
    assert "call-000" in html


def test_remarks_to_others_are_not_there(show, people, task, second):
    hand_in(task, second)
    judge(task, people.auditor, reject=True)

    assert "Nothing of yours came back." in show(people.operator)
    assert "starts before the word" not in show(people.operator)
    assert "starts before the word" in show(second)


def test_remarks_go_with_the_item(show, people, task, second):
    turn = hand_in(task, people.operator)
    judge(task, people.auditor, reject=True)
    Assignment.objects.filter(pk=turn.pk).update(annotator=second)

    # It is somebody else's now, and its page closed to whom it was; they did not write what was returned either.
    assert "starts before the word" not in show(people.operator)
    assert "starts before the word" not in show(second)


def test_an_auditor_sees_own_verdicts(show, people, task):
    other = MembershipFactory(workspace=people.workspace, role="auditor").user
    hand_in(task, people.operator, times=4)
    judge(task, people.auditor, times=2)
    judge(task, people.auditor, reject=True)
    judge(task, other)

    found = stats(show(people.auditor), "reviewed")

    assert (found["decided"], found["approved"], found["returned"]) == ("3", "2", "1")
    assert stats(show(other), "reviewed")["decided"] == "1"


def test_one_task_can_be_looked_at_alone(show, people, dataset, task):
    other = make_task(dataset, by=people.administrator, name="Other")
    hand_in(task, people.operator, times=2)
    hand_in(other, people.operator)

    assert stats(show(people.operator), "labeled")["labeled"] == "3"
    assert stats(show(people.operator, f"?task={other.pk}"), "labeled")["labeled"] == "1"
    assert stats(show(people.operator, "?task=none"), "labeled")["labeled"] == "3"


def test_tasks_of_other_spaces_and_deleted_ones_do_not_count(show, people, dataset, task):
    hand_in(task, people.operator)
    LabelingTask.objects.filter(pk=task.pk).update(deleted_at="2026-01-01T00:00Z")

    assert stats(show(people.operator), "labeled")["labeled"] == "0"
    assert stats(show(people.operator, f"?task={task.pk}"), "labeled")["labeled"] == "0"


def test_a_stopped_task_counts(show, people, task):
    hand_in(task, people.operator)
    managing.stop(LabelingTask.objects.get(pk=task.pk), by=people.administrator)

    assert stats(show(people.operator), "labeled")["labeled"] == "1"


def test_older_remarks_are_on_the_next_page(people, monkeypatch, task):
    monkeypatch.setattr("annotations.my_figures.SHOWN_REMARKS", 2)
    hand_in(task, people.operator, times=5)
    judge(task, people.auditor, times=5, reject=True)
    own = Own(people.operator, people.workspace)

    pages, before = [], None
    while True:
        rows, before = own.page_of_remarks(before=before)
        pages.append([row.pk for row in rows])
        if before is None:
            break

    assert [len(page) for page in pages] == [2, 2, 1]
    assert [pk for page in pages for pk in page] == list(Review.objects.order_by("-id").values_list("pk", flat=True))
    assert SHOWN_REMARKS == 25


def test_as_many_queries_for_three_remarks_as_for_one(client_of, people, task):
    client = client_of(people.operator)

    def queries():
        with CaptureQueriesContext(connection) as caught:
            assert client.get("/w/speech-lab/my-figures/").status_code == 200
        return len(caught)

    hand_in(task, people.operator, times=3)
    judge(task, people.auditor, reject=True)
    queries()
    one = queries()
    judge(task, people.auditor, times=2, reject=True)

    assert queries() == one


@pytest.mark.parametrize(("path", "who"), [("labeling/", "operator"), ("review/", "auditor")])
def test_both_lists_lead_there(client_of, people, task, path, who):
    hand_in(task, people.operator)

    assert (
        'id="my-figures" href="/w/speech-lab/my-figures/"'
        in client_of(people[who]).get(f"/w/speech-lab/{path}").content.decode()
    )


def test_of_whom_is_not_asked_in_the_address(show, people, task, second):
    hand_in(task, second, times=2)

    for query in (f"?who={second.pk}", f"?user={second.pk}", f"?person={second.pk}"):
        assert stats(show(people.operator, query), "labeled")["labeled"] == "0"
