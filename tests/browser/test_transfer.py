"""Work changes hands in the browser: by the one who has it, by a manager, and by new people and numbers."""

import json
import re

import pytest
from playwright.sync_api import expect

from tests.browser.conftest import settled

MANAGER, OPERATOR = "manager@demo.example", "operator@demo.example"

SCENE = """
import json
from annotations.models import LabelingTask
from tests.annotations.factories import make_dataset, make_task
from tests.annotations.working import begin, hand_in
from workspaces.models import Membership, User, Workspace
space = Workspace.objects.get(slug="demo")
person = {user.email.partition("@")[0]: user for user in User.objects.all()}
bea, made = User.objects.get_or_create(email="bea@demo.example", defaults={"name": "Bea Lind"})
Membership.objects.get_or_create(workspace=space, user=bea, role="operator")
task = make_task(
    make_dataset(space, files=20, name="Week 46"), by=person["administrator"], name="Changing hands",
    annotators=[(person["operator"], 8), (person["manager"], 6)], rest_in_pool=True,
)
hand_in(task, person["operator"], times=2)
begin(task, person["operator"])
print(json.dumps({"task": str(task.pk), "operator": str(person["operator"].pk), "bea": str(bea.pk)}))
"""


@pytest.fixture
def scene(stack):
    made = json.loads(stack.manage("shell", "--no-imports", "-c", SCENE).splitlines()[-1])
    return {**made, "url": f"/w/demo/tasks/{made['task']}/"}


def choose(page, field, name):
    settled(page)
    label = next(text for text in page.locator(f"{field} option").all_inner_texts() if text.startswith(name))
    page.select_option(field, label=label)


def test_work_and_numbers_change_hands(new_page, scene, console):
    # A number too large is refused once.
    console.expect("status of 422")
    the_one_who_has_it_passes_it_on(new_page, scene)
    a_manager_moves_the_work_of_others(new_page, scene)
    people_and_numbers_change(new_page, scene)


def the_one_who_has_it_passes_it_on(new_page, scene):
    page = new_page(OPERATOR)
    page.goto(f"{scene['url']}transfer/")
    expect(page.locator("#most")).to_have_text("At most 5 can move.")

    page.locator("#reason").fill("On leave")
    choose(page, "#to", "Bea Lind")
    expect(page.locator("#most")).to_have_text("At most 5 can move to Bea Lind.")
    settled(page)
    page.locator("#with_begun").check()
    expect(page.locator("#most")).to_have_text("At most 6 can move to Bea Lind.")
    expect(page.locator("#reason")).to_have_value("On leave")
    page.locator("#quantity").fill("3")
    page.get_by_role("button", name="Transfer", exact=True).dblclick()

    expect(page.locator(".notice")).to_contain_text("3 items went from Olga Operator to Bea Lind.")
    expect(page.locator("#transfers tbody tr")).to_have_count(1)
    expect(page.locator("#transfers tbody tr")).to_contain_text("On leave")
    expect(page.locator("#most")).to_have_text("At most 2 can move.")


def a_manager_moves_the_work_of_others(new_page, scene):
    page = new_page(MANAGER)
    page.goto(scene["url"])
    page.get_by_role("link", name="Transfer…").click()
    choose(page, "#from", "Bea Lind")
    expect(page.locator("#most")).to_have_text("At most 3 can move.")
    choose(page, "#to", "Olga")
    expect(page.locator("#most")).to_have_text("At most 3 can move to Olga Operator.")
    page.locator("#quantity").fill("9")
    page.get_by_role("button", name="Transfer", exact=True).click()
    expect(page.locator("#transfer .errors")).to_have_text("Only 3 items can be moved from Bea Lind to Olga Operator.")
    page.locator("#quantity").fill("1")
    page.get_by_role("button", name="Transfer", exact=True).click()

    expect(page.locator(".notice")).to_contain_text("1 item went from Bea Lind to Olga Operator.")
    expect(page.locator("#transfers tbody tr")).to_have_count(2)


def people_and_numbers_change(new_page, scene):
    page = new_page(MANAGER)
    page.goto(f"{scene['url']}people/")
    pool = page.locator("[data-left]")
    expect(pool).to_have_text(re.compile("6 in the pool"))
    bea = page.locator("#staff-labeling tr", has_text="Bea Lind")
    expect(bea.locator("[type=number]")).to_have_value("2")

    bea.locator("[type=number]").fill("20")
    expect(pool).to_have_text(re.compile(r"Too many given:\s+12"))
    bea.locator("[type=number]").fill("5")
    expect(pool).to_have_text(re.compile("3 in the pool"))
    ada = page.locator("#staff-labeling tr", has_text="Ada Administrator")
    ada.locator("[type=number]").fill("1")
    expect(ada.locator("[type=checkbox]")).to_be_checked()
    page.get_by_role("button", name="Split what is left").first.click()
    expect(pool).to_have_text(re.compile("0 in the pool"))
    page.get_by_role("button", name="Save people and numbers").click()

    expect(page.locator(".notice")).to_contain_text("People and numbers are saved.")
    expect(pool).to_have_text(re.compile("0 in the pool"))
    total = sum(int(field.input_value() or 0) for field in page.locator("#staff-labeling [type=number]").all())
    assert total == 20
