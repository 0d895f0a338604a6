"""Trainings and exams as people take them, a task that an exam opens, and control items that nobody can tell apart."""

import json
import re
from typing import Any

import pytest
from playwright.sync_api import Page, expect

from tests.browser.asking import Asked, ask, press

OPERATOR, MANAGER = "operator@demo.example", "administrator@demo.example"
MARKS: dict[str, Any] = {"type": "regions", "name": "Marks", "alias": "marks", "required": False}
PACE: dict[str, Any] = {
    "type": "categorical", "name": "Pace", "alias": "pace", "configuration": {"choices": ["slow", "normal", "fast"]},
}  # fmt: skip
# How many pixels of the drawn sound have the color of the demo's glitches, near enough.
RED = """() => {
    const canvas = document.querySelector('[data-testid=detail] canvas');
    const { data } = canvas.getContext('2d').getImageData(0, 0, canvas.width, canvas.height);
    let n = 0;
    for (let i = 0; i < data.length; i += 4) n += data[i] > 180 && data[i + 1] < 80 && data[i + 2] < 100;
    return n;
}"""
MAKE = """
import json
from annotations.models import LabelingTask, Requirement, Skill
from annotations.qualifying.controls import add_controls
from annotations.qualifying.keys import listed
from annotations.qualifying.lessons import LessonPlan, create_lesson
from datasets.models import AudioFile
from workspaces.models import User
plan = json.loads({plan!r})
task = LabelingTask.objects.get(pk=plan["task"])
by = User.objects.get(email="administrator@demo.example")
audio = AudioFile.objects.filter(dataset=task.dataset, status="ready").order_by("id")[: plan["n"]]
texts = {{"hint": "Count the words.", "explanation": "About two words a second."}}
items = listed(task, [{{"audio_file_id": str(one.pk), "expected": plan["expected"], **texts}} for one in audio])
if plan["kind"] == "control":
    add_controls(task, items, percent=50, by=by)
    made = task
else:
    skill, _ = Skill.objects.get_or_create(workspace=task.workspace, name=plan["skill"])
    lesson = LessonPlan(kind=plan["kind"], name=plan["name"], source=task, items=items, skill=skill)
    made = create_lesson(lesson, by=by)
    if plan["locks"]:
        Requirement.objects.create(task=task, skill=skill, least=80)
        LabelingTask.objects.filter(pk=task.pk).update(has_requirements=True)
print(json.dumps(str(made.pk)))
"""


def make(asked: Asked, kind: str, *, expected: dict[str, Any], n: int = 2, **more: Any) -> Asked:
    plan = {"task": asked.pk, "kind": kind, "expected": expected, "n": n, "name": kind.title(), "skill": "Pace",
            "locks": False, **more}  # fmt: skip
    told = asked.stack.manage("shell", "--no-imports", "-c", MAKE.format(plan=json.dumps(plan)))
    return Asked(asked.stack, json.loads(told.splitlines()[-1]))


def choose(page: Page, choice: str) -> None:
    page.get_by_test_id("questions").get_by_text(choice, exact=True).click()


def submit(page: Page) -> None:
    page.get_by_test_id("submit").click()


@pytest.fixture
def page(new_page: Any) -> Page:
    opened: Page = new_page(OPERATOR)
    return opened


def test_a_training_gives_a_hint_then_the_answer_and_the_reason(stack, page):
    asked = ask(stack, [MARKS, PACE], name="For a training")
    expected = {"pace": "normal", "marks": [{"label": "glitch", "start_ms": 600, "end_ms": 900}]}
    training = make(asked, "training", expected=expected, skill="Warm ears", name="Warm up")
    page.goto("/w/demo/labeling/")
    page.locator(f"#try-{training.pk}").click()
    expect(page.get_by_test_id("workbench")).to_have_attribute("data-screen", "item")
    expect(page.get_by_test_id("progress")).to_contain_text("2")
    expect(page.get_by_test_id("skip")).to_be_hidden()
    feedback = page.get_by_test_id("feedback")
    expect(feedback).to_be_hidden()
    choose(page, "fast")
    submit(page)
    expect(feedback).to_contain_text("Not right yet")
    expect(page.get_by_test_id("hint")).to_have_text("Count the words.")
    expect(page.get_by_test_id("graded-pace")).to_contain_text("not right")
    expect(feedback).not_to_contain_text("normal")
    # What it says is there again after reloading.
    page.reload()
    expect(page.get_by_test_id("hint")).to_have_text("Count the words.")
    choose(page, "normal")
    submit(page)
    expect(page.get_by_test_id("explanation")).to_have_text("About two words a second.")
    expect(page.get_by_test_id("graded-pace")).to_contain_text("right")
    expect(page.get_by_test_id("graded-marks")).to_contain_text("glitch 0:00.600–0:00.900")
    # It stands on the sound at once, before anybody moves or zooms it.
    page.wait_for_function(f"() => ({RED})() > 100")
    expect(page.get_by_test_id("submit")).to_be_hidden()
    expect(page.get_by_test_id("feedback-next")).to_be_focused()
    press(page, "Enter")
    expect(feedback).to_be_hidden()
    expect(page.get_by_test_id("submit")).to_be_visible()
    choose(page, "normal")
    submit(page)
    expect(feedback).to_contain_text("Not right yet")
    submit(page)
    page.get_by_test_id("feedback-next").click()
    expect(page.get_by_test_id("all-done")).to_contain_text("Training not passed")
    expect(page.get_by_test_id("all-done")).to_contain_text("0 of 2 items were right at once")
    page.get_by_test_id("retry-lesson").click()
    expect(page.get_by_test_id("workbench")).to_have_attribute("data-screen", "item")


