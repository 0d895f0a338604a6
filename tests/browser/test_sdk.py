"""The whole of a voice evaluation: a program brings recordings and a question, a person answers, the program reads."""

import json

import pytest
from playwright.sync_api import Page, expect
from scale_gp_beta import APIStatusError, SGPClient

from earmark_client import Client, TooLargeError
from tests.clients.programs import VERSIONS, Program
from tests.clients.sounds import make_sounds
from tests.stack import Stack
from tests.workers import wait_until

OPERATOR = "operator@demo.example"
ALIAS = "mispronunciation_timestamps"
NAME = "Voice Quality Evaluation - Mispronunciation Detection"


@pytest.fixture
def ask_program(stack: Stack):
    """`ask_program(version, command, *arguments)`: a program with a key of the demo workspace."""
    key = stack.manage("create_api_key", "--workspace", "demo", "--name", "evaluations").strip()
    programs = {version: Program(version) for version in VERSIONS}

    def ask(version: str, command: str, *arguments: object):
        return programs[version].ask(command, *arguments, base_url=stack.url, api_key=key, account_id="demo")

    yield ask
    for program in programs.values():
        program.close()


def label_link(page: Page):
    page.goto("/w/demo/labeling/")
    return page.locator("main li").filter(has_text=NAME).get_by_role("link", name="Label", exact=True).first


def answer_in_the_workbench(page: Page) -> None:
    """Two moments in the first recording, by mouse and keys; none in the second."""
    wait_until(lambda: label_link(page).count(), seconds=60, what=lambda: "A worker has not read the files.")
    label_link(page).click()
    expect(page.get_by_text("Customer service call 1")).to_be_visible()
    page.get_by_test_id("detail").focus()
    for key in ("Home", "ArrowRight", "n", "ArrowRight", "Shift+ArrowRight", "n"):
        page.keyboard.press(key)
    expect(page.get_by_test_id("saved-state")).to_contain_text("Saved")
    page.get_by_test_id("submit").click()
    expect(page.get_by_text("Customer service call 2")).to_be_visible()
    page.get_by_test_id("submit").click()
    expect(page.get_by_test_id("all-done")).to_be_visible()


def test_a_program_asks_a_person_answers_and_programs_read(new_page, ask_program, tmp_path):
    made = ask_program("0.7.0", "create", *make_sounds(tmp_path))
    evaluation = made["evaluation"]["id"]
    assert made["evaluation"]["status"] == "running"

    answer_in_the_workbench(new_page(OPERATOR))

    for version in VERSIONS:
        seen = ask_program(version, "read", evaluation)
        assert seen["evaluation"]["status"] == "completed"
        assert [item["data"] for item in seen["items"]] == [
            {"audio_description": "Customer service call 1", ALIAS: [1.0, 2.1]},
            {"audio_description": "Customer service call 2", ALIAS: []},
        ]
        assert [item["task_result_statuses"] for item in seen["items"]] == [{ALIAS: "completed"}] * 2
        exported = json.loads(seen["exports"]["json"]["content"])
        assert [row["data"] for row in exported] == [item["data"] for item in seen["items"]]
        assert seen["before_the_last"] == [seen["items"][0]["id"]]


def test_a_file_above_the_limit_is_refused_in_words_while_it_is_still_being_sent(stack, tmp_path):
    """A server that answers and hangs up early would be a broken connection to most programs, and be asked again."""
    key = stack.manage("create_api_key", "--workspace", "demo", "--name", "uploads").strip()
    path = tmp_path / "long.wav"
    with path.open("wb") as file:
        file.truncate(40 * 1024**2)

    with Client(base_url=stack.url, api_key=key, max_retries=0) as ours, pytest.raises(TooLargeError, match="25"):
        ours.files.create(file=path)
    with SGPClient(base_url=stack.url, api_key=key, account_id="demo", max_retries=0) as theirs:
        with pytest.raises(APIStatusError) as refused:
            theirs.files.create(file=path)
        assert refused.value.status_code == 413
