"""`client.datasets` and `client.dataset_items`: rows that several evaluations can be made of."""

from collections.abc import Mapping, Sequence
from typing import Any

from earmark_client.answers import Dataset, DatasetItem
from earmark_client.pages import Page, page_of
from earmark_client.transport import Transport, address

PATH = "/v5/datasets"
ITEMS = "/v5/dataset-items"
Row = Mapping[str, Any]


class Datasets:
    """`client.datasets`."""

    def __init__(self, transport: Transport) -> None:
        self._transport = transport

    def create(
        self,
        *,
        name: str,
        data: Sequence[Row],
        files: Sequence[Mapping[str, str]] | None = None,
        description: str | None = None,
        tags: Sequence[str] | None = None,
    ) -> Dataset:
        """A dataset of at least one row, as its version 1."""
        given = {"name": name, "data": data, "files": files, "description": description, "tags": tags}
        body = {key: value for key, value in given.items() if value is not None}
        return Dataset.read(self._transport.json("POST", PATH, body=body))

    def list(
        self,
        *,
        name: str | None = None,
        tags: Sequence[str] | None = None,
        include_archived: bool | None = None,
        limit: int | None = None,
        starting_after: str | None = None,
        ending_before: str | None = None,
    ) -> Page[Dataset]:
        asked = {
            "name": name,
            "tags": tags,
            "include_archived": include_archived,
            "limit": limit,
            "starting_after": starting_after,
            "ending_before": ending_before,
        }
        return page_of(Dataset, asked, lambda query: self._transport.json("GET", PATH, query=query))

    def retrieve(self, dataset_id: str, *, include_archived: bool | None = None) -> Dataset:
        query = {"include_archived": include_archived}
        return Dataset.read(self._transport.json("GET", address(PATH, dataset_id), query=query))

    def update(self, dataset_id: str, **changes: Any) -> Dataset:
        """Change `name`, `description` or `tags`."""
        return Dataset.read(self._transport.json("PATCH", address(PATH, dataset_id), body=changes))

    def archive(self, dataset_id: str) -> None:
        self._transport.json("DELETE", address(PATH, dataset_id))

    def restore(self, dataset_id: str) -> Dataset:
        return self.update(dataset_id, restore=True)


class DatasetItems:
    """`client.dataset_items`."""

    def __init__(self, transport: Transport) -> None:
        self._transport = transport

    def batch_create(
        self, *, dataset_id: str, data: Sequence[Row], files: Sequence[Mapping[str, str]] | None = None
    ) -> "list[DatasetItem]":
        """Add rows, which makes a new version of the dataset."""
        body: dict[str, Any] = {"dataset_id": dataset_id, "data": data}
        if files is not None:
            body["files"] = files
        raw = self._transport.json("POST", f"{ITEMS}/batch", body=body)
        return [DatasetItem.read(row) for row in raw["items"]]

    def list(
        self,
        *,
        dataset_id: str | None = None,
        version: int | None = None,
        include_archived: bool | None = None,
        limit: int | None = None,
        starting_after: str | None = None,
        ending_before: str | None = None,
    ) -> Page[DatasetItem]:
        """Rows in their order, as they were in `version` of their dataset, or now."""
        asked = {
            "dataset_id": dataset_id,
            "version": version,
            "include_archived": include_archived,
            "limit": limit,
            "starting_after": starting_after,
            "ending_before": ending_before,
        }
        return page_of(DatasetItem, asked, lambda query: self._transport.json("GET", ITEMS, query=query))

    def retrieve(self, item_id: str, *, version: int | None = None) -> DatasetItem:
        return DatasetItem.read(self._transport.json("GET", address(ITEMS, item_id), query={"version": version}))

    def update(self, item_id: str, *, data: Row, files: Mapping[str, str] | None = None) -> DatasetItem:
        """Replace the row, which makes a new version of its dataset."""
        body: dict[str, Any] = {"data": dict(data)}
        if files is not None:
            body["files"] = dict(files)
        return DatasetItem.read(self._transport.json("PATCH", address(ITEMS, item_id), body=body))

    def archive(self, item_id: str) -> None:
        self._transport.json("DELETE", address(ITEMS, item_id))
