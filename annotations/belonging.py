"""Tasks that belong to something of a room above, which decides when they go and rest. That room registers here."""

from collections.abc import Callable

from annotations.models import LabelingTask

# The sentence that says why something cannot be done with this task by itself, or None where it may be.
Refusal = Callable[[LabelingTask], str | None]
_to_delete: list[Refusal] = []
_to_resume: list[Refusal] = []


def register(*, to_delete: Refusal, to_resume: Refusal) -> None:
    _to_delete.append(to_delete)
    _to_resume.append(to_resume)


def refusal_to_delete(task: LabelingTask) -> str | None:
    return next((sentence for refusal in _to_delete if (sentence := refusal(task))), None)


def refusal_to_resume(task: LabelingTask) -> str | None:
    return next((sentence for refusal in _to_resume if (sentence := refusal(task))), None)
