"""Real Chromium against a real stack: `manage.py up` with web, worker and a database of its own.

A page that writes an error to the console, throws, or runs into the Content-Security-Policy fails its test. Where an
error is what the test is about (a 409 that the page shows), say so: `console.expect(r"status of 409")`.
"""

import os
import re
import shutil
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import Browser, BrowserContext, ConsoleMessage, Error, Page, expect, sync_playwright

from tests.environment import ROOT
from tests.stack import Stack

RESULTS = ROOT / "test-results"
TIMEOUT_MS = 15_000
expect.set_options(timeout=TIMEOUT_MS)
VIEWPORT = {"width": 1440, "height": 900}
ARGUMENTS = [
    "--no-sandbox",
    "--headless=new",
    "--disable-gpu",
    "--disable-quic",
    "--disable-dev-shm-usage",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
    "--autoplay-policy=no-user-gesture-required",
]


@pytest.hookimpl(hookwrapper=True)
def pytest_runtest_makereport(item: pytest.Item, call: "pytest.CallInfo[None]") -> Iterator[None]:
    outcome = yield
    report = outcome.get_result()  # type: ignore[attr-defined]
    if report.when == "call":
        item.stash[FAILED] = report.failed


FAILED = pytest.StashKey[bool]()


class Console:
    """What the pages of one test wrote to their consoles."""

    def __init__(self) -> None:
        self.lines: list[str] = []
        self.errors: list[str] = []
        self.expected: list[str] = []

    def expect(self, pattern: str) -> None:
        """Errors that match this regular expression are part of the test."""
        self.expected.append(pattern)

    def unexpected(self) -> list[str]:
        return [line for line in self.errors if not any(re.search(pattern, line) for pattern in self.expected)]

    def listen_to(self, page: Page) -> None:
        page.on("console", self._note)
        page.on("pageerror", lambda error: self._fail(f"{page.url}: uncaught {error}\n{error.stack or ''}"))

    def _note(self, message: ConsoleMessage) -> None:
        where = message.location.get("url", "")
        self.lines.append(f"{message.type}: {message.text} ({where})")
        if message.type == "error":
            self._fail(f"{message.text} ({where})")

    def _fail(self, line: str) -> None:
        self.errors.append(line)


def chromium_path() -> str:
    """The Chromium of `make test`: the one in CHROMIUM, else on PATH."""
    for name in [os.environ.get("CHROMIUM"), "chromium", "chromium-browser", "google-chrome"]:
        if name and (path := shutil.which(name)):
            return path
    pytest.fail("The browser tests need Chromium: apt-get install chromium, or set CHROMIUM to the path of one.")


@pytest.fixture(scope="session")
def stack(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Stack]:
    """A running Earmark with the demo workspace, for all browser tests of this process.

    Make what a test needs by `stack.manage(...)` or over HTTP, in a workspace of the test's own.
    """
    stack = Stack(tmp_path_factory.mktemp("stack"), name="browser", demo=True)
    try:
        yield stack.start()
    finally:
        stack.close()


@pytest.fixture(scope="session")
def browser() -> Iterator[Browser]:
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=chromium_path(), args=ARGUMENTS)
        yield browser
        browser.close()


@pytest.fixture
def console() -> Console:
    return Console()


@pytest.fixture
def new_page(
    request: pytest.FixtureRequest, stack: Stack, browser: Browser, console: Console
) -> Iterator[Callable[..., Page]]:
    """`new_page(email)` opens a window in which this person is logged in; `new_page()` one of nobody.

    Each is a browser profile of its own, so several people work at once. Further arguments go to `browser.new_context`.
    """
    contexts: list[BrowserContext] = []
    log_starts_at = len(stack.log())

    def make(email: str | None = None, **options: object) -> Page:
        settings = {"base_url": stack.url, "viewport": VIEWPORT, "locale": "en-US", "accept_downloads": True} | options
        context = browser.new_context(**settings)  # type: ignore[arg-type]
        context.set_default_timeout(TIMEOUT_MS)
        contexts.append(context)
        context.on("page", console.listen_to)
        if email:
            let_in(context, email)
        return context.new_page()

    yield make
    failed = request.node.stash.get(FAILED, True)
    unexpected = console.unexpected()
    if failed or unexpected:
        keep_evidence(request.node.nodeid, contexts, console=console, log=stack.log()[log_starts_at:])
    for context in contexts:
        context.close()
    if unexpected and not failed:
        pytest.fail("The browser's console has errors:\n" + "\n".join(unexpected))


@pytest.fixture
def page(new_page: Callable[..., Page]) -> Page:
    """One window of nobody; `login(page, email)` lets somebody in."""
    return new_page()


# What shows who somebody is: from their first login on, their other windows have it too.
LET_IN: dict[str, list[Any]] = {}


def let_in(context: BrowserContext, email: str, password: str = "earmark-demo") -> None:
    """Log in without opening a page, and once only: the server takes no more than thirty logins a minute."""
    if email in LET_IN:
        context.add_cookies(LET_IN[email])
        # Nobody is sent away to log in, unless they have signed out, or this is another server.
        if context.request.get("/help/", max_redirects=0).status == 200:
            return
        context.clear_cookies()
    context.request.get("/accounts/login/")
    [token] = [cookie["value"] for cookie in context.cookies() if cookie["name"] == "csrftoken"]
    typed: dict[str, str | float | bool] = {"login": email, "password": password, "csrfmiddlewaretoken": token}
    answer = context.request.post("/accounts/login/", form=typed, max_redirects=0)
    assert answer.status == 302, answer.text()
    LET_IN[email] = [cookie for cookie in context.cookies() if cookie["name"] in ("sessionid", "csrftoken")]


def login(page: Page, email: str, password: str = "earmark-demo") -> None:
    """Log in through the form, and wait for the page behind it."""
    page.goto("/accounts/login/")
    page.locator("input[name=login]").fill(email)
    page.locator("input[name=password]").fill(password)
    page.locator("input[name=password]").press("Enter")
    page.wait_for_url(lambda url: "/accounts/login" not in url)


def settled(page: Page) -> None:
    """Wait until what htmx put into the page listens: it is seen a moment before, and a click then would be lost."""
    expect(page.locator(".htmx-added")).to_have_count(0)


def keep_evidence(nodeid: str, contexts: list[BrowserContext], *, console: Console, log: str) -> None:
    """Screenshots, the console and the server's log of a failed test, under test-results/."""
    folder = Path(RESULTS, re.sub(r"[^\w.-]+", "-", nodeid.removeprefix("tests/browser/")).strip("-"))
    shutil.rmtree(folder, ignore_errors=True)
    folder.mkdir(parents=True)
    (folder / "console.txt").write_text("\n".join([*console.lines, "", "Errors:", *console.errors]), encoding="utf-8")
    (folder / "server.log").write_text(log, encoding="utf-8")
    pages = [page for context in contexts for page in context.pages]
    for number, page in enumerate(pages):
        try:
            page.screenshot(path=folder / f"page-{number}.png")
        except Error as error:
            (folder / f"page-{number}.txt").write_text(str(error), encoding="utf-8")
