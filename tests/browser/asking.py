"""Labeling tasks for tests of the workbench: any questions, layouts, values and recordings, over the demo's clips."""

import json
import re
from dataclasses import dataclass
from typing import Any

from playwright.sync_api import Page, expect

from tests.stack import Stack

MAKE = """
import json
from annotations.actions.creating import AskedQuestion
from annotations.models import ItemFile, LabelingTask, TaskItem, TaskQuestion
from datasets.models import AudioFile, Dataset
from tests.annotations.factories import make_task
from workspaces.models import User
plan = json.loads({plan!r})
dataset = Dataset.objects.get(workspace__slug="demo", name="Support calls")
person = {{user.email.partition("@")[0]: user for user in User.objects.filter(email__endswith="@demo.example")}}
task = make_task(
    dataset, by=person["administrator"], name=plan["name"], review_mode=plan["review_mode"],
    questions=tuple(AskedQuestion(**question) for question in plan["questions"]),
    annotators=[(person["operator"], None)],
    reviewers=[(person["auditor"], None)] if plan["review_mode"] == "full" else [],
)
for alias, layout in plan["layouts"].items():
    TaskQuestion.objects.filter(task=task, alias=alias).update(layout=layout)
items = TaskItem.objects.filter(task=task)
items.update(data=plan["data"], prefilled=plan["prefilled"])
if plan["recordings"] == 0:
    ItemFile.objects.filter(item__task=task).delete()
if plan["recordings"] == 2:
    ItemFile.objects.filter(item__task=task).update(name="call")
    other = AudioFile.objects.filter(dataset=dataset, status="ready").order_by("duration_ms").first()
    ItemFile.objects.bulk_create(ItemFile(item=item, name="agent", audio=other) for item in items)
print(json.dumps(str(task.pk)))
"""

READ = """
import json
from annotations.models import Submission
rows = Submission.objects.filter(assignment__task={task!r}).order_by("id")
print(json.dumps([row.answers for row in rows]))
"""


@dataclass
class Asked:
    """A task that the demo's operator labels."""

    stack: Stack
    pk: str

    def open(self, page: Page, *, what: str = "label") -> None:
        """The next item of the person at this page, ready to be worked on."""
        page.goto(f"/w/demo/tasks/{self.pk}/{what}/")
        expect(page.get_by_test_id("workbench")).to_have_attribute("data-screen", "item")
        expect(page).to_have_url(re.compile("/assignments/"))

    def submitted(self) -> list[dict[str, Any]]:
        """The answers of all submissions, as they are stored."""
        found: list[dict[str, Any]] = json.loads(
            self.stack.manage("shell", "--no-imports", "-c", READ.format(task=self.pk)).splitlines()[-1]
        )
        return found


def ask(
    stack: Stack,
    questions: list[dict[str, Any]],
    *,
    name: str = "Asked",
    layouts: dict[str, Any] | None = None,
    data: dict[str, Any] | None = None,
    prefilled: dict[str, Any] | None = None,
    recordings: int = 1,
    review_mode: str = "none",
) -> Asked:
    """A task with these questions; `layouts` by alias, `data` and `prefilled` of every item, 0 to 2 recordings each.

    Of two, the main one is `call` and the other, the shortest clip of all, `agent`.
    """
    plan = {
        "name": name,
        "questions": questions,
        "layouts": layouts or {},
        "data": data or {},
        "prefilled": prefilled or {},
        "recordings": recordings,
        "review_mode": review_mode,
    }
    made = stack.manage("shell", "--no-imports", "-c", MAKE.format(plan=json.dumps(plan)))
    return Asked(stack, json.loads(made.splitlines()[-1]))


def press(page: Page, *keys: str) -> None:
    for key in keys:
        page.keyboard.press(key)
