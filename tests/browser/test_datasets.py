"""What the pages of datasets do with scripts: uploads, the table, playing in place, types."""

import re

import pytest
from playwright.sync_api import expect

from tests.browser.conftest import settled
from tests.datasets.factories import wav_bytes

ADMINISTRATOR = "administrator@demo.example"
PHONE = {"width": 390, "height": 800}
READY_MS = 30_000
OFFLINE = {"offline": True, "latency": 0, "downloadThroughput": -1, "uploadThroughput": -1}
ONLINE = {**OFFLINE, "offline": False}
SLOW = {**ONLINE, "uploadThroughput": 50_000}


def sound(name, **tone):
    return {"name": name, "mimeType": "audio/wav", "buffer": wav_bytes(**tone)}


@pytest.fixture
def dataset(new_page, request):
    """The page of a dataset that was made by hand, with two types."""
    page = new_page(ADMINISTRATOR)
    page.goto("/w/demo/datasets/new/")
    page.get_by_label("Name", exact=True).first.fill(request.node.name[:200])
    page.locator("[name=type_name]").fill("glitch")
    page.locator("[name=type_name]").press("Enter")
    page.locator("[name=type_name]").nth(1).fill("long_pause")
    page.get_by_role("button", name="Create dataset").click()
    expect(page.get_by_text("No audio yet")).to_be_visible()
    # Scripts have run by then: whoever goes offline before has a page without them.
    page.wait_for_load_state("load")
    return page


@pytest.fixture
def network(dataset):
    """`network(OFFLINE)` and so on, for the window of `dataset`."""
    session = dataset.context.new_cdp_session(dataset)
    session.send("Network.enable")
    return lambda conditions: session.send("Network.emulateNetworkConditions", conditions)


def item(page, name):
    return page.locator(".upload-item", has_text=name)


def row(page, name):
    return page.locator("#audio-table tbody tr", has_text=name)


def test_many_files_are_uploaded_and_played_where_they_stand(dataset, console):
    console.expect("status of 422")
    files = [sound(f"call-{n}.wav", ms=1500, hz=200 + n) for n in range(5)]
    letter = {"name": "letter.wav", "mimeType": "audio/wav", "buffer": b"Dear Sir, this is no sound."}

    dataset.locator("[data-files]").set_input_files([*files, letter])

    expect(item(dataset, "letter.wav")).to_contain_text("This is not a sound file: it looks like text.")
    for n in range(5):
        expect(item(dataset, f"call-{n}.wav")).to_contain_text("ready, 0:01.500", timeout=READY_MS)
    expect(row(dataset, "call-")).to_have_count(5)
    expect(dataset.locator("#audio-count")).to_have_text("5")
    expect(dataset.locator("#filters")).to_be_visible()
    expect(dataset.locator("[data-summary]")).to_have_text("5 of 6 files done, 1 failed")

    row(dataset, "call-3.wav").get_by_role("button", name="Play call-3.wav").click()
    expect(dataset.locator("#player [data-name]")).to_have_text("call-3.wav")
    expect(dataset.locator("#player [data-time]")).to_have_text(re.compile(r"^0:0[01]\.[1-9]\d\d / 0:01\.500$"))
    drawn = """() => {
      const canvas = document.querySelector("#player canvas");
      return canvas.getContext("2d").getImageData(0, canvas.height / 4, canvas.width, 1).data.some((v) => v > 0);
    }"""
    assert dataset.evaluate(drawn)


def test_a_lost_connection_fails_one_file_which_is_tried_again_alone(dataset, network, console):
    console.expect("ERR_INTERNET_DISCONNECTED")
    network(OFFLINE)
    dataset.locator("[data-files]").set_input_files([sound("lost.wav", hz=700)])
    expect(item(dataset, "lost.wav")).to_contain_text("The connection was lost. Try again.")

    network(ONLINE)
    item(dataset, "lost.wav").get_by_role("button", name="Try again").click()

    expect(item(dataset, "lost.wav")).to_contain_text("ready", timeout=READY_MS)
    dataset.locator("[data-files]").set_input_files([sound("twin.wav", hz=700)])
    expect(item(dataset, "twin.wav")).to_contain_text("These bytes were here already and are shared.")


