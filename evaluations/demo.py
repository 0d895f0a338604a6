"""The demo workspace's evaluation: two voices judged by ear, half of it answered."""

from typing import Any

from django.db import transaction
from django.utils.translation import gettext as _

from annotations import demo
from annotations.actions import questions, working
from annotations.models import LabelingTask, Question
from datasets.actions import accept_upload
from datasets.actions.datasets import evaluation_files
from datasets.models import AudioFile
from evaluations.actions.evaluations import EvaluationPlan, create_evaluation
from evaluations.asked import TASK_TYPE
from evaluations.models import Evaluation
from workspaces.jobs import run
from workspaces.models import Job, User, Workspace

ROWS = 8
ANSWERED = 5
# What the operator hears: where a word is said wrongly (ms), how natural it sounds, what is wrong with it, and why.
HEARD: tuple[tuple[list[int], int, str, str], ...] = (
    ([1180, 4020], 4, "intonation", _("The question falls at the end.")),
    ([600], 3, "pace", ""),
    ([2930, 3975, 8100], 2, "pace", _("Long silence before the date; then it hurries.")),
    ([], 5, "nothing", ""),
    ([3310, 5200], 4, "intonation", _("Letters are spelled with the same tone each.")),
)


def seed(workspace: Workspace) -> None:
    """Rows, questions and answers, made as programs and people make them. Nothing is done where it is there."""
    if Evaluation.objects.filter(workspace=workspace).exists():
        return
    administrator = User.objects.get(email="administrator@demo.example")
    operator = User.objects.get(email="operator@demo.example")
    clips = list(demo.clips())[:ROWS]
    files = _files(workspace, clips, by=administrator)
    with transaction.atomic():
        plan = EvaluationPlan(
            workspace=workspace,
            name=_("Voices v2 and v3 side by side"),
            description=_("How natural do the two voices sound, and where do they mispronounce a word?"),
            tags=["pilot", "week 46"],
            metadata={"voices": ["voice-v2", "voice-v3"]},
            data=[{"audio_description": clip["data"]["Description"], "voice": clip["data"]["Agent"]} for clip in clips],
            files=[{"audio": str(files[clip["filename"]].pk)} for clip in clips],
            tasks=_tasks(workspace, by=administrator),
        )
        evaluation = create_evaluation(plan, by=administrator)
        task = LabelingTask.objects.get(evaluation_queue__evaluation=evaluation)
        for marks, stars, what, why in HEARD[:ANSWERED]:
            turn = working.next_for(task, by=operator)
            assert turn is not None
            given = {"mispronunciations": marks, "naturalness": stars, "weakest": what, **({"why": why} if why else {})}
            body = {"answers": given, "active_ms": 2 * turn.duration_ms, "listened": [[0, turn.duration_ms]]}
            working.submit(turn, by=operator, body=body)


def _files(workspace: Workspace, clips: list[dict[str, Any]], *, by: User) -> dict[str, AudioFile]:
    """The clips among the workspace's evaluation files, read here and now."""
    dataset = evaluation_files(workspace, by)
    there = set(dataset.audio_files.values_list("filename", flat=True))
    for clip in clips:
        if clip["filename"] not in there:
            content = [(demo.CLIPS / clip["filename"]).read_bytes()]
            accept_upload(dataset, by=by, filename=clip["filename"], content=content)
    for job in Job.objects.due().filter(workspace=workspace).order_by("id"):
        run(str(job.pk))
    return {audio.filename: audio for audio in dataset.audio_files.all()}


def _tasks(workspace: Workspace, *, by: User) -> list[dict[str, Any]]:
    asked: tuple[tuple[str, str, str, str, dict[str, Any]], ...] = (
        ("mispronunciations", "timestamp", _("Mispronunciations"), _("Mark each word that is said wrongly."),
         {"multi": True}),
        ("naturalness", "rating", _("Naturalness"), _("How natural does the voice sound?"),
         {"steps": 5, "min_label": _("like a machine"), "max_label": _("like a person")}),
        ("weakest", "categorical", _("Weakest point"), _("What gives it away most?"),
         {"choices": ["nothing", "intonation", "pace", "noise"]}),
        ("why", "free_text", _("Why"), _("What would you tell whoever made the voice?"), {}),
    )  # fmt: skip
    layout = {"direction": "column", "children": [{"data": "item.audio_description"}, {"data": "item.files.audio"}]}
    return [
        {
            "task_type": TASK_TYPE,
            "alias": alias,
            "configuration": {
                "question_id": str(_question(workspace, kind, name, prompt, how, by=by).pk),
                "layout": layout,
                "required": alias in ("naturalness", "weakest"),
            },
        }
        for alias, kind, name, prompt, how in asked
    ]


def _question(
    workspace: Workspace, kind: str, name: str, prompt: str, configuration: dict[str, Any], *, by: User
) -> Question:
    return questions.create_question(
        workspace, kind=kind, name=name, prompt=prompt, configuration=configuration, conditions=[], by=by
    )
