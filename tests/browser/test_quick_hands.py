"""Keys pressed faster than the server answers, and handing in from within a field: none is lost or misses its item."""

import re
from typing import Any

import pytest
from playwright.sync_api import Page, Route, expect

from tests.browser.asking import ask, press

OPERATOR = "operator@demo.example"
PACE: dict[str, Any] = {
    "type": "categorical",
    "name": "Pace",
    "alias": "pace",
    "configuration": {"choices": ["slow", "normal", "fast"]},
}
NOTE: dict[str, Any] = {"type": "free_text", "name": "Note", "alias": "note", "required": False}
MOMENTS: dict[str, Any] = {
    "type": "timestamp",
    "name": "Moments",
    "alias": "moments",
    "configuration": {"multi": True},
    "required": False,
}


@pytest.fixture
def page(new_page) -> Page:
    return new_page(OPERATOR)


class Held:
    """The first request to such an address waits here until it is answered or let go.

    Make it before the page is opened: one that is open already goes on for a moment as if nobody held anything.
    """

    def __init__(self, page: Page, pattern: str) -> None:
        self.page = page
        self.pattern = pattern
        self.routes: list[Route] = []
        page.route(pattern, lambda route: self.routes.append(route), times=1)

    def route(self) -> Route:
        """It, once it has arrived: the page may show that it sends before it does. Raises AssertionError after 15 s."""
        for _ in range(1500):
            if self.routes:
                return self.routes[0]
            self.page.wait_for_timeout(10)
        raise AssertionError(f"Nothing was sent to {self.pattern}")


def is_chosen(page: Page, choice: str) -> None:
    expect(page.get_by_test_id(f"choice-pace-{choice}")).to_have_class(re.compile("is-chosen"))


def is_busy(page: Page, busy: str) -> None:
    expect(page.get_by_test_id("workbench")).to_have_attribute("aria-busy", busy)


def test_what_is_pressed_after_handing_in_does_not_change_what_was_handed_in(stack, page):
    asked = ask(stack, [PACE, NOTE], name="Quick")
    saves = Held(page, "**/draft")
    asked.open(page)
    press(page, "1")
    expect(page.get_by_test_id("saved-state")).to_have_text("Saving…")
    # The save is still on its way, so handing in has to wait for it.
    press(page, "Control+Enter")
    is_busy(page, "true")
    press(page, "3", "q")
    page.keyboard.type("for the next one")
    is_chosen(page, "slow")
    saves.route().continue_()
    expect(page.get_by_test_id("progress")).to_contain_text("1 of")
    expect(page.locator(".wb-choice.is-chosen")).to_have_count(0)
    expect(page.get_by_test_id("text-note")).to_have_value("")
    assert asked.submitted() == [{"pace": "slow"}]


def test_play_pressed_after_handing_in_plays_the_next_item(stack, page):
    sent = Held(page, "**/submit")
    ask(stack, [PACE, NOTE], name="Played").open(page)
    press(page, "1", "Control+Enter")
    is_busy(page, "true")
    press(page, "Space")
    expect(page.get_by_role("button", name="Play", exact=True)).to_be_visible()
    sent.route().continue_()
    expect(page.get_by_test_id("progress")).to_contain_text("1 of")
    expect(page.get_by_role("button", name="Pause", exact=True)).to_be_visible()


def test_what_hands_in_twice_by_a_slip_leaves_the_next_item_alone(stack, page):
    asked = ask(stack, [NOTE], name="Twice")
    asked.open(page)
    press(page, "q")
    page.keyboard.type("one")
    first = page.url
    press(page, "Control+Enter")
    page.wait_for_url(lambda url: url != first)
    # The next one is there, and the key is pressed once more at once.
    press(page, "Control+Enter")
    page.get_by_test_id("submit").dblclick()
    expect(page.get_by_test_id("progress")).to_contain_text("2 of")
    press(page, "Space", "Control+Enter")
    expect(page.get_by_test_id("progress")).to_contain_text("3 of")
    assert asked.submitted() == [{"note": "one"}, {}, {}]


def test_a_refusal_gives_the_field_back(stack, page, console):
    console.expect("status of 503")
    sent = Held(page, "**/submit")
    ask(stack, [PACE, NOTE], name="Given back").open(page)
    press(page, "1", "q")
    page.keyboard.type("one")
    press(page, "Control+Enter")
    is_busy(page, "true")
    page.keyboard.type(" lost")
    sent.route().fulfill(status=503, json={"detail": "Not now."})
    is_busy(page, "false")
    expect(page.get_by_test_id("text-note")).to_be_focused()
    page.keyboard.type(" two")
    expect(page.get_by_test_id("text-note")).to_have_value("one two")


def test_a_time_that_is_being_typed_is_handed_in_as_it_stands(stack, page):
    asked = ask(stack, [MOMENTS], name="Typed")
    asked.open(page)
    press(page, "n")
    start = page.get_by_test_id("region-start")
    start.fill("1.5.2")
    press(page, "Control+Enter")
    expect(page.get_by_test_id("table-error")).to_contain_text("That is not a time.")
    expect(start).to_be_focused()
    start.fill("1.5")
    press(page, "Control+Enter")
    expect(page.get_by_test_id("progress")).to_contain_text("1 of")
    assert asked.submitted() == [{"moments": [1500]}]


def test_an_empty_table_says_how_its_own_marks_are_made(stack, page):
    regions = {"type": "regions", "name": "Marks", "alias": "marks", "required": False}
    ask(stack, [MOMENTS, regions], name="Empty").open(page)
    table = page.get_by_test_id("region-table")
    expect(table.get_by_text("Double-click the waveform")).to_be_visible()
    expect(table.get_by_text("Drag over the waveform")).to_be_hidden()
    press(page, "q")
    expect(table.get_by_text("Drag over the waveform")).to_be_visible()
    expect(table.get_by_text("Double-click the waveform")).to_be_hidden()
