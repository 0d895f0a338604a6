"""Every page a person can reach by links opens without an error, and looks after itself when something is wrong."""

from urllib.parse import urljoin, urlsplit

import pytest

MOST_PAGES = 60
HREFS = "links => links.map(link => link.getAttribute('href'))"
INLINE_SCRIPT = "document.head.append(Object.assign(document.createElement('script'), { text: '1' }))"


@pytest.mark.parametrize(
    "email",
    ["administrator@demo.example", "manager@demo.example", "operator@demo.example", "auditor@demo.example"],
)
def test_every_page_behind_a_link_opens(new_page, stack, email):
    page = new_page(email)
    waiting, seen = [urlsplit(page.url).path], {}

    while waiting and len(seen) < MOST_PAGES:
        path = waiting.pop(0)
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

    page.evaluate(f"void {mischief}")
    page.wait_for_timeout(300)

    assert any(sentence in line for line in console.unexpected())
    console.expect(sentence)
    assert console.unexpected() == []
