"""Making a task for teams by mouse and keyboard: sums follow, and what does not apply is out of sight."""

import pytest
from playwright.sync_api import expect

ADMINISTRATOR = "administrator@demo.example"
OPERATOR = "operator@demo.example"
TEAM, NAME = "Crowd of the browser", "Made for teams"


@pytest.fixture
def manager(new_page, console):
    """An administrator, after making a team of two; the task and then the team are there for the rest of the run."""
    # A step that is not complete is refused with 422.
    console.expect("status of 422")
    page = new_page(ADMINISTRATOR)
    page.goto("/w/demo/teams/new/")
    page.locator("[name=name]").fill(TEAM)
    for who in ("Olga Operator", "Max Manager"):
        page.locator("label", has_text=who).click()
    page.get_by_role("button", name="Save").click()
    expect(page.locator("h1")).to_contain_text("Teams")
    return page


def following(page):
    page.get_by_role("button", name="Next", exact=True).last.click()


def to_people(page):
    """Through the first two steps."""
    page.goto("/w/demo/tasks/new/")
    page.locator("#id_name").fill(NAME)
    page.locator("label", has_text="Support calls").click()
    following(page)
    page.locator("#add-categorical").click()
    page.locator("[name=q1-name]").fill("Pace")
    page.locator("[name=q1-choices]").fill("slow\nnormal\nfast")
    following(page)


def test_a_task_for_a_team_is_made_and_labeled(manager, new_page):
    page = manager
    to_people(page)

    expect(page.locator("#teams")).to_be_hidden()
    page.locator("[name=staffing][value=teams]").check()
    expect(page.locator("#teams")).to_be_visible()
    expect(page.locator("[name=overlap]")).to_be_hidden()
    expect(page.locator("[name=overlap_percent]")).to_be_hidden()
    row = page.locator("#team-seats tr", has_text=TEAM)
    row.locator("[type=number]").fill("3")
    expect(row.locator("[type=checkbox]")).to_be_checked()
    expect(page.locator("#teams [data-people]")).to_have_text("3")
    items = int(page.locator("#overlap").get_attribute("data-items"))
    expect(page.locator("[data-answers]")).to_have_text(f"{3 * items}")
    following(page)
    # Nobody who is not there can be asked: said at the number, with what was typed kept.
    expect(row.locator(".errors")).to_contain_text("has 2 people who may label, but 3 of them are asked")

    row.locator("[type=number]").fill("1")
    row.locator("label", has_text="this team's").click()
    dynamic = page.locator("[name=dynamic]")
    expect(page.locator("[name=dynamic_question]")).to_be_hidden()
    dynamic.check()
    expect(page.locator("[name=dynamic_question]")).to_have_value("pace")
    page.locator("[name=dynamic_confidence]").fill("90")
    page.locator("[name=dynamic_overlap]").fill("2")
    following(page)
    following(page)

    summary = page.locator(".summary")
    expect(summary).to_contain_text(TEAM)
    expect(summary).to_contain_text("one more person is asked while “pace” is less than 90 % sure")
    page.get_by_role("button", name="Create the task").click()
    expect(page.locator("h1")).to_contain_text(NAME)
    page.locator(".tabs a", has_text="People").click()
    expect(page.locator("#teams tr", has_text=TEAM)).to_contain_text(f"0 of {items}")

    olga = new_page(OPERATOR)
    olga.goto("/w/demo/labeling/")
    expect(olga.locator(".work > li", has_text=NAME)).to_be_visible()
