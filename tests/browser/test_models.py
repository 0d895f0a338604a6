"""Models as an administrator meets them: trained, looked at, let loose on files, and what they found heard and kept."""

import csv
import json
import re
from collections.abc import Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Page, expect

from bench.truth import UNSEEN_SEED, UNSEEN_VOICES, make
from tests.browser.teaching import publish_labels

ADMINISTRATOR = "administrator@demo.example"
MANAGER = "manager@demo.example"
LONG_MS = 90_000
AT_MS = "document.querySelector('{root} audio').currentTime * 1000"
CURVE = "canvas => window.Chart.getChart(canvas).data.datasets.map(({ data }) => data)"
LINES = "canvas => window.Chart?.getChart(canvas)?.data.datasets[0].data.length ?? 0"


@pytest.fixture(scope="module")
def labels(stack, tmp_path_factory) -> dict[str, str]:
    return publish_labels(stack, tmp_path_factory.mktemp("truth"), minutes=6)


@pytest.fixture(scope="module")
def unheard(tmp_path_factory) -> list[Path]:
    """Two files by voices that no model has heard."""
    folder = tmp_path_factory.mktemp("unheard")
    return [path for path, _events in make(folder, minutes=1, seed=UNSEEN_SEED, voices=UNSEEN_VOICES)]


def train(page: Page, labels: dict[str, str], *, name: str, epochs: int) -> None:
    page.goto("/w/demo/models/")
    page.get_by_role("link", name="Train a model").first.click()
    page.locator("#set").select_option(labels["set"])
    page.wait_for_url(f"**/train/?set={labels['set']}")
    page.locator("#id_name").fill(name)
    page.locator("#settings summary").click()
    page.locator("#id_epochs").fill(str(epochs))
    page.get_by_role("button", name="Train").click()
    page.wait_for_url("**/trainings/**")


@pytest.fixture(scope="module")
def model(stack, browser, labels) -> Iterator[str]:
    """The address of a model, trained by the form."""
    from tests.browser.conftest import let_in

    context = browser.new_context(base_url=stack.url)
    let_in(context, ADMINISTRATOR)
    page = context.new_page()
    train(page, labels, name="Faults of calls", epochs=12)
    page.locator("#open-model").click(timeout=LONG_MS)
    page.wait_for_url(re.compile(r"/models/[0-9a-f-]{36}/$"))
    yield page.url
    context.close()


def test_a_training_is_followed_to_its_model(new_page, labels, console):
    console.expect("status of 422")
    page = new_page(ADMINISTRATOR)
    page.goto(f"/w/demo/models/train/?set={labels['set']}")
    expect(page.locator("#material")).to_contain_text("12 of 12 files take part")
    page.locator("#settings summary").click()
    page.locator("#id_epochs").fill("0")
    page.get_by_role("button", name="Train").click()
    expect(page.locator("#settings .errors")).to_have_text("Give a number from 1 to 100.")

    train(page, labels, name="Followed", epochs=25)
    expect(page.locator("#epoch-3")).to_be_visible(timeout=LONG_MS)
    page.wait_for_function(f"() => ({LINES})(document.querySelector('canvas[data-lines=loss]')) >= 3")

    expect(page.locator("h1")).to_contain_text("done", timeout=LONG_MS)
    expect(page.locator("#percent")).to_have_text("100 %")
    expect(page.locator("#epochs tbody tr")).to_have_count(25)
    page.locator("#open-model").click()
    expect(page.locator("h1")).to_have_text("Followed")


def test_a_training_is_cancelled(new_page, labels):
    page = new_page(ADMINISTRATOR)
    train(page, labels, name="Given up", epochs=100)
    page.locator("#cancel").click()
    page.locator("dialog#confirm").get_by_role("button", name="Cancel the training").click()

    expect(page.locator("#cancelled")).to_be_visible()
    expect(page.locator("#open-model")).to_have_count(0)


def test_the_slider_shows_what_a_threshold_does(new_page, model):
    page = new_page(ADMINISTRATOR)
    page.goto(model)
    slider, rows = page.locator("#threshold"), page.locator("#by-type tbody tr")
    expect(rows).to_have_count(5)
    page.wait_for_function("() => window.Chart?.getChart(document.querySelector('canvas[data-curve=type-1]'))")
    usual = rows.locator("[data-cell=found]").all_inner_texts()

    slider.fill("0.99")
    expect(page.locator("#threshold-value")).to_have_text("0.99")
    strict = rows.locator("[data-cell=found]").all_inner_texts()
    slider.fill("0.05")
    lax = rows.locator("[data-cell=found]").all_inner_texts()

    assert all(int(a) <= int(b) <= int(c) for a, b, c in zip(strict, usual, lax, strict=True))
    assert sum(map(int, lax)) > sum(map(int, strict))
    curve, best, here = page.locator("canvas[data-curve=type-1]").evaluate(CURVE)
    assert len(curve) > 3
    assert here != best
    rows.first.locator("button[data-threshold]").click()
    expect(rows.first.locator("button[data-threshold]")).to_have_attribute("aria-pressed", "true")
    _curve, best, here = page.locator("canvas[data-curve=type-1]").evaluate(CURVE)
    assert here == best
    page.locator("#threshold-default").click()
    expect(page.locator("#threshold-value")).to_have_text("0.50")
    assert rows.locator("[data-cell=found]").all_inner_texts() == usual


