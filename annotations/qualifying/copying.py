"""A task beside another one, that asks the same in the same words."""

from annotations.models import LabelingTask, TaskQuestion

# What a second task has in common with the one it is made beside.
SAME = (
    "workspace_id",
    "dataset_id",
    "instructions",
    "lease_minutes",
    "ai_assisted",
    "detector_id",
    "suggestion_threshold",
    "aggregation",
    "seed",
)


def beside(task: LabelingTask, **own: object) -> LabelingTask:
    """The row of a task like this one, not stored."""
    return LabelingTask(**{name: getattr(task, name) for name in SAME}, **own)


def copy_form(source: LabelingTask, target: LabelingTask) -> None:
    TaskQuestion.objects.bulk_create(
        TaskQuestion(
            task=target,
            question_id=row.question_id,
            alias=row.alias,
            required=row.required,
            layout=row.layout,
            queue=row.queue,
            position=row.position,
        )
        for row in TaskQuestion.objects.filter(task=source).order_by("position", "id")
    )
