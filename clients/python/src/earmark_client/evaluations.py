"""`client.evaluations`, `client.evaluation_items` and `client.annotation_tasks`: rows, answers, the work on them."""

import time
from collections.abc import Mapping, Sequence
from typing import Any

from earmark_client.answers import AnnotationTask, Evaluation, EvaluationItem, EvaluationSchema, Export
from earmark_client.errors import APITimeoutError
from earmark_client.pages import Page, page_of
from earmark_client.transport import Transport, address
from earmark_client.uploads import bar

PATH = "/v5/evaluations"
ITEMS = "/v5/evaluation-items"
Row = Mapping[str, Any]


class Tasks:
    """`client.evaluations.tasks`: until the first row is begun, what is asked can still change."""

    def __init__(self, transport: Transport) -> None:
        self._transport = transport

    def add(self, evaluation_id: str, *, task: Row) -> Evaluation:
        return Evaluation.read(
            self._transport.json("POST", address(PATH, evaluation_id, "tasks"), body={"task": dict(task)})
        )

    def update(self, alias: str, *, evaluation_id: str, configuration: Row) -> Evaluation:
        """Replace the whole configuration of the task with this alias."""
        return Evaluation.read(
            self._transport.json(
                "PATCH", address(PATH, evaluation_id, "tasks", alias), body={"configuration": dict(configuration)}
            )
        )


class Evaluations:
    """`client.evaluations`."""

    def __init__(self, transport: Transport, *, progress: bool | None) -> None:
        self._transport = transport
        self._progress = progress
        self.tasks = Tasks(transport)

    def create(
        self,
        *,
        name: str,
        data: Sequence[Row] | None = None,
        files: Sequence[Mapping[str, str]] | None = None,
        tasks: Sequence[Row] | None = None,
        description: str | None = None,
        tags: Sequence[str] | None = None,
        metadata: Row | None = None,
        skip_prefilled_rows: bool | None = None,
        dataset_id: str | None = None,
        dataset: Row | None = None,
    ) -> Evaluation:
        """An evaluation of rows: `data[i]` and `files[i]` (key to file id) are row i, `tasks` is what is asked of each.

        With `dataset_id` the rows are those of a dataset; with `dataset` (its name and so on) one is made of them.
        All or nothing: refused, it leaves nothing behind.
        """
        given = {
            "name": name,
            "data": data,
            "files": files,
            "tasks": tasks,
            "description": description,
            "tags": tags,
            "metadata": metadata,
            "skip_prefilled_rows": skip_prefilled_rows,
            "dataset_id": dataset_id,
            "dataset": dataset,
        }
        body = {key: value for key, value in given.items() if value is not None}
        return Evaluation.read(self._transport.json("POST", PATH, body=body))

    def list(
        self,
        *,
        name: str | None = None,
        tags: Sequence[str] | None = None,
        views: Sequence[str] | None = None,
        include_archived: bool | None = None,
        limit: int | None = None,
        starting_after: str | None = None,
        ending_before: str | None = None,
        sort_by: str | None = None,
        sort_order: str | None = None,
    ) -> Page[Evaluation]:
        """Evaluations of the account, oldest first; `name` is a part of it, `views=["tasks"]` adds their tasks."""
        asked = {
            "name": name,
            "tags": tags,
            "views": views,
            "include_archived": include_archived,
            "limit": limit,
            "starting_after": starting_after,
            "ending_before": ending_before,
            "sort_by": sort_by,
            "sort_order": sort_order,
        }
        return page_of(Evaluation, asked, lambda query: self._transport.json("GET", PATH, query=query))

    def filter(
        self,
        *,
        filters: Sequence[Row],
        views: Sequence[str] | None = None,
        include_archived: bool | None = None,
        limit: int | None = None,
        starting_after: str | None = None,
        ending_before: str | None = None,
    ) -> Page[Evaluation]:
        """Those that meet all of up to ten filters, each `{"key", "operator", "value"}`, as in `{"key": "status",
        "operator": "==", "value": "running"}`; other keys are those of the metadata, and `tag`."""
        asked = {
            "views": views,
            "include_archived": include_archived,
            "limit": limit,
            "starting_after": starting_after,
            "ending_before": ending_before,
        }
        body = {"filters": [dict(one) for one in filters]}
        return page_of(
            Evaluation,
            asked,
            lambda query: self._transport.json("POST", f"{PATH}/filter", query=query, body=body, only_reads=True),
        )

    def retrieve(
        self, evaluation_id: str, *, views: Sequence[str] | None = None, include_archived: bool | None = None
    ) -> Evaluation:
        query = {"views": views, "include_archived": include_archived}
        return Evaluation.read(self._transport.json("GET", address(PATH, evaluation_id), query=query))

    def update(self, evaluation_id: str, **changes: Any) -> Evaluation:
        """Change `name`, `description`, `tags`, or `metadata` (a merge patch: None takes a key out)."""
        return Evaluation.read(self._transport.json("PATCH", address(PATH, evaluation_id), body=changes))

    def archive(self, evaluation_id: str) -> Evaluation:
        """Put it away with its rows; the work on it stops."""
        return Evaluation.read(self._transport.json("DELETE", address(PATH, evaluation_id)))

    def restore(self, evaluation_id: str) -> Evaluation:
        """Bring it back; the work on it goes on."""
        return self.update(evaluation_id, restore=True)

    def schema(self, evaluation_id: str, *, include_archived: bool | None = None) -> EvaluationSchema:
        """Which keys its rows and answers have, and of what types."""
        query = {"include_archived": include_archived}
        return EvaluationSchema.read(self._transport.json("GET", address(PATH, evaluation_id, "schema"), query=query))

    def wait_until_completed(
        self,
        evaluation_id: str,
        *,
        poll_s: float = 5,
        timeout_s: float | None = None,
        progress: bool | None = None,
    ) -> Evaluation:
        """Look every `poll_s` seconds until it is completed or failed, and return it; rows done move a bar.

        APITimeoutError after `timeout_s` seconds; without, people are waited for as long as they take.
        """
        until = None if timeout_s is None else time.monotonic() + timeout_s
        how = self._progress if progress is None else progress
        with bar("rows", total=None, progress=how, unit=" rows") as shown:
            while True:
                evaluation = self.retrieve(evaluation_id)
                if evaluation.progress and (rows := evaluation.progress.items):
                    shown.total, shown.n = rows.total, rows.done
                    shown.refresh()
                if evaluation.status != "running":
                    return evaluation
                if until is not None and time.monotonic() + poll_s > until:
                    raise APITimeoutError(f"{evaluation.name} is still running after {timeout_s:g} s.")
                time.sleep(poll_s)


