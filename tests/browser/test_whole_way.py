"""The main job by five people in a real browser: audio in, labeled, returned, corrected, approved, dataset out."""

import io
import json
import re
import zipfile
from pathlib import Path

from playwright.sync_api import Locator, Page, expect

from datasets.formats.audacity import read_labels
from datasets.formats.textgrid import read_textgrid
from tests.environment import ROOT

CLIPS = [Path(ROOT, "demo", name) for name in ("call-0406.flac", "call-0409.flac")]


DATASET, TASK = "Whole way", "Whole way, first round"


def milliseconds(text: str) -> int:
    """0:02.916 as 2916."""
    minutes, seconds = text.strip().split(":")
    return int(minutes) * 60_000 + round(float(seconds) * 1000)


def in_list(page: Page, text: str, link: str) -> Locator:
    """The link of this name in the list's row that holds the text."""
    return page.locator("main li").filter(has_text=text).get_by_role("link", name=link).first


def upload(page: Page) -> None:
    """The administrator makes a dataset with two artifact types and drops two files and a text into it."""
    page.goto("/w/demo/datasets/new/")
    page.get_by_label("Name", exact=True).first.fill(DATASET)
    page.get_by_role("button", name="Add a type").click()
    names = page.locator("[name=type_name]")
    names.nth(0).fill("glitch")
    if names.count() < 2:
        page.get_by_role("button", name="Add a type").click()
    names.nth(1).fill("long_pause")
    page.get_by_role("button", name="Create dataset").click()
    page.wait_for_url(re.compile(r"/datasets/[0-9a-f-]{36}/$"))
    page.locator("[data-files]").set_input_files(
        [
            *({"name": clip.name, "mimeType": "audio/flac", "buffer": clip.read_bytes()} for clip in CLIPS),
            {"name": "notes.wav", "mimeType": "audio/wav", "buffer": b"only words, no sound\n" * 50},
        ]
    )
    expect(page.locator("[data-items]").get_by_text("looks like text")).to_be_visible()
    rows = page.locator("table tbody tr")
    expect(rows.filter(has_text="ready")).to_have_count(2)


def create_task(page: Page) -> None:
    """... and makes a task of it: regions, pace, moments; the operator labels both, the auditor reviews in full."""
    page.goto("/w/demo/tasks/new/")
    page.get_by_label("Name of the task").fill(TASK)
    page.get_by_label(DATASET, exact=True).check()
    page.get_by_role("button", name="Next").click()
    questions = page.locator("section.question")
    for count, kind in enumerate(("regions", "categorical", "timestamp"), start=1):
        page.locator(f"#add-{kind}").click()
        expect(questions).to_have_count(count)
        # The page puts the cursor there a moment later; who types before that, types into the wrong field.
        expect(questions.last.get_by_label("Name")).to_be_focused()
    questions.nth(0).get_by_label("Name").fill("Marks")
    questions.nth(1).get_by_label("Name").fill("Pace")
    questions.nth(1).locator("textarea[name$=choices]").fill("slow\nnormal\nfast")
    questions.nth(2).get_by_label("Name").fill("Moments")
    questions.nth(2).locator("input[name$=multi]").check()
    questions.nth(2).locator("input[name$=required]").uncheck()
    page.get_by_role("button", name="Next").click()
    page.get_by_label("Named people").check()
    page.get_by_label("Number of items for Olga Operator").fill("1")
    page.get_by_role("checkbox", name=re.compile("Olga Operator")).check()
    page.get_by_role("button", name="Next").click()
    expect(page.get_by_text("The numbers add up to 1 of 2")).to_be_visible()
    page.get_by_label("Number of items for Olga Operator").fill("2")
    page.get_by_role("button", name="Next").click()
    page.get_by_label("Full review").check()
    page.get_by_role("checkbox", name=re.compile("Aldo Auditor")).check()
    page.get_by_role("button", name="Next").click()
    page.get_by_role("button", name="Create the task").click()
    page.wait_for_url(re.compile(r"/tasks/[0-9a-f-]{36}/$"))


