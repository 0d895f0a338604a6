"""What a processed dataset says beside the answers: the card, what they come to, and who said it."""

import csv
import io
import json
import zipfile

import pytest
from django.core.files.storage import default_storage
from django.utils import translation

from annotations.actions.generating import ask_to_generate
from annotations.actions.importing_answers import import_answers
from annotations.aggregating import running
from annotations.exchange.card import LICENSES
from annotations.forms import GenerateForm
from annotations.generating import build_archive
from annotations.models import Adjudication, ItemResult, TaskItem
from annotations.words.ready_made import add_ready_made
from datasets.models import ProcessedDataset
from tests.annotations.exchange.clesc_files import FIRST, MESSY, table
from tests.annotations.factories import ANSWERS, make_dataset, make_task
from tests.annotations.working import hand_in
from workspaces.models import Job


@pytest.fixture
def study(people):
    """Two recordings, answered by three of a crowd and three experts."""
    dataset = make_dataset(people.workspace)
    pool = add_ready_made(people.workspace, by=people.administrator)
    name = "Voices | *and* moods"
    content = table(FIRST, MESSY)
    made = import_answers(
        dataset, vocabulary=pool, filename="c.csv", content=content, name=name, by=people.administrator
    )
    running.run(made.task)
    return made.task


def archive_of(task, folder, name="made.zip", **options):
    build_archive(task, folder / name, options={"audio": "none", **options}, job=None)
    return zipfile.ZipFile(folder / name)


def lines(archive, name):
    return [json.loads(line) for line in archive.read(name).splitlines()]


def test_what_they_come_to_is_there_for_programs_and_for_spreadsheets(study, tmp_path):
    archive = archive_of(study, tmp_path)
    first, second = lines(archive, "results.jsonl")

    pitch = first["results"]["pitch"]
    assert (pitch["value"], pitch["n"]) == ("medium", 6)
    assert {team: part["value"] for team, part in pitch["by_team"].items()} == {"Crowd": "low", "Experts": "medium"}
    assert (first["position"], first["filename"], first["n_answers"]) == (1, "call-0001.wav", 6)
    rows = list(csv.DictReader(io.StringIO(archive.read("results.csv").decode())))
    shown = next(row for row in rows if row["question"] == "pitch")
    assert (shown["value"], shown["n"], shown["state"]) == ("medium", "6", first["state"])
    assert json.loads(shown["by_team"])["Crowd"]["value"] == "low"
    assert second["n_answers"] == 4


def test_who_settled_it_is_told(study, people, tmp_path):
    item = TaskItem.objects.get(task=study, position=1)
    how = {"pitch": {"how": "own"}}
    Adjudication.objects.create(item=item, task=study, answers={"pitch": "high"}, how=how, by=people.auditor)
    running.run(study)
    archive = archive_of(study, tmp_path)

    first = lines(archive, "results.jsonl")[0]
    assert (first["state"], first["adjudicated_by"]) == ("adjudicated", people.auditor.name)
    assert first["results"]["pitch"]["value"] == "high"
    assert "settled 1 of them" in archive.read("README.md").decode()
    hidden = archive_of(study, tmp_path, annotators="numbers")
    assert lines(hidden, "results.jsonl")[0]["adjudicated_by"] == "a1"


def test_numbers_say_nothing_of_who_people_are(study, people, tmp_path):
    named, hidden = archive_of(study, tmp_path), archive_of(study, tmp_path, "b.zip", annotators="numbers")

    by_name = [line["annotator"] for line in lines(named, "answers.jsonl")]
    by_number = [line["annotator"] for line in lines(hidden, "answers.jsonl")]
    assert by_name[:6] == ["t12", "t40", "t7", "e3", "e1", "e9"]
    assert dict(zip(by_name, by_number, strict=True)).keys() == set(by_name)
    assert len(set(by_number)) == len(set(by_name)) == 6
    assert [name[0] for name in by_number[:6]] == list("ttteee")
    assert sorted(int(number[1:]) for number in set(by_number)) == [1, 2, 3, 4, 5, 6]
    manifest = json.loads(hidden.read("manifest.json"))
    assert manifest["labeling_task"]["annotators"] == "numbers"
    assert {answer["annotator"] for item in manifest["items"] for answer in item["answers"]} == set(by_number)
    assert lines(hidden, "clesc/clesc.jsonl")[0]["Crowd_Worker_1"]["worker_id"] == by_number[0]


