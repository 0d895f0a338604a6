"""Charts that draw, follow what happens, and are narrowed; tables to take along."""

import csv

import pytest
from playwright.sync_api import expect

MANAGER = "manager@demo.example"
OPERATOR = "operator@demo.example"
# How many points of a canvas are painted.
PAINTED = """canvas => {
    const { data } = canvas.getContext("2d").getImageData(0, 0, canvas.width, canvas.height);
    let painted = 0;
    for (let at = 3; at < data.length; at += 4) painted += data[at] > 0;
    return painted;
}"""
WATCH_SHIFTS = """window.moved = 0;
new PerformanceObserver((list) => {
    for (const entry of list.getEntries()) if (!entry.hadRecentInput) window.moved += entry.value;
}).observe({ type: "layout-shift", buffered: true });"""
COLOR = "canvas => String(window.Chart.getChart(canvas).options.scales.x.ticks.color)"
CANVAS = "document.querySelector('canvas[data-chart=days]')"


@pytest.fixture
def task(new_page):
    """The demo's task, on its Progress tab."""
    page = new_page(MANAGER)
    page.goto("/w/demo/tasks/")
    page.get_by_role("link", name="Support calls, week 46").click()
    expect(page.locator("#chart-days")).to_be_visible()
    return page


def data_of(page, name):
    return page.locator(f"canvas[data-chart={name}]").evaluate(
        "canvas => window.Chart.getChart(canvas).data.datasets.map(({ label, data }) => [label, data])"
    )


def test_charts_are_drawn_with_what_their_tables_say(task):
    for name in ("days", "people", "reasons"):
        canvas = task.locator(f"canvas[data-chart={name}]")
        expect(canvas).to_be_visible()
        assert canvas.evaluate(PAINTED) > 500
    task.locator("#table-people summary").click()
    row = task.locator("#table-people tbody tr").first
    expect(row).to_be_visible()
    in_table = [int(text) for text in row.locator("td").all_inner_texts()]
    assert in_table == [data[0] for _label, data in data_of(task, "people")]


def test_charts_follow_the_theme(task):
    canvas = task.locator("canvas[data-chart=days]")
    # A function: an expression would be evaluated anew each time, which the policy of the page forbids.
    task.wait_for_function(f"() => window.Chart?.getChart({CANVAS})")
    before = canvas.evaluate(COLOR)
    dark = task.evaluate("document.documentElement.dataset.bsTheme === 'dark'")

    task.evaluate(f"localStorage.setItem('earmark-theme', '{'light' if dark else 'dark'}')")
    task.evaluate("dispatchEvent(new Event('earmark:theme'))")

    expect(task.locator("html")).to_have_attribute("data-bs-theme", "light" if dark else "dark")
    task.wait_for_function(f"before => ({COLOR})({CANVAS}) !== before", arg=before)


def test_narrowing_and_sorting_go_into_the_address(task):
    task.locator("#days").select_option("7")
    task.wait_for_url("**days=7**")
    expect(task.locator("#days")).to_have_value("7")
    task.wait_for_function(f"() => window.Chart?.getChart({CANVAS})?.data.labels.length === 7")
    task.locator("#sort-done").click()
    task.wait_for_url("**sort=-done**")
    expect(task.locator("th[aria-sort=descending]")).to_contain_text("Done")
    assert "days=7" in task.url
    task.locator("#show-all").click()
    expect(task.locator("#days")).to_have_value("")


def test_tables_are_taken_along(task, tmp_path):
    for name, column in (("people", "name"), ("days", "day"), ("turns", "item")):
        with task.expect_download() as download:
            task.locator(f"#csv-{name}").click()
        path = tmp_path / f"{name}.csv"
        download.value.save_as(path)
        with path.open(encoding="utf-8", newline="") as text:
            rows = list(csv.DictReader(text))
        assert rows
        assert all(row[column] for row in rows)


def test_nothing_moves_when_charts_are_drawn(new_page):
    page = new_page(MANAGER, viewport={"width": 390, "height": 844})
    page.add_init_script(WATCH_SHIFTS)
    page.goto("/w/demo/tasks/")
    page.get_by_role("link", name="Support calls, week 46").click()
    expect(page.locator("canvas[data-chart=days]")).to_be_visible()
    page.wait_for_load_state("networkidle")

    assert page.evaluate("document.documentElement.scrollWidth <= window.innerWidth")
    assert page.evaluate("window.moved") < 0.02


def test_ones_own_figures_are_a_click_away(new_page):
    page = new_page(OPERATOR)
    page.goto("/w/demo/labeling/")
    page.locator("#my-figures").click()

    expect(page.locator("h1")).to_have_text("My figures")
    assert page.locator("canvas[data-chart=labeled]").evaluate(PAINTED) > 200
    page.locator("#remarks li a").first.click()
    page.wait_for_url("**/assignments/**")
