"""Versioned labels of a dataset."""

from collections.abc import Iterable
from typing import Any

from django.db import models, transaction
from django.db.models import Count, F, Q, Sum
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from datasets.models.audio import AudioFile
from datasets.models.datasets import Dataset
from workspaces.errors import IllegalMove
from workspaces.ids import new_id
from workspaces.models import ScopedQuerySet, Stateful, User


class AnnotationSetQuerySet(ScopedQuerySet["AnnotationSet"]):
    workspace_path = "dataset__workspace"

    def with_figures(self) -> "AnnotationSetQuerySet":
        return self.annotate(
            n_annotations=Count("annotations"), positive_ms=Sum(F("annotations__end_ms") - F("annotations__start_ms"))
        )


class AnnotationSet(Stateful):
    """One version of a dataset's annotations: a draft that changes, or published and fixed for ever."""

    class State(models.TextChoices):
        DRAFT = "draft", gettext_lazy("draft")
        PUBLISHED = "published", gettext_lazy("published")

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    dataset = models.ForeignKey(Dataset, on_delete=models.CASCADE, related_name="annotation_sets")
    version = models.PositiveIntegerField()
    state = models.CharField(max_length=10, choices=State.choices, default=State.DRAFT)
    source = models.CharField(max_length=300, blank=True, help_text=gettext_lazy("Where it came from, in words."))
    based_on = models.ForeignKey("self", on_delete=models.SET_NULL, null=True, related_name="+", editable=False)
    # What was counted when it was published; a draft is counted whenever somebody asks.
    figures = models.JSONField(null=True, editable=False)
    created_by = models.ForeignKey(User, on_delete=models.SET_NULL, null=True, related_name="+")
    created_at = models.DateTimeField(auto_now_add=True)
    published_at = models.DateTimeField(null=True)

    objects = AnnotationSetQuerySet.as_manager()

    class Meta:
        ordering = ["-version"]
        verbose_name = gettext_lazy("annotation set")
        constraints = [
            models.UniqueConstraint(fields=["dataset", "version"], name="a_version_is_given_once"),
            models.CheckConstraint(
                name="a_published_set_has_its_date",
                condition=Q(state="draft", published_at=None) | Q(state="published", published_at__isnull=False),
            ),
        ]

    def __str__(self) -> str:
        return _("version %(version)d") % {"version": self.version}

    def audit_workspace_id(self) -> object:
        return self.dataset.workspace_id

    @classmethod
    @transaction.atomic
    def start(
        cls, dataset: Dataset, *, by: User | None, source: str = "", based_on: "AnnotationSet | None" = None
    ) -> "AnnotationSet":
        """The next version as an empty draft. The dataset's row is locked, so two drafts never share a number."""
        if not Dataset.objects.filter(pk=dataset.pk).update(updated_at=timezone.now()):
            raise IllegalMove(_("The dataset is not there any more."))
        last = cls.objects.filter(dataset=dataset).aggregate(last=models.Max("version"))["last"] or 0
        return cls.objects.create(dataset=dataset, version=last + 1, created_by=by, source=source, based_on=based_on)

    def hold(self) -> None:
        """Keep a draft as it is until the transaction ends: nobody adds to it, publishes it or deletes it meanwhile.

        Raises IllegalMove for what is published, or gone.
        """
        rows = AnnotationSet.objects.filter(pk=self.pk)
        if rows.filter(state=self.State.DRAFT).update(state=self.State.DRAFT):
            return
        if rows.exists():
            raise IllegalMove(_("This version is published and does not change any more. Start a new one."))
        raise IllegalMove(_("This version is not there any more."))

    @transaction.atomic
    def add(self, annotations: "Iterable[Annotation]") -> None:
        self.hold()
        Annotation.objects.bulk_create(annotations, batch_size=500)

    @transaction.atomic
    def publish(self, *, by: User | None) -> None:
        """Fix what is in it for ever, and what it amounts to."""
        # The move locks the row, so that what is counted is all that there will ever be.
        self._move([self.State.DRAFT], self.State.PUBLISHED, by=by, verb="publish", published_at=timezone.now())
        self.figures = self._counted()
        AnnotationSet.objects.filter(pk=self.pk).update(figures=self.figures)

    def _counted(self) -> dict[str, Any]:
        rows = Annotation.objects.filter(annotation_set=self).order_by().values("artifact_type")
        types = list(rows.annotate(n=Count("pk"), ms=Sum(F("end_ms") - F("start_ms"))).order_by("artifact_type"))
        return {
            "total_annotations": sum(row["n"] for row in types),
            "total_positive_duration_ms": sum(row["ms"] for row in types),
            "annotations_by_type": {row["artifact_type"]: row["n"] for row in types},
        }


class AnnotationQuerySet(ScopedQuerySet["Annotation"]):
    workspace_path = "annotation_set__dataset__workspace"


class Annotation(models.Model):
    """One artifact on one file, from start_ms up to end_ms. The type is named, so it outlives a change of the types."""

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    annotation_set = models.ForeignKey(AnnotationSet, on_delete=models.CASCADE, related_name="annotations")
    audio_file = models.ForeignKey(AudioFile, on_delete=models.CASCADE, related_name="annotations")
    artifact_type = models.CharField(max_length=100)
    start_ms = models.BigIntegerField()
    end_ms = models.BigIntegerField()
    confidence = models.FloatField(default=1.0)
    extra_data = models.JSONField(default=dict)
    created_at = models.DateTimeField(auto_now_add=True)

    objects = AnnotationQuerySet.as_manager()

    class Meta:
        ordering = ["audio_file_id", "start_ms", "id"]
        verbose_name = gettext_lazy("annotation")
        indexes = [models.Index(fields=["annotation_set", "audio_file", "start_ms"], name="annotations_in_order")]
        constraints = [
            models.CheckConstraint(
                name="an_annotation_ends_after_it_starts", condition=Q(start_ms__gte=0, end_ms__gt=F("start_ms"))
            ),
            models.CheckConstraint(name="confidence_is_a_share", condition=Q(confidence__gte=0, confidence__lte=1)),
        ]

    def __str__(self) -> str:
        return f"{self.artifact_type} {self.start_ms}-{self.end_ms}"


class ListenedFileQuerySet(ScopedQuerySet["ListenedFile"]):
    workspace_path = "annotation_set__dataset__workspace"


class ListenedFile(models.Model):
    """Somebody listened to all of a file and marked what there was: where no mark is, nothing is.

    `artifact_types` names what was listened for; empty means every type of the dataset.
    """

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    annotation_set = models.ForeignKey(AnnotationSet, on_delete=models.CASCADE, related_name="listened_files")
    audio_file = models.ForeignKey(AudioFile, on_delete=models.CASCADE, related_name="+")
    artifact_types = models.JSONField(default=list)
    by = models.ForeignKey(User, on_delete=models.SET_NULL, null=True, related_name="+")
    created_at = models.DateTimeField(auto_now_add=True)

    objects = ListenedFileQuerySet.as_manager()

    class Meta:
        ordering = ["id"]
        verbose_name = gettext_lazy("listened file")
        constraints = [
            models.UniqueConstraint(fields=["annotation_set", "audio_file"], name="a_file_is_listened_to_once")
        ]

    def __str__(self) -> str:
        return f"{self.annotation_set_id} {self.audio_file_id}"
