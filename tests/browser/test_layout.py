"""What a layout shows of an item: rows and columns, other recordings, values of any size, and items without a sound."""

import re
from typing import Any

import pytest
from playwright.sync_api import Locator, Page, expect

from tests.browser.asking import ask, press

OPERATOR = "operator@demo.example"
LONG = "The caller wants to know why the invoice is higher than last month.\n" * 40
DATA: dict[str, Any] = {
    "title": "Call about an invoice",
    "transcript": LONG,
    "caller": {"name": "Ann Example", "tags": ["billing", "vip"]},
    "score": 0.82,
    "none": None,
    "address": "https://example.org/" + "x" * 400,
    "markup": "<b>bold</b><img src=x onerror=alert(1)>",
    "events": [{"at": at, "what": "turn"} for at in range(30)],
}
LAYOUT = {
    "children": [
        {
            "direction": "column",
            "children": [
                {"data": "item.title", "label": "Subject"},
                {"data": "item.files.call", "label": "The call"},
                {"data": "item.files.agent", "label": "The agent alone"},
            ],
        },
        {
            "direction": "column",
            "children": [
                {"data": "item.transcript"},
                {"children": [{"data": "item.score"}, {"data": "item.missing"}, {"data": "item.caller.name"}]},
            ],
        },
    ]
}
OTHER = {"direction": "column", "children": [{"data": "item.title"}, {"data": "item.events"}, {"data": "item.address"}]}
RATING = {
    "type": "rating",
    "name": "Natural",
    "alias": "natural",
    "configuration": {"steps": 5, "min_label": "like a machine", "max_label": "like a person"},
}
PACE = {"type": "categorical", "name": "Pace", "alias": "pace", "configuration": {"choices": ["slow", "fast"]}}
MOMENTS = {"type": "timestamp", "name": "Moments", "alias": "moments", "configuration": {"multi": True}}
NOTE = {"type": "free_text", "name": "Note", "alias": "note", "required": False}


@pytest.fixture
def page(new_page) -> Page:
    return new_page(OPERATOR, viewport={"width": 1280, "height": 800})


@pytest.fixture(scope="module")
def with_layout(stack):
    layouts = {"moments": LAYOUT, "pace": LAYOUT, "natural": OTHER}
    return ask(
        stack, [MOMENTS, PACE, RATING], name="Rows and columns", layouts=layouts, data=DATA, recordings=2
    )  # fmt: skip


def piece(page: Page, label: str) -> Locator:
    return page.get_by_test_id(f"piece-{label}")


def box(locator: Locator) -> dict[str, float]:
    found = locator.bounding_box()
    assert found is not None
    return dict(found)


def stays_within(page: Page) -> None:
    """Nothing sticks out of the window sideways."""
    assert page.evaluate("document.documentElement.scrollWidth - document.documentElement.clientWidth") <= 0


def test_rows_and_columns_stand_above_the_sound(with_layout, page):
    with_layout.open(page)
    subject, transcript, score = (piece(page, name) for name in ("Subject", "transcript", "score"))
    assert box(subject)["x"] < box(transcript)["x"]
    assert box(subject)["y"] == pytest.approx(box(transcript)["y"], abs=1)
    assert box(score)["y"] > box(transcript)["y"]
    layout = page.get_by_test_id("layout")
    assert box(layout)["y"] + box(layout)["height"] <= box(page.get_by_test_id("overview"))["y"]
    # The sound keeps its place and all of its buttons.
    assert box(page.get_by_test_id("detail"))["height"] >= 140
    expect(page.get_by_test_id("play")).to_be_in_viewport()
    expect(piece(page, "caller.name")).to_contain_text("Ann Example")
    expect(piece(page, "missing")).to_contain_text("–")
    # The layout says what the item is; the line above would say it again.
    expect(page.get_by_test_id("item")).to_be_hidden()
    stays_within(page)


def test_a_layout_of_two_questions_is_there_once_and_nothing_twice(with_layout, page):
    with_layout.open(page)
    expect(piece(page, "transcript")).to_have_count(1)
    expect(page.get_by_text("Call about an invoice")).to_have_count(1)
    expect(piece(page, "events")).to_have_count(1)


