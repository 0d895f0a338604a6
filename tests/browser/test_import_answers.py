"""Answers from elsewhere, by the page: a file that is refused, one that is taken, and what was not understood."""

from pathlib import Path

from playwright.sync_api import expect

from tests.annotations.exchange.clesc_files import FIRST, MESSY, table

ADMINISTRATOR = "administrator@demo.example"
POOL = """
from annotations.models import Vocabulary
from annotations.words.ready_made import add_ready_made
from workspaces.models import User, Workspace
if not Vocabulary.objects.filter(workspace__slug="demo", versions__state="published").exists():
    by = User.objects.get(email="administrator@demo.example")
    add_ready_made(Workspace.objects.get(slug="demo"), by=by)
"""


def test_a_file_becomes_a_task(stack, new_page, console, tmp_path: Path):
    console.expect("status of 422")
    stack.manage("shell", "--no-imports", "-c", POOL)
    page = new_page(ADMINISTRATOR)
    page.goto("/w/demo/tasks/")
    page.get_by_role("link", name="Import answers").click()
    expect(page.get_by_role("heading", level=1)).to_have_text("Import answers")
    wrong, right = tmp_path / "wrong.csv", tmp_path / "clesc.csv"
    wrong.write_bytes(table(FIRST, audio=["nobody-has-this.wav"]))
    right.write_bytes(table(FIRST, MESSY, audio=["call-0401.mp3", "call-0402.mp3"]))

    page.get_by_label("File", exact=True).set_input_files(wrong)
    page.get_by_label("Dataset that holds the recordings").select_option(index=0)
    page.get_by_role("button", name="Read it in").click()
    expect(page.get_by_text("wrong.csv, line 2: The dataset has no ready recording")).to_be_visible()
    names = page.get_by_label("Dataset that holds the recordings").locator("option").all_inner_texts()
    calls = next(name for name in names if "call" in name.lower())
    page.get_by_label("Dataset that holds the recordings").select_option(label=calls)
    page.get_by_label("File", exact=True).set_input_files(right)
    page.get_by_role("button", name="Read it in").click()
    expect(page.get_by_role("heading", name="Words the pool lacks: emotion")).to_be_visible()
    expect(page.get_by_text("blorptastic")).to_be_visible()
    page.get_by_role("link", name="To the labeling task").click()
    expect(page.get_by_role("button", name="Generate dataset")).to_be_visible()
    page.get_by_role("button", name="Generate dataset").click()
    expect(page.get_by_label("License")).to_be_visible()
