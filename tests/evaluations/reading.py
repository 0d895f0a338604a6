"""What programs read of an evaluation's rows, and ask of its annotation tasks."""

from collections.abc import Iterable
from typing import Any

from annotations.models import Assignment
from datasets.models import AudioFile
from evaluations import beginning
from evaluations.models import Evaluation
from tests.evaluations.factories import finish_reading, make_evaluation, make_files
from tests.evaluations.labeling import turn_at
from workspaces.models import AuditEvent

BATCH = "/v5/annotation-tasks/batch"


def rows(v5: Any, evaluation: Evaluation, query: str = "") -> list[dict[str, Any]]:
    """The evaluation's rows, in their order."""
    found: list[dict[str, Any]] = v5.get(f"/v5/evaluation-items?evaluation_id={evaluation.pk}{query}").json()["items"]
    return found


def with_unreadable(people: Any, numbers: Iterable[int], unreadable: Iterable[int]) -> Evaluation:
    """An evaluation of rows with these numbers; some of them have a file that turned out to be no sound."""
    numbers = list(numbers)
    files = make_files(people.workspace, len(numbers), status=AudioFile.Status.PENDING)
    evaluation = make_evaluation(
        people.workspace,
        by=people.administrator,
        data=[{"n": number} for number in numbers],
        files=[{"audio": str(one.pk)} for one in files],
    )
    for number, audio in zip(numbers, files, strict=True):
        if number in unreadable:
            audio.fail("This is no sound.")
        else:
            finish_reading([audio])
    assert beginning.begin(evaluation.pk)
    return evaluation


def ids(evaluation: Evaluation, *positions: int) -> list[str]:
    """The annotation tasks of these rows."""
    return [str(turn_at(evaluation, position).pk) for position in positions]


def moved(v5: Any, body: dict[str, Any]) -> list[dict[str, Any]]:
    """The annotation tasks as they are after a change that is taken."""
    answer = v5.patch(BATCH, body)
    assert answer.status_code == 200, answer.json()
    items: list[dict[str, Any]] = answer.json()["items"]
    return items


def refused(v5: Any, body: dict[str, Any], status: int = 400) -> str:
    """The sentence of a refusal, after which every turn is what it was."""
    before = list(Assignment.objects.order_by("pk").values())
    events = AuditEvent.objects.count()
    answer = v5.patch(BATCH, body)
    assert answer.status_code == status, answer.json()
    assert answer["X-Should-Retry"] == "false"
    assert list(Assignment.objects.order_by("pk").values()) == before
    assert AuditEvent.objects.count() == events
    detail = answer.json()["detail"]
    return str(detail if isinstance(detail, str) else detail[0]["msg"])


def audit(evaluation: Evaluation, *positions: int, **people: Any) -> dict[str, Any]:
    """The body that names auditors for these rows."""
    found = evaluation.items.filter(position__in=positions).values_list("pk", flat=True)
    named = {name: str(getattr(person, "pk", person)) for name, person in people.items()}
    return {
        "audit_assignment": {
            "evaluation_id": str(evaluation.pk),
            "queue_id": "default",
            "evaluation_item_ids": [str(pk) for pk in found],
            **named,
        }
    }
