"""The pictures in docs/, taken by the tests' own browser from the demo: `make pictures`."""

import json
import re
import tempfile
from dataclasses import dataclass
from pathlib import Path

from playwright.sync_api import Browser, Page, expect, sync_playwright

from tests.browser.asking import ask
from tests.browser.conftest import ARGUMENTS, chromium_path, login
from tests.browser.teaching import publish_labels
from tests.browser.test_quality import MAKE as TWO_TEAMS
from tests.environment import ROOT
from tests.stack import Stack
from tests.workers import wait_until

FOLDER = ROOT / "docs" / "pictures"
SIZE = {"width": 1280, "height": 860}
ADMINISTRATOR = "administrator@demo.example"
LONG_MS = 180_000
MARKS = {"type": "regions", "name": "Artifacts", "alias": "artifacts", "required": False}
ASSIST = """
from uuid import UUID
from annotations.actions.editing import edit
from annotations.models import LabelingTask
from workspaces.models import User
by = User.objects.get(email="administrator@demo.example")
changes = {{"ai_assisted": True, "detector_id": UUID({model!r}), "suggestion_threshold": 0.4}}
edit(LabelingTask.objects.get(pk={task!r}), by=by, changes=changes)
"""
UNHEARD = """
from annotations.models import TaskItem
print(TaskItem.objects.filter(task={task!r}, suggestions=None).count())
"""


@dataclass(frozen=True)
class Made:
    """Addresses of what the demo does not bring along."""

    labels: str
    model: str
    training: str
    analysis: str
    suggestions: str
    quality: str


def workbench(page: Page, _made: Made) -> None:
    """The returned item of the demo, playing position in the middle, the pause chosen."""
    page.goto("/w/demo/labeling/")
    page.get_by_role("link", name=re.compile("Correct|Go on")).first.click()
    expect(page.get_by_test_id("region-row")).to_have_count(2)
    page.get_by_test_id("region-row").first.click()
    page.keyboard.press("Escape")
    for _ in range(5):
        page.keyboard.press("ArrowRight")
    expect(page.get_by_test_id("time")).to_contain_text("0:05.000")


def task(page: Page, _made: Made) -> None:
    page.goto("/w/demo/tasks/")
    page.get_by_role("link", name="Support calls, week 46").click()
    expect(page.get_by_role("heading", level=1)).to_contain_text("Support calls")


def evaluation(page: Page, _made: Made) -> None:
    """What was answered in the demo's evaluation, question by question."""
    page.goto("/w/demo/evaluations/")
    page.get_by_role("link", name="Voices v2 and v3").click()
    page.get_by_role("navigation", name="Parts of the evaluation").get_by_role("link", name="Answers").click()
    expect(page.locator("canvas[data-chart=q1]")).to_be_visible()


def evaluation_row(page: Page, _made: Made) -> None:
    """A row with three marks on its recording."""
    page.goto("/w/demo/evaluations/")
    page.get_by_role("link", name="Voices v2 and v3").click()
    page.get_by_role("navigation", name="Parts of the evaluation").get_by_role("link", name="Items").click()
    page.locator("#open-3").click()
    expect(page.locator("[data-marks] button")).to_have_count(3)


def annotation_set(page: Page, made: Made) -> None:
    page.goto(made.labels)
    expect(page.get_by_role("heading", level=1)).to_contain_text("Version 1")


def training(page: Page, made: Made) -> None:
    """Loss and F1, epoch by epoch."""
    page.goto(made.training)
    expect(page.locator("canvas[data-lines=loss]")).to_be_visible()


def model(page: Page, made: Made) -> None:
    """What the model can do, and what a threshold changes."""
    page.goto(made.model)
    expect(page.locator("canvas[data-curve=type-1]")).to_be_visible()


def analysis(page: Page, made: Made) -> None:
    """What the model found in the demo's calls, the first files of them."""
    page.goto(made.analysis)
    page.locator("#narrow [name=only]").check()
    expect(page.locator("[data-marks] .span").first).to_be_attached()
    page.locator("#narrow").scroll_into_view_if_needed()
    page.evaluate("document.getElementById('narrow').scrollIntoView()")


