"""Three people who answer the same items."""

import pytest

QUESTIONS = (
    {"type": "categorical", "name": "Pace", "configuration": {"choices": ["slow", "normal", "fast"]}},
    {"type": "regions", "name": "Marks", "required": False},
    {
        "type": "rating",
        "name": "Quality",
        "configuration": {"steps": 5, "min_label": "bad", "max_label": "good"},
        "required": False,
    },
    {"type": "free_text", "name": "Note", "configuration": {"max_length": 50}, "required": False},
)


@pytest.fixture
def crowd(people):
    from tests.factories import MembershipFactory

    return [
        MembershipFactory(workspace=people.workspace, role="operator", user__name=name).user
        for name in ("Ann", "Ben", "Cleo")
    ]


@pytest.fixture
def shared(people, dataset):
    """A task of six items, each for three people, without a review."""
    from annotations.actions.plans import AskedQuestion
    from tests.annotations.factories import make_task

    questions = tuple(AskedQuestion(**question) for question in QUESTIONS)
    return make_task(dataset, by=people.administrator, overlap=3, review_mode="none", questions=questions)


@pytest.fixture
def give(shared):
    """Hand in an answer to the item at a position, whatever the pool would have given next."""
    from annotations.actions import working
    from annotations.models import Assignment, LabelingTask

    def hand_in(person, position, **answers):
        task = LabelingTask.objects.get(pk=shared.pk)
        turns = Assignment.objects.select_related("task__workspace").filter(task=task, position=position, state="open")
        turn = turns.order_by("slot").first()
        Assignment.objects.filter(pk=turn.pk).update(annotator=person, state="assigned")
        turn.refresh_from_db()
        working.open_one(turn, by=person)
        working.submit(turn, by=person, body={"answers": answers, "active_ms": 5000})
        return turn

    return hand_in


@pytest.fixture
def first_positions(shared):
    from annotations.models import TaskItem

    return list(TaskItem.objects.filter(task=shared).order_by("position").values_list("position", flat=True))
