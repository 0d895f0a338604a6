"""Every page a person can reach by links opens without an error, and looks after itself when something is wrong."""

import re
from collections import Counter
from urllib.parse import urljoin, urlsplit

import pytest
from playwright.sync_api import expect

from tests.browser.conftest import login
from tests.workers import wait_until

# Two tasks show the same pages, and the other tests leave dozens behind.
MOST_OF_A_KIND = 2
ID = re.compile(r"(?<=/)([0-9]+|[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12})(?=/)")
HREFS = "links => links.map(link => link.getAttribute('href'))"
INLINE_SCRIPT = "document.head.append(Object.assign(document.createElement('script'), { text: '1' }))"


@pytest.mark.parametrize(
    "email",
    ["administrator@demo.example", "manager@demo.example", "operator@demo.example", "auditor@demo.example"],
)
def test_every_page_behind_a_link_opens(page, stack, email):
    login(page, email)
    waiting, seen, kinds = [urlsplit(page.url).path], {}, Counter()

    while waiting:
        path = waiting.pop(0)
        kind = ID.sub("*", path)
        kinds[kind] += 1
        if kinds[kind] > MOST_OF_A_KIND:
            continue
        answer = page.goto(path)
        seen[path] = answer.status
        links = page.locator("a[href]:not([download])").evaluate_all(HREFS)
        for link in links:
            target = urlsplit(urljoin(page.url, link))
            if f"{target.scheme}://{target.netloc}" != stack.url or target.path in seen or target.path in waiting:
                continue
            if target.path.endswith("/") and "logout" not in target.path:
                waiting.append(target.path)

    assert {path: status for path, status in seen.items() if status != 200} == {}
    assert len(seen) > 3


@pytest.mark.parametrize(
    ("mischief", "sentence"),
    [
        ("console.error('seen')", "seen"),
        ("setTimeout(() => { throw new Error('thrown') })", "uncaught"),
        (INLINE_SCRIPT, "Content Security Policy"),
        ("fetch('/nowhere')", "status of 404"),
    ],
)
def test_what_goes_wrong_in_a_page_fails_its_test(page, console, mischief, sentence):
    page.goto("/accounts/login/")

    def is_noted():
        # What a page says is heard only while Playwright is at work.
        page.wait_for_timeout(20)
        return any(sentence in line for line in console.unexpected())

    page.evaluate(f"void {mischief}")

    wait_until(is_noted)
    console.expect(sentence)
    assert console.unexpected() == []


def test_going_back_shows_the_page_and_not_the_piece_it_fetched_last(page):
    login(page, "manager@demo.example")
    with page.expect_response(lambda answer: "hx-request" in answer.request.headers and "/tasks/" in answer.url):
        page.goto("/w/demo/tasks/")
    page.goto("/w/demo/questions/")

    page.go_back()

    expect(page.locator("h1")).to_be_visible()
