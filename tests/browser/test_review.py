"""Judging in a real browser: return, see what changed, mend, drop, and talk about it; by keys where there are some."""

import re

import pytest
from playwright.sync_api import Page, expect

OPERATOR, AUDITOR, MANAGER = "operator@demo.example", "auditor@demo.example", "manager@demo.example"
QUESTIONS = [
    {"type": "regions", "name": "Marks", "alias": "marks"},
    {"type": "categorical", "name": "Pace", "alias": "pace", "configuration": {"choices": ["slow", "normal", "fast"]}},
]


@pytest.fixture(scope="module")
def secret(stack) -> str:
    return stack.manage("create_api_key", "--workspace", "demo", "--name", "Review").strip().splitlines()[-1]


@pytest.fixture
def api(page, secret):
    """Calls of a program that may do all in the workspace."""

    def call(method: str, path: str, body: object = None):
        answer = page.request.fetch(f"/api/v1/{path}", method=method, data=body, headers={"X-API-Key": secret})
        assert answer.ok, answer.text()
        return answer.json() if answer.status != 204 else None

    return call


@pytest.fixture
def task(api) -> str:
    """A task of its own over the demo's clips, reviewed in full by the auditor."""
    [dataset] = [row for row in api("GET", "datasets")["items"] if row["name"] == "Support calls"]
    plan = {"dataset": dataset["id"], "name": "Judged", "questions": QUESTIONS, "review_mode": "full", "seed": 1}
    made = api("POST", "labeling-tasks", {**plan, "reviewers": [{"user": AUDITOR}]})
    yield made["id"]
    api("DELETE", f"labeling-tasks/{made['id']}")


def open_work(page: Page, task: str, what: str) -> None:
    page.goto(f"/w/demo/tasks/{task}/{what}/")
    expect(page.get_by_test_id("detail")).to_be_visible()
    expect(page.get_by_test_id("workbench")).to_have_attribute("data-screen", "item")
    # Reloading opens the same item: its address stands in the address bar as soon as it is shown.
    expect(page).to_have_url(re.compile("/assignments/"))
    # Comments arrive a moment after the sound.
    expect(page.get_by_test_id("comment")).to_contain_text("Comment at")


def press(page: Page, *keys: str) -> None:
    for key in keys:
        page.keyboard.press(key)


def seek(page: Page, seconds: int) -> None:
    """From the beginning, a second per key; the playhead has to have arrived before a mark is made there."""
    press(page, "Home", *["ArrowRight"] * seconds)
    expect(page.get_by_test_id("time")).to_have_text(f"0:{seconds:02}.000")


def rows(page: Page) -> list[str]:
    """The table as text, "label start end", of editable and of read-only rows alike."""
    found = []
    for row in page.get_by_test_id("region-row").all():
        times = [
            cell.input_value() if cell.evaluate("e => e.tagName") == "INPUT" else cell.inner_text()
            for cell in (row.get_by_test_id("region-start"), row.get_by_test_id("region-end"))
        ]
        label = row.locator("select")
        name = label.input_value() if label.count() else row.locator(".wb-label-text").inner_text()
        found.append(" ".join([name, *times]))
    return found


def mark_two(page: Page) -> None:
    """A glitch from 1 s to 1.5 s and a long pause from 3 s to 3.5 s, and a pace."""
    seek(page, 1)
    press(page, "1", "n", "Escape")
    seek(page, 3)
    press(page, "2", "n")
    page.get_by_test_id("choice-pace-normal").click()
    assert rows(page) == ["glitch 0:01.000 0:01.500", "long_pause 0:03.000 0:03.500"]


def decided(page: Page) -> None:
    expect(page.get_by_test_id("all-done")).to_be_visible()


def hand_in(page: Page, task: str) -> str:
    """The operator's next item, labeled and handed in; its id."""
    open_work(page, task, "label")
    pk = page.url.rstrip("/").rsplit("/", 1)[1]
    mark_two(page)
    press(page, "Control+Enter")
    expect(page.get_by_test_id("region-row")).to_have_count(0)
    return pk


