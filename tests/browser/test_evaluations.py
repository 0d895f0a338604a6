"""Evaluations as a manager sees them: found, followed while somebody answers, heard, archived and taken along."""

import csv
import json
import re
import shutil
import subprocess
from uuid import uuid4

import pytest
from playwright.sync_api import expect

from tests.browser.test_figures import PAINTED
from tests.environment import ROOT

MANAGER = "manager@demo.example"
OPERATOR = "operator@demo.example"
NAME = "Voices v2 and v3 side by side"
CHART = "canvas => window.Chart.getChart(canvas).data.datasets[0].data"
POST = """async ({ url, body }) => {
    const token = document.querySelector("meta[name=csrf-token]").content;
    const headers = { "Content-Type": "application/json", "X-CSRFToken": token };
    const answer = await fetch(url, { method: "POST", headers, body: JSON.stringify(body ?? {}) });
    return answer.status === 200 ? answer.json() : answer.status;
}"""
AT_MS = "document.querySelector('.recording audio').currentTime * 1000"


@pytest.fixture
def evaluation(new_page):
    """The demo's evaluation, on its Progress tab."""
    page = new_page(MANAGER)
    page.goto("/w/demo/")
    page.get_by_role("navigation", name="Pages").get_by_role("link", name="Evaluations").click()
    page.get_by_role("link", name=NAME).click()
    expect(page.get_by_role("heading", level=1)).to_contain_text(NAME)
    return page


def tab(page, name):
    page.get_by_role("navigation", name="Parts of the evaluation").get_by_role("link", name=name).click()


def test_charts_follow_while_somebody_answers(evaluation, new_page):
    task = re.search(r"/tasks/([^/]+)/", evaluation.locator("[id^=task-]").first.get_attribute("href")).group(1)
    tab(evaluation, "Answers")
    stars = evaluation.locator("canvas[data-chart=q2]")
    expect(stars).to_be_visible()
    evaluation.wait_for_function("() => window.Chart?.getChart(document.querySelector('canvas[data-chart=q2]'))")
    assert stars.evaluate(PAINTED) > 500
    before = stars.evaluate(CHART)
    worker = new_page(OPERATOR)
    worker.goto("/w/demo/labeling/")
    turn = worker.evaluate(POST, {"url": f"/api/v1/labeling-tasks/{task}/next"})
    answers = {"mispronunciations": [500], "naturalness": 1, "weakest": "noise", "why": "It hums."}
    done = worker.evaluate(
        POST, {"url": f"/api/v1/assignments/{turn['assignment']['id']}/submit", "body": {"answers": answers}}
    )

    assert isinstance(done, dict), done
    expect(evaluation.locator("[data-live-part=latest-4]")).to_contain_text("It hums.")
    after = stars.evaluate(CHART)
    assert [b - a for a, b in zip(before, after, strict=True)] == [1, 0, 0, 0, 0]
    evaluation.locator("#table-q2 summary").click()
    shown = evaluation.locator("#table-q2 tbody td").all_inner_texts()
    assert [int(text) for text in shown] == after


def test_a_charts_table_is_taken_along(evaluation, tmp_path):
    tab(evaluation, "Answers")
    evaluation.locator("#table-q1 summary").click()
    with evaluation.expect_download() as download:
        evaluation.locator("#csv-q1").click()
    download.value.save_as(tmp_path / "marks.csv")
    with (tmp_path / "marks.csv").open(encoding="utf-8", newline="") as text:
        rows = list(csv.reader(text))
    assert rows[0] == ["Part of the recording", "Marks"]
    assert len(rows) == 21


def test_marks_are_drawn_on_the_recording_and_played_from(evaluation):
    tab(evaluation, "Items")
    evaluation.locator("#open-3").click()
    recording = evaluation.locator(".recording")
    marks = recording.locator("[data-marks] button")
    expect(marks).to_have_count(3)
    evaluation.wait_for_function(f"() => ({PAINTED})(document.querySelector('canvas[data-wave]')) > 1000")
    wave = recording.locator("canvas").bounding_box()
    shares = []
    for number in range(3):
        box = marks.nth(number).bounding_box()
        shares.append((box["x"] + box["width"] / 2 - wave["x"]) / wave["width"])
    assert shares == pytest.approx([2930 / 9662, 3975 / 9662, 8100 / 9662], abs=0.01)

    marks.nth(1).click()
    evaluation.wait_for_function(f"() => {AT_MS} > 4000")
    expect(recording.locator("[data-toggle]")).to_have_attribute("aria-pressed", "true")
    expect(recording.locator("[data-mark='3975']")).to_have_attribute("aria-current", "true")
    recording.locator("[data-toggle]").click()
    recording.locator("[data-mark='8100']").press("Enter")
    evaluation.wait_for_function(f"() => {AT_MS} >= 8100")


