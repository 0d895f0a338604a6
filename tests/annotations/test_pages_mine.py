"""My labeling and My review."""

import json
import re
from datetime import timedelta

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from annotations import my_work
from annotations.actions import managing, reviewing
from annotations.actions.working import progress_of
from annotations.models import Assignment, ItemFile, LabelingTask, TaskQuestion
from annotations.review_figures import review_figures
from tests.annotations.factories import make_dataset, make_task
from tests.annotations.working import begin, hand_in, judge
from tests.factories import MembershipFactory


def page(client_of, user, path, **headers):
    response = client_of(user).get(f"/w/speech-lab/{path}", headers=headers)
    assert response.status_code == 200
    return response.content.decode()


def test_a_task_in_the_pool_is_there_with_its_button(client_of, people, task):
    html = page(client_of, people.operator, "labeling/")

    assert "Support calls" in html
    assert "<strong>0</strong> of 6" in html
    assert f"/w/speech-lab/tasks/{task.pk}/label/" in html
    assert "6 in the pool" in html


def test_a_task_for_others_is_not_there(client_of, people, dataset):
    make_task(dataset, by=people.administrator, name="For the manager", annotators=[(people.administrator, 6)])

    assert "For the manager" not in page(client_of, people.operator, "labeling/")


def test_own_number_counts(client_of, people, dataset):
    task = make_task(
        dataset,
        by=people.administrator,
        annotators=[(people.operator, 4), (people.administrator, 2)],
        review_mode="none",
    )
    hand_in(task, people.operator, times=3)

    html = page(client_of, people.operator, "labeling/")

    assert "<strong>3</strong> of 4" in html
    assert "1 waiting for you" in html


def test_items_are_named_as_the_workbench_names_them(client_of, people, dataset):
    task = make_task(dataset, by=people.administrator, annotators=[(people.operator, 6)])
    ItemFile.objects.filter(item__task=task).delete()
    turn = begin(task, people.operator)

    assert f">#{turn.position}</strong>" in page(client_of, people.operator, "labeling/")

    agent, caller = dataset.audio_files.order_by("filename")[:2]
    for name, audio in (("agent", agent), ("caller", caller)):
        ItemFile.objects.create(item=turn.item, name=name, audio=audio)

    assert f">{agent.filename}</strong>" in page(client_of, people.operator, "labeling/")

    layout = {"children": [{"data": "item.files.caller"}, {"data": "item.files.agent"}]}
    TaskQuestion.objects.filter(task=task).update(layout=layout)

    assert f">{caller.filename}</strong>" in page(client_of, people.operator, "labeling/")


def test_returned_work_is_called_out_with_its_reason_and_a_way_there(client_of, people, task):
    turn = hand_in(task, people.operator)
    judge(task, people.auditor, reject=True)

    html = page(client_of, people.operator, "labeling/")

    assert "Returned to you" in html
    assert "Boundary late" in html
    assert "starts before the word" in html
    assert "Annotation auditor" in html
    assert f'id="correct-{turn.pk}" href="/w/speech-lab/assignments/{turn.pk}/"' in html


def test_what_was_begun_can_be_gone_on_with(client_of, people, task):
    turn = begin(task, people.operator)

    assert f'id="go-on-{turn.pk}" href="/w/speech-lab/assignments/{turn.pk}/"' in page(
        client_of, people.operator, "labeling/"
    )


def test_what_was_handed_in_is_listed_with_its_state(client_of, people, task):
    hand_in(task, people.operator, times=2)
    judge(task, people.auditor)

    html = page(client_of, people.operator, "labeling/")
    recent = html[html.index("Handed in last") :]

    assert sorted(re.findall(r'pill pill-\w+">([\w ]+)<', recent)) == ["approved", "in review"]


def test_a_stopped_task_says_so_and_has_no_button(client_of, people, task):
    managing.stop(task, by=people.administrator)

    html = page(client_of, people.operator, "labeling/")

    assert "Stopped. Your drafts are kept." in html
    assert f"/tasks/{task.pk}/label/" not in html


def test_nothing_to_label_says_what_happens_next(client_of, people):
    assert "Nothing to label yet" in page(client_of, people.operator, "labeling/")
    assert "/w/speech-lab/tasks/new/" in page(client_of, people.administrator, "labeling/")


