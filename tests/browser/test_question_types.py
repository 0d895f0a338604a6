"""Every type of question in the workbench: answered by keyboard alone, kept as a draft, refused, undone, reviewed."""

import re
from typing import Any

import pytest
from playwright.sync_api import Page, expect

from tests.browser.asking import Asked, ask, press

OPERATOR, AUDITOR = "operator@demo.example", "auditor@demo.example"
SCHEMA = {
    "type": "object",
    "required": ["tone", "solved", "caller"],
    "properties": {
        "tone": {"type": "string", "enum": ["warm", "cold"], "title": "Tone of voice", "default": "warm"},
        "summary": {"type": "string", "maxLength": 500},
        "reason": {"type": "string", "minLength": 3, "maxLength": 40},
        "waited": {"type": "number", "minimum": 0, "maximum": 60},
        "solved": {"type": "boolean"},
        "topics": {"type": "array", "items": {"enum": ["billing", "network", "contract"]}},
        "language": {"enum": ["de", "en", "es", "fr", "it", "nl", "pl", "pt"]},
        "caller": {
            "type": "object",
            "required": ["name"],
            "properties": {"name": {"type": "string"}, "age": {"type": "integer", "maximum": 130}},
        },
        "turns": {"type": "array", "items": {"type": "object"}},
    },
}
QUESTIONS: list[dict[str, Any]] = [
    {"type": "regions", "name": "Marks", "alias": "marks"},
    {"type": "timestamp", "name": "Moments", "alias": "moments", "configuration": {"multi": True}},
    {
        "type": "categorical",
        "name": "Pace",
        "alias": "pace",
        "configuration": {"choices": ["slow", "normal", "fast"]},
    },
    {
        "type": "rating",
        "name": "Natural",
        "alias": "natural",
        "configuration": {"steps": 5, "min_label": "like a machine", "max_label": "like a person"},
    },
    {
        "type": "rating",
        "name": "Recommend",
        "alias": "recommend",
        "configuration": {"steps": 12, "min_label": "never", "max_label": "certainly"},
    },
    {
        "type": "rating",
        "name": "Line",
        "alias": "line",
        "configuration": {"steps": 100, "min_label": "unusable", "max_label": "studio"},
    },
    {"type": "number", "name": "Speakers", "alias": "speakers", "configuration": {"min": 1, "max": 12}},
    {"type": "free_text", "name": "Note", "alias": "note"},
    {"type": "form", "name": "Assessment", "alias": "assessment", "configuration": {"form_schema": SCHEMA}},
]
FILLED = {
    "tone": "cold",
    "summary": "Rather short",
    "reason": "bill",
    "waited": 2.5,
    "solved": False,
    "topics": ["billing", "contract"],
    "language": "es",
    "caller": {"name": "Ann", "age": 41},
    "turns": [{"who": "agent"}],
}


def some(*aliases: str, **changes: Any) -> list[dict[str, Any]]:
    """These questions, not required where `changes` says so."""
    return [question | changes for question in QUESTIONS if question["alias"] in aliases]


@pytest.fixture
def page(new_page) -> Page:
    return new_page(OPERATOR)


def is_active(page: Page, alias: str) -> None:
    expect(page.get_by_test_id(f"question-{alias}")).to_have_class(re.compile("is-active"))


def fill_form(page: Page) -> None:
    """From its first field on, by Tab, arrows, digits and letters."""
    page.keyboard.press("2")
    press(page, "Tab")
    page.keyboard.type("Rather short")
    press(page, "Tab")
    page.keyboard.type("bill")
    press(page, "Tab")
    page.keyboard.type("2,5")
    press(page, "Tab", "Space", "ArrowDown")
    press(page, "Tab", "1", "3", "Tab")
    page.keyboard.type("es")
    press(page, "Tab")
    page.keyboard.type("Ann")
    press(page, "Tab")
    page.keyboard.type("40")
    press(page, "ArrowUp", "Tab")
    page.keyboard.type('[{"who": "agent"}]')


def answer_all(page: Page) -> None:
    """Each question in turn: `q` goes on, and where something is typed it can be typed at once."""
    is_active(page, "marks")
    press(page, "2", "Home", "[", "ArrowRight", "]", "q")
    is_active(page, "moments")
    press(page, "ArrowRight", "n", "q", "3", "q", "4", "q")
    is_active(page, "recommend")
    press(page, "1", "0", "q")
    is_active(page, "line")
    page.keyboard.type("73")
    press(page, "Escape", "q")
    is_active(page, "speakers")
    page.keyboard.type("2")
    press(page, "Shift+ArrowUp", "Escape", "q")
    page.keyboard.type("q is a letter here")
    press(page, "Escape", "q")
    is_active(page, "assessment")
    fill_form(page)


