"""Versions of annotations in a browser: a draft is labelled by keys, published, taken up again, and compared."""

import json
import re
from dataclasses import dataclass

import pytest
from playwright.sync_api import Page, expect

from tests.browser.asking import press

ADMINISTRATOR, SUPER, READER = "administrator@demo.example", "admin@demo.example", "manager@demo.example"
MAKE = """
import json
from datasets.actions import create_dataset
from datasets.models import AudioFile, Dataset
from workspaces.models import User
demo = Dataset.objects.get(workspace__slug="demo", name="Support calls")
by = User.objects.get(email="administrator@demo.example")
types = [dict(name=kind.name, color=kind.color) for kind in demo.artifact_types.all()[:2]]
made = create_dataset(demo.workspace, by=by, name={name!r}, types=types)
for audio in demo.audio_files.order_by("filename")[:3]:
    audio.pk, audio.dataset, audio._state.adding = None, made, True
    audio.id = AudioFile._meta.pk.get_default()
    audio.save(force_insert=True)
print(json.dumps(str(made.pk)))
"""


@dataclass
class Labelled:
    """A dataset with three of the demo's clips and two types, of which nobody has labelled anything."""

    pk: str

    @property
    def url(self) -> str:
        return f"/w/demo/datasets/{self.pk}/annotation-sets/"


@pytest.fixture
def dataset(stack, request):
    told = stack.manage("shell", "--no-imports", "-c", MAKE.format(name=request.node.name[:100]))
    return Labelled(json.loads(told.splitlines()[-1]))


@pytest.fixture
def page(new_page) -> Page:
    return new_page(ADMINISTRATOR)


def new_draft(page: Page, dataset: Labelled) -> None:
    page.goto(dataset.url)
    page.get_by_role("button", name="New draft").click()
    expect(page.locator("h1")).to_contain_text("draft")


def is_open(page: Page, name: str) -> None:
    expect(page.get_by_test_id("workbench")).to_have_attribute("data-screen", "item")
    expect(page).to_have_title(re.compile(name))
    expect(page.get_by_test_id("workbench")).not_to_have_attribute("aria-busy", "true")


def begin(page: Page) -> None:
    page.get_by_role("link", name="Label", exact=True).first.click()


def mark(page: Page, *, digit: str, seconds: int, length: int) -> None:
    """By keys: from `seconds` on, `length` seconds long."""
    rows = page.get_by_test_id("region-row").count()
    press(page, digit, "Home", *["ArrowRight"] * seconds, "[", *["ArrowRight"] * length, "]")
    expect(page.get_by_test_id("region-row")).to_have_count(rows + 1)


def done(page: Page) -> None:
    press(page, "End", "Control+Enter")


def move(page: Page, name: str, sure: str) -> None:
    page.get_by_role("button", name=name).click()
    page.locator("#confirm [value=yes]", has_text=sure).click()


def figure(page: Page, name: str):
    return page.locator("#set-figures .stats > div", has_text=name).locator("dd")


def test_a_draft_is_labelled_by_keys_published_taken_up_again_and_compared(page, dataset):
    new_draft(page, dataset)
    expect(page.get_by_role("button", name="Publish…")).to_have_count(0)
    begin(page)
    is_open(page, "call-0401")
    expect(page.get_by_test_id("comments")).to_have_count(0)
    expect(page.get_by_test_id("submit")).to_contain_text("Nothing here, next")
    mark(page, digit="1", seconds=1, length=1)
    expect(page.get_by_test_id("submit")).to_contain_text("Done and next")
    mark(page, digit="2", seconds=3, length=2)
    done(page)
    is_open(page, "call-0402")
    expect(page.get_by_test_id("progress")).to_have_text("1 of 3")
    mark(page, digit="1", seconds=2, length=1)
    done(page)
    is_open(page, "call-0403")
    done(page)
    expect(page.get_by_test_id("all-done")).to_contain_text("Every file was listened to")
    page.get_by_test_id("home").click()

    for name, number in (("annotations", "3"), ("files with labels", "2"), ("listened, nothing here", "1")):
        expect(figure(page, name)).to_have_text(number)
    expect(page.locator(".strip-marks rect")).to_have_count(3)
    move(page, "Publish…", "Publish")
    expect(page.locator("h1")).to_contain_text("published")
    expect(page.get_by_role("link", name="Label", exact=True)).to_have_count(0)

    page.get_by_role("button", name="Start a draft from it").click()
    expect(page.locator("h1")).to_contain_text("Version 2")
    expect(figure(page, "annotations")).to_have_text("3")
    change(page)
    page.get_by_role("link", name="what changed since").click()

    expect(page.locator("h1")).to_contain_text("From version 1 to version 2")
    for name, number in (("added", "0"), ("removed", "1"), ("edges moved", "1"), ("the same", "1")):
        expect(page.locator(".stats > div", has_text=name).first.locator("dd")).to_have_text(number)
    expect(page.get_by_text("−100 ms")).to_be_visible()
    expect(page.locator(".strip.lanes")).to_have_count(2)