def test_with_overlap_there_is_no_button_once_every_item_was_theirs(client_of, people, dataset):
    task = make_task(dataset, by=people.administrator, overlap=2, review_mode="none")
    hand_in(task, people.operator, times=6)

    assert f"/tasks/{task.pk}/label/" not in page(client_of, people.operator, "labeling/")
    assert f"/tasks/{task.pk}/label/" in page(client_of, people.annotation_administrator, "labeling/")


def test_the_live_part_is_a_fragment(client_of, people, task):
    whole = page(client_of, people.operator, "labeling/")
    part = page(client_of, people.operator, "labeling/", **{"HX-Request": "true"})

    assert 'data-live="/w/speech-lab/labeling/"' in whole
    assert "<html" not in part
    assert part.strip() in whole


def test_progress_is_the_same_as_in_the_workbench(people, dataset):
    dealt = make_task(dataset, by=people.administrator, annotators=[(people.operator, 6)])
    pool = make_task(dataset, by=people.administrator)
    for task in (dealt, pool):
        hand_in(task, people.operator, times=3)
        judge(task, people.auditor)
        judge(task, people.auditor, reject=True)

    labeling = {row.task.pk: row for row in my_work.labeling_rows(people.operator, people.workspace)}
    review = {row.task.pk: row for row in my_work.review_rows(people.auditor, people.workspace)}

    for task in (dealt, pool):
        mine, theirs = labeling[task.pk], review[task.pk]
        assert {"done": mine.done, "total": mine.total} == progress_of(task, user=people.operator, kind="labeling")
        assert {"done": theirs.decided, "total": theirs.total} == progress_of(task, user=people.auditor, kind="review")


def test_an_auditor_sees_what_waits_and_own_numbers(client_of, people, task):
    hand_in(task, people.operator, times=4)
    judge(task, people.auditor)
    judge(task, people.auditor, reject=True)

    html = page(client_of, people.auditor, "review/")

    assert "2 waiting" in html
    assert "1 returned by you" in html
    assert "1 being corrected" in html
    assert "<strong>2</strong> of 6 decided by you" in html
    assert f"/w/speech-lab/tasks/{task.pk}/review/" in html
    assert "Approve the rest" not in html


def test_own_work_does_not_wait_for_oneself(client_of, people, task):
    both = MembershipFactory(workspace=people.workspace, role="operator").user
    MembershipFactory(workspace=people.workspace, user=both, role="auditor")
    hand_in(task, both)

    assert f"/tasks/{task.pk}/review/" not in page(client_of, both, "review/")
    assert f"/tasks/{task.pk}/review/" in page(client_of, people.auditor, "review/")


def test_a_reached_number_ends_the_review(client_of, people, dataset):
    second = MembershipFactory(workspace=people.workspace, role="auditor").user
    task = make_task(dataset, by=people.administrator, reviewers=[(people.auditor, 1), (second, None)])
    hand_in(task, people.operator, times=2)
    judge(task, people.auditor)

    assert f"/tasks/{task.pk}/review/" not in page(client_of, people.auditor, "review/")
    assert f"/tasks/{task.pk}/review/" in page(client_of, second, "review/")


def test_nothing_to_review_says_what_happens_next(client_of, people):
    assert "Nothing to review yet" in page(client_of, people.auditor, "review/")


@pytest.fixture
def partial(people):
    task = make_task(
        make_dataset(people.workspace, files=25, name="Many"), by=people.administrator, review_mode="partial"
    )
    hand_in(task, people.operator, times=25)
    return task


def test_the_rest_waits_for_the_floor(client_of, people, partial):
    judge(partial, people.auditor, times=19)
    url = f"/w/speech-lab/tasks/{partial.pk}/rest/"
    client = client_of(people.auditor)

    html = client.get(url).content.decode()
    refused = client.post(url)

    assert "19 of at least 20" in html
    sentence = "Decide 1 more item one by one first: of 20 that must be looked at, 19 were."
    assert sentence in html
    assert " disabled>Approve 6 items" in html
    assert refused.status_code == 409
    assert sentence in refused.content.decode()
    assert Assignment.objects.filter(task=partial, state="pending_review").count() == 6


