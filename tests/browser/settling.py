"""A task of the demo's space that three people answered and disagree about, made inside of the server's data folder."""

import json
from typing import Any

CROWD = """
import json
from annotations.actions import working
from annotations.actions.creating import create_task
from annotations.actions.plans import AskedQuestion, TaskPlan, Seat
from annotations.aggregating.running import run
from annotations.models import Assignment, LabelingTask
from datasets.models import Dataset
from workspaces.models import Membership, User
answers = json.loads({answers!r})
dataset = Dataset.objects.get(name="Support calls", workspace__slug="demo")
by = User.objects.get(email="administrator@demo.example")
people = []
for name in ("Ann Lee", "Ben Ode", "Cleo Maximiliana Fitzgerald-Montgomery"):
    email = name.split()[0].lower() + "@demo.example"
    user, made = User.objects.get_or_create(email=email, defaults={{"name": name}})
    Membership.objects.get_or_create(workspace=dataset.workspace, user=user, role="operator")
    people.append(user)
questions = (
    AskedQuestion(type="regions", name="Artifacts", alias="marks", required=False),
    AskedQuestion(type="categorical", name="Pace", alias="pace",
                  configuration={{"choices": ["slow", "normal", "fast"]}}),
    AskedQuestion(type="rating", name="Quality", alias="quality", required=False,
                  configuration={{"steps": 5, "min_label": "bad", "max_label": "good"}}),
)
plan = TaskPlan(dataset=dataset, name="Many ears", questions=questions, overlap=3, review_mode="none", seed=1)
task = create_task(plan, by=by)
items = list(task.items.order_by("position"))
for item, given in zip(items, answers):
    for person, one in zip(people, given):
        turn = Assignment.objects.select_related("task__workspace").filter(item=item, state="open").first()
        Assignment.objects.filter(pk=turn.pk).update(annotator=person, state="assigned")
        turn.refresh_from_db()
        working.open_one(turn, by=person)
        working.submit(turn, by=person, body={{"answers": one, "active_ms": 5000}})
run(LabelingTask.objects.get(pk=task.pk))
print("task", task.pk)
"""


def mark(label: str, start: int, end: int) -> dict[str, Any]:
    return {"label": label, "start_ms": start, "end_ms": end}


# Of each item what the three said: marks at odds and a tie of paces; then a tie alone; then they agree.
ANSWERS = [
    [
        {"marks": [mark("glitch", 1000, 2000), mark("long_pause", 4000, 5000)], "pace": "slow", "quality": 4},
        {"marks": [mark("glitch", 1100, 2500)], "pace": "normal", "quality": 4},
        {"marks": [mark("glitch", 1050, 4000), mark("long_pause", 4050, 5050)], "pace": "fast", "quality": 2},
    ],
    [{"pace": "slow"}, {"pace": "normal"}, {"pace": "fast"}],
    [{"pace": "slow"}, {"pace": "slow"}, {"pace": "slow"}],
]


def crowd_task(stack: Any, answers: list[list[dict[str, Any]]] = ANSWERS) -> str:
    """The id of a task of the demo's recordings with these answers, its results computed."""
    said = stack.manage("shell", "--no-imports", "-c", CROWD.format(answers=json.dumps(answers)))
    return str(said.strip().splitlines()[-1].split()[-1])
