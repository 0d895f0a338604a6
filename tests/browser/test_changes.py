"""What changed since an item was returned, where a form and a single moment were answered anew."""

import pytest
from playwright.sync_api import Page, expect

from tests.browser.asking import Asked, ask, press

AUDITOR = "auditor@demo.example"
PERSON = {"type": "object", "title": "Caller", "properties": {"age": {"type": "integer", "title": "Age"}}}
SCHEMA = {"type": "object", "properties": {"tone": {"type": "string", "title": "Tone"}, "caller": PERSON}}
LONG = {"form_schema": {"type": "object", "properties": {f"field {n}": {"type": "string"} for n in range(20)}}}
QUESTIONS = [
    {"type": "timestamp", "name": "Hello", "alias": "hello", "configuration": {}},
    {"type": "form", "name": "Sheet", "alias": "sheet", "configuration": {"form_schema": SCHEMA}},
    {"type": "form", "name": "Long", "alias": "long", "configuration": LONG, "required": False},
    {"type": "free_text", "name": "Note", "alias": "note"},
]
RETURNED = """
from annotations.actions import reviewing, working
from annotations.models import Assignment, LabelingTask
from workspaces.models import User
operator, auditor = (User.objects.get(email=f"{{who}}@demo.example") for who in ("operator", "auditor"))
def hand_in(hello, sheet, note):
    turn = working.next_for(LabelingTask.objects.get(pk={task!r}), by=operator)
    body = dict(answers=dict(hello=hello, sheet=sheet, note=note), active_ms=1000, revision=turn.revision)
    working.submit(turn, by=operator, body=body)
hand_in(500, dict(tone="warm", caller=dict(age=7)), "before")
turn = reviewing.next_review_for(LabelingTask.objects.get(pk={task!r}), by=auditor)
reviewing.reject(turn, by=auditor, body=dict(reason_code="boundary_late", comment="Later", revision=1))
hand_in(1500, dict(tone="warm", caller=dict(age=8)), "after")
"""


@pytest.fixture
def reworked(stack) -> Asked:
    asked = ask(stack, QUESTIONS, name="Reworked", review_mode="full")
    stack.manage("shell", "--no-imports", "-c", RETURNED.format(task=asked.pk))
    return asked


def test_changes_are_said_as_the_questions_are_and_stay_in_view(reworked, new_page):
    page: Page = new_page(AUDITOR, viewport={"width": 1280, "height": 640})
    reworked.open(page, what="review")

    told = [" ".join(row.inner_text().split()) for row in page.get_by_test_id("change").all()]
    assert told == [
        "↔ Moved 0:00.500 → 0:01.500 Hello",
        "≠ Changed Caller › Age: 7 → 8 Sheet",
        "≠ Changed before → after Note",
    ]
    press(page, "d")
    expect(page.get_by_test_id("time")).to_have_text("0:00.500")
    press(page, "Shift+D")
    expect(page.get_by_test_id("change").nth(2)).to_have_attribute("aria-current", "true")
    expect(page.get_by_test_id("text-note")).to_be_in_viewport(ratio=1)
    press(page, "Shift+D")
    expect(page.get_by_test_id("change").nth(1)).to_have_attribute("aria-current", "true")
    expect(page.get_by_test_id("question-sheet")).to_be_in_viewport(ratio=1)
