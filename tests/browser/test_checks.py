"""Checks as people meet them: a manager sets them, an annotator gets an answer back, an auditor reads a note."""

import re

import pytest
from playwright.sync_api import Page, expect

from tests.browser.asking import Asked, ask, press
from tests.browser.test_quick_hands import NOTE, OPERATOR

MANAGER, AUDITOR = "administrator@demo.example", "auditor@demo.example"


def set_checks(page: Page, asked: Asked, *, action: str) -> None:
    page.goto(f"/w/demo/tasks/{asked.pk}/quality/checks/")
    expect(page.locator("#found")).to_contain_text("Nothing is checked yet")
    page.get_by_label("Check answers by rules when they are handed in").check()
    for name in ("Words that the pool calls opposites", "Words against an answer", "Too little of the recording"):
        page.get_by_label(name).uncheck()
    page.get_by_label("No question was answered at all").check()
    page.locator("#rules").get_by_label(action).check()
    page.get_by_role("button", name="Save checks").click()
    expect(page.get_by_text("Saved. Checks count for what is handed in from now on.")).to_be_visible()
    expect(page.get_by_label("No question was answered at all")).to_be_checked()


@pytest.fixture
def manager(new_page) -> Page:
    return new_page(MANAGER)


def test_an_answer_that_a_check_returned_comes_back_with_its_reason(stack, manager, new_page):
    asked = ask(stack, [{**NOTE, "required": False}], name="Checked")
    set_checks(manager, asked, action="Return it to its annotator")
    page = new_page(OPERATOR)
    asked.open(page)
    first = page.url

    page.get_by_test_id("submit").click()

    expect(page.get_by_test_id("returned")).to_contain_text("Returned by Automatic check. No question was answered.")
    assert re.search(r"[0-9a-f-]{36}", page.url[page.url.index("/assignments/") :]) is not None
    assert page.url == first
    # The page of the manager follows by itself.
    manager.get_by_role("link", name=re.compile("returned")).click()
    expect(manager.locator("#check-results")).to_contain_text("No question was answered.")

    press(page, "q")
    page.keyboard.type("Somebody laughs.")
    page.get_by_test_id("submit").click()

    expect(page.get_by_test_id("returned")).to_be_hidden()
    expect(page).not_to_have_url(first)
    assert asked.submitted() == [{}, {"note": "Somebody laughs."}]


def test_an_auditor_reads_what_was_found_as_a_note(stack, manager, new_page):
    asked = ask(stack, [{**NOTE, "required": False}], name="Noted", review_mode="full")
    set_checks(manager, asked, action="Note it for people to look at")
    page = new_page(OPERATOR)
    asked.open(page)
    first = page.url
    page.get_by_test_id("submit").click()
    expect(page).not_to_have_url(first)

    auditor = new_page(AUDITOR)
    asked.open(auditor, what="review")

    checks = auditor.get_by_test_id("checks")
    expect(checks).to_contain_text("nothing was said")
    expect(checks).to_contain_text("rules · flagged")
    expect(manager.locator("#check-results")).to_contain_text("No question was answered.")
    manager.get_by_role("button", name="No problem").click()
    expect(manager.locator("#found")).to_contain_text("Nothing to look at")