class EvaluationItems:
    """`client.evaluation_items`: the rows, with what people answered."""

    def __init__(self, transport: Transport) -> None:
        self._transport = transport

    def list(
        self,
        *,
        evaluation_id: str | None = None,
        completion_status: str | None = None,
        include_archived: bool | None = None,
        limit: int | None = None,
        starting_after: str | None = None,
        ending_before: str | None = None,
        sort_by: str | None = None,
        sort_order: str | None = None,
    ) -> Page[EvaluationItem]:
        """Rows in their order; `completion_status` is `failed` (with errors), `passed` or `all`."""
        asked = {
            "evaluation_id": evaluation_id,
            "completion_status": completion_status,
            "include_archived": include_archived,
            "limit": limit,
            "starting_after": starting_after,
            "ending_before": ending_before,
            "sort_by": sort_by,
            "sort_order": sort_order,
        }
        return page_of(EvaluationItem, asked, lambda query: self._transport.json("GET", ITEMS, query=query))

    def retrieve(self, item_id: str, *, include_archived: bool | None = None) -> EvaluationItem:
        query = {"include_archived": include_archived}
        return EvaluationItem.read(self._transport.json("GET", address(ITEMS, item_id), query=query))

    def export(
        self,
        evaluation_id: str,
        *,
        export_format: str = "json",
        export_method: str = "direct",
        include_archived: bool | None = None,
    ) -> Export:
        """All rows as one text (`json`, `jsonl` or `csv`), or with `signed_url` the address of one."""
        body: dict[str, Any] = {
            "evaluation_id": evaluation_id,
            "export_format": export_format,
            "export_method": export_method,
        }
        if include_archived is not None:
            body["include_archived"] = include_archived
        return Export.read(self._transport.json("POST", f"{ITEMS}/export", body=body, only_reads=True))


class AnnotationTasks:
    """`client.annotation_tasks`."""

    def __init__(self, transport: Transport) -> None:
        self._transport = transport

    def batch_update(self, **changes: Any) -> "list[AnnotationTask]":
        """`ids` with `assigned_to` or `status` (PENDING_REDO, COMPLETED), or an `audit_assignment`."""
        raw = self._transport.json("PATCH", "/v5/annotation-tasks/batch", body=changes)
        return [AnnotationTask.read(row) for row in raw["items"]]
