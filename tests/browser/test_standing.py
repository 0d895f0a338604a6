"""Standing as people meet it: warned and paused while working, undone by a manager, and on they go."""

import re

import pytest
from playwright.sync_api import Page, expect

from tests.browser.asking import Asked, ask, press
from tests.browser.test_quick_hands import NOTE, OPERATOR

MANAGER = "administrator@demo.example"


@pytest.fixture
def manager(new_page) -> Page:
    return new_page(MANAGER)


def fill_rule(page: Page, number: int, *, action: str, percent: str, least: str, window: str) -> None:
    page.get_by_role("button", name="Add a rule").click()
    row = page.locator("[data-rule]").nth(number)
    row.get_by_label("When").select_option("too_fast")
    row.get_by_label("Per cent").fill(percent)
    row.get_by_label("From").fill(least)
    row.get_by_label("Of the last").fill(window)
    row.get_by_label("Then").select_option(action)


def set_rules(page: Page, asked: Asked) -> None:
    page.goto(f"/w/demo/tasks/{asked.pk}/quality/people/")
    expect(page.locator("#rules")).to_contain_text("No rules yet")
    fill_rule(page, 0, action="warn", percent="50", least="1", window="5")
    fill_rule(page, 1, action="pause", percent="100", least="2", window="1")
    hours = page.locator("[data-rule]").nth(1).get_by_label("Hours of the pause")
    hours.fill("2")
    expect(page.locator("[data-rule]").nth(0).get_by_label("Hours of the pause")).to_be_hidden()
    page.get_by_role("button", name="Save the rules").click()
    expect(page.locator("#rules")).to_contain_text("the rule would never fire")
    page.locator("[data-rule]").nth(1).get_by_label("Of the last").fill("2")
    page.get_by_role("button", name="Save the rules").click()
    expect(page.locator("#rules")).to_contain_text("is paused for 2 h.")


def say(page: Page, text: str) -> None:
    """Answer without listening, and hand in."""
    press(page, "q")
    page.keyboard.type(text)
    page.get_by_test_id("submit").click()


def test_warned_then_paused_while_working_then_put_back_and_on(stack, manager, new_page, console):
    console.expect(r"status of 422")
    asked = ask(stack, [{**NOTE, "required": False}], name="Ruled")
    set_rules(manager, asked)
    page = new_page(OPERATOR)
    asked.open(page)
    first = page.url

    say(page, "One")

    # Told beside the next item.
    expect(page.get_by_test_id("notice-standing")).to_contain_text("A warning: Many of your answers came before")
    expect(page).not_to_have_url(first)
    page.get_by_test_id("understood").click()
    expect(page.get_by_test_id("notice-standing")).to_have_count(0)
    expect(manager.locator("tr[data-state=warned]")).to_contain_text("warned")

    say(page, "Two")

    # What was handed in is kept, and nothing comes next.
    expect(page.get_by_test_id("end")).to_contain_text("You are paused in this task until")
    assert [answer["note"] for answer in asked.submitted()] == ["One", "Two"]
    page.get_by_test_id("home").click()
    expect(page.locator(".notice-warn")).to_contain_text("You are paused in this task until")
    page.get_by_role("link", name="My standing").click()
    expect(page.locator("#events")).to_contain_text("Pause until")
    console.expect(r"status of 409")
    page.goto(f"/w/demo/tasks/{asked.pk}/label/")
    expect(page.get_by_test_id("end")).to_contain_text("No items for you now")

    # Without a reload the manager sees it and takes it back.
    paused = manager.locator("tr[data-state=paused]")
    paused.get_by_role("button", name="Undo").click()
    manager.get_by_role("dialog").get_by_label("Why").fill("The recordings were silent")
    manager.get_by_role("dialog").get_by_role("button", name="Undo").click()
    expect(manager.locator("tr[data-state=good]").first).to_be_visible()
    expect(manager.locator("tr[data-state=paused]")).to_have_count(0)

    asked.open(page)
    page.goto("/w/demo/labeling/")
    expect(page.get_by_text("You are paused")).to_have_count(0)


def test_a_manager_warns_and_stops_with_a_reason(stack, manager, new_page, console):
    console.expect(r"status of 422")
    asked = ask(stack, [{**NOTE, "required": False}], name="Stopped one")
    manager.goto(f"/w/demo/tasks/{asked.pk}/quality/people/")
    row = manager.locator("#standings tr", has_text="operator").first
    row.get_by_role("button", name="Stop").click()
    dialog = manager.get_by_role("dialog")
    expect(dialog.get_by_label("Hours")).to_be_hidden()
    dialog.get_by_role("button", name="Stop").click()
    expect(dialog.get_by_role("alert")).to_contain_text("Say in a few words why")
    dialog.get_by_label("Why").fill("Answers at random")
    dialog.get_by_role("button", name="Stop").click()
    expect(manager.locator("tr[data-state=stopped]")).to_contain_text("Answers at random")

    page = new_page(OPERATOR)
    page.goto("/w/demo/labeling/")
    expect(page.locator(".notice-warn", has_text="Stopped one")).to_contain_text(
        re.compile("Answers at random. If you")
    )
