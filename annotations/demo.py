"""The demo workspace: speech with planted artifacts, one person per role, and a task in the middle of its work.

It is made through the same actions as everything else, so what it shows is what the product does.
"""

import json
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

from django.conf import settings
from django.db import transaction
from django.utils.translation import gettext as _

from annotations.actions import reviewing, working
from annotations.actions.creating import AskedQuestion, TaskPlan, create_task
from annotations.actions.questions import create_question
from annotations.models import Assignment, LabelingTask, QuestionType, Vocabulary
from annotations.words.ready_made import add_ready_made
from datasets.actions import accept_upload
from datasets.actions.annotation_sets import publish_set, start_draft
from datasets.models import Annotation, ArtifactType, Dataset, ListenedFile
from workspaces.actions import create_workspace
from workspaces.jobs import run
from workspaces.models import Job, Membership, Role, User, Workspace

SLUG = "demo"
PASSWORD = "earmark-demo"  # noqa: S105 - printed on purpose; the demo is for looking around
PEOPLE: tuple[tuple[str, str, str], ...] = (
    ("admin@demo.example", "Sofia Super", "super admin"),
    ("administrator@demo.example", "Ada Administrator", Role.ADMINISTRATOR),
    ("manager@demo.example", "Max Manager", Role.ANNOTATION_ADMINISTRATOR),
    ("operator@demo.example", "Olga Operator", Role.OPERATOR),
    ("auditor@demo.example", "Aldo Auditor", Role.AUDITOR),
)
# Role, e-mail and password, as `manage.py up` prints them.
LOGINS = tuple((role.replace("_", " "), email, PASSWORD) for email, _name, role in PEOPLE)
CLIPS = Path(settings.BASE_DIR, "demo")
TYPES = (
    ("glitch", "#d7263d", _("A click, pop or burst, 1 to 30 ms.")),
    ("long_pause", "#2f6fde", _("Silence over 500 ms that breaks the flow.")),
    ("echo", "#8e44ad", _("The voice comes back a moment later.")),
    ("dropout", "#b5651d", _("The sound is gone for 20 to 150 ms inside a word.")),
    ("clipping", "#1b9a6c", _("Flat tops: louder than the recording could take.")),
)
INSTRUCTIONS = """Mark every **artifact** you hear, from where it starts to where it ends.

- A *glitch* is a click or pop of up to 30 ms. Zoom in and mark it tightly.
- A *long pause* is silence of more than 500 ms in the middle of a sentence.
- If there is nothing to mark, say so in the note and skip the item.

Then judge the pace of the whole clip.
"""


# What rooms above this one add to the demo workspace.
_more: list[Callable[[Workspace], None]] = []


def register(seed: Callable[[Workspace], None]) -> None:
    """Have `seed(workspace)` called once people and clips are there. It looks first whether it is done already."""
    _more.append(seed)


def seed_more(workspace: Workspace) -> None:
    for seed in _more:
        seed(workspace)


def seed_people() -> Workspace:
    """The workspace and its people. Each step looks first, so seeding may be cut off and begun again."""
    workspace = Workspace.objects.filter(slug=SLUG).first() or create_workspace(name="Demo", slug=SLUG)
    for email, name, role in PEOPLE:
        if User.objects.filter(email=email).exists():
            continue
        with transaction.atomic():
            if role in Role.values:
                user = User.objects.create_user(email, PASSWORD, name=name)
                Membership.objects.create(workspace=workspace, user=user, role=role)
            else:
                User.objects.create_superuser(email, PASSWORD, name=name)
    return workspace


def seed_audio(workspace: Workspace) -> Dataset:
    """The dataset with its types and clips. The clips are read here and now: no worker need be running yet."""
    administrator = User.objects.get(email="administrator@demo.example")
    with transaction.atomic():
        dataset, is_new = Dataset.objects.get_or_create(
            workspace=workspace,
            name=_("Support calls"),
            defaults={
                "description": _("Short calls of a synthetic voice, with artifacts planted in them."),
                "created_by": administrator,
            },
        )
        if is_new:
            ArtifactType.objects.bulk_create(
                ArtifactType(dataset=dataset, name=name, color=color, description=text, position=position)
                for position, (name, color, text) in enumerate(TYPES)
            )
    there = set(dataset.audio_files.values_list("filename", flat=True))
    for clip in clips():
        if clip["filename"] not in there:
            content = [(CLIPS / clip["filename"]).read_bytes()]
            accept_upload(dataset, by=administrator, filename=clip["filename"], content=content, metadata=clip["data"])
    for job in Job.objects.due().filter(workspace=workspace).order_by("id"):
        run(str(job.pk))
    return dataset