def rows_of(page: Page) -> list[tuple[str, int, int]]:
    """What the workbench's table says: label, start and end in ms."""
    found = []
    for row in page.get_by_test_id("region-row").all():
        start, end = (row.get_by_test_id(name) for name in ("region-start", "region-end"))
        label = row.locator("select").input_value() if row.locator("select").count() else row.inner_text().split()[1]
        found.append((label, milliseconds(start.input_value()), milliseconds(end.input_value())))
    return found


def mark_by_mouse(page: Page) -> None:
    """Drag a glitch over the second fifth of the picture."""
    page.get_by_test_id("label-glitch").click()
    box = page.get_by_test_id("detail").bounding_box()
    assert box is not None
    y = box["y"] + box["height"] / 2
    page.mouse.move(box["x"] + box["width"] * 0.2, y)
    page.mouse.down()
    page.mouse.move(box["x"] + box["width"] * 0.3, y, steps=4)
    page.mouse.move(box["x"] + box["width"] * 0.4, y, steps=4)
    page.mouse.up()
    expect(page.get_by_test_id("region-row")).to_have_count(1)


def mark_by_keys(page: Page) -> None:
    """A long pause from 3 s to 4.1 s, its start nudged by 10 ms, without touching the mouse."""
    page.get_by_test_id("detail").focus()
    page.keyboard.press("Escape")
    page.keyboard.press("2")
    page.keyboard.press("Home")
    for _ in range(3):
        page.keyboard.press("ArrowRight")
    page.keyboard.press("[")
    page.keyboard.press("ArrowRight")
    page.keyboard.press("Shift+ArrowRight")
    page.keyboard.press("]")
    page.keyboard.press(".")
    expect(page.get_by_test_id("region-row")).to_have_count(2)


def label_first(page: Page) -> list[tuple[str, int, int]]:
    """Mark by mouse and by keys, choose a pace, survive a reload, be told what is missing, and submit."""
    page.goto("/w/demo/labeling/")
    in_list(page, TASK, "Label").click()
    expect(page.get_by_test_id("detail")).to_be_visible()
    mark_by_mouse(page)
    mark_by_keys(page)
    expect(page.get_by_test_id("saved-state")).to_have_text(re.compile("Saved"))
    marked = rows_of(page)
    page.reload()
    expect(page.get_by_test_id("region-row")).to_have_count(2)
    assert rows_of(page) == marked
    page.get_by_test_id("submit").click()
    expect(page.get_by_test_id("error-pace")).to_be_visible()
    page.get_by_test_id("choice-pace-normal").click()
    page.keyboard.press("Control+Enter")
    expect(page.get_by_test_id("region-row")).to_have_count(0)
    return marked


def label_second(page: Page) -> None:
    """The next item is there without a page load: one region by typing its times, then done."""
    page.get_by_test_id("label-glitch").click()
    page.get_by_test_id("detail").focus()
    page.keyboard.press("n")
    row = page.get_by_test_id("region-row").first
    row.get_by_test_id("region-end").fill("0:01.234")
    row.get_by_test_id("region-end").press("Enter")
    row.get_by_test_id("region-start").fill("1.111")
    row.get_by_test_id("region-start").press("Enter")
    page.get_by_test_id("choice-pace-fast").click()
    assert [(start, end) for _, start, end in rows_of(page)] == [(1111, 1234)]
    page.get_by_test_id("submit").click()
    expect(page.get_by_test_id("all-done")).to_be_visible()


def reject_one_approve_other(page: Page) -> None:
    page.goto("/w/demo/review/")
    in_list(page, TASK, "Review").click()
    expect(page.get_by_test_id("region-row").first).to_be_visible()
    # Which comes first is drawn. The one with the pause has two regions.
    if page.get_by_test_id("region-row").count() == 1:
        page.get_by_test_id("let-go").click()
    expect(page.get_by_test_id("region-row")).to_have_count(2)
    rejected = page.get_by_test_id("item").inner_text()
    page.get_by_test_id("reject").click()
    page.get_by_test_id("reason-boundary_late").click()
    page.get_by_test_id("reject-comment").fill("The pause ends later.")
    page.get_by_test_id("send-reject").click()
    expect(page.get_by_test_id("item")).not_to_have_text(rejected)
    page.get_by_test_id("approve").click()
    expect(page.get_by_test_id("all-done")).to_be_visible()


