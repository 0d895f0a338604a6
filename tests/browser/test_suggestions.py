"""A model's suggestions in the workbench: accepted, adjusted, dismissed, by key and by mouse, and what is kept."""

import json
import re
import sys
from typing import Any

import numpy as np
import pytest
from playwright.sync_api import Locator, Page, expect

from tests.browser.asking import Asked, ask, press

OPERATOR, AUDITOR = "operator@demo.example", "auditor@demo.example"
MARKS: dict[str, Any] = {"type": "regions", "name": "Marks", "alias": "marks", "required": False}
MODEL = "Faults of spring"
# All lie within the shortest recording of the demo.
ROWS = [
    ("s1", "glitch", 600, 700, 0.97),
    ("s2", "long_pause", 1200, 1700, 0.93),
    ("s3", "glitch", 2100, 2200, 0.64),
    ("s4", "echo", 2600, 3000, 0.41),
]
PUT = """
from annotations.models import ItemSuggestions, LabelingTask, TaskItem
LabelingTask.objects.filter(pk={task!r}).update(ai_assisted=True)
found = {found}
ItemSuggestions.objects.bulk_create(
    ItemSuggestions(item=item, model_name={model!r}, alias="marks", threshold=0.3, rows=found[n % len(found)])
    for n, item in enumerate(TaskItem.objects.filter(task={task!r}).order_by("position"))
)
"""
FATES = """
import json
from annotations.models import Submission
rows = Submission.objects.filter(assignment__task={task!r}).order_by("id")
print(json.dumps([{{row["id"]: row["fate"] for row in submission.suggested}} for submission in rows]))
"""


def rows_of(found: list[tuple[str, str, int, int, float]]) -> list[dict[str, Any]]:
    names = ("id", "label", "start_ms", "end_ms", "confidence")
    return [dict(zip(names, row, strict=True)) for row in found]


def suggest(asked: Asked, found: str) -> None:
    """`found` is Python for a list of suggestions item by item, which begins anew where items are more."""
    asked.stack.manage("shell", "--no-imports", "-c", PUT.format(task=asked.pk, found=found, model=MODEL))


def fates_of(asked: Asked) -> list[dict[str, str]]:
    """What became of each suggestion, submission by submission, as the server keeps it."""
    told = asked.stack.manage("shell", "--no-imports", "-c", FATES.format(task=asked.pk))
    found: list[dict[str, str]] = json.loads(told.splitlines()[-1])
    return found


def assisted(stack, name: str, *, found: str = repr([rows_of(ROWS)]), **how: Any) -> Asked:
    """The same suggestions for every item of a new task."""
    asked = ask(stack, [MARKS], name=name, **how)
    suggest(asked, found)
    return asked


def are(page: Page, *, open_: int, accepted: int) -> None:
    expect(page.locator("[data-testid=suggestion-row][data-fate=open]")).to_have_count(open_)
    expect(page.get_by_test_id("region-row")).to_have_count(accepted)


def row(page: Page, pk: str) -> Locator:
    return page.locator(f"[data-testid=suggestion-row][data-id={pk}]")


def is_selected(page: Page, pk: str) -> None:
    expect(row(page, pk)).to_have_attribute("aria-current", "true")


def handed_in(page: Page, done: int = 1) -> None:
    expect(page.get_by_test_id("progress")).to_contain_text(f"{done} of")


def clock(ms: int) -> str:
    return f"0:{ms // 1000:02}.{ms % 1000:03}"


def ms_of(text: str) -> int:
    minutes, seconds = text.split(":")
    return int(minutes) * 60_000 + round(float(seconds) * 1000)


def at(page: Page, ms: float, *, height: float = 0.5) -> tuple[float, float]:
    """Where a moment lies on the waveform while the whole file is in view."""
    box = page.get_by_test_id("detail").bounding_box()
    assert box is not None
    length = ms_of(page.get_by_test_id("length").inner_text().removeprefix("/ "))
    return box["x"] + ms / length * box["width"], box["y"] + box["height"] * height


@pytest.fixture
def page(new_page) -> Page:
    return new_page(OPERATOR)


