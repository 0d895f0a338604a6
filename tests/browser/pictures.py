"""The pictures in docs/, taken by the tests' own browser from the demo: `make pictures`."""

import re
import tempfile
from pathlib import Path

from playwright.sync_api import Browser, Page, expect, sync_playwright

from tests.browser.conftest import ARGUMENTS, chromium_path, login
from tests.environment import ROOT
from tests.stack import Stack

FOLDER = ROOT / "docs" / "pictures"
SIZE = {"width": 1280, "height": 860}


def workbench(page: Page) -> None:
    """The returned item of the demo, playing position in the middle, the pause chosen."""
    page.goto("/w/demo/labeling/")
    page.get_by_role("link", name=re.compile("Correct|Go on")).first.click()
    expect(page.get_by_test_id("region-row")).to_have_count(2)
    page.get_by_test_id("region-row").first.click()
    page.keyboard.press("Escape")
    for _ in range(5):
        page.keyboard.press("ArrowRight")
    expect(page.get_by_test_id("time")).to_contain_text("0:05.000")


def task(page: Page) -> None:
    page.goto("/w/demo/tasks/")
    page.get_by_role("link", name="Support calls, week 46").click()
    expect(page.get_by_role("heading", level=1)).to_contain_text("Support calls")


def evaluation(page: Page) -> None:
    """What was answered in the demo's evaluation, question by question."""
    page.goto("/w/demo/evaluations/")
    page.get_by_role("link", name="Voices v2 and v3").click()
    page.get_by_role("navigation", name="Parts of the evaluation").get_by_role("link", name="Answers").click()
    expect(page.locator("canvas[data-chart=q1]")).to_be_visible()


def evaluation_row(page: Page) -> None:
    """A row with three marks on its recording."""
    page.goto("/w/demo/evaluations/")
    page.get_by_role("link", name="Voices v2 and v3").click()
    page.get_by_role("navigation", name="Parts of the evaluation").get_by_role("link", name="Items").click()
    page.locator("#open-3").click()
    expect(page.locator("[data-marks] button")).to_have_count(3)


SCENES = (
    ("workbench", "operator@demo.example", workbench),
    ("task", "manager@demo.example", task),
    ("evaluation", "manager@demo.example", evaluation),
    ("evaluation-row", "manager@demo.example", evaluation_row),
)


def take(browser: Browser, stack: Stack) -> None:
    for name, email, scene in SCENES:
        for theme in ("light", "dark"):
            context = browser.new_context(base_url=stack.url, viewport=SIZE, color_scheme=theme)  # type: ignore[arg-type]
            page = context.new_page()
            login(page, email)
            scene(page)
            page.wait_for_load_state("networkidle")
            page.screenshot(path=FOLDER / f"{name}-{theme}.png")
            context.close()


def main() -> None:
    FOLDER.mkdir(parents=True, exist_ok=True)
    with tempfile.TemporaryDirectory(prefix="earmark-pictures-") as folder, sync_playwright() as playwright:
        stack = Stack(Path(folder), name="pictures", demo=True).start()
        browser = playwright.chromium.launch(executable_path=chromium_path(), args=ARGUMENTS)
        try:
            take(browser, stack)
        finally:
            browser.close()
            stack.close()


if __name__ == "__main__":
    main()
