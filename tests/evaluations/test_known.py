"""Fields that nobody knows, sent to `/v5/`: refused at their place, with the ones that are known."""

from typing import get_args

import pytest
import scale_gp_beta.types as theirs
from scale_gp_beta.types import (
    annotation_task_batch_update_params,
    evaluation_create_params,
    evaluation_update_params,
    question_create_params,
)

from annotations.models import Question
from evaluations.asked import KNOWN as OF_CONFIGURATION
from evaluations.known import MOST_SHOWN, unknown_fields
from evaluations.models import Evaluation, EvaluationDataset
from evaluations.serializers import evaluations, questions
from evaluations.serializers.annotation_tasks import AnnotationTaskChangeSerializer, AuditAssignmentSerializer
from evaluations.serializers.items import ExportPlanSerializer
from evaluations.serializers.row_sets import (
    DatasetItemBatchSerializer,
    DatasetItemPlanSerializer,
    RowSetChangeSerializer,
    RowSetPlanSerializer,
)
from tests.evaluations.factories import CONFIGURATIONS, make_evaluation, make_question, task_of

pytestmark = pytest.mark.django_db
NOBODY = "00000000-0000-4000-8000-000000000000"
EVALUATION = "name, description, tags, metadata, data, files, tasks, skip_prefilled_rows, taxonomy_params, dataset_id"


@pytest.fixture
def here(v5, people):
    """Ids of one of each, for addresses and bodies."""
    row_set = v5.post("/v5/datasets", {"name": "Rows", "data": [{"a": 1}]}).json()
    row = v5.get(f"/v5/dataset-items?dataset_id={row_set['id']}").json()["items"][0]
    evaluation = make_evaluation(people.workspace, by=people.administrator)
    question = evaluation.tasks.get().question_id
    return {"row_set": row_set["id"], "row": row["id"], "evaluation": str(evaluation.pk), "question": str(question)}


CALLS = {
    "an evaluation": ("post", "/v5/evaluations", {"name": "Calls", "data": [{}], "task": []}, "task", EVALUATION),
    "a change of one": ("patch", "/v5/evaluations/{evaluation}", {"title": "x"}, "title", "name, description, tags"),
    "its first rows": ("patch", "/v5/evaluations/{evaluation}", {"name": "x", "data": []}, "data", "metadata"),
    "filters": ("post", "/v5/evaluations/filter", {"filters": [], "limit": 3}, "limit", "filters"),
    "another task": ("post", "/v5/evaluations/{evaluation}/tasks", {"tasks": []}, "tasks", "task"),
    "a task": ("patch", "/v5/evaluations/{evaluation}/tasks/marks", {"alias": "x"}, "alias", "configuration"),
    "a dataset": ("post", "/v5/datasets", {"name": "x", "data": [{}], "rows": []}, "rows", "tags, data, files"),
    "a change of a dataset": ("patch", "/v5/datasets/{row_set}", {"data": [{}]}, "data", "tags, restore"),
    "rows": (
        "post", "/v5/dataset-items/batch", {"dataset_id": "{row_set}", "data": [{}], "file": []}, "file",
        "dataset_id, data, files",
    ),
    "a row": ("patch", "/v5/dataset-items/{row}", {"data": {}, "file": {}}, "file", "data, files"),
    "a question": (
        "post", "/v5/questions", {"name": "x", "prompt": "x", "question_type": "number", "max": 3}, "max",
        "name, prompt, conditions, question_type, configuration",
    ),
    "a change of a question": ("patch", "/v5/questions/{question}", {"name": "x", "titel": "x"}, "titel", "name"),
    "annotation tasks": (
        "patch", "/v5/annotation-tasks/batch", {"ids": [NOBODY], "assign_to": "x"}, "assign_to", "ids, assigned_to",
    ),
    "an export": (
        "post", "/v5/evaluation-items/export", {"evaluation_id": "{evaluation}", "format": "csv"}, "format",
        "evaluation_id, export_format",
    ),
}  # fmt: skip


@pytest.mark.parametrize("call", CALLS)
def test_a_field_that_is_not_known_is_refused_and_nothing_is_stored(v5, here, call):
    method, address, body, name, known = CALLS[call]
    body = {key: value.format(**here) if isinstance(value, str) else value for key, value in body.items()}
    before = stored()

    answer = getattr(v5, method)(address.format(**here), body)

    (problem,) = answer.json()["detail"]
    assert (answer.status_code, problem["loc"], problem["type"]) == (422, ["body", name], "value_error.unknown")
    assert problem["msg"].startswith(f"“{name}” is not known here. Send: ")
    assert known in problem["msg"]
    assert stored() == before


def stored():
    rows = [model.objects.order_by("pk").values() for model in (Evaluation, EvaluationDataset, Question)]
    return [list(found) for found in rows]


