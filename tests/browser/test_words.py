"""Words of a pool in the workbench: by keys and by mouse, and the queue of the new ones."""

import json

import pytest
from playwright.sync_api import Locator, Page, expect

from tests.browser.asking import Asked, ask, press

OPERATOR, AUDITOR, MANAGER = "operator@demo.example", "auditor@demo.example", "manager@demo.example"
POOL = """
import json
from annotations.models import Vocabulary
print(json.dumps(str(Vocabulary.objects.get(workspace__slug="demo", name="Emotions and voices").pk)))
"""


@pytest.fixture(scope="module")
def pool(stack) -> str:
    found: str = json.loads(stack.manage("shell", "--no-imports", "-c", POOL).splitlines()[-1])
    return found


def asked(stack, pool: str, *, name: str = "Words", review_mode: str = "none", **changes: object) -> Asked:
    given = {"vocabulary": pool, "facets": ["emotion"], "min": 1, "max": 3, "allow_new": True, "cannot_judge": True}
    question = {"type": "words", "name": "Emotions", "alias": "emotions", "configuration": {**given, **changes}}
    return ask(stack, [question], name=name, review_mode=review_mode)


@pytest.fixture
def page(new_page) -> Page:
    return new_page(OPERATOR)


def option(page: Page) -> Locator:
    """The first of the words that fit."""
    return page.get_by_test_id("words-list-emotions").get_by_role("option").first


def chips(page: Page) -> list[str]:
    return page.get_by_test_id("chips-emotions").locator("li > span:first-child").all_inner_texts()


def test_words_are_chosen_by_keys_alone(stack, page, pool):
    task = asked(stack, pool, name="By keys")
    task.open(page)
    field = page.get_by_test_id("words-emotions")
    expect(field).not_to_be_focused()
    field.focus()
    page.keyboard.type("cal")
    expect(field).to_have_attribute("aria-expanded", "true")
    first = option(page)
    expect(first).to_contain_text("calm")
    expect(first).to_contain_text("Still inside, with no hurry and no alarm.")
    expect(field).to_have_attribute("aria-activedescendant", str(first.get_attribute("id")))
    expect(page.get_by_test_id("words-count-emotions")).to_have_text("3 results")
    press(page, "Enter")
    expect(page.get_by_test_id("chips-emotions")).to_contain_text("calm")
    # A synonym names its word, a comma takes what stands there.
    page.keyboard.type("Gladdened,")
    expect(page.get_by_test_id("chips-emotions").locator("li")).to_have_count(2)
    page.keyboard.type("sa")
    press(page, "ArrowDown", "ArrowUp", "Escape")
    expect(page.get_by_test_id("words-list-emotions")).to_be_hidden()
    press(page, "Backspace", "Backspace", "Backspace")
    expect(page.get_by_test_id("chips-emotions").locator("li")).to_have_count(1)
    # One letter wrong is forgiven.
    page.keyboard.type("exited")
    expect(option(page)).to_contain_text("excited")
    press(page, "Enter")
    page.keyboard.type("wooshy")
    expect(page.get_by_test_id("words-count-emotions")).to_have_text("0 results")
    press(page, "Enter")
    expect(page.get_by_test_id("chips-emotions").locator(".is-new")).to_contain_text("wooshy")
    # There is no room for a fourth.
    page.keyboard.type("sad")
    press(page, "Enter")
    expect(page.get_by_test_id("words-wrong-emotions")).to_have_text("At most 3 words fit. Remove one first.")
    press(page, "Backspace", "Backspace", "Backspace", "Control+Enter")
    expect(page.get_by_test_id("progress")).to_contain_text("1 of")

    assert task.submitted() == [{"emotions": {"terms": ["calm", "excited"], "words": ["wooshy"]}}]


def test_words_are_chosen_with_the_mouse(stack, page, pool):
    task = asked(stack, pool, name="By mouse")
    task.open(page)
    page.get_by_test_id("browse-emotions").click()
    panel = page.get_by_test_id("browse-panel-emotions")
    panel.get_by_test_id("family-word-happy").click()
    expect(panel.get_by_test_id("family-word-happy")).to_have_attribute("aria-pressed", "true")
    page.get_by_test_id("words-emotions").click()
    page.keyboard.type("unhap")
    page.get_by_test_id("word-unhappy").click()
    expect(page.get_by_test_id("chips-emotions").locator("li")).to_have_count(2)
    page.get_by_test_id("chips-emotions").get_by_role("button", name="Remove unhappy").click()
    assert chips(page) == ["happy"]
    page.get_by_test_id("browse-emotions").click()
    expect(panel).to_be_hidden()
    page.get_by_test_id("submit").click()
    expect(page.get_by_test_id("progress")).to_contain_text("1 of")
    # What one chose oneself is near at hand the next time.
    expect(page.get_by_test_id("recent-emotions")).to_contain_text("happy")

    assert task.submitted() == [{"emotions": {"terms": ["happy"]}}]


def test_opposites_are_asked_about_once_and_may_stay(stack, page, pool):
    asked(stack, pool, name="Opposites").open(page)
    page.get_by_test_id("words-emotions").focus()
    page.keyboard.type("calm,tense,")
    warning = page.get_by_test_id("opposites-emotions")
    expect(warning).to_contain_text("“calm” and “tense” are opposites.")
    warning.get_by_test_id("keep-both").click()
    expect(warning).to_be_hidden()
    page.get_by_test_id("words-emotions").focus()
    page.keyboard.type("sad,")
    expect(page.get_by_test_id("chips-emotions").locator("li")).to_have_count(3)
    expect(warning).to_be_hidden()


