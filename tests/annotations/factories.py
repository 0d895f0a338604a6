"""Labeling tasks for tests, made the way the product makes them."""

from typing import Any

from annotations.actions.creating import AskedQuestion, Seat, TaskPlan, create_task, filling_job
from annotations.models import LabelingTask
from datasets.models import ArtifactType, AudioBlob, AudioFile, Dataset
from workspaces.jobs import run
from workspaces.models import User, Workspace

DURATION_MS = 10_000

REGIONS = AskedQuestion(type="regions", name="Marks")
PACE = AskedQuestion(
    type="categorical", name="Pace", configuration={"choices": ["slow", "normal", "fast"]}, required=True
)
MOMENTS = AskedQuestion(type="timestamp", name="Moments", configuration={"multi": True}, required=False)
NOTE = AskedQuestion(type="free_text", name="Note", configuration={"max_length": 50}, required=False)

ANSWERS = {
    "marks": [{"id": "r1", "label": "glitch", "start_ms": 1200, "end_ms": 1350, "note": "click"}],
    "pace": "normal",
}


def make_dataset(workspace: Workspace, *, files: int = 3, name: str = "Calls") -> Dataset:
    """A dataset with two artifact types and ready files of ten seconds whose bytes are not there."""
    dataset = Dataset.objects.create(workspace=workspace, name=name)
    for position, (label, color) in enumerate((("glitch", "#d7263d"), ("long_pause", "#2f6fde"))):
        ArtifactType.objects.create(dataset=dataset, name=label, color=color, position=position)
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
    AudioFile.objects.bulk_create(
        AudioFile(
            workspace=workspace,
            dataset=dataset,
            blob=blob,
            filename=f"call-{number:04}.wav",
            metadata={"Agent": "voice-v3"},
            status=AudioFile.Status.READY,
            duration_ms=DURATION_MS,
            sample_rate=16_000,
            channels=1,
        )
        for number in range(1, files + 1)
    )
    return dataset


def make_task(
    dataset: Dataset,
    *,
    by: User,
    annotators: list[tuple[User, int | None]] | None = None,
    reviewers: list[tuple[User, int | None]] | None = None,
    **plan: Any,
) -> LabelingTask:
    """An open task with a required region and choice question, a timestamp and a text, reviewed in full unless said."""
    fields: dict[str, Any] = {
        "name": "Support calls",
        "questions": (REGIONS, PACE, MOMENTS, NOTE),
        "review_mode": LabelingTask.ReviewMode.FULL,
        "seed": 7,
        "annotators": [Seat(user, quota) for user, quota in annotators or []],
        "reviewers": [Seat(user, quota) for user, quota in reviewers or []],
    }
    task = create_task(TaskPlan(dataset=dataset, **{**fields, **plan}), by=by)
    # A large one waits for a worker; here it is needed now.
    if job := filling_job(task):
        run(str(job.pk))
        task.refresh_from_db()
    return task