def test_leaving_during_an_upload_warns(dataset, network):
    network(SLOW)
    dataset.on("dialog", lambda dialog: dialog.dismiss())
    dataset.locator("[data-files]").set_input_files([sound("slow.wav", ms=20_000)])
    expect(item(dataset, "slow.wav")).to_contain_text("% sent")

    with dataset.expect_event("dialog") as seen:
        dataset.evaluate("location.assign('/w/demo/datasets/')")

    assert seen.value.type == "beforeunload"
    item(dataset, "slow.wav").get_by_role("button", name="Cancel").click()
    expect(item(dataset, "slow.wav")).to_contain_text("cancelled")


def test_dropped_files_come_in(dataset):
    files = {f"{n}.wav": list(wav_bytes(hz=800 + n)) for n in range(2)}
    dataset.evaluate(
        """(files) => {
          const transfer = new DataTransfer();
          for (const [name, bytes] of Object.entries(files)) {
            transfer.items.add(new File([new Uint8Array(bytes)], name));
          }
          const zone = document.querySelector("[data-drop]");
          for (const type of ["dragover", "drop"]) {
            zone.dispatchEvent(new DragEvent(type, { dataTransfer: transfer, bubbles: true, cancelable: true }));
          }
        }""",
        files,
    )

    for name in files:
        expect(item(dataset, name)).to_contain_text("ready", timeout=READY_MS)


def test_the_table_is_sorted_searched_and_emptied_without_a_reload(dataset):
    files = [sound(f"{name}.wav", ms=100 * n, hz=900 + n) for n, name in enumerate(("delta", "alpha", "gamma"), 1)]
    dataset.locator("[data-files]").set_input_files(files)
    expect(dataset.locator("#audio-table tr[data-audio] [data-play]")).to_have_count(3, timeout=READY_MS)
    dataset.evaluate("window.isTheSamePage = true")
    names = dataset.locator("#audio-table tbody th")

    settled(dataset)
    dataset.locator("thead").get_by_role("link", name="Name").click()
    expect(names).to_have_text(["alpha.wav", "delta.wav", "gamma.wav"])
    settled(dataset)
    dataset.locator("thead").get_by_role("link", name="Length").click()
    expect(names).to_have_text(["gamma.wav", "alpha.wav", "delta.wav"])
    expect(dataset).to_have_url(re.compile(r"\?order=-duration$"))
    dataset.get_by_label("Search").fill("LPH")
    expect(names).to_have_text(["alpha.wav"])
    expect(dataset).to_have_url(re.compile(r"\?q=LPH&order=-duration$"))

    dataset.locator("#audio-table").get_by_role("link", name="alpha.wav").click()
    dataset.get_by_label("Tags").fill("good")
    settled(dataset)
    dataset.locator("dialog[open]").get_by_role("button", name="Save").click()
    expect(dataset.locator("dialog[open]")).to_have_count(0)
    dataset.get_by_role("checkbox", name="Choose alpha.wav").check()
    expect(dataset.locator("[data-chosen-words]")).to_have_text("1 file chosen")
    settled(dataset)
    dataset.locator("[data-chosen]").get_by_role("button", name="Delete").click()
    dataset.locator("#confirm").get_by_role("button", name="Delete").click()

    expect(dataset.get_by_text("No file is like that")).to_be_visible()
    expect(dataset.locator("#audio-count")).to_have_text("2")
    assert dataset.evaluate("window.isTheSamePage")


def test_types_are_moved_and_removed(dataset):
    dataset.get_by_role("link", name="Artifact types").click()
    names = dataset.locator("[name=type_name]")
    dataset.get_by_role("button", name="Move up").nth(1).click()
    assert [names.nth(n).input_value() for n in range(2)] == ["long_pause", "glitch"]
    dataset.get_by_role("button", name="Remove").nth(1).click()

    dataset.get_by_role("button", name="Save").click()

    expect(dataset.get_by_text("Saved.")).to_be_visible()
    expect(names).to_have_count(1)
    assert names.input_value() == "long_pause"


def test_nothing_is_wider_than_a_phone(new_page, dataset):
    dataset.set_viewport_size(PHONE)
    here = dataset.url
    for tab in ("", "types/", "annotation-sets/", "processed/", "edit/"):
        dataset.goto(here + tab)
        assert dataset.evaluate("document.documentElement.scrollWidth - innerWidth") <= 0, tab