def test_what_is_typed_but_not_taken_is_not_lost(stack, page, pool):
    asked(stack, pool, name="Not taken").open(page)
    page.get_by_test_id("words-emotions").focus()
    page.keyboard.type("calm,jo")
    press(page, "Control+Enter")

    expect(page.get_by_test_id("words-wrong-emotions")).to_contain_text("“jo” is typed but not added.")


def test_who_cannot_judge_says_so(stack, page, pool):
    task = asked(stack, pool, name="Cannot judge")
    task.open(page)
    page.get_by_test_id("words-emotions").focus()
    page.keyboard.type("calm,")
    page.get_by_test_id("cannot-judge-emotions").check()
    expect(page.get_by_test_id("chips-emotions")).to_be_hidden()
    expect(page.get_by_test_id("words-emotions")).to_be_hidden()
    press(page, "Control+Enter")
    expect(page.get_by_test_id("progress")).to_contain_text("1 of")

    assert task.submitted() == [{"emotions": {"cannot_judge": True}}]


def test_a_box_that_is_checked_looks_it_while_it_has_the_focus(stack, page, pool):
    asked(stack, pool, name="Cannot judge, by keys").open(page)
    toggle = page.get_by_test_id("browse-emotions")
    toggle.click()
    box = page.get_by_test_id("cannot-judge-emotions")
    box.focus()
    empty = box.evaluate("box => getComputedStyle(box).backgroundColor")
    press(page, "Space")
    expect(box).to_be_checked()
    expect(box).to_be_focused()
    expect(box).not_to_have_css("background-color", empty)
    # The families were closed with the rest, and their button knows.
    press(page, "Space")
    expect(toggle).to_have_attribute("aria-expanded", "false")
    expect(toggle).to_have_text("Browse by family")


def test_a_word_removed_by_key_leaves_the_focus_in_the_field(stack, page, pool):
    asked(stack, pool, name="Removed by key").open(page)
    field = page.get_by_test_id("words-emotions")
    field.focus()
    page.keyboard.type("calm,sad,")
    page.get_by_role("button", name="Remove calm").focus()
    press(page, "Enter")
    assert chips(page) == ["sad"]
    expect(field).to_be_focused()
    page.get_by_test_id("recent-emotions").get_by_role("button", name="calm").focus()
    press(page, "Enter")
    expect(field).to_be_focused()
    assert chips(page) == ["sad", "calm"]


def test_an_auditor_reads_words_and_sees_what_changed(stack, page, new_page, pool):
    task = asked(stack, pool, name="Reviewed words", review_mode="full")
    task.open(page)
    page.get_by_test_id("words-emotions").focus()
    page.keyboard.type("calm,wooshy,")
    press(page, "Control+Enter")
    expect(page.get_by_test_id("progress")).to_contain_text("1 of")
    auditor = new_page(AUDITOR)
    task.open(auditor, what="review")

    expect(auditor.get_by_test_id("chips-emotions")).to_contain_text("calm")
    expect(auditor.get_by_test_id("chips-emotions")).to_contain_text("wooshy")
    expect(auditor.get_by_test_id("words-emotions")).to_have_count(0)


def test_words_fit_on_a_phone(stack, new_page, pool):
    phone = new_page(OPERATOR, viewport={"width": 390, "height": 844})
    asked(stack, pool, name="On a phone").open(phone)
    field = phone.get_by_test_id("words-emotions")
    field.scroll_into_view_if_needed()
    field.fill("an")
    box = phone.get_by_test_id("words-list-emotions").bounding_box()
    assert box is not None
    assert box["x"] >= 0
    assert box["x"] + box["width"] <= 390
    option(phone).click()
    expect(phone.get_by_test_id("chips-emotions").locator("li")).to_have_count(1)
    assert phone.evaluate("document.documentElement.scrollWidth") <= 390


def test_a_curator_decides_on_new_words(stack, page, new_page, pool):
    task = asked(stack, pool, name="Curated", max=5)
    task.open(page)
    page.get_by_test_id("words-emotions").focus()
    page.keyboard.type("zippity,gruffled,asdfgh,")
    press(page, "Control+Enter")
    expect(page.get_by_test_id("progress")).to_contain_text("1 of")
    curator = new_page(MANAGER)
    curator.goto(f"/w/demo/word-pools/{pool}/queue/")
    curator.get_by_label("zippity means the same as").fill("happy")
    curator.locator("li", has_text="zippity").get_by_role("button", name="Means this").click()
    expect(curator.locator("#decided")).to_contain_text("zippity")
    curator.get_by_label("Family of gruffled").fill("irritation")
    curator.locator("li", has_text="gruffled").get_by_role("button", name="Add as a word").click()
    expect(curator.locator("#decided")).to_contain_text("gruffled")
    curator.locator("li", has_text="asdfgh").get_by_role("button", name="Refuse").click()
    expect(curator.locator("#decided tr", has_text="asdfgh")).to_contain_text("refused")
    curator.goto(f"/w/demo/word-pools/{pool}/?q=gruffled")

    expect(curator.locator("#words")).to_contain_text("gruffled")
    expect(curator.get_by_role("button", name="Publish")).to_be_enabled()