def test_accept_adjust_and_dismiss_by_key_and_hand_in_the_rest_open(stack, page):
    asked = assisted(stack, "Suggested")
    asked.open(page)
    are(page, open_=4, accepted=0)
    expect(page.get_by_test_id("suggestion-count")).to_have_text("4 suggestions open")
    expect(page.get_by_test_id("suggesting")).to_contain_text(MODEL)
    expect(row(page, "s3")).to_contain_text("64 % · suggested")
    # The first press only goes there: nothing is accepted unseen.
    press(page, "y")
    is_selected(page, "s1")
    expect(page.get_by_test_id("time")).to_have_text("0:00.600")
    press(page, "y")
    is_selected(page, "s2")
    expect(page.get_by_test_id("announcer")).to_contain_text("glitch accepted. 3 open. Suggestion: long_pause, 93 %")
    are(page, open_=3, accepted=1)
    expect(page.get_by_test_id("region-origin")).to_have_text("from the model")
    press(page, ",", ",")
    are(page, open_=2, accepted=2)
    expect(page.get_by_test_id("region-origin")).to_have_text(["from the model", "adjusted"])
    press(page, "s")
    is_selected(page, "s3")
    press(page, "w")
    is_selected(page, "s4")
    expect(page.get_by_test_id("undecided")).to_have_text("1 suggestion still open")
    press(page, "Control+Enter")
    handed_in(page)
    [answers] = asked.submitted()
    assert [(one["label"], one["start_ms"], one["end_ms"], one["suggestion"]) for one in answers["marks"]] == [
        ("glitch", 600, 700, "s1"),
        ("long_pause", 1180, 1700, "s2"),
    ]
    assert fates_of(asked) == [{"s1": "accepted", "s2": "adjusted", "s3": "dismissed", "s4": "left"}]


def test_the_same_by_mouse_on_the_waveform_and_in_the_table(stack, page):
    asked = assisted(stack, "Suggested, by mouse")
    asked.open(page)
    are(page, open_=4, accepted=0)
    page.mouse.dblclick(*at(page, 650))
    are(page, open_=3, accepted=1)
    # A click selects; then its end can be dragged, which accepts it as something else.
    page.mouse.click(*at(page, 1450))
    is_selected(page, "s2")
    page.mouse.move(*at(page, 1705))
    page.mouse.down()
    page.mouse.move(*at(page, 1900), steps=4)
    page.mouse.up()
    are(page, open_=2, accepted=2)
    page.mouse.click(*at(page, 2150))
    page.get_by_test_id("here-dismiss").click()
    are(page, open_=1, accepted=2)
    row(page, "s4").get_by_test_id("suggestion-accept").click()
    are(page, open_=0, accepted=3)
    page.get_by_test_id("submit").click()
    handed_in(page)
    assert fates_of(asked) == [{"s1": "accepted", "s2": "adjusted", "s3": "dismissed", "s4": "accepted"}]
    [answers] = asked.submitted()
    assert answers["marks"][1]["end_ms"] == pytest.approx(1895, abs=15)


def test_accept_all_from_so_many_per_cent_up_is_one_step(stack, page):
    asked = assisted(stack, "Accept all")
    asked.open(page)
    take = page.get_by_test_id("accept-all")
    expect(take).to_contain_text("Accept 2")
    press(page, "t")
    expect(page.get_by_test_id("accept-least")).to_be_focused()
    page.keyboard.type("150")
    press(page, "Enter")
    expect(page.get_by_test_id("accept-least")).to_have_value("90")
    are(page, open_=4, accepted=0)
    page.keyboard.type("60")
    expect(take).to_contain_text("Accept 3")
    press(page, "ArrowUp", "Enter")
    are(page, open_=1, accepted=3)
    expect(page.get_by_test_id("announcer")).to_contain_text("3 suggestions accepted. 1 open.")
    press(page, "Control+z")
    are(page, open_=4, accepted=0)
    # The limit is kept; Shift+Y takes all of it from the sound.
    expect(page.get_by_test_id("accept-least")).to_have_value("61")
    press(page, "Shift+Y")
    are(page, open_=1, accepted=3)
    is_selected(page, "s4")
    press(page, "Shift+Y")
    expect(page.get_by_test_id("announcer")).to_have_text("No open suggestion has 61 % or more")


def test_undo_reload_and_the_dismissed_come_back(stack, page):
    asked = assisted(stack, "Kept")
    asked.open(page)
    press(page, "s", "y", "w", "y")
    are(page, open_=1, accepted=2)
    press(page, "Control+z")
    are(page, open_=2, accepted=1)
    is_selected(page, "s3")
    expect(page.get_by_test_id("saved-state")).to_have_attribute("data-phase", "clean")
    expect(page.get_by_test_id("saved-state")).to_have_text("Saved")
    page.reload()
    are(page, open_=2, accepted=1)
    press(page, "h")
    expect(row(page, "s2")).to_have_attribute("data-fate", "dismissed")
    row(page, "s2").get_by_test_id("suggestion-restore").click()
    are(page, open_=3, accepted=1)
    # Deleting what was accepted turns the suggestion down; undo brings both back.
    page.get_by_test_id("region-delete").click()
    are(page, open_=3, accepted=0)
    expect(row(page, "s1")).to_have_attribute("data-fate", "dismissed")
    press(page, "Control+z", "h")
    are(page, open_=3, accepted=1)


