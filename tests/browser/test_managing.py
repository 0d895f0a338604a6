"""A manager's day in real Chromium: stop, resume, edit with a reason, reassign what a filter finds, delete, restore."""

import pytest
from playwright.sync_api import expect

MANAGER = "manager@demo.example"
NAME = "Managed in a browser"

MAKE = """async (name) => {
  const token = document.querySelector("meta[name=csrf-token]").content;
  const headers = {"Content-Type": "application/json", "X-CSRFToken": token};
  const datasets = await (await fetch("/api/v1/datasets")).json();
  const dataset = datasets.items.find((row) => row.name === "Support calls").id;
  const questions = [{type: "timestamp", name: "When"}];
  const body = JSON.stringify({dataset, name, questions, review_mode: "full"});
  return (await (await fetch("/api/v1/labeling-tasks", {method: "POST", headers, body})).json()).id;
}"""


@pytest.fixture
def page(new_page):
    return new_page(MANAGER, timezone_id="Europe/Berlin")


@pytest.fixture
def url(page):
    page.goto("/w/demo/tasks/")
    return f"/w/demo/tasks/{page.evaluate(MAKE, NAME)}/"


def choose(page, item):
    """From the menu of the task's row."""
    page.goto("/w/demo/tasks/")
    row = page.locator("tr", has_text=NAME)
    row.get_by_role("button", name=f"More for {NAME}").click()
    row.locator(".dropdown-item", has_text=item).click()


def agree(page):
    page.locator("#confirm [value=yes]").click()


def test_a_managers_day(page, url, console):
    console.expect("status of 422")
    stop_and_resume(page)
    edit(page, url)
    reassign(page, url)
    delete_and_restore(page)
    choose(page, "Delete")
    agree(page)
    expect(page.locator(".notice")).to_contain_text("is deleted")


def stop_and_resume(page):
    choose(page, "Stop")
    agree(page)
    expect(page.locator("tr", has_text=NAME).locator(".pill")).to_have_text("stopped")
    choose(page, "Resume")
    expect(page.locator("tr", has_text=NAME).locator(".pill")).to_have_text("open")


def edit(page, url):
    """A weaker review asks for its reason; a deadline is typed in the zone of whoever types it."""
    choose(page, "Edit")
    expect(page.locator("[data-modes=partial]")).to_be_hidden()
    page.locator("[name=review_mode][value=partial]").check()
    expect(page.locator("[data-modes=partial]")).to_be_visible()
    page.locator("#id_deadline").fill("2030-05-01T12:00")
    page.get_by_role("button", name="Save").click()
    expect(page.locator("#id_reason_error")).to_contain_text("Say why")
    expect(page.locator("#id_deadline")).to_have_value("2030-05-01T12:00")
    page.locator("#id_reason").fill("The first ones were faultless.")
    page.get_by_role("button", name="Save").click()
    expect(page.locator(".notice-ok")).to_have_text("Saved.")
    expect(page.locator("#id_deadline")).to_have_value("2030-05-01T12:00")
    expect(page.locator("#id_deadline")).to_have_attribute("data-moment", "2030-05-01T10:00:00+00:00")
    expect(page.locator("h1")).to_contain_text("1 May 2030")


def reassign(page, url):
    page.goto(f"{url}items/?state=open")
    bar, rows = page.locator("#bulk-bar"), page.locator("#turns tbody tr")
    n = rows.count()
    expect(bar).to_be_hidden()
    page.keyboard.press("Tab")
    page.locator("#turns [name=ids]").first.focus()
    page.keyboard.press("Space")
    expect(bar).to_contain_text("1 item chosen")
    page.get_by_label("Choose all on this page").check()
    expect(bar).to_contain_text(f"{n} items chosen")
    bar.get_by_role("button", name="Reassign…").click()
    page.get_by_label("Who gets it").select_option(label="Olga Operator")
    page.locator("#bulk-ask [data-go]").click()
    expect(page.locator(".notice-ok")).to_have_text(f"{n} items are reassigned.")
    expect(page.locator(".empty")).to_contain_text("No item like that")
    page.goto(f"{url}items/?state=assigned&q=0401")
    expect(rows).to_contain_text(["Olga Operator"])
    rows.get_by_role("button", name="More for item 1").click()
    rows.get_by_role("button", name="Reassign…").click()
    page.get_by_label("Who gets it").select_option(label="Max Manager")
    page.locator("#bulk-ask [data-go]").click()
    expect(page.locator(".notice-ok")).to_have_text("1 item is reassigned.")
    expect(rows).to_contain_text(["Max Manager"])


def delete_and_restore(page):
    choose(page, "Delete")
    agree(page)
    expect(page.locator("tr", has_text=NAME)).to_have_count(0)
    page.get_by_role("link", name="Deleted tasks").click()
    page.get_by_role("button", name=f"Restore {NAME}").first.click()
    expect(page.locator("h1")).to_contain_text(NAME)
    expect(page.locator(".notice-ok")).to_contain_text("is restored as it was")
