"""Settling what people disagree about in a real browser: by keys alone, by mouse alone, and what is kept of it."""

import re

import pytest
from playwright.sync_api import Page, expect

from tests.browser.settling import crowd_task

# Meanwhile one of the answers does not count any more.
CANCELLED = """
from annotations.models import Assignment
Assignment.objects.filter(task="{task}", slot=2).update(state="cancelled")
"""
AUDITOR, MANAGER = "auditor@demo.example", "administrator@demo.example"


@pytest.fixture
def task(stack) -> str:
    return crowd_task(stack)


def open_settling(new_page, task: str) -> Page:
    page: Page = new_page(AUDITOR)
    page.goto(f"/w/demo/tasks/{task}/settle/")
    expect(page.get_by_test_id("adjudication")).to_have_attribute("data-screen", "item")
    return page


def conflicts(page: Page) -> list[tuple[str, str]]:
    rows = page.get_by_test_id("conflict").all()
    return [(row.get_attribute("data-id"), row.get_attribute("data-decided")) for row in rows]


def test_by_keys_alone(new_page, task):
    page = open_settling(new_page, task)
    expect(page.get_by_test_id("lane")).to_have_count(3)
    expect(page.get_by_test_id("left")).to_have_text("2 to settle")
    rows = [name for name, _ in conflicts(page)]
    assert rows == ["marks/0", "marks/1", "pace", "quality"]
    # What is open stands first and is not decided for anybody.
    expect(page.get_by_test_id("conflict").nth(0)).to_have_attribute("data-decided", "")
    expect(page.get_by_test_id("lane-final").locator(".adj-mark")).to_have_count(1)
    page.keyboard.press("Enter")
    expect(page.get_by_test_id("message")).to_have_text("Decide this first.")
    page.keyboard.press("m")
    page.keyboard.press("n")
    page.keyboard.press("u")
    page.keyboard.press("n")
    page.keyboard.press("2")
    page.keyboard.press("n")
    page.keyboard.press("c")
    assert [decided for _, decided in conflicts(page)] == ["median", "union", "answer", "consensus"]
    expect(page.get_by_test_id("lane-final").locator(".adj-mark")).to_have_count(2)
    page.keyboard.press("p")
    expect(page.locator(".adj-conflict.is-current")).to_have_attribute("data-id", "pace")
    page.keyboard.press("Enter")
    expect(page.get_by_test_id("left")).to_have_text("1 to settle")
    assert [name for name, _ in conflicts(page)] == ["pace"]
    page.keyboard.press("1")
    page.keyboard.press("Enter")
    expect(page.get_by_test_id("adjudication")).to_have_attribute("data-screen", "end")
    expect(page.get_by_test_id("end-title")).to_have_text("Nothing to settle")
    expect(page.get_by_test_id("end-title")).to_be_focused()


def test_by_mouse_alone_and_what_is_kept(new_page, task):
    page = open_settling(new_page, task)
    name = page.get_by_test_id("item-name").inner_text()
    page.get_by_test_id("take-1").click()
    page.get_by_test_id("next-conflict").click()
    page.get_by_test_id("take-M").click()
    page.get_by_test_id("next-conflict").click()
    page.get_by_test_id("take-own").select_option(label="fast")
    page.get_by_test_id("note").fill("Heard it twice")
    page.get_by_test_id("save").click()
    expect(page.get_by_test_id("left")).to_have_text("1 to settle")
    manager: Page = new_page(MANAGER)
    manager.goto(f"/w/demo/tasks/{task}/quality/results/?shown=adjudicated")
    row = manager.locator("#item-results tbody tr")
    expect(row).to_have_count(1)
    expect(row).to_contain_text("fast")
    expect(row).to_contain_text("adjudicated")
    manager.get_by_role("link", name=name).click()
    expect(manager.get_by_test_id("adjudication")).to_have_attribute("data-readonly", "true")
    expect(manager.get_by_test_id("settled")).to_contain_text("settled by")
    # What stands there is what was kept, not what most had marked.
    kept = manager.get_by_test_id("lane-final").locator(".adj-mark[title*=glitch]")
    expect(kept).to_have_attribute("title", re.compile(r"0:01\.000.*0:02\.000"))
    expect(manager.get_by_test_id("save")).to_be_hidden()


def test_who_goes_by_tab_keeps_their_place(new_page, task):
    page = open_settling(new_page, task)
    focused = page.locator(":focus")
    head = page.get_by_test_id("conflict").nth(2).locator(".adj-conflict-head")
    head.focus()
    page.keyboard.press("Enter")
    expect(focused).to_have_attribute("aria-expanded", "true")
    expect(focused).to_contain_text("Pace")
    page.keyboard.press("Tab")
    page.keyboard.press("Enter")
    expect(focused).to_have_attribute("data-testid", "take-1")
    expect(focused).to_have_attribute("aria-pressed", "true")
    page.get_by_test_id("take-own").focus()
    page.keyboard.press("ArrowDown")
    expect(focused).to_have_attribute("data-testid", "take-own")
    # Out of a field the keys work again.
    page.get_by_test_id("note").focus()
    page.keyboard.type("c")
    page.keyboard.press("Escape")
    expect(focused).to_have_attribute("data-testid", "focus")
    expect(page.get_by_test_id("note")).to_have_value("c")


def test_two_quick_clicks_are_two_steps(new_page, task):
    page = open_settling(new_page, task)
    page.get_by_test_id("next-conflict").dblclick()
    expect(page.locator(".adj-conflict.is-current")).to_have_attribute("data-id", "pace")


def test_later_and_space(new_page, task):
    page = open_settling(new_page, task)
    first = page.get_by_test_id("item-name").inner_text()
    page.keyboard.press(" ")
    expect(page.get_by_test_id("play")).to_have_attribute("aria-label", "Pause")
    page.keyboard.press("s")
    expect(page.get_by_test_id("item-name")).not_to_have_text(first)
    expect(page.get_by_test_id("left")).to_have_text("2 to settle")


def test_a_page_that_is_out_of_date_says_so(new_page, task, stack, console):
    console.expect("status of 409")
    page = open_settling(new_page, task)
    stack.manage("shell", "--no-imports", "-c", CANCELLED.format(task=task))
    for key in ("1", "n", "1", "n", "1", "Enter"):
        page.keyboard.press(key)
    expect(page.get_by_test_id("message")).to_contain_text("Reload")


def test_on_a_phone(new_page, task):
    page = open_settling(new_page, task)
    page.set_viewport_size({"width": 390, "height": 844})
    assert page.evaluate("() => document.documentElement.scrollWidth <= 390")
    expect(page.get_by_test_id("take-1")).to_be_visible()