def test_a_digit_accepts_the_selected_one_under_its_label(stack, page):
    asked = assisted(stack, "Relabeled")
    asked.open(page)
    press(page, "s", "2")
    are(page, open_=3, accepted=1)
    press(page, "Control+Enter")
    handed_in(page)
    [answers] = asked.submitted()
    assert answers["marks"][0]["label"] == "long_pause"
    assert fates_of(asked)[0]["s1"] == "adjusted"


def test_an_auditor_sees_what_was_suggested_and_what_became_of_it(stack, new_page, page):
    asked = assisted(stack, "Reviewed", review_mode="full")
    asked.open(page)
    press(page, "y", "y", "w", "Control+Enter")
    handed_in(page)
    auditor = new_page(AUDITOR)
    asked.open(auditor, what="review")
    expect(auditor.get_by_test_id("suggestion-count")).to_have_text("1 accepted · 1 dismissed · 2 left open")
    expect(auditor.get_by_test_id("suggestion-row")).to_have_count(0)
    expect(auditor.get_by_test_id("accept-all")).to_be_hidden()
    press(auditor, "h")
    expect(auditor.get_by_test_id("suggestion-row")).to_have_count(3)
    expect(row(auditor, "s2")).to_contain_text("93 % · dismissed")
    expect(auditor.get_by_test_id("suggestion-accept")).to_have_count(0)
    # Whoever fixes the answers sees them too, and decides on none.
    press(auditor, "f")
    expect(auditor.get_by_test_id("approve-fix")).to_be_visible()
    press(auditor, "s", "y", "Shift+Y")
    row(auditor, "s3").click()
    is_selected(auditor, "s3")
    press(auditor, ",", "w", "Delete")
    expect(auditor.get_by_test_id("handle-start")).to_be_hidden()
    expect(auditor.get_by_test_id("suggestion-row")).to_have_count(3)
    expect(auditor.get_by_test_id("suggestion-accept")).to_have_count(0)
    expect(auditor.get_by_test_id("region-row")).to_have_count(1)


def test_a_model_that_found_nothing_says_so_and_without_one_nothing_is_said(stack, page):
    assisted(stack, "Nothing found", found="[[]]").open(page)
    expect(page.get_by_test_id("suggestion-count")).to_have_text("Nothing suggested")
    expect(page.get_by_test_id("accept-all")).to_be_hidden()
    fetched: list[str] = []
    page.on("request", lambda request: fetched.append(request.url))
    ask(stack, [MARKS], name="Without a model").open(page)
    expect(page.get_by_test_id("suggesting")).to_be_hidden()
    press(page, "s", "y", "w", "Shift+Y", "t", "h")
    expect(page.get_by_test_id("region-row")).to_have_count(0)
    assert not [url for url in fetched if re.search(r"suggesting[.\w]*\.js", url)]


def test_five_thousand_suggestions_keep_few_rows_and_one_step(stack, page):
    many = """[[{"id": f"s{n}", "label": ("glitch", "echo")[n % 2], "start_ms": n, "end_ms": n + 3, "confidence": 0.5}
        for n in range(5000)]]"""
    assisted(stack, "Very many", found=many).open(page)
    count = page.get_by_test_id("suggestion-count")
    expect(count).to_have_text("5000 suggestions open")
    assert page.get_by_test_id("suggestion-row").count() < 60
    press(page, "Shift+S")
    is_selected(page, "s4999")
    press(page, "t")
    page.keyboard.type("50")
    press(page, "Enter")
    expect(count).to_have_text("All suggestions decided on")
    press(page, "Control+z")
    expect(count).to_have_text("5000 suggestions open")


LABELS = ("glitch", "long_pause", "echo", "dropout", "clipping")
TOLERANCE_MS = 30
Event = tuple[str, int, int]


def seeded_items(seed: int, *, items: int) -> tuple[list[list[Event]], list[list[dict[str, Any]]]]:
    """What is right in each item, and what a model says of it that finds most of it.

    Of ten events it misses one, is not sure of three, and has one edge wrong; and in every other item it finds one that
    is nothing, of which it is not sure either.
    """
    chance = np.random.default_rng(seed)
    truth, found = [], []
    for n in range(items):
        right: list[Event] = []
        said: list[tuple[str, int, int, float]] = []
        for at_ms in range(300, 5500, 650):
            label, length = str(chance.choice(LABELS)), 10 * int(chance.integers(10, 45))
            right.append((label, at_ms, at_ms + length))
            if chance.random() < 0.1:
                continue
            late = 80 if chance.random() < 0.1 else int(chance.integers(-20, 20))
            sure = float(chance.uniform(0.4, 0.89) if chance.random() < 0.3 else chance.uniform(0.9, 1))
            said.append((label, at_ms, at_ms + length + late, round(sure, 3)))
        if n % 2:
            at_ms = 780 + 650 * int(chance.integers(7))
            said.append((str(chance.choice(LABELS)), at_ms, at_ms + 120, 0.6))
        said.sort(key=lambda row: row[1])
        truth.append(right)
        found.append(rows_of([(f"s{i}", *row) for i, row in enumerate(said)]))
    return truth, found


