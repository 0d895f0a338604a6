"""Work on a task that a manager stops: what its annotator has written so far can still be seen, but not changed."""

import re

import pytest
from playwright.sync_api import Page, expect

from tests.browser.asking import ask, press
from tests.browser.test_quick_hands import NOTE, OPERATOR, PACE

STOP = """
from annotations.actions.managing import stop
from annotations.models import LabelingTask
task = LabelingTask.objects.get(pk={task!r})
stop(task, by=task.created_by)
"""


@pytest.fixture
def page(new_page) -> Page:
    return new_page(OPERATOR)


def shows(page: Page, *, note: str) -> None:
    expect(page.get_by_test_id("notice-closed")).to_contain_text("This labeling task is stopped. Your drafts are kept")
    expect(page.get_by_test_id("choice-pace-normal")).to_have_class(re.compile("is-chosen"))
    expect(page.get_by_test_id("text-note")).to_have_value(note)
    expect(page.get_by_test_id("text-note")).to_have_attribute("readonly", "")


@pytest.mark.parametrize("late", ["", " Written too late."])
def test_a_draft_of_a_task_that_was_stopped_is_shown(stack, page, console, late):
    console.expect("status of 409")
    asked = ask(stack, [PACE, NOTE], name="Stopped")
    asked.open(page)
    press(page, "2", "q")
    page.keyboard.type("Halfway.")
    expect(page.get_by_test_id("saved-state")).to_have_text("Saved")
    stack.manage("shell", "--no-imports", "-c", STOP.format(task=asked.pk))
    if late:
        page.keyboard.type(late)
        expect(page.get_by_test_id("notice-gone")).to_contain_text("This labeling task is stopped.")
        page.keyboard.type(" And later.")
    page.reload()
    shows(page, note=f"Halfway.{late} And later." if late else "Halfway.")
    assert asked.submitted() == []
