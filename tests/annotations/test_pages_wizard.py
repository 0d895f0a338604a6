"""The wizard over HTTP: each step's refusals, what is kept, and what comes out."""

import re

import pytest

from annotations.models import Assignment, LabelingTask, TaskPerson, TaskQuestion
from annotations.notes import KEPT, SESSION_KEY
from datasets.models import AudioFile
from tests.annotations.factories import make_dataset
from tests.annotations.wizard import NEW, POOL, QUESTIONS, Wizard, errors, seats
from tests.detectors.factories import BuiltInFactory
from tests.factories import MembershipFactory


@pytest.fixture
def dataset(people):
    return make_dataset(people.workspace, files=5)


@pytest.fixture
def wizard(client_of, people):
    return Wizard(client_of(people.administrator))


def test_all_of_it_becomes_a_task(wizard, people, dataset):
    other = MembershipFactory(workspace=people.workspace).user
    named = {**POOL, "staffing": "named", **seats("annotator", **{str(people.operator.pk): "3", str(other.pk): "2"})}
    review = {"review_mode": "partial", **seats("reviewer", **{str(people.auditor.pk): "5"})}
    wizard.through(dataset, people=named, review=review)
    assert wizard.step == "summary"
    summary = wizard.look()

    status, page = wizard.send({})

    task = LabelingTask.objects.get()
    assert (status, wizard.address) == (200, f"/w/speech-lab/tasks/{task.pk}/")
    assert "“Calls” is open." in page
    assert "5 files" in summary
    assert "Partial review" in summary
    assert "<strong>all</strong>" in summary
    assert (task.name, task.dataset, task.state, task.review_mode, task.lease_minutes, task.created_by) == (
        "Calls", dataset, "open", "partial", 45, people.administrator,
    )  # fmt: skip
    assert [
        (row.alias, row.required, row.question.configuration) for row in TaskQuestion.objects.filter(task=task)
    ] == [
        ("mark_artifacts", True, {"labels": [{"name": "glitch", "color": "#d7263d", "description": ""}]}),
        ("pace", False, {"choices": ["slow", "normal", "fast"], "multi": True, "dropdown": False}),
        ("moments", False, {"multi": False}),
        ("note", False, {"min_length": 0, "max_length": 80}),
    ]
    assert set(TaskPerson.objects.filter(task=task).values_list("user", "kind", "quota")) == {
        (people.operator.pk, "labeling", 3), (other.pk, "labeling", 2), (people.auditor.pk, "review", 5),
    }  # fmt: skip
    assert Assignment.objects.filter(task=task, annotator=people.operator).count() == 3
    assert wizard.client.session[SESSION_KEY] == {}


def test_the_pool_names_nobody(wizard, dataset):
    wizard.through(dataset).send({})

    assert not TaskPerson.objects.exists()
    assert Assignment.objects.filter(state="open").count() == 5


# The dataset


def test_looking_keeps_nothing(wizard, dataset):
    html = wizard.look()

    assert str(dataset.pk) in html
    assert SESSION_KEY not in wizard.client.session


def test_the_first_step_wants_a_name_and_a_dataset(wizard, dataset):
    assert (lambda status, html: (status, errors(html)))(*wizard.send({"name": " "})) == (
        422,
        ["Give the task a name.", "Choose a dataset."],
    )


def test_a_dataset_can_be_chosen_by_the_address(wizard, dataset):
    make_dataset(wizard_workspace(dataset), name="Other")

    html = wizard.client.get(f"{NEW}?dataset={dataset.pk}").content.decode()

    assert re.findall(r'value="([0-9a-f-]+)" checked', html) == [str(dataset.pk)]


def wizard_workspace(dataset):
    return dataset.workspace


def test_only_datasets_with_ready_audio_of_this_workspace_are_there(wizard, people, dataset):
    empty = make_dataset(people.workspace, files=2, name="Not ready")
    AudioFile.objects.filter(dataset=empty).update(status="pending")
    foreign = make_dataset(MembershipFactory().workspace, name="Foreign")

    html = wizard.look()
    refused = [wizard.send({"name": "x", "dataset": str(other.pk)}) for other in (empty, foreign)]

    assert "Calls" in html
    assert "Not ready" not in html
    assert "Foreign" not in html
    assert [(status, errors(page)) for status, page in refused] == [
        (422, ["This dataset is not there any more, or has no audio that is ready."])
    ] * 2


