"""The library of questions with scripts: the preview follows the typing, and the wizard asks what the library has."""

import json
import re

import pytest
from playwright.sync_api import expect

MANAGER = "manager@demo.example"
LIBRARY = "/w/demo/questions/"
SCHEMA = {
    "type": "object",
    "properties": {"speaker": {"type": "string", "title": "Who speaks"}, "noise": {"enum": ["none", "a lot"]}},
    "required": ["speaker"],
}


@pytest.fixture
def page(new_page, console):
    # What is refused while it is being written is answered with 422.
    console.expect("status of 422")
    return new_page(MANAGER)


def make_rating(page, name):
    page.goto(LIBRARY)
    page.get_by_role("link", name="New question").first.click()
    page.locator("#kind-rating").click()
    page.get_by_label("Name", exact=True).fill(name)
    page.get_by_label("What the first step means").fill("poor")
    page.get_by_label("What the last step means").fill("great")
    page.get_by_role("button", name="Add to the library").click()
    expect(page.locator("h1")).to_contain_text(name)


def test_the_preview_follows_the_typing(page):
    page.goto(f"{LIBRARY}new/?type=rating")
    preview = page.locator("#preview")
    expect(preview).to_contain_text("Nothing to show yet.")

    page.get_by_label("Name", exact=True).fill("Quality of the voice")
    page.get_by_label("What the first step means").fill("poor")
    page.get_by_label("What the last step means").fill("great")
    expect(preview.locator(".step")).to_have_text(["1", "2", "3", "4", "5"])
    page.get_by_label("Steps").fill("3")

    expect(preview.locator(".step")).to_have_text(["1", "2", "3"])
    expect(preview.locator("h3")).to_have_text("Quality of the voice")
    assert page.url.endswith("?type=rating")


def test_a_form_is_written_as_a_schema_and_mended_where_it_is_wrong(page):
    page.goto(f"{LIBRARY}new/?type=form")
    page.get_by_label("Name", exact=True).fill("About the call")
    schema = page.get_by_label("JSON schema")
    schema.fill('{"type": "object",\n  oops}')
    expect(page.locator("#preview")).to_contain_text("Line 2, column 3")
    page.get_by_role("button", name="Add to the library").click()
    expect(page.locator(".errors")).to_contain_text("This is no JSON. Line 2, column 3")

    schema.fill(json.dumps(SCHEMA))
    expect(page.locator("#preview .form-label").first).to_contain_text("Who speaks")
    page.get_by_role("button", name="Add to the library").click()

    expect(page.locator("h1")).to_contain_text("About the call")
    page.get_by_text("JSON schema").click()
    expect(page.locator("pre")).to_contain_text("Who speaks")
    written = page.locator("pre").inner_text()
    assert json.loads(written) == SCHEMA
    assert written.index('"speaker": {') < written.index('"noise": {')


def test_the_wizard_asks_what_the_library_has(page):
    make_rating(page, "A name that goes on for longer than a telephone is wide " * 3)
    make_rating(page, "Taken from the library")
    page.goto("/w/demo/tasks/new/")
    page.get_by_role("button", name="Next", exact=True).last.click()
    page.locator("#id_name").fill("Asks from the library")
    page.locator("label", has_text="Support calls").click()
    page.get_by_role("button", name="Next", exact=True).last.click()

    page.set_viewport_size({"width": 390, "height": 844})
    assert page.evaluate("document.documentElement.scrollWidth <= innerWidth")
    page.set_viewport_size({"width": 1280, "height": 900})
    page.locator("#taken").select_option(label="Taken from the library (rating)")
    page.get_by_role("button", name="Add it").click()
    expect(page.locator(".question")).to_contain_text("1 (poor) to 5 (great)")
    page.locator("#add-number").click()
    expect(page.locator("[name=q2-name]")).to_be_focused()
    page.keyboard.type("Words a minute")
    page.locator("[name=q2-max]").fill("300")
    for _ in range(3):
        page.get_by_role("button", name="Next", exact=True).last.click()

    expect(page.locator(".asked li")).to_contain_text(["Taken from the library", "at most 300"])
    page.get_by_role("button", name="Create the task").click()
    expect(page.locator("h1")).to_contain_text("Asks from the library")
    page.goto(f"{LIBRARY}?q=Taken+from")
    expect(page.locator("td.num")).to_have_text("1 task")


def test_the_archive_is_asked_for_and_taken_back(page):
    make_rating(page, "Soon archived")
    page.get_by_role("button", name="Archive").click()
    page.locator("#confirm [value=yes]").click()
    expect(page.locator(".notice")).to_contain_text("is archived")
    page.goto(f"{LIBRARY}?q=Soon")
    expect(page.locator(".empty")).to_contain_text("No question like that")
    page.goto(f"{LIBRARY}?shelf=archived")
    page.get_by_role("button", name="Restore Soon archived").click()
    expect(page.locator(".notice")).to_contain_text("can be asked again")


@pytest.mark.parametrize("path", ["", "new/", "new/?type=categorical", "new/?type=form"])
def test_nothing_is_wider_than_a_telephone(page, path):
    make_rating(page, "A name that is rather long for a small screen " * 4)
    page.set_viewport_size({"width": 390, "height": 844})
    for address in (f"{LIBRARY}{path}", page.url):
        page.goto(address)
        expect(page.locator("h1")).to_have_text(re.compile("."))
        assert page.evaluate("document.documentElement.scrollWidth <= innerWidth")