def test_the_rest_is_approved_after_a_question(client_of, people, partial):
    judge(partial, people.auditor, times=20)
    url = f"/w/speech-lab/tasks/{partial.pk}/rest/"
    client = client_of(people.auditor)

    html = client.get(url).content.decode()
    response = client.post(url, follow=True)

    assert 'data-confirm="Approve 5 items without opening them?' in html
    assert "5 items approved." in response.content.decode()
    assert Assignment.objects.filter(task=partial, origin="bulk").count() == 5
    assert LabelingTask.objects.get(pk=partial.pk).state == "ready"


def test_figures_of_the_rest_are_those_of_the_action(people, partial):
    judge(partial, people.auditor, times=3)
    judge(partial, people.auditor, reject=True)
    row = my_work.review_rows(people.auditor, people.workspace)[0]

    figures = review_figures(partial)

    assert (figures.decided, figures.rejected, figures.floor, figures.waiting) == (4, 1, 20, row.waiting)


def names_of(html):
    return re.findall(r'<strong class="name" title="([^"]+)"', html)


@pytest.mark.parametrize(("path", "who"), [("labeling/", "operator"), ("review/", "auditor")])
def test_work_is_listed_by_priority_then_deadline(client_of, people, dataset, path, who):
    now = timezone.now()
    wanted = {
        "High, no hurry": (3, None),
        "Soon": (2, now + timedelta(days=1)),
        "Later": (2, now + timedelta(days=9)),
        "Any time": (2, None),
        "Low, soon": (1, now + timedelta(hours=1)),
    }
    for name, (priority, deadline) in reversed(wanted.items()):
        task = make_task(dataset, by=people.administrator, name=name)
        LabelingTask.objects.filter(pk=task.pk).update(priority=priority, deadline=deadline)
        hand_in(task, people.operator)

    assert names_of(page(client_of, people[who], path)) == list(wanted)


@pytest.mark.parametrize(("hours", "said"), [(-1, "overdue"), (24 * 40, "due ")])
def test_a_deadline_is_shown_while_there_is_work(client_of, people, task, hours, said):
    LabelingTask.objects.filter(pk=task.pk).update(deadline=timezone.now() + timedelta(hours=hours))

    assert said in page(client_of, people.operator, "labeling/")
    hand_in(task, people.operator, times=6)
    assert said not in page(client_of, people.operator, "labeling/")


def test_only_what_one_holds_can_be_transferred(client_of, people, dataset):
    dealt = make_task(dataset, by=people.administrator, annotators=[(people.operator, 6)])
    pool = make_task(dataset, by=people.administrator)

    html = page(client_of, people.operator, "labeling/")

    assert f'href="/w/speech-lab/tasks/{dealt.pk}/transfer/?kind=labeling"' in html
    assert f'id="transfer-{pool.pk}"' not in html


def test_an_auditor_transfers_what_is_kept_for_them(client_of, people, task):
    hand_in(task, people.operator, times=2)

    assert f'id="transfer-{task.pk}"' not in page(client_of, people.auditor, "review/")
    reviewing.next_review_for(LabelingTask.objects.get(pk=task.pk), by=people.auditor)
    assert f'href="/w/speech-lab/tasks/{task.pk}/transfer/?kind=review"' in page(client_of, people.auditor, "review/")


def test_second_looks_and_what_is_to_settle_are_counted(client_of, people, task):
    other = MembershipFactory(workspace=people.workspace, role="auditor").user
    hand_in(task, people.operator, times=3)
    first, second, third = Assignment.objects.filter(state="pending_review")
    Assignment.objects.filter(pk=first.pk).update(review_level=2, approved_by=other)
    Assignment.objects.filter(pk=second.pk).update(review_level=2, approved_by=people.auditor)
    Assignment.objects.filter(pk=third.pk).update(for_adjudication=True)

    html = page(client_of, people.auditor, "review/")

    # What this auditor approved goes to somebody else.
    assert "2 waiting" in html
    assert "1 for a second look" in html
    assert "1 to settle" in html


