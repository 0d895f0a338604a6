"""Ratings, numbers and forms from the task to the result, and items with several recordings or none."""

import csv
import io
import json
import zipfile

import pytest

from annotations.actions.creating import AskedQuestion
from annotations.generating import build_archive
from annotations.models import Assignment, ItemFile, TaskItem, TaskQuestion
from annotations.recordings import file_keys, main_first
from datasets.models import AudioFile
from tests.annotations.factories import make_dataset, make_task

SCHEMA = {"type": "object", "properties": {"who": {"type": "string"}, "age": {"type": "integer"}}, "required": ["who"]}
QUESTIONS = (
    AskedQuestion(type="rating", name="Stars", configuration={"steps": 5, "min_label": "poor", "max_label": "great"}),
    AskedQuestion(type="number", name="Pitch", configuration={"max": 440}, required=False),
    AskedQuestion(type="form", name="Call", configuration={"form_schema": SCHEMA}, required=False),
    AskedQuestion(type="timestamp", name="When", required=False),
)
ANSWERS = {"stars": 4, "pitch": 220.5, "call": {"who": "=Ada", "age": 7}}


@pytest.fixture
def task(people):
    dataset = make_dataset(people.workspace, files=1)
    return make_task(dataset, by=people.administrator, questions=QUESTIONS, review_mode="full")


def next_of(api, person, task, what="next"):
    answer = api(person).post(f"/api/v1/labeling-tasks/{task.pk}/{what}")
    assert answer.status_code == 200, answer.content
    return answer.json()


def test_they_are_asked_drafted_handed_in_mended_and_compared(api, people, task):
    payload = next_of(api, people.operator, task)
    turn = f"/api/v1/assignments/{payload['assignment']['id']}"

    draft = api(people.operator).put(f"{turn}/draft", {"version": 0, "answers": {"call": {"age": "later"}}})
    early = api(people.operator).post(f"{turn}/submit", {"answers": {"stars": 4, "call": {"age": "later"}}})
    handed_in = api(people.operator).post(f"{turn}/submit", {"answers": ANSWERS, "draft_version": 1})
    next_of(api, people.auditor, task, "next-review")
    mended = {**ANSWERS, "stars": 2, "call": {"who": "Bea"}}
    fixed = api(people.auditor).post(f"{turn}/fix", {"answers": mended, "size": "minor", "revision": 1})
    seen = api(people.administrator).get(turn).json()

    assert [question["type"] for question in payload["questions"]] == ["rating", "number", "form", "timestamp"]
    assert payload["questions"][2]["configuration"] == {"form_schema": SCHEMA}
    assert (draft.status_code, handed_in.status_code, fixed.status_code) == (200, 200, 200), fixed.content
    assert early.status_code == 422
    assert sorted(problem["loc"] for problem in early.json()["detail"]) == [
        ["body", "answers", "call", "age"], ["body", "answers", "call", "who"],
    ]  # fmt: skip
    assert [(row["alias"], row["before"], row["after"]) for row in seen["changes"]] == [
        ("stars", 4, 2), ("call", {"who": "=Ada", "age": 7}, {"who": "Bea"}),
    ]  # fmt: skip


def test_the_result_has_a_row_for_each_answer(api, people, task, tmp_path):
    finish(api, people, task, ANSWERS)

    build_archive(task, tmp_path / "made.zip", options={"audio": "none"}, job=None)

    with zipfile.ZipFile(tmp_path / "made.zip") as archive:
        rows = list(csv.DictReader(io.TextIOWrapper(archive.open("answers.csv"), newline="")))
        [line] = [json.loads(line) for line in archive.open("answers.jsonl")]
        manifest = json.load(archive.open("manifest.json"))
    assert [(row["question"], row["type"], row["value"]) for row in rows] == [
        ("stars", "rating", "4"), ("pitch", "number", "220.5"), ("call", "form", '{"age":7,"who":"=Ada"}'),
    ]  # fmt: skip
    assert line["answers"] == ANSWERS
    assert [question["type"] for question in manifest["questions"]] == ["rating", "number", "form", "timestamp"]


def finish(api, people, task, answers):
    payload = next_of(api, people.operator, task)
    turn = f"/api/v1/assignments/{payload['assignment']['id']}"
    assert api(people.operator).post(f"{turn}/submit", {"answers": answers}).status_code == 200
    next_of(api, people.auditor, task, "next-review")
    assert api(people.auditor).post(f"{turn}/approve", {"revision": 1}).status_code == 200
    task.refresh_from_db()