def test_without_audio_it_leads_to_the_datasets(wizard):
    html = wizard.look()

    assert "No audio to label yet" in html
    assert ">Next<" not in html


# The annotation items


@pytest.mark.parametrize(
    ("fields", "said"),
    [
        ({"row": [], "instructions": "x"}, "Ask at least one question."),
        ({"row": ["q1"], "q1-type": "timestamp", "q1-name": ""}, "Give the annotation item a name."),
        ({"row": ["q1"], "q1-type": "categorical", "q1-name": "P", "q1-choices": " \n "}, "Give at least one choice."),
        (
            {"row": ["q1"], "q1-type": "categorical", "q1-name": "P", "q1-choices": "a\na"},
            "Each choice may stand there once.",
        ),
        ({"row": ["q1"], "q1-type": "regions", "q1-name": "M"}, "Choose at least one artifact type."),
        (
            {"row": ["q1"], "q1-type": "regions", "q1-name": "M", "q1-labels": ["hum"]},
            "The dataset has no artifact type “hum” any more.",
        ),
        (
            {"row": ["q1"], "q1-type": "free_text", "q1-name": "N", "q1-min_length": "9", "q1-max_length": "3"},
            "Lengths are whole numbers, the least not above the most, and at most 20000.",
        ),
        ({"row": ["q1"], "q1-type": "free_text", "q1-name": "N", "q1-min_length": "some"}, "Enter a whole number."),
    ],
)
def test_what_is_wrong_with_an_item_is_said_at_it(wizard, dataset, fields, said):
    wizard.through(dataset, questions=None, people=None, review=None)

    status, html = wizard.send(fields)

    assert status == 422
    assert said in html.replace("&quot;", '"')
    assert wizard.step == "questions"
    assert not LabelingTask.objects.exists()


def test_what_was_typed_stays_after_an_error(wizard, dataset):
    wizard.through(dataset, questions=None, people=None, review=None)
    _status, html = wizard.send({**QUESTIONS, "q3-name": ""})

    assert 'value="Mark artifacts"' in html
    assert "slow\n\n normal \nfast" in html
    assert "Mark **all**." in html
    # And after coming back to the address as well.
    assert 'value="Mark artifacts"' in wizard.look()


def test_rows_come_go_and_move_with_and_without_scripts(wizard, dataset):
    wizard.through(dataset, questions=None, people=None, review=None)

    def rows(html):
        return re.findall(r'name="row" value="(q\d)"', html)

    _status, page = wizard.send({"instructions": "typed"}, do="add:regions")
    assert rows(page) == ["q1"]
    assert "typed" in page
    assert page.count("checked") == 3  # both artifact types, and that an answer is required
    fields = {"row": ["q1"], "q1-type": "regions", "q1-name": "Marks", "q1-labels": ["echo"], "instructions": "typed"}
    _status, part = wizard.send(fields, do="add:timestamp", **{"HX-Request": "true"})
    assert rows(part) == ["q1", "q2"]
    assert "<html" not in part
    assert 'value="Marks"' in part
    assert errors(part) == []
    fields = {**fields, "row": ["q1", "q2"], "q2-type": "timestamp"}
    assert rows(wizard.send(fields, do="up:q2")[1]) == ["q2", "q1"]
    assert rows(wizard.send(fields, do="remove:q1")[1]) == ["q2"]


def test_without_artifact_types_regions_cannot_be_asked_and_the_way_out_is_shown(wizard, people, dataset):
    dataset.artifact_types.all().delete()
    wizard.through(dataset, questions=None, people=None, review=None)

    html = wizard.look()

    assert "has no artifact types yet" in html
    assert 'value="add:regions"' not in html


def test_another_dataset_brings_its_own_artifact_types(wizard, people, dataset):
    other = make_dataset(people.workspace, name="Other")
    other.artifact_types.all().delete()
    other.artifact_types.create(name="hum")
    wizard.through(dataset, people=None, review=None)
    wizard.at("dataset")
    wizard.send({"name": "Calls", "dataset": str(other.pk)})

    html = wizard.look()

    assert re.findall(r'name="q1-labels" value="(\w+)"[^>]*checked', html) == ["hum"]


