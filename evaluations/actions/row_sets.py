"""Datasets of rows: made and changed. A change of rows is one new version; earlier versions stay as they were."""

from collections.abc import Iterable, Iterator, Sequence
from contextlib import contextmanager
from datetime import datetime
from typing import Any
from uuid import UUID

from django.db import IntegrityError, transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from evaluations.models import DatasetItem, DatasetItemFile, DatasetItemVersion, EvaluationDataset
from evaluations.rows import Row
from workspaces.bulk import BulkRows
from workspaces.errors import IllegalMove, Invalid
from workspaces.ids import new_id
from workspaces.models import AuditEvent, User, Workspace
from workspaces.permissions import Right, require


def create_row_set(
    workspace: Workspace, *, name: str, description: str = "", tags: Sequence[str] = (), rows: Iterable[Row], by: User
) -> EvaluationDataset:
    """A dataset in its first version with these rows, which `evaluations.rows` has checked. All of it or nothing."""
    require(by, Right.CREATE_TASKS, workspace.pk)
    with _while_files_stay(), transaction.atomic():
        dataset = EvaluationDataset.objects.create(
            workspace=workspace, name=name, description=description, tags=list(tags), created_by=by
        )
        ids = _store(dataset, rows, by=by)
        _record(dataset, by=by, verb="create", data={"rows": len(ids)})
    return dataset


def change_row_set(dataset: EvaluationDataset, changes: dict[str, Any], *, by: User) -> None:
    """Another name, description or tags; rows and version stay. Raises IllegalMove for an archived one."""
    with _changing(dataset, by=by):
        before = {field: getattr(dataset, field) for field in changes}
        changed = {field: value for field, value in changes.items() if before[field] != value}
        if not changed:
            return
        for field, value in changed.items():
            setattr(dataset, field, value)
        dataset.save(update_fields=list(changed))
        said = {field: {"before": before[field], "after": value} for field, value in changed.items()}
        _record(dataset, by=by, verb="change", data={"changes": said})


def archive_row_set(dataset: EvaluationDataset, *, by: User) -> None:
    """Take it out of lists. Evaluations that were made of it keep their rows. One that is archived stays so."""
    _set_archived(dataset, timezone.now(), by=by)


def restore_row_set(dataset: EvaluationDataset, *, by: User) -> None:
    """Take it out of the archive; one that is in use stays so."""
    _set_archived(dataset, None, by=by)


@transaction.atomic
def _set_archived(dataset: EvaluationDataset, at: datetime | None, *, by: User) -> None:
    require(by, Right.CREATE_TASKS, dataset.workspace_id)
    rows = EvaluationDataset.objects.filter(pk=dataset.pk, archived_at__isnull=at is not None)
    if rows.update(archived_at=at):
        _record(dataset, by=by, verb="archive" if at else "restore")
    dataset.refresh_from_db(fields=["archived_at"])


def add_items(dataset: EvaluationDataset, rows: Iterable[Row], *, by: User) -> list[DatasetItem]:
    """More rows, as one new version. Returns them in their order. Raises IllegalMove for an archived dataset."""
    with _while_files_stay(), _changing(dataset, by=by):
        _begin_version(dataset)
        ids = _store(dataset, rows, by=by)
        _record(dataset, by=by, verb="add_rows", data={"rows": len(ids), "version": dataset.version})
    added = DatasetItem.objects.filter(dataset=dataset, pk__gte=ids[0], pk__lte=ids[-1])
    return list(added.select_related("created_by").order_by("pk"))


def update_item(item: DatasetItem, row: Row, *, by: User) -> None:
    """Give a row other content, as one new version. The same content again changes nothing, however often it is sent.

    Raises IllegalMove when the row or its dataset is archived.
    """
    with _while_files_stay(), _changing(item.dataset, by=by):
        _require_there(item)
        now_held = item.versions.get(until=None)
        if now_held.content_hash == row.content_hash:
            return
        version = _begin_version(item.dataset)
        DatasetItemVersion.objects.filter(pk=now_held.pk).update(until=version)
        _store_contents([(item.pk, row)], since=version)
        item.updated_at = timezone.now()
        item.save(update_fields=["updated_at"])
        _record(item.dataset, by=by, verb="change_row", data={"row": str(item.pk), "version": version})


def archive_item(item: DatasetItem, *, by: User) -> None:
    """Leave a row out from a new version on. One that is archived stays so."""
    with _changing(item.dataset, by=by):
        item.refresh_from_db(fields=["archived_at"])
        if item.archived_at is not None:
            return
        version = _begin_version(item.dataset)
        item.versions.filter(until=None).update(until=version)
        item.archived_at = timezone.now()
        item.save(update_fields=["archived_at"])
        _record(item.dataset, by=by, verb="archive_row", data={"row": str(item.pk), "version": version})


@contextmanager
def _changing(dataset: EvaluationDataset, *, by: User) -> Iterator[None]:
    """A transaction in which nobody else changes this dataset, whose row is read anew."""
    require(by, Right.CREATE_TASKS, dataset.workspace_id)
    with transaction.atomic():
        EvaluationDataset.objects.select_for_update().get(pk=dataset.pk)
        dataset.refresh_from_db()
        if dataset.archived_at is not None:
            raise IllegalMove(
                _("The dataset “%(id)s” is archived. Restore it before you change it.") % {"id": dataset.pk}
            )
        yield


@contextmanager
def _while_files_stay() -> Iterator[None]:
    """A file that is deleted between the check and the end of the transaction is one that is not there."""
    try:
        yield
    except IntegrityError as error:
        sentence = _("One of these files was deleted at this moment. Send the rows again without it.")
        raise Invalid([(("body", "files"), sentence, "value_error")]) from error


def _require_there(item: DatasetItem) -> None:
    item.refresh_from_db(fields=["archived_at"])
    if item.archived_at is not None:
        raise IllegalMove(_("The row “%(id)s” is archived and cannot be changed any more.") % {"id": item.pk})


def _begin_version(dataset: EvaluationDataset) -> int:
    dataset.version += 1
    dataset.save(update_fields=["version"])
    return dataset.version


def _store(dataset: EvaluationDataset, rows: Iterable[Row], *, by: User) -> list[UUID]:
    """New items from the dataset's present version on. Returns their ids, which sort as the rows came."""
    contents = [(new_id(), row) for row in rows]
    ids = [pk for pk, _row in contents]
    now = timezone.now()
    items = BulkRows(
        DatasetItem, each=("id",), dataset_id=dataset.pk, created_by_id=by.pk, created_at=now, updated_at=now
    )
    items.write(items.prepared((pk,) for pk in ids))
    _store_contents(contents, since=dataset.version)
    return ids


def _store_contents(contents: Sequence[tuple[UUID, Row]], *, since: int) -> None:
    held = [(new_id(), item, row) for item, row in contents]
    versions = BulkRows(DatasetItemVersion, each=("id", "item_id", "data", "files", "content_hash"), since=since)
    versions.write(versions.prepared((pk, item, row.data, row.files, row.content_hash) for pk, item, row in held))
    files = BulkRows(DatasetItemFile, each=("id", "version_id", "key", "audio_id"))
    named = ((new_id(), pk, key, UUID(audio)) for pk, _item, row in held for key, audio in row.files.items())
    files.write(files.prepared(named))


def _record(dataset: EvaluationDataset, *, by: User, verb: str, data: dict[str, Any] | None = None) -> None:
    AuditEvent.record(by=by, workspace_id=dataset.workspace_id, verb=verb, target=dataset, data=data)