def test_an_exam_is_failed_then_passed_and_opens_a_task(stack, page):
    asked = ask(stack, [PACE], name="Locked until the exam")
    exam = make(asked, "exam", expected={"pace": "slow"}, locks=True, name="Entry exam", skill="Entry")
    page.goto("/w/demo/labeling/")
    row = page.locator(f"#task-{asked.pk}")
    expect(row).to_contain_text("“Entry” of at least 80, and nothing is known of yours. It is earned in “Entry exam”.")
    expect(page.locator(f"#label-{asked.pk}")).to_have_count(0)
    page.locator(f"#earn-{asked.pk}-{exam.pk}").click()
    for choice in ("slow", "fast"):
        expect(page.get_by_test_id("submit")).to_be_visible()
        choose(page, choice)
        submit(page)
        expect(page.get_by_test_id("feedback")).to_be_hidden()
    end = page.get_by_test_id("all-done")
    expect(end).to_contain_text("Exam not passed")
    expect(end).to_contain_text("You have 50 %. 80 % are needed.")
    page.get_by_test_id("retry-lesson").click()
    for _n in range(2):
        expect(page.get_by_test_id("submit")).to_be_visible()
        choose(page, "slow")
        submit(page)
        expect(page.get_by_test_id("workbench")).not_to_have_attribute("aria-busy", "true")
    expect(end).to_contain_text("Exam passed")
    expect(end).to_contain_text("You have 100 %.")
    end.get_by_test_id("home").click()
    expect(page.locator(f"#lesson-{exam.pk}")).to_contain_text("passed")
    page.locator(f"#label-{asked.pk}").click()
    expect(page.get_by_test_id("workbench")).to_have_attribute("data-screen", "item")


def test_control_items_are_labeled_like_all_others(stack, page, new_page):
    asked = ask(stack, [PACE], name="With control items")
    make(asked, "control", expected={"pace": "slow"}, n=500)
    told: list[dict[str, Any]] = []
    page.on("response", lambda answer: told.append(answer.json()) if answer.url.endswith("/submit") else None)
    asked.open(page)
    counts = []
    for n in range(5):
        expect(page.get_by_test_id("progress")).to_contain_text(re.compile(rf"\b{n}\b"))
        counts.append(page.get_by_test_id("progress").inner_text())
        expect(page).to_have_title(re.compile("With control items"))
        choose(page, "slow")
        with page.expect_response(re.compile("/submit$")):
            submit(page)
        expect(page.get_by_test_id("workbench")).not_to_have_attribute("aria-busy", "true")
    assert len({re.sub(r"^\d+", "n", count) for count in counts}) == 1
    found = "from annotations.models import Grade; print(Grade.objects.filter(task={!r}, is_right=True).count())"
    graded = asked.stack.manage("shell", "--no-imports", "-c", found.format(asked.pk)).splitlines()[-1]
    assert int(graded) >= 1
    manager = new_page(MANAGER)
    manager.goto(f"/w/demo/tasks/{asked.pk}/quality/controls/")
    expect(manager.locator("#people-on-controls")).to_contain_text("100 %")


def test_a_manager_makes_an_exam_and_writes_a_hint(stack, new_page, console):
    console.expect(r"status of 422")
    asked = ask(stack, [PACE], name="Known to the manager")
    page = new_page(MANAGER)
    page.goto("/w/demo/skills/")
    page.locator("#new-lesson").click()
    page.get_by_label("Name").fill("Hearing pace")
    page.get_by_label("Asks what this task asks").select_option(asked.pk)
    name = asked.stack.manage(
        "shell", "--no-imports", "-c",
        f"from annotations.models import ItemFile; "
        f"print(ItemFile.objects.filter(item__task={asked.pk!r}).first().audio.filename)",
    ).splitlines()[-1]  # fmt: skip
    bad = f'{{"filename": "{name}", "expected": {{"pace": "purple"}}}}'
    page.locator("#id_file").set_input_files(
        {"name": "keys.jsonl", "mimeType": "application/jsonl", "buffer": bad.encode()}
    )
    page.get_by_role("button", name="Create and open").click()
    expect(page.get_by_text("keys.jsonl, line 1 expected.pace")).to_be_visible()
    page.locator("#id_file").set_input_files(
        {"name": "keys.jsonl", "mimeType": "application/jsonl", "buffer": bad.replace("purple", "fast").encode()}
    )
    page.get_by_role("button", name="Create and open").click()
    expect(page.get_by_role("heading", level=1)).to_contain_text("Hearing pace")
    page.locator("#items").get_by_role("link", name=name).click()
    page.get_by_label("Hint").fill("Tap along.")
    page.get_by_label("Pace").select_option("slow")
    page.get_by_role("button", name="Save").click()
    expect(page.locator("#items")).to_contain_text("Tap along.")
    expect(page.locator("#items")).to_contain_text("slow")
