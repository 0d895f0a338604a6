"""Files, questions and evaluations for tests, made the way the product makes them but for decoding sound."""

from typing import Any

from annotations.models import Question
from annotations.questions import clean_configuration
from datasets.models import AudioBlob, AudioFile, Dataset
from evaluations.actions.evaluations import EvaluationPlan, create_evaluation
from evaluations.models import Evaluation
from workspaces.models import User, Workspace

DURATION_MS = 10_000
CHOICES = {"choices": ["good", "bad", "unclear"], "multi": False, "dropdown": False}
CONFIGURATIONS: dict[str, dict[str, Any]] = {
    "timestamp": {"multi": True},
    "categorical": CHOICES,
    "rating": {"steps": 5, "min_label": "poor", "max_label": "excellent"},
    "number": {"min": 0, "max": 100},
    "free_text": {"min_length": 0, "max_length": 200},
    "form": {"form_schema": {"type": "object", "properties": {"speaker": {"type": "string"}}, "required": ["speaker"]}},
}


def make_files(
    workspace: Workspace, n: int = 2, *, status: str = AudioFile.Status.READY, duration_ms: int = DURATION_MS
) -> list[AudioFile]:
    """Files among the workspace's evaluation files whose bytes are not there: ready, failed, or still to be read."""
    dataset, _ = Dataset.objects.get_or_create(
        workspace=workspace, purpose=Dataset.Purpose.EVALUATIONS, defaults={"name": "Evaluation files"}
    )
    is_ready = status == AudioFile.Status.READY
    made = AudioFile.objects.bulk_create(
        AudioFile(
            workspace=workspace,
            dataset=dataset,
            blob=_blob(workspace) if is_ready else None,
            filename=f"call-{number:05}.wav",
            status=status,
            error="This is no sound." if status == AudioFile.Status.FAILED else "",
            md5="d41d8cd98f00b204e9800998ecf8427e",
            content_type="audio/wav",
            size=1,
            duration_ms=duration_ms if is_ready else 0,
            sample_rate=16_000 if is_ready else 0,
            channels=1 if is_ready else 0,
        )
        for number in range(1, n + 1)
    )
    return list(made)


def finish_reading(files: list[AudioFile], *, duration_ms: int = DURATION_MS) -> None:
    """These files are ready now. Nobody is told of it."""
    for audio in files:
        AudioFile.objects.filter(pk=audio.pk).update(
            status=AudioFile.Status.READY, blob=_blob(audio.workspace), duration_ms=duration_ms, sample_rate=16_000,
            channels=1,
        )  # fmt: skip


def _blob(workspace: Workspace) -> AudioBlob:
    blob, _ = AudioBlob.objects.get_or_create(
        workspace=workspace,
        sha256="0" * 64,
        defaults={
            "size": 1,
            "original": "audio/none",
            "content_type": "audio/wav",
            "codec": "pcm_s16le",
            "sample_rate": 16_000,
            "channels": 1,
            "n_samples": DURATION_MS * 16,
            "duration_ms": DURATION_MS,
            "peaks": "peaks/none",
            "peaks_header": {"version": 1, "levels": []},
        },
    )
    return blob


def make_question(workspace: Workspace, kind: str = "timestamp", **fields: Any) -> Question:
    """A question of this type as the library holds it."""
    values = {"name": kind.replace("_", " ").title(), "prompt": "?", "configuration": CONFIGURATIONS.get(kind, {})}
    values |= fields
    if kind == "form":
        values["configuration"] = clean_configuration(kind, values["configuration"], dataset=None)
    return Question.objects.create(workspace=workspace, type=kind, **values)


def layout(*locators: str, direction: str = "row") -> dict[str, Any]:
    """A container of these places: `layout("item.files.audio", "item.text")`."""
    return {"direction": direction, "children": [{"data": locator} for locator in locators]}


def task_of(question: Question | str, *, alias: str = "marks", **configuration: Any) -> dict[str, Any]:
    """A task as programs send it: this question about the row's file `audio`."""
    pk = question if isinstance(question, str) else str(question.pk)
    asked = {"question_id": pk, "layout": layout("item.files.audio"), **configuration}
    return {"task_type": "contributor_evaluation.question", "alias": alias, "configuration": asked}


def make_evaluation(workspace: Workspace, *, by: User, rows: int = 2, **plan: Any) -> Evaluation:
    """An evaluation of `rows` rows with one ready file each and a required timestamp question under the alias `marks`.

    `plan` overrides what it is made with: `data`, `files`, `tasks` and so on, as programs send them.
    """
    fields: dict[str, Any] = {"name": "Support calls", **plan}
    if "data" not in plan:
        fields["data"] = [{"text": f"call {number}"} for number in range(1, rows + 1)]
    if "files" not in plan:
        fields["files"] = [{"audio": str(audio.pk)} for audio in make_files(workspace, len(fields["data"]))]
    if "tasks" not in plan:
        fields["tasks"] = [task_of(make_question(workspace), required=True)]
    return create_evaluation(EvaluationPlan(workspace=workspace, **fields), by=by)
