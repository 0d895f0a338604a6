"""The bell with scripts: opened by key or finger, read, followed, and counted without a reload."""

import re

import pytest
from playwright.sync_api import Page, expect

from tests.browser.conftest import settled

PHONE = {"width": 390, "height": 800}
TELL = """
from uuid import uuid4
from annotations.models import LabelingTask
from workspaces.models import User
from workspaces.notices import notify
# The demo's own: tasks of other tests come and go, and what is told of a deleted one leads nowhere.
task, user = LabelingTask.objects.order_by("id").first(), User.objects.get(email="{email}")
for number in range({count}):
    data = {{"task_id": str(task.pk), "task": task.name, "number": number + 1}}
    notify([user], kind="labeling_assigned", workspace_id=task.workspace_id, target_id=uuid4(), data=data)
"""
OPERATOR = "operator@demo.example"


@pytest.fixture
def tell(stack):
    """So many notices for one person."""
    stack.manage("shell", "-v", "0", "-c", "from workspaces.models import Notice; Notice.objects.all().delete()")
    return lambda count, email=OPERATOR: stack.manage("shell", "-v", "0", "-c", TELL.format(email=email, count=count))


def bell(page: Page, words: str):
    return page.get_by_role("button", name=words, exact=True)


def test_by_keyboard_it_opens_leads_on_and_counts_down(new_page, tell):
    tell(2)
    page = new_page(OPERATOR)
    page.goto("/w/demo/labeling/")
    button = bell(page, "Notices: 2 unread")
    expect(button).to_have_attribute("aria-expanded", "false")

    button.focus()
    page.keyboard.press("Enter")
    expect(button).to_have_attribute("aria-expanded", "true")
    first = page.locator(".bell-menu.show .notice-line").first
    expect(first).to_contain_text("You have 2 items in")
    page.keyboard.press("ArrowDown")
    expect(first).to_be_focused()
    page.keyboard.press("Escape")
    expect(button).to_be_focused()
    expect(button).to_have_attribute("aria-expanded", "false")

    page.keyboard.press("Enter")
    first.press("Enter")
    expect(page).to_have_url(re.compile("/w/demo/labeling/$"))
    expect(bell(page, "Notices: 1 unread")).to_be_visible()


def test_all_are_read_in_the_panel_without_a_reload(new_page, tell):
    tell(101)
    page = new_page(OPERATOR)
    page.goto("/w/demo/labeling/")
    page.evaluate("window.isTheSamePage = true")

    bell(page, "Notices: 99+ unread").click()
    expect(page.locator(".bell-menu.show .notice-line")).to_have_count(10)
    settled(page)
    page.get_by_role("button", name="Mark all as read").click()

    expect(bell(page, "Notices")).to_be_visible()
    expect(page.get_by_role("button", name="Mark all as read")).to_have_count(0)
    expect(page.locator(".bell-menu.show .notice-line")).to_have_count(10)
    assert page.evaluate("window.isTheSamePage")


def test_the_count_follows_while_the_page_is_open(new_page, tell):
    tell(1)
    page = new_page(OPERATOR)
    page.clock.install()
    page.goto("/w/demo/labeling/")
    expect(bell(page, "Notices: 1 unread")).to_be_visible()
    tell(3)

    page.clock.fast_forward(46_000)

    expect(bell(page, "Notices: 4 unread")).to_be_visible()


def test_on_a_phone_the_bell_stands_in_the_bar(new_page, tell):
    tell(3)
    page = new_page(OPERATOR, viewport=PHONE)
    page.goto("/w/demo/labeling/")

    bell(page, "Notices: 3 unread").click()
    panel = page.locator(".bell-menu.show")
    expect(panel.locator(".notice-line")).to_have_count(3)
    box = panel.bounding_box()
    assert box["x"] >= 0
    assert box["x"] + box["width"] <= PHONE["width"]
    panel.get_by_role("link", name="All notices").click()

    expect(page.get_by_role("heading", name="Notices", level=1)).to_be_visible()
    page.get_by_role("button", name="Mark all as read").click()
    expect(page.locator(".notice-dot.new")).to_have_count(0)
    assert page.evaluate("document.documentElement.scrollWidth <= innerWidth")
