"""Starting, publishing and deleting versions of a dataset's annotations."""

from django.db import transaction
from django.utils.translation import gettext as _

from datasets.models import Annotation, AnnotationSet, Dataset, ListenedFile
from workspaces.errors import IllegalMove
from workspaces.models import AuditEvent, User

COPIED_AT_ONCE = 500


@transaction.atomic
def start_draft(
    dataset: Dataset, *, by: User | None, based_on: AnnotationSet | None = None, source: str = ""
) -> AnnotationSet:
    """The next version as a draft: empty, or with the annotations and listened marks of `based_on`."""
    if based_on is not None and not source:
        source = _("Version %(version)d") % {"version": based_on.version}
    made = AnnotationSet.start(dataset, by=by, source=source, based_on=based_on)
    if based_on is not None:
        _copy(based_on, made)
    _note(made, by=by, verb="start", version=made.version)
    return made


def _copy(origin: AnnotationSet, made: AnnotationSet) -> None:
    annotations = Annotation.objects.filter(annotation_set=origin).order_by("pk")
    names = ("audio_file_id", "artifact_type", "start_ms", "end_ms", "confidence", "extra_data")
    rows = (Annotation(annotation_set=made, **row) for row in annotations.values(*names).iterator(chunk_size=2000))
    Annotation.objects.bulk_create(rows, batch_size=COPIED_AT_ONCE)
    heard = ListenedFile.objects.filter(annotation_set=origin).order_by("pk")
    marks = heard.values("audio_file_id", "artifact_types", "by_id").iterator(chunk_size=2000)
    ListenedFile.objects.bulk_create(
        (ListenedFile(annotation_set=made, **row) for row in marks), batch_size=COPIED_AT_ONCE
    )


@transaction.atomic
def publish_set(chosen: AnnotationSet, *, by: User) -> None:
    """Publish a draft with its figures as they are now; what is published never changes again.

    Raises IllegalMove when it is published already, when it holds nothing, and when it holds types that the dataset
    does not know any more, which it names.
    """
    chosen.hold()
    rows = Annotation.objects.filter(annotation_set=chosen)
    if not rows.exists() and not ListenedFile.objects.filter(annotation_set=chosen).exists():
        raise IllegalMove(_("There is nothing in this version yet: no annotation, and no file that was listened to."))
    unknown = _unknown_types(chosen)
    if unknown:
        named = ", ".join(f"“{name}”" for name in unknown[:5])
        sentence = _("It has annotations of types that the dataset does not have any more: %(types)s.")
        raise IllegalMove(sentence % {"types": named})
    chosen.publish(by=by)


def _unknown_types(chosen: AnnotationSet) -> list[str]:
    known = chosen.dataset.artifact_types.values("name")
    rows = Annotation.objects.filter(annotation_set=chosen).exclude(artifact_type__in=known)
    return list(rows.order_by("artifact_type").values_list("artifact_type", flat=True).distinct())


@transaction.atomic
def delete_draft(chosen: AnnotationSet, *, by: User) -> None:
    """Raises IllegalMove for what is published."""
    chosen.hold()
    _note(chosen, by=by, verb="delete", version=chosen.version)
    chosen.delete()


@transaction.atomic
def remove_invalid(chosen: AnnotationSet, *, by: User) -> int:
    """Remove a draft's annotations of types that the dataset does not have any more. Returns how many there were."""
    chosen.hold()
    known = chosen.dataset.artifact_types.values("name")
    number, _per_model = Annotation.objects.filter(annotation_set=chosen).exclude(artifact_type__in=known).delete()
    if number:
        _note(chosen, by=by, verb="remove invalid", annotations=number)
    return number


def _note(chosen: AnnotationSet, *, by: User | None, verb: str, **data: object) -> None:
    workspace_id = chosen.dataset.workspace_id
    AuditEvent.record(by=by, workspace_id=workspace_id, verb=verb, target=chosen, data=data)
