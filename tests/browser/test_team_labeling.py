"""A team's task from its numbers to its dataset: dealt by the wizard, reviewed in part, the rest approved at once."""

import io
import json
import re
import subprocess
import sys
import zipfile

import httpx
import pytest
from playwright.sync_api import expect

ITEMS = 26
FLOOR = 20
ANSWERS = {"pace": "slow"}


@pytest.fixture
def scene(stack):
    command = [sys.executable, "-m", "tests.scenes", "team", "--items", str(ITEMS)]
    return json.loads(subprocess.run(command, env=stack.environment, capture_output=True, check=True).stdout)


@pytest.fixture
def client_of(stack, scene):
    """`client_of("omar")`: a program that acts with this person's key."""
    clients = []

    def make(name):
        clients.append(httpx.Client(base_url=f"{stack.url}/api/v1/", headers={"X-API-Key": scene["keys"][name]}))
        return clients[-1]

    yield make
    for client in clients:
        client.close()


def following(page):
    page.get_by_role("button", name="Next", exact=True).last.click()


def choose(page, name, number):
    page.get_by_label(f"Number of items for {name}").fill(str(number))
    expect(page.get_by_role("checkbox", name=re.compile(name))).to_be_checked()


def create_with_numbers(page):
    """Refused with the sum that would do, then split evenly; two auditors review in part. Returns the task's id."""
    page.goto("/w/team/tasks/new/")
    page.locator("#id_name").fill("Calls of November")
    page.locator("label", has_text="Calls").last.click()
    following(page)
    page.locator("#add-categorical").click()
    expect(page.locator("[name=q1-name]")).to_be_focused()
    page.keyboard.type("Pace")
    page.locator("#id_q1-choices").fill("slow\nfast")
    following(page)
    page.locator("[name=staffing][value=named]").check()
    choose(page, "Omar", 5)
    choose(page, "Orla", 6)
    following(page)
    expect(page.get_by_text(f"The numbers add up to 11 of {ITEMS}")).to_be_visible()
    page.locator("[data-split]").first.click()
    expect(page.get_by_label("Number of items for Omar")).to_have_value(str(ITEMS // 2))
    following(page)
    page.get_by_label("Partial review").check()
    page.get_by_role("checkbox", name=re.compile("Ana")).check()
    following(page)
    expect(page.locator(".summary")).to_contain_text("Ana")
    page.get_by_role("button", name="Create the task").click()
    page.wait_for_url(re.compile(r"/tasks/[0-9a-f-]{36}/$"))
    return page.url.split("/")[-2]


def hand_in_all(client, task):
    count = 0
    while (answer := client.post(f"labeling-tasks/{task}/next")).status_code == 200:
        turn = answer.json()["assignment"]["id"]
        assert client.post(f"assignments/{turn}/submit", json={"answers": ANSWERS}).status_code == 200
        count += 1
    return count


def approve(client, task, *, times):
    for _ in range(times):
        turn = client.post(f"labeling-tasks/{task}/next-review").json()["assignment"]["id"]
        assert client.post(f"assignments/{turn}/approve", json={}).status_code == 200


def test_numbers_a_partial_review_and_the_rest_at_once(new_page, console, client_of):
    # The step whose numbers do not add up is refused once.
    console.expect("status of 422")
    manager = new_page("maja@team.example")
    task = create_with_numbers(manager)
    assert hand_in_all(client_of("omar"), task) == ITEMS // 2
    assert hand_in_all(client_of("orla"), task) == ITEMS // 2
    ana = client_of("ana")
    approve(ana, task, times=FLOOR - 1)

    auditor = new_page("ana@team.example")
    auditor.goto(f"/w/team/tasks/{task}/rest/")
    expect(auditor.locator("#blocked")).to_be_visible()
    rest = auditor.locator("#close button.btn-primary")
    expect(rest).to_be_disabled()
    approve(ana, task, times=1)
    # The page keeps up by itself: the floor is reached, and what the rest risks stands beside the button.
    expect(auditor.locator("#bound")).to_contain_text("at most 14.0 %")
    expect(auditor.locator("#bound")).to_contain_text(f"0 of {FLOOR}")
    expect(rest).to_contain_text(f"Approve {ITEMS - FLOOR} items")
    rest.click()
    auditor.locator("#confirm [value=yes]").click()
    expect(auditor.locator("#main")).to_contain_text(f"{ITEMS - FLOOR} items approved")

    expect(manager.locator("h1 .pill")).to_have_text("ready")
    archive = generate(manager)
    with archive.open("answers.jsonl") as lines:
        origins = [json.loads(line)["approval_origin"] for line in lines]
    assert (origins.count("reviewed"), origins.count("bulk"), len(origins)) == (FLOOR, ITEMS - FLOOR, ITEMS)


def generate(page):
    page.get_by_role("button", name="Generate dataset").click()
    page.locator("#generate").get_by_role("button", name="Generate", exact=True).click()
    page.locator("#job").get_by_role("link", name="Processed datasets").click(timeout=30_000)
    with page.expect_download() as download:
        page.get_by_role("link", name=re.compile("Download")).first.click()
    return zipfile.ZipFile(io.BytesIO(download.value.path().read_bytes()))
