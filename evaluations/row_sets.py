"""What a dataset of rows holds, in any of its versions. Changing it is in `evaluations.actions.row_sets`."""

from collections.abc import Iterable, Iterator
from uuid import UUID

from django.db.models import Exists, OuterRef, Q

from evaluations.models import DatasetItem, DatasetItemVersion, EvaluationDataset
from evaluations.models.row_sets import DatasetItemQuerySet

SLICE = 1000


def in_version(version: int) -> Q:
    """Of `DatasetItemVersion`: what a row holds in this version of its dataset. At most one per row."""
    return Q(since__lte=version) & (Q(until=None) | Q(until__gt=version))


def rows_of(dataset: EvaluationDataset, *, version: int) -> Iterator[DatasetItemVersion]:
    """What each row held in this version (1 and up), in the order in which rows were added. Memory stays flat."""
    rows = DatasetItemVersion.objects.filter(in_version(version), item__dataset=dataset).order_by("item_id")
    last: UUID | None = None
    while found := list((rows.filter(item_id__gt=last) if last else rows)[:SLICE]):
        yield from found
        last = found[-1].item_id


def items_in(items: DatasetItemQuerySet, *, version: int) -> DatasetItemQuerySet:
    """Those of the items that are part of this version."""
    versions = DatasetItemVersion.objects.filter(in_version(version), item=OuterRef("pk"))
    return items.filter(Exists(versions))


def contents_of(items: Iterable[DatasetItem], *, version: int | None = None) -> dict[UUID, DatasetItemVersion]:
    """What these items held in this version, by their ids; without one what they hold now, or held last."""
    rows = DatasetItemVersion.objects.filter(item__in=[item.pk for item in items])
    if version is not None:
        rows = rows.filter(in_version(version))
    else:
        # An archived item has no version that goes on: of its versions the last is the one it had.
        rows = rows.filter(Q(until=None) | Q(item__archived_at__isnull=False))
    return {row.item_id: row for row in rows.order_by("item_id", "since")}
