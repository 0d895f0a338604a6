"""What tests of a task's pages ask of them."""

from typing import Any

from annotations.models import LabelingTask


def text(response: Any) -> str:
    """The page, which has to be there."""
    assert response.status_code == 200
    return response.content.decode()


def url(task: LabelingTask, tab: str = "") -> str:
    return f"/w/speech-lab/tasks/{task.pk}/{tab}"
