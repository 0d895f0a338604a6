"""The page that closes a review: what it says, what it lets one do, what it answers."""

import pytest

from annotations import closing as slices
from annotations.actions import closing
from annotations.models import Assignment, LabelingTask
from tests.annotations.factories import make_dataset, make_task
from tests.annotations.working import hand_in, judge
from workspaces.models import Job


@pytest.fixture
def sampled(people):
    task = make_task(make_dataset(people.workspace, files=24), by=people.administrator)
    LabelingTask.objects.update(review_mode="sampled", sample_count=4, sample_size=4)
    hand_in(task, people.operator, times=24)
    return task


def page_of(task):
    return f"/w/speech-lab/tasks/{task.pk}/rest/"


def test_a_sample_that_is_not_decided_blocks_its_closing(client_of, people, sampled):
    judge(sampled, people.auditor, times=3)

    html = client_of(people.auditor).get(page_of(sampled)).content.decode()

    assert "3 of 4 items of the sample are decided." in html
    assert "1 item of the sample is not decided yet" in html
    assert html.count(" disabled>") == 4


def test_what_a_decided_sample_says_and_allows(client_of, people, sampled):
    judge(sampled, people.auditor, times=3)
    judge(sampled, people.auditor, reject=True)

    html = client_of(people.auditor).get(page_of(sampled)).content.decode()

    assert "With 95 % confidence at most 75.2 % of the rest are wrong: 1 of 4 was returned, fixed or dropped." in html
    assert "one in twenty" not in html
    assert "Approve 21 items" in html
    assert "Approve 20 items" in html
    assert "Return 20 items…" in html
    assert "Return 23 items…" in html
    assert " disabled>" not in html


def test_a_good_sample_says_how_often_it_deceives(client_of, people, sampled):
    judge(sampled, people.auditor, times=4)

    html = client_of(people.auditor).get(page_of(sampled)).content.decode()

    assert "If one in twenty of all 24 were wrong, a sample of 4 would still look this good in 83.3 % of cases." in html


def test_returning_asks_for_a_reason_and_then_does_it(client_of, people, sampled):
    judge(sampled, people.auditor, times=4)
    client = client_of(people.auditor)

    refused = client.post(page_of(sampled), {"action": "pass_checked", "comment": "ab"})
    body = {"action": "pass_checked", "reason_code": "wrong_label", "comment": "Pauses, all of them."}
    done = client.post(page_of(sampled), body, follow=True)

    html = refused.content.decode()
    assert refused.status_code == 422
    assert '<dialog id="pass_checked" aria-labelledby="pass_checked-title" data-open-now>' in html
    assert "Choose a reason." in html
    assert "Say it with at least 3 characters." in html
    assert "20 items returned." in done.content.decode()
    assert Assignment.objects.filter(state="rework").count() == 20


def test_the_page_follows_the_worker(client_of, people, sampled, monkeypatch, django_capture_on_commit_callbacks):
    monkeypatch.setattr(closing, "AT_ONCE", 5)
    monkeypatch.setattr(slices, "SLICE", 5)
    judge(sampled, people.auditor, times=4)
    client = client_of(people.auditor)

    with django_capture_on_commit_callbacks() as hints:
        asked = client.post(page_of(sampled), {"action": "pass_all"}, follow=True).content.decode()
    for hint in hints:
        hint()
    done = client.get(page_of(sampled), headers={"HX-Request": "true"}).content.decode()

    assert "The review is being closed" in asked
    assert "waiting for a worker" in asked
    assert Job.objects.get(kind="annotations.close").state == "completed"
    assert "20 items approved." in done
    assert "<html" not in done


@pytest.mark.parametrize(("body", "status"), [({"action": "all"}, 404), ({"action": "approve_rest"}, 409), ({}, 409)])
def test_posts_that_do_not_belong_here(client_of, people, sampled, body, status):
    assert client_of(people.auditor).post(page_of(sampled), body).status_code == status
    assert Assignment.objects.filter(state="pending_review").count() == 24
