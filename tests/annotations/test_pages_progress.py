"""The progress tab of a task, and generating from it."""

import re

import pytest

from annotations.models import LabelingTask
from tests.annotations.factories import make_dataset, make_task
from tests.annotations.pages import text, url
from tests.annotations.working import hand_in, judge, skip
from tests.factories import JobFactory, MembershipFactory
from workspaces.models import Job

# Progress


def test_progress_counts_turns_by_state(manager, people, task):
    hand_in(task, people.operator, times=4)
    judge(task, people.auditor, times=2)
    judge(task, people.auditor, reject=True)
    skip(task, people.administrator)

    html = text(manager.get(url(task)))

    legend = re.sub(r"<[^>]+>", "", html.split('class="legend"')[1].split("</ul>")[0])
    assert "3 of 6 items labeled" in html
    assert re.findall(r"([a-z][a-z, ]+) (\d+)", legend) == [
        ("approved", "2"), ("in review", "1"), ("returned", "1"), ("skipped", "1"), ("in progress", "0"), ("open", "1"),
    ]  # fmt: skip
    assert "A dataset can be generated when 3 more are finished" in html


def test_answers_are_counted_where_several_people_label_an_item(manager, people, dataset):
    task = make_task(dataset, by=people.administrator, overlap=2)
    hand_in(task, people.operator, times=2)

    assert "2 of 12 answers given (6 items, 2 people each)" in text(manager.get(url(task)))


def test_what_nobody_worked_on_has_no_figures(manager, task):
    html = text(manager.get(url(task)))

    figures = re.findall(r"<dd>(.*?)</dd><dt>(.*?)</dt>", html)
    assert figures == [
        ("6", "items"), ("–", "audio done"), ("–", "worked"), ("–", "real-time factor"),
        ("0", "times returned"), ("–", "approved first time"),
    ]  # fmt: skip


def test_figures_are_sums_of_work_and_audio(manager, people, task):
    hand_in(task, people.operator, times=3, active_ms=30_000)
    judge(task, people.auditor, times=1)
    judge(task, people.auditor, reject=True)

    html = text(manager.get(url(task)))

    stats = re.findall(r"<dd>([^<]+)</dd><dt>([^<]+)</dt>", html)
    # 10 s of audio each: one is done, three were handed in, 90 s were worked.
    assert stats == [
        ("6", "items"), ("0.2 min", "audio done"), ("1 min", "worked"), ("3.0×", "real-time factor"),
        ("1", "times returned"), ("50 %", "approved first time"), ("97.5 %", "error bound, 95\N{NO-BREAK SPACE}%"),
    ]  # fmt: skip


def test_people_who_have_not_begun_are_in_the_table(manager, people, dataset):
    task = make_task(dataset, by=people.administrator, annotators=[(people.operator, 4), (people.administrator, 2)])
    LabelingTask.objects.filter(pk=task.pk).update(name="Dealt")

    html = text(manager.get(url(task)))

    assert "2 annotators" in html
    assert "Annotation operator" in html


def test_the_live_part_brings_state_and_buttons_along(manager, people, task):
    html = text(manager.get(url(task), headers={"HX-Request": "true"}))

    assert "<html" not in html
    assert '<template data-live-for="state"><span class="pill pill-accent">open</span></template>' in html
    assert 'value="stop"' in html


# Generate


@pytest.fixture
def ready(people, dataset):
    task = make_task(dataset, by=people.administrator, review_mode="none")
    hand_in(task, people.operator, times=6)
    return task


def test_generating_makes_a_job_and_shows_it(manager, ready, monkeypatch):
    monkeypatch.setattr("workspaces.jobs.hint", lambda job: None)

    page = text(manager.post(url(ready, "generate/"), {"audio": "clips"}, follow=True))

    job = Job.objects.get(kind="annotations.generate")
    assert job.args["options"] == {"audio": "clips", "annotators": "names", "license": ""}
    assert "Generating the processed dataset" in page
    assert 'data-live-every="1500"' in page


@pytest.mark.parametrize(
    ("fields", "sentence"),
    [
        (
            {
                "state": "running",
                "claim": "0" * 32,
                "lease_until": "2999-01-01T00:00Z",
                "progress_done": 3,
                "progress_total": 6,
            },
            "50 %",
        ),
        ({"state": "completed", "finished_at": "2026-01-01T00:00Z"}, "The processed dataset is ready"),
        ({"state": "failed", "error": "The disk is full.", "finished_at": "2026-01-01T00:00Z"}, "The disk is full."),
    ],
)
def test_the_job_is_told_as_it_is(manager, people, ready, fields, sentence):
    JobFactory(workspace=people.workspace, kind="annotations.generate", args={"task_id": str(ready.pk)}, **fields)

    assert sentence in text(manager.get(url(ready)))


def test_generating_unfinished_work_is_409_with_the_number_left(manager, people, task):
    hand_in(task, people.operator)

    response = manager.post(url(task, "generate/"), {"audio": "none"})

    assert response.status_code == 409
    assert "6 items are not finished yet" in response.content.decode()
    assert not Job.objects.exists()


def test_a_choice_that_is_none_asks_again(manager, ready):
    response = manager.post(url(ready, "generate/"), {"audio": "everything"})

    assert response.url == f"{url(ready)}?generate"
    assert not Job.objects.exists()


def test_the_list_leads_into_the_dialog(manager, ready):
    assert "data-open-now" in text(manager.get(f"{url(ready)}?generate"))
    assert "data-open-now" not in text(manager.get(url(ready)))


def test_generating_says_what_is_left_out(people, manager):
    task = make_task(make_dataset(people.workspace, files=2), by=people.administrator)
    skip(task, people.operator)
    hand_in(task, people.operator)
    judge(task, people.auditor)

    html = text(manager.get(url(task)))

    assert "1 skipped item is left out." in html
    assert f"{url(task, 'items/')}?state=skipped" in html


# Reviewers


def test_reviewers_stand_with_their_numbers_and_verdicts(manager, people, dataset):
    second = MembershipFactory(workspace=people.workspace, role="auditor", user__name="Bea").user
    task = make_task(
        dataset,
        by=people.administrator,
        annotators=[(people.operator, 6)],
        reviewers=[(people.auditor, 4), (second, None)],
    )
    hand_in(task, people.operator, times=2)
    judge(task, people.auditor, reject=True)

    html = text(manager.get(url(task)))

    reviewers = html.split('id="reviewers"')[1].split("</section>")[0]
    cells = [re.sub(r"<[^>]+>", "", cell).strip() for cell in re.findall(r"<td[^>]*>(.*?)</td>", reviewers, re.S)]
    assert cells == ["4", "0", "1", "0", "1", "–", "now", "any", "0", "0", "0", "0", "–", "–"]