def test_an_item_without_a_recording_has_a_result_too(api, people, task, tmp_path):
    ItemFile.objects.all().delete()
    Assignment.objects.update(duration_ms=0)
    finish(api, people, task, ANSWERS)

    build_archive(task, tmp_path / "made.zip", options={"audio": "files"}, job=None)

    with zipfile.ZipFile(tmp_path / "made.zip") as archive:
        rows = list(csv.DictReader(io.TextIOWrapper(archive.open("answers.csv"), newline="")))
        names = sorted(archive.namelist())
    assert {row["filename"] for row in rows} == {""}
    assert len(rows) == 3
    assert names == ["README.md", "answers.csv", "answers.jsonl", "manifest.json"]


# What is shown with a question


def layout(*places, direction="row"):
    return {"direction": direction, "children": [{"data": place, "label": "x"} for place in places]}


@pytest.mark.parametrize(
    ("layouts", "keys"),
    [
        ([], []),
        ([{}], []),
        ([{"children": None}], []),
        ([layout("item.title")], []),
        ([layout("item.title", "item.files.call", "item.files.agent")], ["call", "agent"]),
        ([layout(), layout("item.files.agent"), layout("item.files.call")], ["agent", "call"]),
        ([{"children": [{"children": [layout("item.files.deep")]}, {"data": "item.files.flat"}]}], ["deep", "flat"]),
        ([layout("item.files.a.b")], ["a.b"]),
    ],
)
def test_files_are_named_in_the_order_in_which_a_layout_is_read(layouts, keys):
    assert list(file_keys(layouts)) == keys


@pytest.mark.parametrize(
    ("names", "keys", "order"),
    [
        (["a", "b", "c"], ["c", "a"], ["c", "a", "b"]),
        (["a", "b", "c"], ["a"], ["a", "b", "c"]),
        (["a", "b"], ["z", "b"], ["b", "a"]),
        (["a", "b"], [], ["a", "b"]),
        ([], ["a"], []),
    ],
)
def test_the_main_recording_comes_first_and_the_others_keep_their_order(names, keys, order):
    assert main_first(names, keys, names=names) == order


def test_the_workbench_gets_layouts_and_the_main_recording_first(api, people, task, tmp_path):
    item, other = TaskItem.objects.get(), AudioFile.objects.create(
        workspace=people.workspace, dataset=task.dataset, blob=AudioFile.objects.get().blob, filename="agent.wav",
        status="ready", duration_ms=10_000, sample_rate=16_000, channels=1,
    )  # fmt: skip
    ItemFile.objects.create(item=item, name="agent", audio=other)
    given = layout("item.title", "item.files.agent", "item.files.call")
    ItemFile.objects.filter(name="audio").update(name="aaa")
    unnamed = next_of(api, people.operator, task)
    TaskQuestion.objects.filter(task=task, alias="pitch").update(layout=given)
    type(task).objects.update(form_revision=2)

    turn = f"/api/v1/assignments/{unnamed['assignment']['id']}"
    named = api(people.operator).get(turn).json()

    assert [file["name"] for file in unnamed["item"]["files"]] == ["aaa", "agent"]
    assert [file["name"] for file in named["item"]["files"]] == ["agent", "aaa"]
    assert [question["layout"] for question in named["questions"]] == [{}, given, {}, {}]
    task.refresh_from_db()
    finish(api, people, task, {"stars": 1})
    build_archive(task, tmp_path / "made.zip", options={"audio": "none"}, job=None)
    with zipfile.ZipFile(tmp_path / "made.zip") as archive:
        assert "audacity/agent.txt" in archive.namelist()


def test_an_item_comes_with_its_answers_until_somebody_begins(api, people, task):
    TaskItem.objects.update(prefilled={"call": {"who": "Ada"}, "stars": 3, "gone": 1})

    first = next_of(api, people.operator, task)
    turn = f"/api/v1/assignments/{first['assignment']['id']}"
    looked_at = api(people.administrator).get(turn).json()
    api(people.operator).put(f"{turn}/draft", {"version": 0, "answers": {"stars": 5, "call": {"who": "Ada"}}})
    begun = api(people.operator).get(turn).json()
    api(people.operator).post(f"{turn}/submit", {"answers": {"stars": 5}, "draft_version": 1})
    next_of(api, people.auditor, task, "next-review")
    rejection = {"revision": 1, "reason_code": "other", "comment": "Listen again, please."}
    assert api(people.auditor).post(f"{turn}/reject", rejection).status_code == 200
    returned = api(people.operator).get(turn).json()

    assert (first["draft"]["answers"], first["prefilled"]) == ({"stars": 3, "call": {"who": "Ada"}}, ["stars", "call"])
    assert (looked_at["draft"]["answers"], looked_at["prefilled"]) == ({}, [])
    assert (begun["draft"]["answers"], begun["prefilled"]) == ({"stars": 5, "call": {"who": "Ada"}}, ["call"])
    assert (returned["draft"]["answers"], returned["prefilled"]) == ({"stars": 5}, [])