@pytest.mark.parametrize("call", CALLS)
def test_what_an_answer_says_of_itself_may_come_back(v5, here, call):
    method, address, body, name, _known = CALLS[call]
    body = {key: value.format(**here) if isinstance(value, str) else value for key, value in body.items()}
    del body[name]

    answer = getattr(v5, method)(address.format(**here), {**body, "object": "evaluation"})

    assert "“object”" not in b"".join(answer).decode()


@pytest.mark.parametrize("kind", CONFIGURATIONS)
def test_a_configuration_has_the_fields_of_its_type_alone(v5, kind):
    body = {"name": "x", "prompt": "x", "question_type": kind, "configuration": {**CONFIGURATIONS[kind], "colour": 1}}

    answer = v5.post("/v5/questions", body)

    (problem,) = answer.json()["detail"]
    assert (answer.status_code, problem["loc"]) == (422, ["body", "configuration", "colour"])
    assert ", ".join(questions.KNOWN_OF[kind]) in problem["msg"]
    assert not Question.objects.exists()


@pytest.mark.parametrize(
    ("multi", "configuration", "loc"),
    [
        (False, {}, None),
        (None, {}, None),
        (True, {}, ["body", "configuration", "multi"]),
        (False, {"multi": True}, ["body", "configuration", "multi"]),
    ],
)
def test_only_some_questions_can_be_answered_with_several(v5, multi, configuration, loc):
    body = {"type": "number", "title": "x", "prompt": "x", "multi": multi, "configuration": configuration}

    answer = v5.post("/v5/questions", body)

    assert answer.status_code == (422 if loc else 201)
    assert [problem["loc"] for problem in answer.json().get("detail", [])] == ([loc] if loc else [])


def test_fields_within_fields_are_looked_at_too(v5, people):
    task = {**task_of(make_question(people.workspace, "rating")), "queue": "late"}
    dataset = {"name": "Rows", "columns": ["a"]}

    answer = v5.post("/v5/evaluations", {"name": "Calls", "data": [{}], "tasks": [task], "dataset": dataset})
    audit = v5.patch("/v5/annotation-tasks/batch", {"audit_assignment": {"queue": "default"}})

    assert answer.status_code == audit.status_code == 422
    places = [problem["loc"] for problem in answer.json()["detail"]]
    assert ["body", "tasks", 0, "queue"] in places
    assert ["body", "dataset", "columns"] in places
    assert [problem["loc"] for problem in audit.json()["detail"]] == [["body", "audit_assignment", "queue"]]


def test_a_thousand_unknown_fields_are_not_all_named():
    problems = unknown_fields({f"{number:0200}": 1 for number in range(1000)}, ["a"])

    assert len(problems) == MOST_SHOWN
    assert {len(problem[0][1]) for problem in problems} == {100}


def fields_of(kind):
    return set().union(*(one.__annotations__ for one in get_args(kind)))


# (what the public client package can send by its types, what is known here)
SENT = {
    "an evaluation": (fields_of(evaluation_create_params.Evaluation), evaluations.EvaluationPlanSerializer().fields),
    "its dataset": (
        evaluation_create_params.EvaluationEvaluationWithDatasetCreateRequestDataset.__annotations__,
        evaluations.NewRowSetSerializer().fields,
    ),
    "its change": (fields_of(evaluation_update_params.Evaluation), evaluations.EvaluationChangeSerializer().fields),
    "a dataset": (theirs.DatasetCreateParams.__annotations__, RowSetPlanSerializer().fields),
    "a change of one": (
        fields_of(theirs.dataset_update_params.Dataset), RowSetChangeSerializer().fields,
    ),
    "rows": (theirs.DatasetItemBatchCreateParams.__annotations__, DatasetItemBatchSerializer().fields),
    "a row": (theirs.DatasetItemUpdateParams.__annotations__, DatasetItemPlanSerializer().fields),
    "questions": (fields_of(question_create_params.Question), questions.KNOWN),
    "a name": (theirs.QuestionUpdateParams.__annotations__, questions.QuestionRenameSerializer().fields),
    "annotation tasks": (
        theirs.AnnotationTaskBatchUpdateParams.__annotations__, AnnotationTaskChangeSerializer().fields,
    ),
    "an audit": (
        annotation_task_batch_update_params.AuditAssignment.__annotations__, AuditAssignmentSerializer().fields,
    ),
    "an export": (theirs.EvaluationItemExportParams.__annotations__, ExportPlanSerializer().fields),
    # There are no rubrics here: one that is asked for is refused.
    "a question of an evaluation": (
        theirs.evaluation_task_param.ContributorEvaluationQuestionTaskConfiguration.__annotations__,
        (*OF_CONFIGURATION, "rubric_id"),
    ),
    **{
        kind: (getattr(theirs, f"{kind.title().replace('_', '')}QuestionConfigurationParam").__annotations__, known)
        for kind, known in questions.KNOWN_OF.items()
    },
}  # fmt: skip


@pytest.mark.parametrize("what", SENT)
def test_whatever_the_public_client_package_sends_is_known(what):
    sent, known = SENT[what]

    assert sent
    assert set(sent) <= set(known)
