"""A task's form as values."""

from functools import lru_cache
from uuid import UUID

from markdown_it import MarkdownIt
from nh3 import clean

from annotations.answers import FormQuestion
from annotations.models import LabelingTask, TaskQuestion
from annotations.questions import shown_configuration

_markdown = MarkdownIt("commonmark", {"linkify": False, "html": False}).enable("table")


def form_of(task: LabelingTask) -> tuple[FormQuestion, ...]:
    """The questions of a task in order. Kept in memory: a form that changes gets another revision."""
    return _form(task.pk, task.form_revision)


@lru_cache(maxsize=512)
def _form(task_id: UUID, revision: int) -> tuple[FormQuestion, ...]:
    rows = TaskQuestion.objects.filter(task_id=task_id).select_related("question").order_by("position", "id")
    return tuple(
        FormQuestion(
            alias=row.alias,
            type=row.question.type,
            name=row.question.name,
            prompt=row.question.prompt,
            required=row.required,
            configuration=shown_configuration(row.question),
            question_id=row.question_id,
            layout=row.layout,
        )
        for row in rows
    )


@lru_cache(maxsize=512)
def instructions_html(markdown: str) -> str:
    """Instructions as safe HTML: Markdown rendered without raw HTML, then cleaned once more."""
    return clean(_markdown.render(markdown))