def test_all_types_are_answered_by_keyboard_alone(stack, page):
    asked = ask(stack, QUESTIONS, name="All types")
    asked.open(page)
    answer_all(page)
    press(page, "Control+Enter")
    # The next item is there, and empty.
    expect(page.get_by_test_id("text-note")).to_have_value("")
    expect(page.get_by_test_id("progress")).to_contain_text("1 of")
    [answers] = asked.submitted()
    marks = answers.pop("marks")
    assert [(row["label"], row["start_ms"], row["end_ms"]) for row in marks] == [("long_pause", 0, 1000)]
    assert answers == {
        "moments": [2000],
        "pace": "fast",
        "natural": 4,
        "recommend": 10,
        "line": 73,
        "speakers": 12,
        "note": "q is a letter here",
        "assessment": FILLED,
    }


def test_a_form_half_filled_in_is_kept_as_it_is(stack, page):
    ask(stack, some("assessment"), name="Half").open(page)
    press(page, "q")
    press(page, "Tab")
    page.keyboard.type("Half a")
    press(page, "Tab", "Tab")
    page.keyboard.type("75")
    expect(page.get_by_test_id("saved-state")).to_have_text("Saved")
    page.reload()
    expect(page.get_by_test_id("field-assessment-summary")).to_have_value("Half a")
    expect(page.get_by_test_id("field-assessment-waited")).to_have_value("75")
    # The schema's default was not slipped in.
    expect(page.get_by_test_id("field-assessment-tone-warm")).not_to_be_checked()


def test_what_the_server_refuses_stands_at_its_field(stack, page, console):
    console.expect("status of 422")
    asked = ask(stack, some("natural", "assessment"), name="Refused")
    asked.open(page)
    page.get_by_test_id("field-assessment-reason").fill("no")
    page.get_by_test_id("field-assessment-caller-age").fill("12")
    press(page, "Control+Enter")
    expect(page.get_by_test_id("error-natural")).to_be_visible()
    expect(page.get_by_test_id("error-assessment-tone")).to_have_text("This field is needed.")
    expect(page.get_by_test_id("error-assessment-reason")).to_have_text("Write at least 3 characters.")
    expect(page.get_by_test_id("error-assessment-caller-name")).to_have_text("This field is needed.")
    expect(page.get_by_test_id("error-assessment")).to_be_hidden()
    # Mending one leaves what was said of the others.
    page.get_by_test_id("field-assessment-reason").fill("note")
    expect(page.get_by_test_id("error-assessment-reason")).to_be_hidden()
    expect(page.get_by_test_id("error-assessment-tone")).to_be_visible()
    page.get_by_test_id("field-assessment-tone-warm").check()
    page.get_by_test_id("field-assessment-solved-Yes").check()
    page.get_by_test_id("field-assessment-caller-name").fill("Ann")
    page.get_by_test_id("rating-natural-2").click()
    press(page, "Control+Enter")
    expect(page.get_by_test_id("progress")).to_contain_text("1 of")
    assert asked.submitted() == [
        {
            "natural": 2,
            "assessment": {"tone": "warm", "reason": "note", "solved": True, "caller": {"name": "Ann", "age": 12}},
        }
    ]


def test_what_cannot_be_read_is_not_sent(stack, page):
    asked = ask(stack, some("speakers", "assessment", required=False), name="Unread")
    asked.open(page)
    speakers = page.get_by_test_id("number-speakers")
    question = page.get_by_test_id("question-speakers")
    press(page, "q")
    expect(speakers).to_be_focused()
    page.keyboard.type("many")
    expect(question).to_contain_text("That is not a number.")
    speakers.fill("13")
    expect(question).to_contain_text("Give at most 12.")
    press(page, "Control+Enter")
    expect(speakers).to_be_focused()
    speakers.fill("11")
    expect(question).not_to_contain_text("Give at most 12.")
    turns = page.get_by_test_id("field-assessment-turns")
    turns.fill("[1, 2")
    press(page, "Control+Enter")
    expect(page.get_by_text("That cannot be read as JSON")).to_be_visible()
    expect(turns).to_be_focused()
    assert asked.submitted() == []
    turns.fill("")
    press(page, "Control+Enter")
    expect(page.get_by_test_id("progress")).to_contain_text("1 of")
    assert asked.submitted() == [{"speakers": 11}]


def test_on_a_telephone_what_cannot_be_sent_comes_into_view(stack, new_page):
    page = new_page(OPERATOR, viewport={"width": 390, "height": 844})
    ask(stack, some("natural", "recommend", "speakers", "note"), name="Telephone").open(page)
    speakers = page.get_by_test_id("number-speakers")
    submit = page.get_by_test_id("submit")
    speakers.fill("99")
    page.mouse.wheel(0, -3000)
    expect(speakers).not_to_be_in_viewport()
    submit.click()
    refusal = page.get_by_text("Give at most 12.")
    expect(refusal).to_be_in_viewport()
    box, bar = refusal.bounding_box(), submit.bounding_box()
    assert box is not None
    assert bar is not None
    assert box["y"] + box["height"] < bar["y"]
    speakers.fill("1,250")
    submit.click()
    expect(page.get_by_text("Write 1.250 or 1250: the comma could mean either.")).to_be_in_viewport()


