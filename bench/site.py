"""The running Earmark that the browser bench opens."""

import json
import re
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import httpx

from bench.recordings import EMAIL, PASSWORD
from tests.stack import Stack


@dataclass(frozen=True)
class Site:
    """A running stack, the labeling task of each length, and what opens them: a login and a key."""

    url: str
    workspace: str
    tasks: dict[str, str]
    key: str
    cookies: list[Any]

    def address(self, length: str) -> str:
        return f"{self.url}/w/{self.workspace}/tasks/{self.tasks[length]}/label/"


@contextmanager
def running() -> Iterator[Site]:
    with tempfile.TemporaryDirectory(prefix="earmark-bench-") as folder:
        stack = Stack(Path(folder), name="bench-browser")
        stack.start()
        try:
            command = [sys.executable, "-m", "bench.recordings", str(Path(folder, "recordings"))]
            done = subprocess.run(command, env=stack.environment, stdout=subprocess.PIPE, check=True)
            yield Site(url=stack.url, cookies=_login(stack.url), **json.loads(done.stdout))
        finally:
            stack.close()


def _login(url: str) -> list[Any]:
    """Cookies of the annotator, got without a browser: nothing of the pages is in its cache yet."""
    with httpx.Client(base_url=url, follow_redirects=False) as client:
        form = client.get("/accounts/login/").text
        token = re.search(r'name="csrfmiddlewaretoken" value="([^"]+)"', form)
        assert token is not None, form
        fields = {"csrfmiddlewaretoken": token[1], "login": EMAIL, "password": PASSWORD}
        answer = client.post("/accounts/login/", data=fields, headers={"Referer": f"{url}/accounts/login/"})
        assert answer.status_code == httpx.codes.FOUND, answer.text
        return [{"name": cookie.name, "value": cookie.value, "url": url} for cookie in client.cookies.jar]