def test_instructions_are_shown_as_they_will_look_and_safe(wizard):
    html = wizard.client.post(f"{NEW}preview/", {"instructions": "**a** <script>alert(1)</script>"}).content.decode()

    assert "<strong>a</strong>" in html
    assert "<script>" not in html


# Back and forth


def test_going_back_keeps_what_was_typed_even_if_it_is_wrong(wizard, dataset):
    wizard.through(dataset, people=None, review=None)
    wizard.send({**POOL, "lease_minutes": "soon"}, do="back")
    assert wizard.step == "questions"
    wizard.send(QUESTIONS)

    assert wizard.step == "people"
    assert 'value="soon"' in wizard.look()


def test_a_step_too_far_leads_to_the_one_that_is_missing(wizard, dataset):
    wizard.through(dataset, people=None, review=None)
    wizard.send({**POOL, "overlap": "x"}, do="back")
    wizard.address = re.sub(r"step=\w+", "step=summary", wizard.address)

    response = wizard.client.get(wizard.address)

    assert response.status_code == 302
    assert response.url.endswith("step=people")


@pytest.mark.parametrize("query", ["?step=people", "?step=nowhere", "?plan=forged&step=summary"])
def test_an_address_without_a_plan_begins_anew(wizard, dataset, query):
    assert wizard.client.get(NEW + query).url == NEW
    assert wizard.client.post(NEW + query, {"do": "next"}).url == NEW


def test_what_changed_meanwhile_is_said_where_it_is_asked(wizard, dataset):
    wizard.through(dataset)
    dataset.artifact_types.filter(name="glitch").delete()

    status, html = wizard.send({})

    assert status == 422
    assert "The dataset has no artifact type “glitch” any more." in html
    assert 'aria-current="step"><span class="n">2' in html
    assert not LabelingTask.objects.exists()


def test_two_plans_do_not_mix_and_old_ones_go(client_of, people, dataset):
    client = client_of(people.administrator)
    first, second = Wizard(client), Wizard(client)
    first.send({"name": "First", "dataset": str(dataset.pk)})
    second.send({"name": "Second", "dataset": str(dataset.pk)})
    assert 'value="First"' in first.at("dataset")
    assert 'value="Second"' in second.at("dataset")
    for number in range(KEPT):
        Wizard(client).send({"name": f"More {number}", "dataset": str(dataset.pk)})

    assert len(client.session[SESSION_KEY]) == KEPT
    assert client.get(first.address.replace("dataset", "questions")).url == NEW


def assisted(model, threshold="0.7"):
    return {**QUESTIONS, "ai_assisted": "on", "model_id": str(model.pk), "suggestion_threshold": threshold}


def test_a_model_is_chosen_with_what_is_asked(wizard, people, dataset):
    model = BuiltInFactory(workspace=people.workspace, name="Clicks", rule="clicks", artifact_types=["glitch"])
    wizard.through(dataset, questions=assisted(model))

    assert "“Clicks”, from a confidence of 0.7" in wizard.look()
    wizard.send({})
    task = LabelingTask.objects.get()
    assert (task.ai_assisted, task.detector, task.suggestion_threshold) == (True, model, 0.7)


@pytest.mark.parametrize(
    ("finds", "changes", "sentence"),
    [
        ("glitch", {"model_id": ""}, "Choose the model that proposes labels."),
        ("glitch", {"model_id": "0"}, "There is no such model in this workspace."),
        ("glitch", {"suggestion_threshold": "2"}, "Give a number from 0 to 1."),
        ("long_pause", {}, "“Long pauses” finds long_pause. This task asks for glitch, so it has nothing to propose."),
    ],
)
def test_a_model_that_cannot_propose_here_is_refused_where_it_is_chosen(
    wizard, people, dataset, finds, changes, sentence
):
    model = BuiltInFactory(workspace=people.workspace, name="Long pauses", artifact_types=[finds])
    wizard.send({"name": "Calls", "dataset": str(dataset.pk)})
    status, html = wizard.send({**assisted(model), **changes})

    assert (status, errors(html), wizard.step) == (422, [sentence], "questions")


def test_what_was_typed_for_a_model_that_is_not_wanted_is_not_read(wizard, people, dataset):
    wizard.through(dataset, questions={**QUESTIONS, "model_id": "0", "suggestion_threshold": "9"})
    wizard.send({})

    task = LabelingTask.objects.get()
    assert (task.ai_assisted, task.detector, task.suggestion_threshold) == (False, None, 0.5)