def suggestions(page: Page, made: Made) -> None:
    """A recording in the workbench with what the model proposes for it."""
    page.goto(made.suggestions)
    expect(page.get_by_test_id("workbench")).to_have_attribute("data-screen", "item")
    expect(page.get_by_test_id("suggestion-row").first).to_be_visible()


def quality(page: Page, made: Made) -> None:
    """The report of a task that two teams have answered."""
    page.goto(made.quality)
    if page.locator("#teams").count() == 0:
        page.locator("#compute").click()
    expect(page.locator("#teams")).to_be_visible(timeout=LONG_MS)


SCENES = (
    ("workbench", "operator@demo.example", workbench),
    ("task", "manager@demo.example", task),
    ("evaluation", "manager@demo.example", evaluation),
    ("evaluation-row", "manager@demo.example", evaluation_row),
    ("annotation-set", ADMINISTRATOR, annotation_set),
    ("training", ADMINISTRATOR, training),
    ("model", ADMINISTRATOR, model),
    ("analysis", ADMINISTRATOR, analysis),
    ("suggestions", "operator@demo.example", suggestions),
    ("quality", "manager@demo.example", quality),
)


def prepare(browser: Browser, stack: Stack, folder: Path) -> Made:
    """Labels of ten minutes, a model that learned from them, and what it says about the demo's calls."""
    published = publish_labels(stack, folder, minutes=10)
    context = browser.new_context(base_url=stack.url, viewport=SIZE)
    context.set_default_timeout(LONG_MS)
    page = context.new_page()
    login(page, ADMINISTRATOR)
    page.goto(f"/w/demo/models/train/?set={published['set']}")
    page.locator("#id_name").fill("Faults of calls")
    page.get_by_role("button", name="Train").click()
    page.wait_for_url("**/trainings/**")
    training_url = page.url
    page.locator("#open-model").click()
    page.wait_for_url(re.compile(r"/models/[0-9a-f-]{36}/$"))
    model_url = page.url
    page.locator("#analyse").click()
    option = page.locator("#dataset option", has_text="Support calls").first.get_attribute("value")
    page.locator("#dataset").select_option(option)
    expect(page.locator("#which-all")).to_be_checked()
    page.locator("#begin").click()
    page.locator("#delete-analysis").wait_for()
    made = Made(
        labels=f"/w/demo/datasets/{published['dataset']}/annotation-sets/{published['set']}/",
        model=model_url,
        training=training_url,
        analysis=page.url,
        suggestions=_suggested(stack, model_url.rstrip("/").rpartition("/")[2]),
        quality=f"/w/demo/tasks/{json.loads(stack.manage('shell', '-v', '0', '-c', TWO_TEAMS))}/quality/",
    )
    context.close()
    return made


def _suggested(stack: Stack, model_id: str) -> str:
    """The address of a task over the demo's calls in which the model proposes regions, once it has heard them all."""
    asked = ask(stack, [MARKS], name="Support calls, week 47")
    stack.manage("shell", "--no-imports", "-c", ASSIST.format(task=asked.pk, model=model_id))
    code = UNHEARD.format(task=asked.pk)
    wait_until(lambda: stack.manage("shell", "--no-imports", "-c", code).strip() == "0", seconds=120, what=stack.log)
    return f"/w/demo/tasks/{asked.pk}/label/"


def take(browser: Browser, stack: Stack, made: Made) -> None:
    for name, email, scene in SCENES:
        for theme in ("light", "dark"):
            context = browser.new_context(base_url=stack.url, viewport=SIZE, color_scheme=theme)  # type: ignore[arg-type]
            page = context.new_page()
            login(page, email)
            scene(page, made)
            page.wait_for_load_state("networkidle")
            page.screenshot(path=FOLDER / f"{name}-{theme}.png")
            context.close()


def main() -> None:
    FOLDER.mkdir(parents=True, exist_ok=True)
    with tempfile.TemporaryDirectory(prefix="earmark-pictures-") as folder, sync_playwright() as playwright:
        stack = Stack(Path(folder), name="pictures", demo=True).start()
        browser = playwright.chromium.launch(executable_path=chromium_path(), args=ARGUMENTS)
        try:
            take(browser, stack, prepare(browser, stack, Path(folder, "truth")))
        finally:
            browser.close()
            stack.close()


if __name__ == "__main__":
    main()