@transaction.atomic
def seed_labels(dataset: Dataset) -> None:
    """What was planted, as the published first version of the dataset's annotations."""
    if dataset.annotation_sets.exists():
        return
    administrator = User.objects.get(email="administrator@demo.example")
    files = {audio.filename: audio for audio in dataset.audio_files.all()}
    made = start_draft(dataset, by=administrator, source=_("What was planted in the clips"))
    ListenedFile.objects.bulk_create(
        ListenedFile(annotation_set=made, audio_file=audio, by=administrator) for audio in files.values()
    )
    made.add(
        Annotation(
            annotation_set=made,
            audio_file=files[clip["filename"]],
            artifact_type=mark["label"],
            start_ms=mark["start_ms"],
            end_ms=mark["end_ms"],
        )
        for clip in clips()
        for mark in clip["truth"]
    )
    publish_set(made, by=administrator)


def seed_words(workspace: Workspace) -> None:
    """The ready-made word pool, and a question that asks from it."""
    if Vocabulary.objects.filter(workspace=workspace).exists():
        return
    manager = User.objects.get(email="manager@demo.example")
    with transaction.atomic():
        pool = add_ready_made(workspace, by=manager)
        given = {"vocabulary": str(pool.pk), "facets": ["emotion"], "min": 1, "max": 5}
        create_question(
            workspace,
            kind=QuestionType.WORDS,
            name=_("Emotions"),
            prompt=_("What does the voice express?"),
            configuration={**given, "allow_new": True, "cannot_judge": True},
            conditions=[],
            by=manager,
        )


@transaction.atomic
def seed_task(dataset: Dataset) -> LabelingTask | None:
    """A task under way: two items approved, one returned, two to be judged, the rest open. None if it is there."""
    if LabelingTask.objects.filter(dataset=dataset).exists():
        return None
    manager = User.objects.get(email="manager@demo.example")
    auditor = User.objects.get(email="auditor@demo.example")
    operator = User.objects.get(email="operator@demo.example")
    plan = TaskPlan(
        dataset=dataset,
        name=_("Support calls, week 46"),
        instructions=INSTRUCTIONS,
        questions=(
            AskedQuestion(type="regions", name=_("Mark artifacts"), alias="artifacts", required=False),
            AskedQuestion(
                type="categorical",
                name=_("Pace"),
                alias="pace",
                configuration={"choices": ["slow", "normal", "fast", "variable"]},
            ),
            AskedQuestion(type="free_text", name=_("Note"), alias="note", required=False),
        ),
        review_mode=LabelingTask.ReviewMode.FULL,
        seed=46,
    )
    task = create_task(plan, by=manager)
    truth = {clip["filename"]: clip["truth"] for clip in clips()}
    for _number in range(5):
        _hand_in(task, operator, truth)
    for verdict in ("approve", "approve", "reject"):
        _judge(task, auditor, verdict)
    task.refresh_from_db()
    return task


def _hand_in(task: LabelingTask, operator: User, truth: dict[str, Any]) -> None:
    turn = working.next_for(task, by=operator)
    assert turn is not None
    audio = turn.item.files.select_related("audio").get().audio
    marks = [{"id": f"r{number}", "note": "", **mark} for number, mark in enumerate(truth[audio.filename], start=1)]
    body = {
        "answers": {"pace": "normal", **({"artifacts": marks} if marks else {})},
        "active_ms": audio.duration_ms * 2,
        "listened": [[0, audio.duration_ms]],
    }
    working.submit(turn, by=operator, body=body)


def _judge(task: LabelingTask, auditor: User, verdict: str) -> None:
    turn = reviewing.next_review_for(task, by=auditor)
    assert isinstance(turn, Assignment)
    if verdict == "approve":
        reviewing.approve(turn, by=auditor)
    else:
        comment = _("The click starts a little earlier than the mark.")
        reviewing.reject(turn, by=auditor, body={"reason_code": "boundary_late", "comment": comment})


def clips() -> Iterator[dict[str, Any]]:
    """Each clip of CLIPS: filename, data, and the artifacts that were planted in it."""
    yield from json.loads((CLIPS / "clips.json").read_text(encoding="utf-8"))