def test_long_values_are_scrolled_in_their_place_by_keys_too(with_layout, page):
    with_layout.open(page)
    text = page.get_by_role("region", name="transcript")
    assert text.evaluate("e => e.scrollHeight > e.clientHeight")
    assert box(text)["height"] < 250
    text.focus()
    press(page, "PageDown")
    expect(text).not_to_have_js_property("scrollTop", 0)
    expect(page.get_by_test_id("time")).to_have_text("0:00.000")
    press(page, "Escape", "ArrowRight")
    expect(page.get_by_test_id("time")).to_have_text("0:01.000")
    expect(page.get_by_role("region", name="events").locator("xpath=self::pre")).to_contain_text('"what": "turn"')


def test_the_main_recording_is_the_one_below_and_others_have_players(with_layout, page):
    with_layout.open(page)
    expect(page.get_by_test_id("main-recording")).to_contain_text("This is the recording below.")
    player = page.get_by_test_id("player-agent")
    expect(player).to_have_attribute("preload", "none")
    expect(player).to_have_accessible_name("Listen to The agent alone")
    expect(page.locator("[data-testid^=player-]")).to_have_count(1)
    # One is heard at a time, and Space on a player is the player's.
    main = page.get_by_test_id("audio")
    press(page, "Space")
    expect(main).to_have_js_property("paused", False)
    player.focus()
    press(page, "Space")
    expect(player).to_have_js_property("paused", False)
    expect(main).to_have_js_property("paused", True)
    press(page, "Escape", "Space")
    expect(main).to_have_js_property("paused", False)
    expect(player).to_have_js_property("paused", True)


def test_on_a_narrow_screen_rows_are_columns(with_layout, new_page):
    page = new_page(OPERATOR, viewport={"width": 390, "height": 844})
    with_layout.open(page)
    subject, transcript, address = (piece(page, name) for name in ("Subject", "transcript", "address"))
    assert box(subject)["x"] == box(transcript)["x"] == box(address)["x"]
    assert box(subject)["y"] < box(transcript)["y"] < box(address)["y"]
    stays_within(page)


def test_an_item_without_recordings_is_answered_without_a_sound(stack, page):
    layout = {"children": [{"data": "item.title"}, {"data": "item.markup", "label": "Text"}, {"data": "item.none"}]}
    asked = ask(
        stack, [RATING, PACE, NOTE], name="No sound", layouts={"natural": layout}, data=DATA, recordings=0
    )  # fmt: skip
    asked.open(page)
    for gone in ("overview", "detail", "transport", "heard", "notice-audio"):
        expect(page.get_by_test_id(gone)).to_be_hidden()
    # Text is text, whatever stands in it.
    expect(piece(page, "Text")).to_contain_text("<b>bold</b>")
    # Keys of the sound do nothing; those of the questions do.
    press(page, "Space", "ArrowRight", "l", "n", "[", "]", "+", "0", "4", "q", "1", "q")
    page.keyboard.type("Typed at once")
    press(page, "Control+Enter")
    expect(page.get_by_test_id("progress")).to_contain_text("1 of")
    assert asked.submitted() == [{"natural": 4, "pace": "slow", "note": "Typed at once"}]


def test_an_item_of_values_alone_shows_them_all(stack, page):
    ask(stack, [RATING], name="Values alone", data=DATA, recordings=0).open(page)
    expect(page.locator(".wb-piece-name")).to_have_count(len(DATA))
    # Not every database keeps the order in which a row's values came.
    assert sorted(page.locator(".wb-piece-name").all_inner_texts()) == sorted(DATA)
    expect(page.get_by_test_id("submit")).to_be_in_viewport()
    stays_within(page)


def test_without_a_layout_all_is_as_before(stack, page):
    ask(stack, [RATING], name="As before", data={"title": "Call 1"}).open(page)
    expect(page.get_by_test_id("layout")).to_be_hidden()
    expect(page.get_by_test_id("item")).to_have_text(re.compile(r"Item\s*call-.*title\s*Call 1\s*Length"))
