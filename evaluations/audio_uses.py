"""What of this room keeps recordings from being deleted, in words."""

from collections.abc import Iterator

from django.db.models import QuerySet
from django.utils.translation import gettext as _

from datasets.models import AudioFile, Dataset
from evaluations.models import Evaluation, EvaluationDataset

SHOWN = 4


def rows_using(files: QuerySet[AudioFile]) -> Iterator[str]:
    """The evaluations, and the datasets of rows in any version, that name one of the files."""
    chosen = files.order_by()
    yield from _evaluations(Evaluation.objects.filter(items__recordings__audio__in=chosen))
    sets = EvaluationDataset.objects.filter(items__versions__recordings__audio__in=chosen).distinct()
    for name in sets.order_by("-id").values_list("name", flat=True)[:SHOWN]:
        yield _("the rows of “%(name)s”") % {"name": name}


def evaluations_on(dataset: Dataset) -> Iterator[str]:
    return rows_using(AudioFile.objects.filter(dataset=dataset))


def _evaluations(found: QuerySet[Evaluation]) -> Iterator[str]:
    for name in found.distinct().order_by("-id").values_list("name", flat=True)[:SHOWN]:
        yield _("evaluation “%(name)s”") % {"name": name}
