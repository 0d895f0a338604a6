"""What people make of a model's suggestions, as the manager sees it: on the page, as a table and over the API."""

import csv
import io
import json
import re

import pytest

from annotations.models import Assignment, ItemSuggestions, LabelingTask
from annotations.reporting import Narrowing, report_of
from annotations.suggestion_figures import suggestion_figures
from tests.annotations.suggested import answers, region, suggest
from tests.annotations.working import begin, hand_in
from tests.callers import WHO
from tests.detectors.factories import BuiltInFactory
from workspaces.models import Job


@pytest.fixture
def assisted(task, people, other):
    suggest(task)
    hand_in(task, people.operator, answers=answers(region("s1"), region("s2", end_ms=5000), region()), dismissed=["s3"])
    hand_in(task, people.operator, answers=answers(region("s1"), region("s3")))
    hand_in(task, other, answers=answers(region(label="long_pause")))
    task.refresh_from_db()
    return task


def counts(row):
    return (row.proposed, row.accepted, row.adjusted, row.dismissed, row.left, row.added)


def test_counts_are_of_labels_and_of_people(assisted):
    figures = report_of(assisted).suggestions

    assert figures.turns == 3
    assert [(row.name, *counts(row)) for row in figures.labels] == [
        ("glitch", 6, 3, 0, 1, 2, 1),
        ("long_pause", 3, 0, 1, 0, 2, 1),
    ]
    assert [(row.name, *counts(row)) for row in figures.people] == [
        ("Annotation operator", 6, 3, 1, 1, 1, 1),
        ("Other", 3, 0, 0, 0, 3, 1),
    ]
    assert counts(figures.everything) == (9, 3, 1, 1, 4, 2)
    assert [round(row.taken_rate, 3) for row in figures.labels] == [0.5, 0.333]


def test_a_later_revision_takes_the_place_of_the_earlier(assisted, people):
    turn = Assignment.objects.filter(annotator=people.operator).order_by("position").first()
    before = counts(report_of(assisted).suggestions.everything)
    Assignment.objects.filter(pk=turn.pk).update(state="rework")
    turn = begin(assisted, people.operator)
    hand_in(assisted, people.operator, answers=answers(region("s1"), region("s2"), region("s3")), revision=1)

    assert (turn.position, before) == (1, (9, 3, 1, 1, 4, 2))
    assert counts(report_of(assisted).suggestions.everything) == (9, 5, 0, 0, 4, 1)


def test_they_are_narrowed_like_the_other_figures(assisted, other):
    theirs = report_of(assisted, only=Narrowing(people=frozenset({other.pk}))).suggestions
    lately = report_of(assisted, only=Narrowing(days=7)).suggestions

    assert (theirs.turns, [row.name for row in theirs.people]) == (1, ["Other"])
    assert lately.turns == 3


def test_a_task_without_a_model_has_none_of_it(task, django_assert_num_queries):
    with django_assert_num_queries(0):
        assert suggestion_figures(task, names={}) is None
    assert report_of(task).suggestions is None


def page(client, task):
    return client.get(f"/w/speech-lab/tasks/{task.pk}/").content.decode()


def test_the_progress_page_draws_them(manager, assisted):
    html = page(manager, assisted)
    drawn = json.loads(re.search(r'id="chart-data" type="application/json">(.*?)</script>', html, re.S)[1])

    chart = drawn["suggestions"]
    assert (chart["labels"], chart["is_stacked"]) == (["glitch", "long_pause"], True)
    assert {bar["label"]: bar["data"] for bar in chart["bars"]} == {
        "accepted": [3, 0], "adjusted": [0, 1], "dismissed": [1, 0], "left": [2, 2], "added by people": [1, 1],
    }  # fmt: skip
    assert drawn["taken"]["labels"] == ["Annotation operator", "Other"]
    assert "Suggestions of the model, by label" in html
    assert "figures/suggestions.csv" in html


def test_without_a_model_the_page_does_not_speak_of_it(manager, task):
    html = page(manager, task)

    assert "uggestion" not in html
    assert 'id="listening"' not in html


@pytest.mark.parametrize(("who", "status"), list(zip(WHO, (200, 200, 200, 403, 403, 404, 401), strict=True)))
def test_the_table_and_the_api_are_for_managers(api, people, assisted, who, status):
    address = f"/api/v1/labeling-tasks/{assisted.pk}"
    answer = api(people[who]).get(f"{address}/figures/suggestions.csv")

    assert answer.status_code == status
    if status == 200:
        rows = list(csv.DictReader(io.StringIO(b"".join(answer.streaming_content).decode("utf-8-sig"))))
        assert [(row["kind"], row["name"], row["proposed"], row["accepted"], row["added"]) for row in rows] == [
            ("label", "glitch", "6", "3", "1"),
            ("label", "long_pause", "3", "0", "1"),
            ("person", "Annotation operator", "6", "3", "1"),
            ("person", "Other", "3", "0", "1"),
        ]
        sent = api(people[who]).get(f"{address}/progress").json()["suggestions"]
        assert sent["turns"] == 3
        assert sent["labels"][0] == {
            "name": "glitch", "proposed": 6, "accepted": 3, "adjusted": 0, "dismissed": 1, "left": 2, "added": 1,
        }  # fmt: skip


MODEL = "“Long pause”, from a confidence of 0.5"


def listening(client, task):
    html = page(client, task)
    part = re.search(r'<section class="panel" id="listening".*?</section>', html, re.S)
    return " ".join(re.sub(r"<[^>]+>", " ", part[0]).split()) if part else ""


def test_the_page_says_how_far_the_model_is(manager, people, task):
    suggest(task)
    LabelingTask.objects.filter(pk=task.pk).update(detector=BuiltInFactory(workspace=people.workspace))
    args = {"task_id": str(task.pk)}
    job = Job.objects.create(kind="annotations.suggest", workspace=people.workspace, args=args)
    assert listening(manager, task) == f"Suggestions for 6 of 6 items {MODEL} · waiting for a worker"

    assert job.take()
    job.report(done=2, total=6)
    assert listening(manager, task) == f"Suggestions for 2 of 6 items {MODEL} · the model is listening"

    job.complete()
    first, second, *_rest = ItemSuggestions.objects.order_by("item__position")
    ItemSuggestions.objects.filter(pk=first.pk).update(rows=[], error="No sound in it.")
    second.delete()
    assert listening(manager, task) == (
        f"Suggestions for 4 of 6 items {MODEL} "
        "1 recording could not be analysed: it is labeled without suggestions. call-0001.wav : No sound in it. "
        "1 item was begun before the model came to it, or its recording is still being read."
    )


def test_what_failed_can_be_tried_again(manager, people, task, client_of, django_capture_on_commit_callbacks):
    LabelingTask.objects.filter(pk=task.pk).update(
        ai_assisted=True, detector=BuiltInFactory(workspace=people.workspace)
    )
    args = {"task_id": str(task.pk)}
    failed = Job.objects.create(
        kind="annotations.suggest", workspace=people.workspace, args=args, state="failed", error="It was tried 5 times."
    )
    assert listening(manager, task) == f"Suggestions for 0 of 6 items {MODEL} It was tried 5 times. Try again"

    address = f"/w/speech-lab/tasks/{task.pk}/suggest/"
    assert client_of(people.operator).post(address).status_code == 403
    assert client_of(people.outsider).post(address).status_code == 404
    with django_capture_on_commit_callbacks(execute=True):
        assert manager.post(address).status_code == 302

    assert Job.objects.exclude(pk=failed.pk).get().state == "completed"
    assert ItemSuggestions.objects.count() == 6
