"""Making, changing and deleting datasets and their artifact types."""

from collections.abc import Sequence
from typing import Any, TypedDict

from django.db import transaction
from django.db.models import ProtectedError
from django.utils import timezone
from django.utils.translation import gettext as _

from datasets.access import uses_of_dataset
from datasets.actions.audio import forget_bytes, hold_labels, refuse_if_used
from datasets.models import ArtifactType, AudioFile, Dataset, ProcessedDataset
from workspaces.models import AuditEvent, User, Workspace


class TypeRow(TypedDict, total=False):
    """An artifact type as forms and the API send it: `name`, and `description` and `color` if there are any."""

    name: str
    description: str | None
    color: str | None


@transaction.atomic
def create_dataset(
    workspace: Workspace, *, by: User | None, name: str, description: str = "", types: Sequence[TypeRow] = ()
) -> Dataset:
    dataset = Dataset.objects.create(workspace=workspace, name=name, description=description, created_by=by)
    _store_types(dataset, types)
    _note(dataset, by=by, verb="create")
    return dataset


def evaluation_files(workspace: Workspace, by: User | None) -> Dataset:
    """The dataset of a workspace in which what programs upload for evaluations is kept, made when it is first needed.

    Of two requests that need it first, one makes it and both get it.
    """
    return _made_once(workspace, Dataset.Purpose.EVALUATIONS, name=_("Evaluation files"), by=by)


def analysis_files(workspace: Workspace, by: User | None) -> Dataset:
    """The dataset of a workspace in which what is uploaded for a model to listen to is kept, likewise."""
    return _made_once(workspace, Dataset.Purpose.ANALYSIS, name=_("Files for analysis"), by=by)


def _made_once(workspace: Workspace, purpose: Dataset.Purpose, *, name: str, by: User | None) -> Dataset:
    with transaction.atomic():
        dataset, is_new = Dataset.objects.get_or_create(
            workspace=workspace, purpose=purpose, defaults={"name": name, "created_by": by}
        )
        if is_new:
            _note(dataset, by=by, verb="create")
    return dataset


@transaction.atomic
def update_dataset(
    dataset: Dataset,
    *,
    by: User,
    name: str | None = None,
    description: str | None = None,
    types: Sequence[TypeRow] | None = None,
) -> None:
    """Change what is given; `types` is the whole new list, in its order."""
    if name is not None:
        dataset.name = name
    if description is not None:
        dataset.description = description
    dataset.save(update_fields=["name", "description", "updated_at"])
    if types is not None:
        _store_types(dataset, types)
    _note(dataset, by=by, verb="update")


@transaction.atomic
def replace_types(dataset: Dataset, *, by: User, types: Sequence[TypeRow]) -> None:
    """Make these the dataset's artifact types. A type that keeps its name keeps its row."""
    _store_types(dataset, types)
    Dataset.objects.filter(pk=dataset.pk).update(updated_at=timezone.now())
    _note(dataset, by=by, verb="update types")


def _store_types(dataset: Dataset, types: Sequence[TypeRow]) -> None:
    dataset.artifact_types.exclude(name__in=[row["name"] for row in types]).delete()
    known = {row.name: row for row in dataset.artifact_types.all()}
    for position, row in enumerate(types):
        kind = known.get(row["name"]) or ArtifactType(dataset=dataset, name=row["name"])
        kind.description, kind.color = row.get("description") or "", row.get("color") or ""
        kind.position = position
        kind.save()
    # What was prefetched is the old list.
    getattr(dataset, "_prefetched_objects_cache", {}).pop("artifact_types", None)


def delete_dataset(dataset: Dataset, *, by: User) -> None:
    """Delete a dataset with its files, sets and outputs, and the bytes no other dataset shares.

    Raises IllegalMove, naming what uses it, when a labeling task does.
    """
    with transaction.atomic():
        refuse_if_used(uses_of_dataset(dataset))
        files = AudioFile.objects.filter(dataset=dataset)
        blob_ids = set(files.exclude(blob=None).values_list("blob_id", flat=True).distinct())
        uploads = list(files.exclude(upload="").values_list("upload", flat=True))
        archives = list(ProcessedDataset.objects.filter(dataset=dataset).values_list("archive", flat=True))
        _note(dataset, by=by, verb="delete")
        hold_labels(Dataset.objects.filter(pk=dataset.pk))
        try:
            dataset.delete()
        except ProtectedError as error:
            refuse_if_used(_named(error))
        forget_bytes(dataset.workspace, by=by, blob_ids=blob_ids, uploads=uploads + archives)


def _named(error: ProtectedError) -> list[str]:
    """The rows that stand in the way, in words."""
    rows: Any = sorted({str(row) for row in error.protected_objects})
    return [_("“%(name)s”") % {"name": row} for row in rows]


def _note(dataset: Dataset, *, by: User | None, verb: str) -> None:
    AuditEvent.record(by=by, workspace_id=dataset.workspace_id, verb=verb, target=dataset, data={"name": dataset.name})
