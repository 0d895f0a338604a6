"""A task's form as values."""

from functools import lru_cache
from uuid import UUID

from markdown_it import MarkdownIt
from nh3 import clean

from annotations.answers import FormQuestion
from annotations.models import TaskQuestion

_markdown = MarkdownIt("commonmark", {"linkify": False, "html": False}).enable("table")


@lru_cache(maxsize=512)
def form_of(task_id: UUID) -> tuple[FormQuestion, ...]:
    """The questions of a task in order. Kept in memory: a form never changes once its task is open."""
    rows = TaskQuestion.objects.filter(task_id=task_id).select_related("question").order_by("position", "id")
    return tuple(
        FormQuestion(
            alias=row.alias,
            type=row.question.type,
            name=row.question.name,
            prompt=row.question.prompt,
            required=row.required,
            configuration=row.question.configuration,
            question_id=row.question_id,
        )
        for row in rows
    )


@lru_cache(maxsize=512)
def instructions_html(markdown: str) -> str:
    """Instructions as safe HTML: Markdown rendered without raw HTML, then cleaned once more."""
    return clean(_markdown.render(markdown))
