"""Tasks with control items, trainings and exams for tests, made the way the product makes them."""

from annotations.actions import working
from annotations.models import Assignment, LabelingTask, Skill
from annotations.qualifying.controls import add_controls
from annotations.qualifying.keys import listed
from annotations.qualifying.lessons import LessonPlan, create_lesson
from tests.annotations.factories import PACE, make_dataset, make_task

RIGHT, WRONG = {"pace": "normal"}, {"pace": "fast"}


def make_plain_task(people, *, files=12, **plan):
    """A task that asks for the pace alone and is not reviewed."""
    fields = {"questions": (PACE,), "review_mode": LabelingTask.ReviewMode.NONE, **plan}
    return make_task(make_dataset(people.workspace, files=files), by=people.administrator, **fields)


def rows_of(people, *, n, name="Known", expected=RIGHT):
    """`n` rows that name recordings of another dataset, with a hint and an explanation."""
    known = make_dataset(people.workspace, files=n, name=name)
    texts = {"hint": "Count the words.", "explanation": "About two words a second."}
    return [
        {"audio_file_id": str(audio.pk), "expected": expected, **texts}
        for audio in known.audio_files.order_by("filename")
    ]


def with_controls(task, people, *, n=6, percent=30):
    """The task of now, with control items mixed in."""
    add_controls(task, listed(task, rows_of(people, n=n)), percent=percent, by=people.administrator)
    return LabelingTask.objects.get(pk=task.pk)


def make_lesson(task, people, *, n=3, kind="training", **plan):
    skill, _ = Skill.objects.get_or_create(workspace=people.workspace, name="Pace")
    fields = {"skill": skill, "name": kind.title(), **plan}
    items = listed(task, rows_of(people, n=n, name=f"Known for {fields['name']}"))
    return create_lesson(LessonPlan(kind=kind, source=task, items=items, **fields), by=people.administrator)


def now(task):
    return LabelingTask.objects.get(pk=task.pk)


def answer(task, user, answers=RIGHT) -> Assignment | None:
    """Their next item, handed in; None when there is none."""
    turn = working.next_for(now(task), by=user)
    if turn is not None:
        turn = working.assignment_for(user, turn.pk)
        working.submit(turn, by=user, body={"answers": answers, "active_ms": 5000})
    return turn
