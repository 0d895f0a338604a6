"""The questions of a workspace, kept apart from the tasks that ask them."""

from typing import Any

from django.db import transaction
from django.db.models import F
from django.utils.translation import gettext as _

from annotations.form_schemas import value_problem
from annotations.models import LabelingTask, Question, TaskQuestion
from annotations.questions import clean_configuration, is_storable
from datasets.models import Dataset
from workspaces.errors import Invalid
from workspaces.models import AuditEvent, User, Workspace
from workspaces.permissions import Right, require

MAX_NAME = 255
MAX_PROMPT = 10_000
MAX_CONDITIONS = 64 * 1024

Problem = tuple[tuple[str | int, ...], str, str]


@transaction.atomic
def create_question(
    workspace: Workspace,
    *,
    kind: str,
    name: str,
    prompt: str,
    configuration: dict[str, Any],
    conditions: list[dict[str, Any]],
    by: User,
    dataset: Dataset | None = None,
) -> Question:
    """A question of one of the types. Raises Invalid with all that is wrong and stores nothing.

    Time regions are marked with the artifact types that `dataset` has now; the other types need none.
    """
    require(by, Right.CREATE_TASKS, workspace.pk)
    problems = [*_name_problems(name), *_prompt_problems(prompt), *_condition_problems(conditions)]
    cleaned: dict[str, Any] = {}
    try:
        cleaned = clean_configuration(kind, configuration, dataset=dataset, workspace_id=workspace.pk)
    except Invalid as problem:
        problems += problem.problems
    if problems:
        raise Invalid(problems)
    question = Question.objects.create(
        workspace=workspace,
        type=kind,
        name=name.strip(),
        prompt=prompt,
        configuration=cleaned,
        conditions=conditions,
        created_by=by,
    )
    data = {"name": question.name, "type": question.type}
    AuditEvent.record(by=by, workspace_id=workspace.pk, verb="create", target=question, data=data)
    return question


def rename(question: Question, *, name: str, by: User) -> None:
    """Call it something else, everywhere it is asked. Raises Invalid, or IllegalMove when it is archived."""
    require(by, Right.CREATE_TASKS, question.workspace_id)
    if problems := _name_problems(name):
        raise Invalid(problems)
    with transaction.atomic():
        question.rename(name.strip(), by=by)
        # Forms are kept in memory by their revision.
        tasks = LabelingTask.objects.filter(pk__in=TaskQuestion.objects.filter(question=question).values("task"))
        tasks.update(form_revision=F("form_revision") + 1)


def archive(question: Question, *, by: User) -> None:
    """Ask it no more in new tasks. Raises IllegalMove when it is archived already."""
    require(by, Right.CREATE_TASKS, question.workspace_id)
    question.archive(by=by)


def restore(question: Question, *, by: User) -> None:
    """Raises IllegalMove when it is not archived."""
    require(by, Right.CREATE_TASKS, question.workspace_id)
    question.restore(by=by)


def _name_problems(name: object) -> list[Problem]:
    if isinstance(name, str) and 0 < len(name.strip()) <= MAX_NAME and is_storable(name):
        return []
    return [
        (
            ("body", "name"),
            _("Give the question a name of up to %(most)d characters.") % {"most": MAX_NAME},
            "value_error",
        )
    ]


def _prompt_problems(prompt: object) -> list[Problem]:
    if isinstance(prompt, str) and len(prompt) <= MAX_PROMPT and is_storable(prompt):
        return []
    return [
        (("body", "prompt"), _("Say what is asked in up to %(most)d characters.") % {"most": MAX_PROMPT}, "value_error")
    ]


def _condition_problems(conditions: object) -> list[Problem]:
    if not isinstance(conditions, list) or not all(isinstance(condition, dict) for condition in conditions):
        return [(("body", "conditions"), _("Send a list of objects."), "type_error.list")]
    problem = value_problem(conditions, limit=MAX_CONDITIONS)
    return [(("body", "conditions", *problem[0]), problem[1], "value_error")] if problem else []
