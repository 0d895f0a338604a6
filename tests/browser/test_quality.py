"""The quality report as a manager uses it: computed on demand, read, clicked, heard."""

import json

import pytest
from playwright.sync_api import expect

MANAGER = "manager@demo.example"
MAKE = """
import json
from types import SimpleNamespace
from datasets.models import Dataset
from tests.annotations.reports.crowd import answer_all, make_crowd
from workspaces.models import User, Workspace
people = SimpleNamespace(
    workspace=Workspace.objects.get(slug="demo"), administrator=User.objects.get(email="administrator@demo.example")
)
dataset = Dataset.objects.get(workspace__slug="demo", name="Support calls")
task, users = make_crowd(people, dataset=dataset, name="Voices of two teams")
answer_all(task, users)
print(json.dumps(str(task.pk)))
"""


@pytest.fixture(scope="module")
def task(stack):
    """A task of the demo that two teams have answered."""
    return json.loads(stack.manage("shell", "-v", "0", "-c", MAKE))


@pytest.fixture
def report(new_page, task):
    """The report, computed: by this window where nobody asked yet."""
    page = new_page(MANAGER)
    page.goto(f"/w/demo/tasks/{task}/")
    page.get_by_role("navigation", name="Parts of the task").get_by_role("link", name="Quality").click()
    expect(page.locator("#compute")).to_be_visible()
    if not page.locator("#agreement").count():
        page.locator("#compute").click()
    # The page shows what it waited for by itself.
    expect(page.locator("#agreement")).to_be_visible(timeout=60_000)
    return page


def test_numbers_charts_and_their_tables(report):
    expect(report.locator("#teams")).to_contain_text("cost per answer")
    canvas = report.locator("canvas[data-chart=words-words]")
    expect(canvas).to_be_visible()
    report.wait_for_function("() => window.Chart?.getChart(document.querySelector('canvas[data-chart=words-words]'))")
    drawn = canvas.evaluate("canvas => window.Chart.getChart(canvas).data.labels")
    report.locator("#table-words-words summary").click()
    assert report.locator("#table-words-words tbody th").all_inner_texts() == drawn


def test_a_click_on_a_figure_leads_to_clips_that_play(report):
    report.locator("#q-pace a[href*='cell%2Fpace%2F0%2F2']").click()
    expect(report.locator("#clips h2")).to_contain_text("Pace")
    first = report.locator(".set-file").first
    first.locator("[data-play]").click()
    expect(first.locator("[data-play]")).to_have_attribute("aria-pressed", "true")
    report.wait_for_function("() => document.querySelector('#player audio').currentTime > 0")


def test_a_click_on_a_bar_leads_to_clips(report):
    canvas = report.locator("canvas[data-chart=accuracy]")
    report.wait_for_function("() => window.Chart?.getChart(document.querySelector('canvas[data-chart=accuracy]'))")
    canvas.scroll_into_view_if_needed()
    at = canvas.evaluate(
        """canvas => {
            const chart = window.Chart.getChart(canvas);
            const row = chart.data.labels.indexOf("Cem");
            const { x, y } = chart.getDatasetMeta(0).data[row];
            return { x: x / 2, y };
        }"""
    )
    canvas.click(position=at)
    expect(report.locator("#clips h2")).to_contain_text("Cem")


def test_it_is_computed_again_on_demand(report):
    age = report.locator("#age time")
    before = age.get_attribute("datetime")
    report.locator("#compute").click()
    report.wait_for_function(
        "before => { const time = document.querySelector('#age time'); return time && time.dateTime !== before; }",
        arg=before,
    )
    expect(report.locator("#agreement")).to_be_visible()