def correct(page: Page) -> list[tuple[str, int, int]]:
    """The operator sees the reason, moves the pause's end by keys and hands the item in again."""
    page.goto("/w/demo/labeling/")
    expect(page.get_by_text("The pause ends later.")).to_be_visible()
    in_list(page, "The pause ends later.", "Correct").click()
    expect(page.get_by_test_id("returned")).to_contain_text("The pause ends later.")
    pause = page.get_by_test_id("region-row").nth(1)
    pause.get_by_test_id("region-end").fill("0:04.250")
    pause.get_by_test_id("region-end").press("Enter")
    expect(page.get_by_test_id("saved-state")).to_have_text(re.compile("Saved"))
    marked = rows_of(page)
    page.get_by_test_id("submit").click()
    expect(page.get_by_test_id("all-done")).to_be_visible()
    return marked


def approve(page: Page) -> None:
    page.goto("/w/demo/review/")
    in_list(page, TASK, "Review").click()
    expect(page.get_by_test_id("approve")).to_be_enabled()
    page.get_by_test_id("approve").click()
    expect(page.get_by_test_id("all-done")).to_be_visible()


def generate(page: Page) -> zipfile.ZipFile:
    """The annotation administrator generates with clips, watches it finish, and downloads the archive."""
    page.goto("/w/demo/tasks/")
    page.get_by_role("link", name=TASK).click()
    page.get_by_role("button", name=re.compile("Generate")).first.click()
    dialog = page.get_by_role("dialog")
    dialog.get_by_label(re.compile("clip", re.IGNORECASE)).check()
    dialog.get_by_role("button", name=re.compile("Generate")).click()
    page.get_by_role("link", name=re.compile("Processed datasets")).last.click()
    with page.expect_download() as download:
        page.get_by_role("link", name=re.compile("Download")).first.click()
    return zipfile.ZipFile(io.BytesIO(Path(download.value.path()).read_bytes()))


def check(archive: zipfile.ZipFile, marked: list[tuple[str, int, int]]) -> None:
    """The archive says what was marked, to the millisecond, in every format."""
    lines = [json.loads(line) for line in archive.read("answers.jsonl").splitlines()]
    first = next(line for line in lines if line["revision"] == 2)
    stem = Path(first["files"][0]["filename"]).stem
    told = {
        "jsonl": [(row["label"], row["start_ms"], row["end_ms"]) for row in first["answers"]["marks"]],
        "audacity": [
            (row.label, row.start_ms, row.end_ms) for row in read_labels(archive.read(f"audacity/{stem}.txt"))
        ],
        "textgrid": [
            (row.label, row.start_ms, row.end_ms)
            for tier in read_textgrid(archive.read(f"textgrid/{stem}.TextGrid"))
            if tier.name.startswith("marks")
            for row in tier.regions
        ],
    }
    for rows in told.values():
        assert sorted(rows) == sorted(marked)
    manifest = json.loads(archive.read("manifest.json"))
    assert manifest["totals"]["answers_by_approval_origin"] == {"reviewed": 2}
    clips = [name for name in archive.namelist() if name.startswith(f"clips/{stem}/")]
    assert clips == sorted(f"clips/{stem}/{start:09d}-{end:09d}.flac" for _, start, end in marked)


def test_five_people_take_audio_to_a_dataset(new_page, console):
    console.expect("status of 422")  # the text that is no sound, and the answer that was missing
    administrator = new_page("administrator@demo.example")
    upload(administrator)
    create_task(administrator)

    operator = new_page("operator@demo.example")
    first = label_first(operator)
    label_second(operator)
    assert ("long_pause", 3010, 4100) in first

    auditor = new_page("auditor@demo.example")
    reject_one_approve_other(auditor)
    corrected = correct(operator)
    assert ("long_pause", 3010, 4250) in corrected
    approve(auditor)

    archive = generate(new_page("manager@demo.example"))
    check(archive, corrected)

    watcher = new_page("admin@demo.example")
    watcher.goto("/w/demo/audit/")
    expect(watcher.locator("main tbody tr").filter(has_text="Max Manager").first).to_contain_text(
        "published annotation set"
    )