def test_undo_takes_back_a_word_and_a_step_at_once(stack, page):
    ask(stack, some("recommend", "speakers", "assessment"), name="Undone").open(page)
    press(page, "1", "1")
    expect(page.get_by_test_id("rating-recommend-11")).to_have_class(re.compile("is-chosen"))
    press(page, "q")
    page.keyboard.type("12")
    press(page, "Escape", "q", "Tab")
    page.keyboard.type("Some words")
    press(page, "Escape", "Control+z")
    expect(page.get_by_test_id("field-assessment-summary")).to_have_value("")
    press(page, "Control+z")
    expect(page.get_by_test_id("number-speakers")).to_have_value("")
    press(page, "Control+z")
    expect(page.locator("[name=rating-recommend]:checked")).to_have_count(0)
    press(page, "Control+y", "Control+y", "Control+y")
    expect(page.get_by_test_id("field-assessment-summary")).to_have_value("Some words")
    expect(page.get_by_test_id("number-speakers")).to_have_value("12")
    expect(page.get_by_test_id("rating-recommend-11")).to_have_class(re.compile("is-chosen"))


def test_prefilled_answers_are_marked_until_they_are_changed(stack, page):
    prefilled = {"natural": 4, "pace": "slow"}
    asked = ask(stack, some("pace", "natural"), name="Prefilled", prefilled=prefilled)
    asked.open(page)
    mark = page.get_by_test_id("prefilled-natural")
    expect(mark).to_be_visible()
    expect(page.get_by_test_id("prefilled-pace")).to_be_visible()
    expect(page.get_by_test_id("rating-natural-4")).to_have_class(re.compile("is-chosen"))
    page.get_by_test_id("rating-natural-5").click()
    expect(mark).to_be_hidden()
    press(page, "Control+Enter")
    expect(page.get_by_test_id("progress")).to_contain_text("1 of")
    assert asked.submitted() == [{"natural": 5, "pace": "slow"}]


def test_an_auditor_sees_the_answers_mends_them_and_others_what_was_changed(stack, page, new_page):
    asked = ask(stack, some("natural", "speakers", "assessment"), name="Judged types", review_mode="full")
    hand_in(page, asked)
    auditor = new_page(AUDITOR)
    asked.open(auditor, what="review")
    expect(auditor.get_by_test_id("number-speakers")).to_have_value("3")
    expect(auditor.get_by_test_id("number-speakers")).not_to_be_editable()
    expect(auditor.get_by_test_id("field-assessment-tone-cold")).to_be_disabled()
    expect(auditor.get_by_test_id("field-assessment-tone-cold")).to_be_checked()
    expect(auditor.locator("[name=rating-natural]:checked")).to_have_value("4")
    url = auditor.url
    press(auditor, "f", "5")
    auditor.get_by_test_id("field-assessment-summary").fill("Mended")
    press(auditor, "Escape", "Control+Enter")
    expect(auditor.get_by_test_id("progress")).to_contain_text("1 of")
    auditor.goto(url)
    changes = auditor.get_by_test_id("change")
    expect(changes).to_have_count(2)
    expect(changes.nth(0)).to_contain_text("4 → 5")
    expect(changes.nth(1)).to_contain_text("summary: Rather short → Mended")


def hand_in(page: Page, asked: Asked) -> None:
    asked.open(page)
    press(page, "4", "q")
    page.keyboard.type("3")
    press(page, "Escape", "q")
    fill_form(page)
    press(page, "Control+Enter")
    expect(page.get_by_test_id("progress")).to_contain_text("1 of")


def test_every_field_of_a_form_is_found_by_its_name(stack, page):
    names = {
        "first name": {"type": "string"},
        "age": {"type": "integer"},
        "sure": {"type": "boolean", "title": "Are you?"},
    }
    schema = {"type": "object", "required": ["first name"], "properties": names}
    question = {"type": "form", "name": "Who", "alias": "who is it", "configuration": {"form_schema": schema}}
    asked = ask(stack, [question], name="Names")
    asked.open(page)
    page.get_by_role("textbox", name="first name").fill("Ann")
    page.get_by_role("spinbutton", name="age").press("ArrowDown")
    page.get_by_role("radiogroup", name="Are you?").get_by_text("No").click()
    press(page, "Control+Enter")
    expect(page.get_by_test_id("progress")).to_contain_text("1 of")
    assert asked.submitted() == [{"who is it": {"first name": "Ann", "age": 0, "sure": False}}]
