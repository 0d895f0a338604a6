"""`client.questions`: what annotators are asked."""

from collections.abc import Mapping, Sequence
from typing import Any

from earmark_client.answers import Question
from earmark_client.pages import Page, page_of
from earmark_client.transport import Transport, address

PATH = "/v5/questions"


class Questions:
    """`client.questions`."""

    def __init__(self, transport: Transport) -> None:
        self._transport = transport

    def create(
        self,
        *,
        type: str,
        title: str,
        prompt: str,
        conditions: Sequence[Mapping[str, Any]] | None = None,
        **configuration: Any,
    ) -> Question:
        """A question of a type: timestamp, categorical, rating, number, free_text or form.

        What is given besides is its configuration: `multi=True` of a timestamp, `choices=["calm", "upset"]` and `multi`
        of a categorical one, `steps`, `min_label` and `max_label` of a rating, `min` and `max` of a number,
        `min_length` and `max_length` of a text, `form_schema` of a form.
        """
        body: dict[str, Any] = {"question_type": type, "name": title, "prompt": prompt, "configuration": configuration}
        if conditions is not None:
            body["conditions"] = [dict(one) for one in conditions]
        return Question.read(self._transport.json("POST", PATH, body=body))

    def list(
        self,
        *,
        ids: Sequence[str] | None = None,
        include_archived: bool | None = None,
        limit: int | None = None,
        starting_after: str | None = None,
        ending_before: str | None = None,
        sort_by: str | None = None,
        sort_order: str | None = None,
    ) -> Page[Question]:
        """Questions of the account, oldest first, without archived ones."""
        asked = {
            "ids": ids,
            "include_archived": include_archived,
            "limit": limit,
            "starting_after": starting_after,
            "ending_before": ending_before,
            "sort_by": sort_by,
            "sort_order": sort_order,
        }
        return page_of(Question, asked, lambda query: self._transport.json("GET", PATH, query=query))

    def retrieve(self, question_id: str) -> Question:
        """One question, also an archived one."""
        return Question.read(self._transport.json("GET", address(PATH, question_id)))

    def update(self, question_id: str, *, name: str) -> Question:
        return Question.read(self._transport.json("PATCH", address(PATH, question_id), body={"name": name}))

    def archive(self, question_id: str) -> Question:
        """Ask it in no new evaluation. Where it is asked already, nothing changes."""
        return Question.read(self._transport.json("DELETE", address(PATH, question_id)))

    def restore(self, question_id: str) -> Question:
        return Question.read(self._transport.json("POST", address(PATH, question_id, "restore")))
