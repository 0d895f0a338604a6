"""The client: who asks, whom, and all that can be asked."""

import os
from types import EllipsisType
from typing import Self

import httpx

from earmark_client.datasets import DatasetItems, Datasets
from earmark_client.errors import EarmarkError
from earmark_client.evaluations import AnnotationTasks, EvaluationItems, Evaluations
from earmark_client.files import Files
from earmark_client.questions import Questions
from earmark_client.transport import Transport

HERE = "http://localhost:8000"


class Client:
    """A client of one Earmark, acting with one API key in that key's workspace.

    What is not given, or given as `...`, comes from the environment: `api_key` from EARMARK_API_KEY, `account_id` (the
    workspace's id or slug; without it, the key's own) from EARMARK_ACCOUNT_ID, and `base_url` from EARMARK_BASE_URL,
    else http://localhost:8000. `timeout` is in seconds, for each wait for the server rather than for a whole upload.
    `progress` shows bars always or never; None shows them on a terminal. May be used by several threads at once.
    """

    def __init__(
        self,
        *,
        account_id: str | EllipsisType | None = None,
        api_key: str | EllipsisType | None = None,
        base_url: str | None = None,
        timeout: float = 60,
        max_retries: int = 2,
        progress: bool | None = None,
        transport: httpx.BaseTransport | None = None,
    ) -> None:
        key = _given(api_key, "EARMARK_API_KEY")
        if not key:
            raise EarmarkError("No API key: give api_key=, or set EARMARK_API_KEY. Earmark's API keys page makes one.")
        headers = {"X-API-Key": key, "Accept": "application/json", "User-Agent": "earmark-client"}
        if account := _given(account_id, "EARMARK_ACCOUNT_ID"):
            headers["X-Selected-Account-Id"] = account
        self._http = httpx.Client(
            base_url=_given(base_url, "EARMARK_BASE_URL") or HERE,
            headers=headers,
            timeout=httpx.Timeout(timeout, connect=min(timeout, 5)),
            transport=transport,
        )
        sender = Transport(self._http, max_retries=max_retries)
        self.files = Files(sender, progress=progress)
        self.questions = Questions(sender)
        self.evaluations = Evaluations(sender, progress=progress)
        self.evaluation_items = EvaluationItems(sender)
        self.annotation_tasks = AnnotationTasks(sender)
        self.datasets = Datasets(sender)
        self.dataset_items = DatasetItems(sender)

    def close(self) -> None:
        """Close its connections."""
        self._http.close()

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *error: object) -> None:
        self.close()


def _given(value: str | EllipsisType | None, name: str) -> str:
    """What was given, else what the environment says; printed examples write `...` for either."""
    return value if isinstance(value, str) else os.environ.get(name, "")