def test_whose_team_it_was_stands_with_each_answer(study, tmp_path):
    archive = archive_of(study, tmp_path)

    assert [line["team"] for line in lines(archive, "answers.jsonl")[:6]] == ["Crowd"] * 3 + ["Experts"] * 3
    rows = list(csv.DictReader(io.StringIO(archive.read("answers.csv").decode())))
    assert {row["team"] for row in rows} == {"Crowd", "Experts"}
    manifest = json.loads(archive.read("manifest.json"))
    assert manifest["labeling_task"]["teams"] == [
        {"name": "Crowd", "overlap": 3, "decides": False},
        {"name": "Experts", "overlap": 3, "decides": False},
    ]


def test_the_card(study, tmp_path):
    card = archive_of(study, tmp_path, license="CC-BY-4.0").read("README.md").decode()

    assert card.startswith('---\npretty_name: "Voices | *and* moods"\nlicense: cc-by-4.0\n')
    assert r"# Voices \| \*and\* moods" in card
    assert "| Items with answers | 2 |" in card
    assert "| Answers | 10 |" in card
    assert "| Crowd | 3 | 3 | 5 |  |" in card
    assert "Each item was asked of 3 of “Crowd” and 3 of “Experts”" in card
    assert "Choices, in order: slow, normal, fast, variable" in card
    assert "Beside the scale: variable" in card
    assert "| pitch | Krippendorff's alpha, ordinal | everybody | 2 |" in card
    assert "| emotion | Krippendorff's alpha, sets (Jaccard) | Crowd | 2 |" in card
    assert "`results.jsonl`" in card
    assert "`clips/`" not in card
    assert "Creative Commons Attribution 4.0 (`CC-BY-4.0`)." in card


def test_a_license_may_be_left_open(study, tmp_path):
    card = archive_of(study, tmp_path).read("README.md").decode()

    assert "license:" not in card
    assert "Left open" in card
    assert "CC-BY-4.0" in LICENSES


def test_the_same_answers_make_the_same_bytes_in_any_language(study, tmp_path):
    archive_of(study, tmp_path, "a.zip").close()
    ItemResult.objects.all().delete()
    with translation.override("de"):
        running.run(study)
        archive_of(study, tmp_path, "b.zip").close()

    assert (tmp_path / "a.zip").read_bytes() == (tmp_path / "b.zip").read_bytes()


def test_generating_computes_what_they_come_to(study, people, django_capture_on_commit_callbacks):
    ItemResult.objects.all().delete()
    with django_capture_on_commit_callbacks(execute=True):
        ask_to_generate(study, by=people.administrator, options={})

    made = ProcessedDataset.objects.get()
    assert ItemResult.objects.filter(task=study).count() == 2
    with default_storage.open(made.archive) as file:
        names = set(zipfile.ZipFile(io.BytesIO(file.read())).namelist())
    assert {"README.md", "results.csv", "results.jsonl", "clesc/clesc.jsonl"} < names


def test_a_task_of_one_person_per_item_has_a_card_and_nothing_to_compare(people, tmp_path):
    task = make_task(make_dataset(people.workspace, files=1), by=people.administrator, review_mode="none")
    hand_in(task, people.operator, answers=ANSWERS)
    archive = archive_of(task, tmp_path)

    assert not {"results.jsonl", "results.csv", "clesc/clesc.jsonl"} & set(archive.namelist())
    card = archive.read("README.md").decode()
    assert "One person answered each item" in card
    assert "team" not in lines(archive, "answers.jsonl")[0]


def test_what_may_be_chosen(api, people):
    assert GenerateForm({"audio": "none"}).is_valid()
    assert not GenerateForm({"audio": "none", "license": "WTFPL"}).is_valid()
    task = make_task(make_dataset(people.workspace, files=1), by=people.administrator, review_mode="none")
    hand_in(task, people.operator, answers=ANSWERS)
    client = api(people.administrator)
    url = f"/api/v1/labeling-tasks/{task.pk}/generate"
    for wrong in ({"license": "mine"}, {"annotators": "initials"}):
        assert client.post(url, wrong, format="json").status_code == 422
    done = client.post(url, {"annotators": "numbers", "license": "CC0-1.0"}, format="json")
    assert done.status_code == 202
    options = Job.objects.get(pk=done.json()["job_id"]).args["options"]
    assert options == {"audio": "none", "annotators": "numbers", "license": "CC0-1.0"}