def test_a_recording_is_heard_by_keys_alone(evaluation):
    tab(evaluation, "Items")
    evaluation.locator("#open-3").click()
    expect(evaluation.locator("[data-marks] button")).to_have_count(3)
    evaluation.locator("canvas[data-wave]").focus()

    for key, at in ((".", 2930), (".", 3975), ("ArrowRight", 4975), (",", 3975), ("Home", 0)):
        evaluation.keyboard.press(key)
        evaluation.wait_for_function(f"() => Math.abs({AT_MS} - {at}) < 20")
    evaluation.keyboard.press(" ")
    evaluation.wait_for_function(f"() => {AT_MS} > 200")
    evaluation.keyboard.press(" ")
    expect(evaluation.locator("[data-toggle]")).to_have_attribute("aria-pressed", "false")


def test_a_row_leads_into_the_workbench(evaluation):
    tab(evaluation, "Items")
    evaluation.locator("#open-1").click()
    evaluation.get_by_role("link", name="Open in the workbench").click()

    evaluation.wait_for_url("**/assignments/**")
    expect(evaluation.locator("canvas").first).to_be_visible()


def test_rows_are_narrowed_to_those_that_wait(evaluation):
    tab(evaluation, "Items")
    evaluation.locator("#status").select_option("pending")
    evaluation.wait_for_url("**status=pending**")
    rows = evaluation.locator("#items tbody tr")
    for number in range(rows.count()):
        expect(rows.nth(number).locator(".pill")).to_have_text(["waits"] * 4)


def test_the_queue_leads_to_staffing_and_back(evaluation):
    evaluation.get_by_role("link", name="Staff it").click()
    evaluation.wait_for_url("**/people/")
    evaluation.locator("#evaluation").click()
    expect(evaluation.get_by_role("heading", level=1)).to_contain_text(NAME)


def test_it_is_archived_restored_and_taken_along(evaluation, tmp_path):
    tab(evaluation, "Settings")
    evaluation.get_by_role("button", name="Archive this evaluation").click()
    evaluation.locator("dialog#confirm").get_by_role("button", name="Archive").click()
    expect(evaluation.locator("h1")).to_contain_text("archived")
    expect(evaluation.locator(".notice")).to_contain_text("its labeling tasks are stopped")
    listed = evaluation.get_by_role("link", name=NAME)
    address = evaluation.url
    evaluation.goto("/w/demo/evaluations/")
    expect(listed).to_have_count(0)
    evaluation.locator("#shown").select_option("archived")
    expect(listed).to_have_count(1)
    evaluation.goto(address)
    evaluation.get_by_role("button", name="Restore").click()
    expect(evaluation.locator(".notice")).to_contain_text("goes on")

    evaluation.locator("#export").click()
    with evaluation.expect_download() as download:
        evaluation.locator("#export-json").click()
    download.value.save_as(tmp_path / "rows.json")
    rows = json.loads((tmp_path / "rows.json").read_text(encoding="utf-8"))
    assert rows[0]["data"]["mispronunciations"] == [1.18, 4.02]
    assert rows[0]["task_result_statuses"]["naturalness"] == "completed"


@pytest.mark.parametrize("name", ["", "answers/", "items/", "settings/"])
def test_pages_fit_a_small_window(new_page, name):
    page = new_page(MANAGER, viewport={"width": 390, "height": 844})
    page.goto("/w/demo/evaluations/")
    page.get_by_role("link", name=NAME).click()
    page.goto(page.url + name)
    page.wait_for_load_state("networkidle")

    assert page.evaluate("document.documentElement.scrollWidth <= window.innerWidth")


def test_the_example_of_an_empty_list_makes_an_evaluation(new_page, stack, tmp_path):
    slug = f"empty-{uuid4().hex[:8]}"
    stack.manage("create_workspace", "--slug", slug, "--name", "Empty")
    secret = stack.manage("create_api_key", "--workspace", slug, "--name", "try").strip()
    page = new_page("admin@demo.example")
    page.goto(f"/w/{slug}/evaluations/")
    example = page.locator("#example").inner_text()
    shutil.copy(ROOT / "demo" / "call-0401.flac", tmp_path / "call.wav")

    script = example.replace("em_live_...", secret)
    done = subprocess.run(["bash", "-euc", script], cwd=tmp_path, capture_output=True, text=True, timeout=60)

    assert json.loads(done.stdout)["name"] == "Calls of this week", done.stdout + done.stderr
    expect(page.get_by_role("link", name="Calls of this week")).to_be_visible()
