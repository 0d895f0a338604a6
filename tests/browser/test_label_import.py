"""Somebody brings the labels they made in another program."""

import re

import pytest
from playwright.sync_api import expect

from tests.datasets.factories import wav_bytes

ADMINISTRATOR = "administrator@demo.example"
READY_MS = 30_000


@pytest.fixture
def page(new_page, request):
    """A dataset with one type and one recording of 1.5 s."""
    page = new_page(ADMINISTRATOR)
    page.goto("/w/demo/datasets/new/")
    page.get_by_label("Name", exact=True).first.fill(request.node.name[:200])
    page.locator("[name=type_name]").fill("glitch")
    page.get_by_role("button", name="Create dataset").click()
    expect(page.get_by_text("No audio yet")).to_be_visible()
    page.wait_for_load_state("load")
    call = {"name": "call.wav", "mimeType": "audio/wav", "buffer": wav_bytes(ms=1500)}
    page.locator("[data-files]").set_input_files([call])
    expect(page.locator(".upload-item", has_text="call.wav")).to_contain_text("ready", timeout=READY_MS)
    return page


def track(text):
    return {"name": "call.txt", "mimeType": "text/plain", "buffer": text.encode()}


def test_a_label_track_is_refused_mended_and_imported(page, console):
    console.expect("status of 422")
    page.get_by_role("link", name="Annotation sets").click()
    page.get_by_role("link", name="Import labels").click()

    page.get_by_label("Label files").set_input_files([track("0.2\t0.4\tglitch\n1.0\t1.1\tpop\n")])
    page.get_by_role("button", name="Import", exact=True).click()

    expect(page.get_by_test_id("import-problems")).to_contain_text("call.txt, line 2")
    expect(page.get_by_test_id("import-problems")).to_contain_text("no artifact type “pop”")

    page.get_by_label("Label files").set_input_files([track("0.2\t0.4\tglitch\n1.0\t1.1\tpop\n")])
    page.get_by_label("Add missing artifact types").check()
    page.get_by_label("These recordings were listened to").check()
    page.get_by_role("button", name="Import", exact=True).click()

    expect(page).to_have_url(re.compile(r"/annotation-sets/[0-9a-f-]{36}/$"))
    expect(page.get_by_text("The labels are in version 1, a draft.")).to_be_visible()
    expect(page.get_by_text("pop").first).to_be_visible()
