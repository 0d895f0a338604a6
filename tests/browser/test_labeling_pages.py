"""What the labeling pages do with scripts: the wizard's rows and sums, and pages that keep up by themselves."""

import re

import pytest
from playwright.sync_api import expect

ADMINISTRATOR = "administrator@demo.example"
MANAGER = "manager@demo.example"
NAME = "Made in a browser"


@pytest.fixture
def task_url(new_page, console):
    """A task made with the wizard by mouse and keyboard; deleted again at the end."""
    # A step that is not complete is refused with 422; who still watches a task that was deleted hears 404, once.
    console.expect("status of 4(22|04)")
    page = new_page(ADMINISTRATOR)
    page.goto("/w/demo/tasks/new/")
    make(page)
    url = page.url
    yield url
    page.goto(f"{url}settings/")
    page.get_by_role("button", name="Delete this task").click()
    page.locator("#confirm [value=yes]").click()
    expect(page.locator(".notice")).to_contain_text("is deleted")


def following(page):
    page.get_by_role("button", name="Next", exact=True).last.click()


def make(page):
    following(page)
    expect(page.locator("#id_name")).to_be_focused()
    page.locator("#id_name").fill(NAME)
    page.locator("label", has_text="Support calls").click()
    following(page)
    questions(page)
    following(page)
    people(page)
    following(page)
    following(page)
    expect(page.locator(".summary")).to_contain_text("Olga Operator")
    page.get_by_role("button", name="Create the task").click()
    expect(page.locator("h1")).to_contain_text(NAME)


def questions(page):
    """Rows come, are typed into at once, move and go, and the rest of what was typed stays."""
    page.locator("#id_instructions").fill("Mark **all** of it.")
    expect(page.locator("#preview strong")).to_have_text("all")
    page.locator("#add-timestamp").click()
    expect(page.locator("[name=q1-name]")).to_be_focused()
    page.keyboard.type("Moments")
    page.locator("#add-categorical").click()
    expect(page.locator("[name=q2-name]")).to_be_focused()
    page.keyboard.type("Pace")
    page.locator("#up-q2").click()
    expect(page.locator(".question").first).to_have_id("q2")
    expect(page.locator("[name=q1-name]")).to_have_value("Moments")
    following(page)
    expect(page.locator("#id_q2-choices")).to_be_focused()
    page.keyboard.type("slow\nfast")
    page.locator("#remove-q1").click()
    expect(page.locator(".question")).to_have_count(1)
    expect(page.locator("#id_instructions")).to_have_value("Mark **all** of it.")


def people(page):
    """The sum follows, and a number chooses its person."""
    expect(page.locator("#named")).to_be_hidden()
    page.locator("[name=staffing][value=named]").check()
    total = page.locator("[data-sum=annotator]")
    wanted = int(page.locator("[data-sum=annotator]").get_attribute("data-items"))
    olga = page.locator("#seats-annotator tr", has_text="Olga Operator")
    olga.locator("[type=number]").fill("1")
    expect(olga.locator("[type=checkbox]")).to_be_checked()
    expect(total).to_have_text(re.compile(rf"1\s+of\s+{wanted}\s+given"))
    page.locator("#seats-annotator tr", has_text="Max Manager").locator("[type=checkbox]").check()
    page.locator("[data-split]").first.click()
    expect(total).to_have_attribute("data-standing", "exact")


def test_a_task_page_keeps_up_without_losing_the_place(new_page, task_url):
    watching, acting = new_page(MANAGER), new_page(ADMINISTRATOR)
    watching.goto(task_url)
    watching.evaluate("window.isSamePage = true")
    watching.locator(".tabs a", has_text="Settings").focus()
    expect(watching.locator("h1 .pill")).to_have_text("open")
    acting.goto(task_url)

    acting.get_by_role("button", name="Stop").click()
    acting.locator("#confirm [value=yes]").click()

    expect(watching.locator("h1 .pill")).to_have_text("stopped")
    expect(watching.get_by_role("button", name="Resume")).to_be_visible()
    expect(watching.get_by_role("button", name="Stop")).to_have_count(0)
    expect(watching.locator(".tabs a", has_text="Settings")).to_be_focused()
    assert watching.evaluate("window.isSamePage")


def test_a_state_that_does_not_fit_beside_the_title_stands_right_below_it(new_page, task_url):
    page = new_page(MANAGER, viewport={"width": 390, "height": 844})
    page.goto(task_url)
    title, pill = page.locator("h1"), page.locator("h1 .pill").first
    beside = pill.bounding_box()
    # Without a word that is longer than its line, the state is the first thing in the second one.
    title.evaluate("h1 => { h1.firstChild.data = 'T '; h1.style.width = '1px'; h1.style.overflowWrap = 'normal'; }")

    below, start = pill.bounding_box(), title.bounding_box()
    assert below["y"] > beside["y"]
    assert below["x"] == start["x"]


def test_the_list_keeps_up_and_leaves_an_open_menu_alone(new_page, task_url):
    watching, acting = new_page(MANAGER), new_page(ADMINISTRATOR)
    watching.goto("/w/demo/tasks/")
    row = watching.locator("tr", has_text=NAME)
    row.locator("[data-bs-toggle=dropdown]").click()
    acting.goto(task_url)

    acting.get_by_role("button", name="Stop").click()
    acting.locator("#confirm [value=yes]").click()

    expect(row.locator(".pill")).to_have_text("stopped")
    expect(row.locator(".dropdown-menu")).to_be_visible()
    expect(row.locator("[data-bs-toggle=dropdown]")).to_be_focused()
    watching.keyboard.press("Escape")
    expect(row.locator(".dropdown-item", has_text="Stop")).to_have_count(0)