def is_right(mark: Event, event: Event) -> bool:
    return mark[0] == event[0] and all(abs(a - b) <= TOLERANCE_MS for a, b in zip(mark[1:], event[1:], strict=True))


class Hand:
    """An annotator who knows what is right, and of whom every key pressed, click and drag is counted."""

    def __init__(self, page: Page) -> None:
        self.page = page
        self.regions = page.get_by_test_id("region-row")
        self.actions = 0

    def press(self, *keys: str) -> None:
        self.actions += len(keys)
        press(self.page, *keys)

    def drag(self, from_ms: float, to_ms: float) -> None:
        self.actions += 1
        self.page.mouse.move(*at(self.page, from_ms))
        self.page.mouse.down()
        self.page.mouse.move(*at(self.page, to_ms), steps=3)
        self.page.mouse.up()

    def mark(self, event: Event) -> None:
        """The shortest way without a model: a drag over it, and its label's digit unless that is chosen already."""
        label, start_ms, end_ms = event
        before = self.regions.count()
        self.drag(start_ms, end_ms)
        expect(self.regions).to_have_count(before + 1)
        if self.page.get_by_test_id(f"label-{label}").get_attribute("aria-pressed") != "true":
            self.press(str(LABELS.index(label) + 1))
            expect(self.page.get_by_test_id(f"label-{label}")).to_have_attribute("aria-pressed", "true")

    def mend_end(self, row: Locator, event: Event, *, wrong_ms: int) -> None:
        """Choose the mark in the table, and drag its end."""
        row.get_by_test_id("region-play").scroll_into_view_if_needed()
        row.locator(".wb-number").click()
        self.actions += 1
        expect(row).to_have_attribute("aria-current", "true")
        self.drag(wrong_ms, event[2])
        expect(row.get_by_test_id("region-end")).not_to_have_value(clock(wrong_ms))


def by_hand(hand: Hand, right: list[Event], _: list[dict[str, Any]]) -> None:
    for event in right:
        hand.mark(event)


def with_the_model(hand: Hand, right: list[Event], said: list[dict[str, Any]]) -> None:
    """Take what it is sure of, look at each of the rest, mend the wrong edges, and add what it missed."""
    page = hand.page
    unsure = [one for one in said if one["confidence"] < 0.9]
    hand.press("Shift+Y")
    are(page, open_=len(unsure), accepted=len(said) - len(unsure))
    left = len(unsure)
    for one in unsure:
        is_selected(page, one["id"])
        is_one = any(one["start_ms"] == start_ms for _, start_ms, _ in right)
        hand.press("y" if is_one else "w")
        left -= 1
        expect(page.locator("[data-testid=suggestion-row][data-fate=open]")).to_have_count(left)
    for event in right:
        proposed = next((one for one in said if one["start_ms"] == event[1]), None)
        if proposed and not is_right((proposed["label"], proposed["start_ms"], proposed["end_ms"]), event):
            starts = hand.regions.get_by_test_id("region-start").evaluate_all("all => all.map((one) => one.value)")
            row = hand.regions.nth(starts.index(clock(event[1])))
            hand.mend_end(row, event, wrong_ms=proposed["end_ms"])
        elif proposed is None:
            hand.mark(event)


def test_with_suggestions_an_annotator_needs_at_most_half_the_actions(stack, new_page):
    truth, found = seeded_items(seed=5, items=4)
    counted = {}
    for name, label in (("without", by_hand), ("with", with_the_model)):
        asked = ask(stack, [MARKS], name=f"Counted {name}")
        if name == "with":
            suggest(asked, repr(found))
        page = new_page(OPERATOR)
        asked.open(page)
        hand = Hand(page)
        for done, (right, said) in enumerate(zip(truth, found, strict=True), 1):
            expect(hand.regions).to_have_count(0)
            label(hand, right, said)
            expect(hand.regions).to_have_count(len(right))
            hand.press("Control+Enter")
            handed_in(page, done)
        for right, answers in zip(truth, asked.submitted(), strict=True):
            marks = [(one["label"], one["start_ms"], one["end_ms"]) for one in answers["marks"]]
            assert all(is_right(mark, event) for mark, event in zip(marks, right, strict=True)), (marks, right)
        counted[name] = hand.actions
    sys.stdout.write(
        f"Actions for {len(truth)} items: {counted['without']} without suggestions, {counted['with']} with\n"
    )
    assert counted["with"] * 2 <= counted["without"], counted