def test_in_a_sample_only_what_was_drawn_waits(client_of, people, dataset):
    task = make_task(dataset, by=people.administrator, review_mode="sampled", sample_count=2)
    hand_in(task, people.operator, times=6)

    html = page(client_of, people.auditor, "review/")

    assert "2 waiting" in html
    assert f'id="rest-{task.pk}" href="/w/speech-lab/tasks/{task.pk}/rest/">Close the sample…</a>' in html


def test_a_decided_sample_is_something_to_do_once_all_is_labeled(client_of, people, dataset):
    task = make_task(dataset, by=people.administrator, review_mode="sampled", sample_count=2)
    hand_in(task, people.operator, times=5)
    folded = "with nothing to do for you now"
    call = "the sample is decided: say what becomes of the rest"

    while Assignment.objects.filter(draw__lt=2, state="pending_review").exists():
        judge(task, people.auditor)
    waits = page(client_of, people.auditor, "review/")
    assert folded in waits
    assert call not in waits
    hand_in(task, people.operator)
    while Assignment.objects.filter(draw__lt=2, state="pending_review").exists():
        judge(task, people.auditor)

    shown = page(client_of, people.auditor, "review/")
    assert call in shown
    assert folded not in shown
    assert f'class="btn btn-primary" id="rest-{task.pk}"' in shown


@pytest.mark.parametrize(("path", "who"), [("labeling/", "operator"), ("review/", "auditor")])
def test_as_many_queries_for_three_tasks_as_for_one(client_of, people, dataset, path, who):
    client = client_of(people[who])

    def add():
        task = make_task(dataset, by=people.administrator, review_mode="partial")
        hand_in(task, people.operator, times=3)
        judge(task, people.auditor, reject=True)
        judge(task, people.auditor)
        begin(task, people.operator)

    def queries():
        with CaptureQueriesContext(
            connection,
        ) as caught:
            assert client.get(f"/w/speech-lab/{path}").status_code == 200
        return len(caught)

    add()
    queries()
    one = queries()
    add()
    add()

    assert queries() == one


def boot_of(response):
    found = re.search(r'<script id="workbench-boot" type="application/json">(.*?)</script>', response.content.decode())
    return json.loads(found.group(1))


def test_the_workbench_gets_its_addresses(client_of, people, task):
    boot = boot_of(client_of(people.operator).get(f"/w/speech-lab/tasks/{task.pk}/label/"))

    assert boot["mode"] == "label"
    assert boot["assignment_id"] is None
    assert boot["urls"] == {
        "next": f"/api/v1/labeling-tasks/{task.pk}/next",
        "next_review": f"/api/v1/labeling-tasks/{task.pk}/next-review",
        "assignment": "/api/v1/assignments/{id}",
        "comment": "/api/v1/comments/{id}",
        "page": "/w/speech-lab/assignments/{id}/",
        "home": "/w/speech-lab/labeling/",
    }
    assert boot["person"] == {"id": str(people.operator.pk), "name": "Annotation operator"}
    assert boot["reasons"][0] == ["boundary_early", "Boundary early"]


@pytest.mark.parametrize(
    ("who", "mode", "home"),
    [
        ("operator", "view", "labeling/"),
        ("auditor", "review", "review/"),
        ("administrator", "view", "tasks/{task}/items/"),
    ],
)
def test_one_item_opens_as_its_reader_needs_it(client_of, people, task, who, mode, home):
    turn = hand_in(task, people.operator)

    boot = boot_of(client_of(people[who]).get(f"/w/speech-lab/assignments/{turn.pk}/"))

    assert boot["assignment_id"] == str(turn.pk)
    assert boot["mode"] == mode
    assert boot["urls"]["home"] == f"/w/speech-lab/{home.format(task=task.pk)}"


def test_an_item_that_went_back_to_the_pool_is_still_theirs_to_take_again(client_of, people, api, task):
    turn = begin(task, people.operator)
    api(people.operator).put(f"/api/v1/assignments/{turn.pk}/draft", {"version": 0, "answers": {}})
    Assignment.objects.get(pk=turn.pk).release(by=people.operator)

    mine = client_of(people.operator).get(f"/w/speech-lab/assignments/{turn.pk}/")
    other = MembershipFactory(workspace=people.workspace).user

    assert boot_of(mine)["mode"] == "label"
    assert client_of(other).get(f"/w/speech-lab/assignments/{turn.pk}/").status_code == 403