def say(page: Page, text: str) -> None:
    press(page, "c")
    page.keyboard.type(text)
    press(page, "Control+Enter")


def comment_and_hand_in(page: Page, task: str) -> str:
    open_work(page, task, "label")
    mark_two(page)
    press(page, "Home", "ArrowRight")
    say(page, "Is this one click or two?")
    expect(page.get_by_test_id("comment-row")).to_contain_text("0:01.000 Is this one click or two?")
    pk = page.url.rstrip("/").rsplit("/", 1)[1]
    press(page, "Control+Enter")
    expect(page.get_by_test_id("comment-row")).to_have_count(0)
    return pk


def return_it(page: Page, task: str) -> None:
    """The auditor sees the comment, answers it, and sends the item back without the mouse."""
    open_work(page, task, "review")
    expect(page.get_by_test_id("comment-row")).to_contain_text("Is this one click or two?")
    expect(page.get_by_test_id("changes")).to_be_hidden()
    press(page, "End")
    page.get_by_test_id("comment-time").click()
    expect(page.get_by_test_id("time")).to_have_text("0:01.000")
    say(page, "Two, I think.")
    expect(page.get_by_test_id("comment-row")).to_have_count(2)
    press(page, "r", "2")
    page.keyboard.type("The pause ends later, and there are two clicks.")
    press(page, "Control+Enter")
    decided(page)


def rework(page: Page, pk: str) -> None:
    """The operator reads why, moves the pause's end, removes the glitch, adds another, and answers otherwise."""
    page.goto(f"/w/demo/assignments/{pk}/")
    expect(page.get_by_test_id("returned")).to_contain_text("The pause ends later, and there are two clicks.")
    expect(page.get_by_test_id("comment-row").last).to_contain_text("Two, I think.")
    press(page, "Home", "ArrowDown", "Delete", "Escape", "ArrowDown", "Alt+Shift+.")
    press(page, "Escape")
    seek(page, 5)
    press(page, "1", "n")
    page.get_by_test_id("choice-pace-fast").click()
    press(page, "Control+Enter")
    expect(page.get_by_test_id("region-row")).to_have_count(0)


def compare(page: Page, task: str) -> None:
    """What changed is listed; keys go from one change to the next and hide them on the sound."""
    open_work(page, task, "review")
    expect(page.get_by_test_id("changes")).to_contain_text("What changed since it was returned")
    expect(page.get_by_test_id("changes")).to_contain_text("Boundary late: The pause ends later")
    told = [" ".join(row.inner_text().split()) for row in page.get_by_test_id("change").all()]
    assert told == [
        "− Removed glitch 0:01.000–0:01.500 Marks",
        "↔ Moved long_pause 0:03.000–0:03.500 → 0:03.000–0:03.600 Marks",
        "+ Added glitch 0:05.000–0:05.500 Marks",
        "≠ Changed normal → fast Pace",
    ]
    press(page, "d", "d")
    expect(page.get_by_test_id("change").nth(1)).to_have_attribute("aria-current", "true")
    expect(page.get_by_test_id("time")).to_have_text("0:03.000")
    expect(page.locator("[data-testid=region-row][aria-current=true]")).to_contain_text("long_pause")
    press(page, "Shift+D")
    expect(page.get_by_test_id("time")).to_have_text("0:01.000")
    press(page, "v")
    expect(page.get_by_test_id("toggle-changes")).to_have_attribute("aria-pressed", "false")


def mend(page: Page) -> None:
    """The auditor moves the pause's end further; the tab is closed in between and nothing is lost."""
    press(page, "f")
    expect(page.get_by_test_id("role")).to_contain_text("You can change the answers now.")
    press(page, "Control+Enter")
    expect(page.get_by_test_id("notice-fix")).to_contain_text("You have changed nothing yet")
    press(page, "Home", "ArrowDown", "Alt+Shift+.")
    expect(page.get_by_test_id("saved-state")).to_have_text("Saved")
    page.reload()
    expect(page.get_by_test_id("notice-fix")).to_contain_text("You began to fix this item")
    assert rows(page)[0] == "long_pause 0:03.000 0:03.600"
    page.get_by_test_id("go-on-fix").click()
    assert rows(page)[0] == "long_pause 0:03.000 0:03.700"