def test_a_mistake_is_drawn_and_heard(new_page, model):
    page = new_page(ADMINISTRATOR)
    page.goto(model)
    row = page.locator("[data-mistake]").first
    start, end = int(row.get_attribute("data-start")), int(row.get_attribute("data-end"))
    row.locator("[data-hear]").click()

    expect(page.locator("#mistakes [data-marks] .span")).to_have_count(1)
    page.wait_for_function(f"() => {AT_MS.format(root='#mistakes')} > {max(0, start - 500)} + 50")
    expect(row).to_have_attribute("aria-selected", "true")
    # It stops by itself soon after the mistake.
    expect(page.locator("#mistakes [data-toggle]")).to_have_attribute("aria-pressed", "false")
    assert page.evaluate(AT_MS.format(root="#mistakes")) < end + 2000
    page.get_by_role("button", name="Whole file").click()
    expect(page.get_by_role("button", name="Whole file")).to_be_hidden()


def test_files_are_uploaded_analysed_heard_narrowed_and_taken_along(new_page, model, unheard, tmp_path):
    page = new_page(ADMINISTRATOR)
    page.goto(model)
    page.get_by_role("link", name="Analyse files").click()
    page.locator("#source-upload").check()
    page.locator("[data-files]").set_input_files([str(path) for path in unheard])
    expect(page.locator(".upload-item.ready")).to_have_count(2)
    page.locator("#id_min_duration_ms").fill("100")
    expect(page.locator("#cuts")).to_contain_text("glitch")
    page.locator("#id_min_duration_ms").fill("50")
    expect(page.locator("#cuts")).to_be_hidden()
    page.locator("#begin").click()
    page.wait_for_url("**/analyses/*-*/")

    expect(page.locator("#how-far h2")).to_have_text("2 of 2 files done", timeout=LONG_MS)
    first = page.locator("[data-file]").first
    # Some came in with the page, others while it was open.
    expect(first.locator("[data-marks] .span").first).to_be_attached()
    shown = first.locator("[data-detection]").count()
    assert shown == first.locator("[data-marks] .span").count() > 0
    row = first.locator("[data-detection]").first
    start = int(row.get_attribute("data-start"))
    row.locator("[data-hear]").click()
    page.wait_for_function(f"() => {AT_MS.format(root='[data-file]')} > {max(0, start - 500)} + 50")
    expect(row).to_have_attribute("aria-selected", "true")

    page.locator("#narrow input[value=glitch]").uncheck()
    expect(first.locator("[data-detection][data-type=glitch]:visible")).to_have_count(0)
    page.locator("#least").fill("100")
    expect(page.locator("#shown")).to_contain_text(re.compile(r"^\d+ of \d+ detections"))

    page.locator("#export").click()
    with page.expect_download() as download:
        page.locator("#export-csv").click()
    download.value.save_as(tmp_path / "found.csv")
    with (tmp_path / "found.csv").open(encoding="utf-8-sig", newline="") as text:
        rows = list(csv.DictReader(text))
    page.locator("#export").click()
    with page.expect_download() as download:
        page.locator("#export-json").click()
    download.value.save_as(tmp_path / "found.json")
    found = json.loads((tmp_path / "found.json").read_text(encoding="utf-8"))
    assert len(rows) == sum(len(file["detections"]) for file in found["files"]) >= shown


def test_what_was_found_in_a_dataset_becomes_a_draft(new_page, model):
    page = new_page(ADMINISTRATOR)
    page.goto(f"/w/demo/models/analyse/?model={model.rstrip('/').split('/')[-1]}")
    option = page.locator("#dataset option", has_text="Support calls").first
    page.locator("#dataset").select_option(option.get_attribute("value"))
    page.locator("#which-some").check()
    page.get_by_placeholder("Part of a name").fill("0403")
    row = page.locator("#files-to-choose tr:visible")
    expect(row).to_have_count(1)
    row.locator("input").check()
    page.locator("#begin").click()

    page.locator("#make-draft").click(timeout=LONG_MS)
    expect(page.locator(".notice").first).to_contain_text("is a draft with")


def test_who_only_reads_sees_all_of_it_and_changes_nothing(new_page, model):
    page = new_page(MANAGER)
    page.goto(model)
    expect(page.locator("#by-type")).to_be_visible()
    expect(page.locator("#delete")).to_have_count(0)
    page.goto("/w/demo/models/analyses/")
    expect(page.get_by_role("link", name="Analyse files")).to_have_count(0)


def test_a_model_is_deleted_after_a_question(new_page, labels):
    page = new_page(ADMINISTRATOR)
    train(page, labels, name="Short-lived", epochs=2)
    page.locator("#open-model").click(timeout=LONG_MS)
    page.locator("#delete").click()
    page.locator("dialog#confirm").get_by_role("button", name="Delete").click()

    expect(page.locator(".notice").first).to_contain_text("“Short-lived” is deleted.")
    expect(page.locator("#trained")).not_to_contain_text("Short-lived")


@pytest.mark.parametrize("part", ["", "train/", "analyse/", "analyses/"])
def test_pages_fit_a_small_window(new_page, model, part):
    page = new_page(ADMINISTRATOR, viewport={"width": 390, "height": 844})
    for address in {model, f"/w/demo/models/{part}"}:
        page.goto(address)
        page.wait_for_load_state("networkidle")
        assert page.evaluate("document.documentElement.scrollWidth <= window.innerWidth"), address