def change(page: Page) -> None:
    """One edge is moved on the first file, and the label of the second one deleted."""
    page.get_by_role("link", name="Label call-0401.flac").click()
    is_open(page, "call-0401")
    expect(page.get_by_test_id("region-row")).to_have_count(2)
    press(page, "ArrowDown", "Alt+,")
    expect(page.get_by_test_id("saved-state")).to_have_text("Saved")
    page.get_by_test_id("back").click()
    page.get_by_role("link", name="Label call-0402.flac").click()
    is_open(page, "call-0402")
    expect(page.get_by_test_id("region-row")).to_have_count(1)
    press(page, "ArrowDown", "Delete")
    expect(page.get_by_test_id("region-row")).to_have_count(0)
    done(page)
    expect(page.get_by_test_id("all-done")).to_be_visible()
    page.get_by_test_id("home").click()
    expect(figure(page, "listened, nothing here")).to_have_text("2")


def test_the_second_to_save_an_older_version_is_asked_which_to_keep(new_page, page, dataset, console):
    console.expect("status of 409")
    new_draft(page, dataset)
    set_url = page.url
    other = new_page(SUPER)
    for window in (page, other):
        window.goto(set_url)
        window.get_by_role("link", name="Label call-0402.flac").click()
        is_open(window, "call-0402")
    mark(page, digit="1", seconds=1, length=1)
    expect(page.get_by_test_id("saved-state")).to_have_text("Saved")

    mark(other, digit="2", seconds=4, length=1)

    notice = other.get_by_test_id("notice-stale")
    expect(notice).to_be_visible()
    other.get_by_test_id("take-theirs").click()
    # It said "Opened elsewhere"; what is opened anew has nothing to say yet.
    expect(other.get_by_test_id("saved-state")).to_have_text("")
    is_open(other, "call-0402")
    expect(other.get_by_test_id("region-row")).to_have_count(1)
    expect(notice).to_have_count(0)
    mark(other, digit="2", seconds=4, length=1)
    expect(other.get_by_test_id("saved-state")).to_have_text("Saved")


def test_a_draft_that_is_published_meanwhile_is_not_changed_and_says_so(new_page, page, dataset, console):
    console.expect("status of 409")
    new_draft(page, dataset)
    set_url = page.url
    begin(page)
    is_open(page, "call-0401")
    mark(page, digit="1", seconds=1, length=1)
    expect(page.get_by_test_id("saved-state")).to_have_text("Saved")
    other = new_page(SUPER)
    other.goto(set_url)
    move(other, "Publish…", "Publish")
    expect(other.locator("h1")).to_contain_text("published")

    done(page)

    expect(page.get_by_test_id("notices")).to_contain_text("This version is published and does not change any more.")


def test_the_page_of_a_draft_keeps_up_and_plays_labels(new_page, page, dataset):
    new_draft(page, dataset)
    set_url = page.url
    watching = new_page(READER)
    watching.goto(set_url)
    watching.evaluate("window.isSamePage = true")
    expect(watching.get_by_role("link", name="Label", exact=True)).to_have_count(0)
    begin(page)
    is_open(page, "call-0401")
    mark(page, digit="1", seconds=1, length=1)
    done(page)
    is_open(page, "call-0402")

    expect(figure(watching, "files with labels")).to_have_text("1")
    expect(watching.locator(".set-file").first).to_contain_text("listened by Ada Administrator")
    watching.locator(".strip-marks rect").first.click()
    expect(watching.locator("#player [data-name]")).to_have_text("call-0401.flac")
    expect(watching.locator("#player [data-time]")).to_contain_text("0:02.5")
    assert watching.evaluate("window.isSamePage")
    watching.reload()
    watching.get_by_text("Labels as a table").click()
    expect(watching.locator(".set-labels tbody tr")).to_have_count(1)
    watching.get_by_role("button", name="Play glitch at 0:01.000").click()
    expect(watching.locator("#player")).to_be_visible()


@pytest.mark.parametrize("width", [1280, 390])
def test_pages_fit_into_their_windows(new_page, dataset, width):
    page = new_page(ADMINISTRATOR, viewport={"width": width, "height": 800})
    page.goto("/w/demo/datasets/")
    page.get_by_role("link", name="Support calls").click()
    page.get_by_role("link", name="Annotation sets").click()
    page.get_by_role("link", name="v1", exact=True).click()
    expect(page.locator("canvas[data-strip]").first).to_be_visible()

    assert page.evaluate("document.documentElement.scrollWidth <= innerWidth")