def put_away_and_take_up(page: Page) -> None:
    page.get_by_test_id("cancel-fix").click()
    expect(page.get_by_test_id("approve")).to_be_visible()
    assert rows(page)[0] == "long_pause 0:03.000 0:03.600"
    page.get_by_test_id("take-up-fix").click()
    assert rows(page)[0] == "long_pause 0:03.000 0:03.700"
    press(page, "m")
    expect(page.get_by_test_id("size-major")).to_have_attribute("aria-checked", "true")
    press(page, "Control+Enter")
    decided(page)


def test_what_is_returned_comes_back_changed_and_is_mended(new_page, api, task):
    operator, auditor, manager = new_page(OPERATOR), new_page(AUDITOR), new_page(MANAGER)
    pk = comment_and_hand_in(operator, task)
    return_it(auditor, task)
    rework(operator, pk)
    compare(auditor, task)
    mend(auditor)
    put_away_and_take_up(auditor)

    turn = api("GET", f"assignments/{pk}")
    assert (turn["assignment"]["state"], turn["assignment"]["correction_label"]) == ("approved", "major")
    assert [row["author"]["name"] for row in turn["revisions"]] == ["Olga Operator", "Olga Operator", "Aldo Auditor"]
    assert [(row["kind"], row["after"]["end_ms"]) for row in turn["changes"]] == [("moved", 3700)]

    manager.goto(f"/w/demo/assignments/{pk}/")
    expect(manager.get_by_test_id("role")).to_contain_text("it is approved")
    expect(manager.get_by_test_id("history")).to_contain_text("Revision 2: fixed and approved by Aldo Auditor")
    expect(manager.get_by_test_id("comment-row")).to_have_count(2)
    manager.get_by_test_id("revision").select_option("1")
    expect(manager.get_by_test_id("region-row").first).to_contain_text("glitch")


def test_what_cannot_be_mended_is_dropped(new_page, task):
    operator, auditor, manager = new_page(OPERATOR), new_page(AUDITOR), new_page(MANAGER)
    pk = hand_in(operator, task)
    open_work(auditor, task, "review")

    press(auditor, "x")
    expect(auditor.get_by_test_id("drop-warning")).to_contain_text("leaves the result")
    press(auditor, "Control+Enter")
    expect(auditor.locator("#reject-error")).to_have_text("Choose a reason first.")
    press(auditor, "7")
    auditor.keyboard.type("Nothing but noise.")
    press(auditor, "Control+Enter")
    decided(auditor)

    manager.goto(f"/w/demo/assignments/{pk}/")
    expect(manager.get_by_test_id("role")).to_contain_text("it is cancelled. Unusable audio: Nothing but noise.")
    expect(manager.get_by_test_id("history")).to_contain_text("Revision 1: dropped by Aldo Auditor")

    # The reason of last time is named, and Enter takes it.
    hand_in(operator, task)
    open_work(auditor, task, "review")
    press(auditor, "x")
    expect(auditor.get_by_test_id("reason-unusable_audio")).to_be_focused()
    expect(auditor.get_by_test_id("reason-unusable_audio")).to_contain_text("last used")
    press(auditor, "Enter")
    expect(auditor.get_by_test_id("reason-unusable_audio")).to_have_attribute("aria-pressed", "true")


