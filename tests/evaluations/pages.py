"""An evaluation with a question of every type, and people who answer it, for tests of its pages."""

from typing import Any

from annotations.actions import working
from annotations.models import Assignment, LabelingTask
from evaluations.models import Evaluation
from tests.evaluations.factories import layout, make_evaluation, make_question, task_of
from workspaces.models import User, Workspace

SCHEMA = {
    "type": "object",
    "properties": {
        "voice": {"type": "string", "enum": ["clear", "muffled"]},
        "polite": {"type": "boolean"},
        "turns": {"type": "integer"},
        "remark": {"type": "string"},
    },
}
KINDS = {
    "marks": ("timestamp", {"multi": True}),
    "verdict": ("categorical", {"choices": ["good", "bad"]}),
    "stars": ("rating", {"steps": 5, "min_label": "poor", "max_label": "fine"}),
    "count": ("number", {}),
    "note": ("free_text", {}),
    "sheet": ("form", {"form_schema": SCHEMA}),
}
# Our own units: milliseconds.
ANSWERS: dict[str, Any] = {
    "marks": [1250, 9600],
    "verdict": "good",
    "stars": 4,
    "count": 2.5,
    "note": "The name is said wrongly.",
    "sheet": {"voice": "clear", "polite": True, "turns": 3, "remark": "short"},
}
SHOWN = layout("item.text", "item.files.audio", direction="column")


def every_kind(workspace: Workspace, *, by: User, rows: int = 3, **plan: Any) -> Evaluation:
    """An evaluation that asks a question of each type in one queue."""
    tasks = [
        task_of(make_question(workspace, kind, prompt=f"{alias}?", configuration=how), alias=alias, layout=SHOWN)
        for alias, (kind, how) in KINDS.items()
    ]
    return make_evaluation(workspace, by=by, rows=rows, **{"tasks": tasks, **plan})


def labeling_task(evaluation: Evaluation, queue: str = "default") -> LabelingTask:
    return LabelingTask.objects.get(evaluation_queue__evaluation=evaluation, evaluation_queue__queue_id=queue)


def answer(evaluation: Evaluation, user: User, answers: dict[str, Any] | None = None, *, times: int = 1) -> Assignment:
    """The person's next rows of the default queue, handed in; the last of them."""
    for _ in range(times):
        turn = working.next_for(labeling_task(evaluation), by=user)
        assert turn is not None
        working.submit(turn, by=user, body={"answers": ANSWERS if answers is None else answers, "active_ms": 60_000})
    return turn


def skip(evaluation: Evaluation, user: User) -> Assignment:
    turn = working.next_for(labeling_task(evaluation), by=user)
    assert turn is not None
    working.skip(turn, by=user, reason="Nothing to hear")
    return turn


def text(response: Any) -> str:
    """The page, which has to be there."""
    assert response.status_code == 200, response.content.decode()[:2000]
    return response.content.decode()


def url(evaluation: Evaluation, tab: str = "") -> str:
    return f"/w/speech-lab/evaluations/{evaluation.pk}/{tab}"
