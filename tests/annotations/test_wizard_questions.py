"""Questions in the wizard: of the new types, and from the library."""

import json
import re

import pytest

from annotations.actions import questions as actions
from annotations.models import LabelingTask, Question, TaskQuestion
from tests.annotations.factories import make_dataset
from tests.annotations.wizard import Wizard, errors

SCHEMA = {"type": "object", "properties": {"zebra": {"type": "string"}, "ant": {"type": "integer"}}}
ROWS = {
    "row": ["q1", "q2", "q3"],
    "q1-type": "rating", "q1-name": "Stars", "q1-steps": "5", "q1-min_label": "poor", "q1-max_label": "great",
    "q2-type": "number", "q2-name": "Pitch", "q2-min": "-1.5", "q2-max": "440", "q2-required": "on",
    "q3-type": "form", "q3-name": "Call", "q3-form_schema": json.dumps(SCHEMA),
}  # fmt: skip


@pytest.fixture
def dataset(people):
    return make_dataset(people.workspace, files=1)


@pytest.fixture
def wizard(client_of, people, dataset):
    return Wizard(client_of(people.administrator)).through(dataset, questions=None, people=None, review=None)


def make(people, name="Quality", kind="rating", **kwargs):
    configuration = {"steps": 7, "min_label": "poor", "max_label": "great"} if kind == "rating" else {}
    return actions.create_question(
        people.workspace, kind=kind, name=name, prompt="How?", configuration=configuration, conditions=[],
        by=people.administrator, **kwargs,
    )  # fmt: skip


def offered(html):
    return re.findall(r'<option value="[^"]+">([^<]+)</option>', html.split('id="taken"')[1].split("</select>")[0])


def test_ratings_numbers_and_forms_are_asked(wizard):
    for fields in (ROWS, {"staffing": "pool", "overlap": "1", "lease_minutes": "30"}, {"review_mode": "none"}):
        wizard.send(fields)
    summary = wizard.look()
    wizard.send({})

    assert [
        (
            row.alias,
            row.required,
            {name: value for name, value in row.question.configuration.items() if name != "order"},
        )
        for row in TaskQuestion.objects.filter(task=LabelingTask.objects.get())
    ] == [
        ("stars", False, {"steps": 5, "min_label": "poor", "max_label": "great"}),
        ("pitch", True, {"min": -1.5, "max": 440}),
        ("call", False, {"form_schema": SCHEMA}),
    ]
    assert "1 (poor) to 5 (great)" in summary
    assert "-1.5 to 440" in summary
    assert re.findall(r'class="pill">(zebra|ant)<', summary) == ["zebra", "ant"]


@pytest.mark.parametrize(
    ("fields", "said"),
    [
        ({"q1-steps": "0"}, ["Ensure this value is greater than or equal to 1."]),
        ({"q1-min_label": " "}, ["Say what it means."]),
        ({"q2-max": "-2"}, ["The largest number must not lie below the smallest."]),
        ({"q3-form_schema": "{"},
         ["This is no JSON. Line 1, column 2: Expecting property name enclosed in double quotes."]),
        ({"q3-form_schema": "{}"}, ['type: A form asks for an object: give the schema "type": "object".']),
        ({"q3-form_schema": '{"type": "object", "properties": {"a": {"pattern": "(a+)+"}}}'},
         ["properties › a › pattern: The pattern “(a+)+” could take too long, or is none: "
          "write a simpler one, with ^ in front."]),
    ],
)  # fmt: skip
def test_what_is_wrong_is_said_at_its_field(wizard, fields, said):
    status, html = wizard.send({**ROWS, **fields})

    assert (status, [error.replace("&quot;", '"') for error in errors(html)]) == (422, said)


def test_a_question_is_taken_from_the_library(wizard, people, dataset):
    question = make(people)

    _, html = wizard.send({"taken": str(question.pk)}, do="take")
    assert "1 (poor) to 7 (great)" in html
    row = {"row": "q1", "q1-type": "rating", "q1-question": str(question.pk), "q1-required": "on"}
    for fields in (row, {"staffing": "pool", "overlap": "1", "lease_minutes": "30"}, {"review_mode": "none"}, {}):
        wizard.send(fields)

    asked = TaskQuestion.objects.get()
    assert (asked.question, asked.alias, asked.required) == (question, "quality", True)
    assert Question.objects.count() == 1


@pytest.mark.parametrize("which", ["archived", "foreign", "nonsense", ""])
def test_what_cannot_be_asked_is_not_taken(wizard, people, which):
    pk = {"archived": archived, "foreign": foreign}.get(which, lambda people: which)(people)

    _, html = wizard.send({"taken": pk}, do="take")

    assert 'name="row"' not in html


def archived(people):
    question = make(people)
    actions.archive(question, by=people.administrator)
    return str(question.pk)


def foreign(people):
    workspace = people.outsider.memberships.get().workspace
    return str(
        actions.create_question(
            workspace, kind="timestamp", name="F", prompt="", configuration={}, conditions=[], by=people.outsider
        ).pk
    )


def test_one_that_was_archived_meanwhile_is_told_of(wizard, people):
    question = make(people)
    wizard.send({"taken": str(question.pk)}, do="take")
    actions.archive(question, by=people.administrator)

    status, html = wizard.send({"row": "q1", "q1-type": "rating", "q1-question": str(question.pk)})

    assert status == 422
    assert "This question was archived or is gone." in html


def test_the_library_offers_what_this_dataset_can_be_asked(wizard, people, dataset):
    other = make_dataset(people.workspace, name="Other")
    other.artifact_types.filter(name="glitch").update(name="hum")
    make(people, "Mine", "regions", dataset=dataset)
    make(people, "Elsewhere", "regions", dataset=other)
    archived(people)
    foreign(people)
    make(people, "Newest", "number")

    assert offered(wizard.look()) == ["Newest (number): How?", "Mine (time regions): How?"]


def test_a_long_library_is_looked_through_by_name(wizard, people):
    for number in range(21):
        make(people, f"Question {number}", "number")

    _, html = wizard.send({"find": "TION 1"}, do="find")
    _, none = wizard.send({"find": "\0nothing"}, do="find")

    assert [name.removesuffix(" (number): How?") for name in offered(html)] == [
        *(f"Question {number}" for number in range(19, 9, -1)), "Question 1",
    ]  # fmt: skip
    assert "no question like that" in none


def test_an_empty_library_is_not_spoken_of(wizard):
    assert "From the library" not in wizard.look()