def test_a_comment_that_was_not_sent_is_not_lost(new_page, task):
    page = new_page(OPERATOR)
    open_work(page, task, "label")
    mark_two(page)
    press(page, "c")
    page.keyboard.type("dfxrmv: keys rest while I type")
    press(page, "Escape")
    page.reload()
    expect(page.get_by_test_id("comment-text")).to_have_value("dfxrmv: keys rest while I type")
    expect(page.get_by_test_id("region-row")).to_have_count(2)

    press(page, "Control+Enter")
    expect(page.get_by_test_id("notice-unsent")).to_contain_text("You wrote a comment and have not sent it.")
    expect(page.get_by_test_id("region-row")).to_have_count(2)
    page.get_by_test_id("send-and-go-on").click()
    expect(page.get_by_test_id("region-row")).to_have_count(0)

    auditor = new_page(AUDITOR)
    open_work(auditor, task, "review")
    expect(auditor.get_by_test_id("comment-row")).to_contain_text("dfxrmv: keys rest while I type")
    expect(auditor.get_by_test_id("comment-delete")).to_have_count(0)


def test_a_comment_is_deleted_and_put_back(new_page, task):
    page = new_page(OPERATOR)
    open_work(page, task, "label")
    press(page, "c")
    page.get_by_test_id("comment-place-whole").check()
    page.get_by_test_id("comment-text").fill("All of it is too quiet.")
    page.get_by_test_id("send-comment").click()
    expect(page.get_by_test_id("comment-row")).to_contain_text("All of it is too quiet.")
    expect(page.get_by_test_id("comment-time")).to_have_count(0)
    page.get_by_test_id("comment-delete").click()
    expect(page.get_by_test_id("comment-row")).to_have_count(0)
    page.get_by_test_id("put-back").click()
    expect(page.get_by_test_id("comment-row")).to_have_count(1)
    page.reload()
    expect(page.get_by_test_id("comment-row")).to_have_count(1)


def test_what_others_write_arrives_while_the_item_is_open(new_page, task):
    page, auditor = new_page(OPERATOR), new_page(AUDITOR)
    pk = hand_in(page, task)
    auditor.clock.install()
    open_work(auditor, task, "review")
    expect(auditor.get_by_test_id("comment-row")).to_have_count(0)
    page.goto(f"/w/demo/assignments/{pk}/")
    expect(page.get_by_test_id("comment")).to_contain_text("Comment at")
    say(page, "The end is cut.")
    expect(page.get_by_test_id("comment-row")).to_have_count(1)

    auditor.clock.fast_forward(46_000)

    expect(auditor.get_by_test_id("comment-row")).to_contain_text("The end is cut.")
    expect(auditor.get_by_test_id("announcer")).to_have_text("New comment by Olga Operator")


def test_a_review_is_let_go_for_another(new_page, task):
    page, auditor = new_page(OPERATOR), new_page(AUDITOR)
    both = {hand_in(page, task), hand_in(page, task)}
    open_work(auditor, task, "review")
    first = auditor.url

    auditor.get_by_test_id("let-go").click()

    expect(auditor).not_to_have_url(first)
    assert {url.rstrip("/").rsplit("/", 1)[1] for url in (first, auditor.url)} == both
    auditor.get_by_test_id("let-go").focus()
    press(auditor, "Enter")
    expect(auditor).to_have_url(first)


def test_a_save_whose_answer_was_lost_is_no_conflict(new_page, task, console):
    console.expect("ERR_FAILED|status of 409")
    page = new_page(OPERATOR)
    lost = []

    def lose_the_first_answer(route):
        answer = route.fetch()
        if lost:
            route.fulfill(response=answer)
            return
        lost.append(answer.status)
        route.abort()

    # Before the page is opened: an open one goes on for a moment as if nobody were in between.
    page.route("**/draft", lose_the_first_answer)
    open_work(page, task, "label")
    press(page, "Home", "n")
    expect(page.get_by_test_id("saved-state")).to_have_attribute("data-phase", "retrying")
    press(page, ".")
    expect(page.get_by_test_id("saved-state")).to_have_attribute("data-phase", "clean")
    assert lost == [200]
    expect(page.get_by_test_id("notice-stale")).to_have_count(0)
    page.reload()
    expect(page.get_by_test_id("region-row")).to_have_count(1)
    assert rows(page) == ["glitch 0:00.010 0:00.500"]
