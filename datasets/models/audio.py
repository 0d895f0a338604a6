"""Uploads, and the bytes behind them."""

from typing import Any
from uuid import UUID

from django.db import models
from django.db.models import F, Func, Q, Value
from django.utils.translation import gettext_lazy as _

from datasets.audio.kinds import UNKNOWN
from datasets.models.datasets import Dataset
from datasets.stores.names import is_reference
from workspaces.ids import new_id
from workspaces.models import ScopedQuerySet, User, Workspace


class Warning(models.TextChoices):
    TRUNCATED = "truncated", _("cut off: shorter than the file says")
    DURATION_ESTIMATED = "duration_estimated", _("length was not in the file; it was counted")
    RATE_CHANGED = "rate_changed", _("the sample rate changes inside; it was evened out")
    CLIPPED = "clipped", _("clipped: louder than full scale")
    SILENT = "silent", _("silent: nothing but silence")


def warning_sentences(names: list[str]) -> list[str]:
    """Stored warnings as people read them."""
    if not names:
        return []
    labels = dict(Warning.choices)
    return [str(labels.get(name, name)) for name in names]


class AudioBlob(models.Model):
    """The bytes of a recording, once per workspace, with what one decode of them told.

    Times count samples of this decode: sample i is at i / sample_rate seconds, whatever the container claims.
    """

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    workspace = models.ForeignKey(Workspace, on_delete=models.CASCADE, related_name="blobs")
    sha256 = models.CharField(max_length=64)
    size = models.BigIntegerField()
    original = models.CharField(
        max_length=1200, help_text=_("Name in storage, or STORE://PATH where the bytes stay where they were.")
    )
    content_type = models.CharField(max_length=100)
    codec = models.CharField(max_length=60)
    sample_rate = models.PositiveIntegerField()
    channels = models.PositiveSmallIntegerField()
    n_samples = models.BigIntegerField()
    duration_ms = models.BigIntegerField()
    warnings = models.JSONField(default=list)
    peaks = models.CharField(max_length=200)
    peaks_header = models.JSONField()
    playback = models.CharField(max_length=200, blank=True, help_text=_("Empty: browsers play the original."))
    playback_type = models.CharField(max_length=100, blank=True)
    # What detectors measured of it, so that it is measured once. The name tells the version of the measures.
    features = models.CharField(max_length=200, blank=True)
    created_at = models.DateTimeField(auto_now_add=True)

    objects = ScopedQuerySet["AudioBlob"].as_manager()

    class Meta:
        verbose_name = _("audio blob")
        constraints = [
            models.UniqueConstraint(fields=["workspace", "sha256"], name="bytes_are_stored_once"),
            models.CheckConstraint(
                name="a_blob_has_sound", condition=Q(n_samples__gt=0, sample_rate__gt=0, channels__gt=0)
            ),
        ]

    def __str__(self) -> str:
        return f"{self.codec} {self.sha256[:12]}"

    @property
    def played(self) -> tuple[str, str]:
        """What the browser is given: name in storage and content type."""
        return (self.playback, self.playback_type) if self.playback else (self.original, self.content_type)

    @property
    def files_in_storage(self) -> list[str]:
        """Names of the bytes that are ours: an original that lies in a store is not."""
        names = (self.original, self.peaks, self.playback, self.features)
        return [name for name in names if name and not is_reference(name)]


class _Row(Func):
    """`(field, id) < (value, id)` as one comparison of rows, which both databases answer by walking one index."""

    output_field = models.BooleanField()
    arg_joiner = ", "

    def __init__(self, step: str, field: str, value: Any, pk: UUID) -> None:
        super().__init__(F(field), F("id"), Value(value), Value(pk, output_field=models.UUIDField()))
        self.step = step

    def as_sql(self, compiler: Any, connection: Any, **_extra: Any) -> tuple[str, list[Any]]:  # type: ignore[override]
        parts = [compiler.compile(part) for part in self.source_expressions]
        (a, b, c, d), params = (sql for sql, _ in parts), [p for _, found in parts for p in found]
        return f"({a}, {b}) {self.step} ({c}, {d})", params


class AudioFileQuerySet(ScopedQuerySet["AudioFile"]):
    def in_order(self, order: str) -> "AudioFileQuerySet":
        """A total order: ties are broken by id. `order` is a key of ORDERS, with "-" before it for descending."""
        descending = order.startswith("-")
        field = AudioFile.ORDERS[order.lstrip("-")]
        sign = "-" if descending else ""
        return self.order_by(f"{sign}{field}", f"{sign}id") if field != "id" else self.order_by(f"{sign}id")

    def after(self, order: str, position: tuple[Any, Any]) -> "AudioFileQuerySet":
        """The rows behind `position` = (value of the order's field, id): the next page without counting past rows."""
        field, descending = AudioFile.ORDERS[order.lstrip("-")], order.startswith("-")
        value, pk = position
        if field == "id":
            return self.filter(**{"id__lt" if descending else "id__gt": pk})
        return self.filter(_Row("<" if descending else ">", field, value, pk))


class AudioFile(models.Model):
    """One upload, as people know it. Two files with the same bytes share one blob.

    Length, rate and channels repeat what the blob says: they never change, and sorting a million rows by them
    across a join takes seconds where an index takes a millisecond.
    """

    class Status(models.TextChoices):
        PENDING = "pending", _("waiting")
        NORMALIZING = "normalizing", _("being read")
        EMBEDDING = "embedding", _("being analysed")
        READY = "ready", _("ready")
        FAILED = "failed", _("failed")

    ORDERS = {
        "added": "id",
        "filename": "filename",
        "duration": "duration_ms",
        "rate": "sample_rate",
        "status": "status",
    }

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    workspace = models.ForeignKey(Workspace, on_delete=models.CASCADE, related_name="audio_files")
    dataset = models.ForeignKey(Dataset, on_delete=models.CASCADE, null=True, related_name="audio_files")
    blob = models.ForeignKey(AudioBlob, on_delete=models.PROTECT, null=True, related_name="audio_files")
    filename = models.CharField(_("file name"), max_length=500)
    tags = models.JSONField(_("tags"), default=dict, blank=True)
    metadata = models.JSONField(_("metadata"), default=dict, blank=True)
    status = models.CharField(_("status"), max_length=12, choices=Status.choices, default=Status.PENDING)
    error = models.TextField(_("what went wrong"), blank=True)
    upload = models.CharField(max_length=1200, blank=True, editable=False, help_text=_("Bytes that wait to be read."))
    # An address was given out to send the bytes to, and nobody has said yet that they were sent. `upload` names the
    # place, `size` is what was announced.
    awaits_upload = models.BooleanField(default=False, editable=False)
    size = models.BigIntegerField(default=0)
    # Programs compare these; told from the bytes, or by the store that keeps them, and empty where neither did.
    md5 = models.CharField(max_length=32, blank=True, editable=False)
    content_type = models.CharField(max_length=100, blank=True, editable=False)
    # 0 until the file is ready, so that every order is a plain index and needs no rule for nothing.
    duration_ms = models.BigIntegerField(_("length"), default=0)
    sample_rate = models.PositiveIntegerField(_("sample rate"), default=0)
    channels = models.PositiveSmallIntegerField(_("channels"), default=0)
    warnings = models.JSONField(_("warnings"), default=list, blank=True)
    # No index looks into JSON the same way on both databases.
    has_warnings = models.BooleanField(default=False, editable=False)
    created_by = models.ForeignKey(User, on_delete=models.SET_NULL, null=True, related_name="+", editable=False)
    created_at = models.DateTimeField(auto_now_add=True)

    # Set on the instance that an upload made, when the workspace had its bytes already.
    is_duplicate = False

    objects = AudioFileQuerySet.as_manager()

    class Meta:
        ordering = ["-id"]
        verbose_name = _("audio file")
        indexes = [
            models.Index(fields=["workspace", "id"], name="audio_of_a_workspace"),
            models.Index(fields=["dataset", "id"], name="audio_by_age"),
            models.Index(fields=["dataset", "filename", "id"], name="audio_by_name"),
            models.Index(fields=["dataset", "duration_ms", "id"], name="audio_by_length"),
            models.Index(fields=["dataset", "sample_rate", "id"], name="audio_by_rate"),
            models.Index(fields=["dataset", "status", "id"], name="audio_by_status"),
            # The same orders within one status, and among the few with warnings.
            models.Index(fields=["dataset", "status", "filename", "id"], name="audio_by_status_name"),
            models.Index(fields=["dataset", "status", "duration_ms", "id"], name="audio_by_status_length"),
            models.Index(fields=["dataset", "status", "sample_rate", "id"], name="audio_by_status_rate"),
            models.Index(fields=["dataset", "id"], condition=Q(has_warnings=True), name="warned_audio"),
        ]
        constraints = [
            models.CheckConstraint(name="ready_audio_has_bytes", condition=~Q(status="ready") | Q(blob__isnull=False)),
            models.CheckConstraint(name="failed_audio_says_why", condition=~Q(status="failed") | ~Q(error="")),
        ]

    def __str__(self) -> str:
        return self.filename

    @property
    def is_being_read(self) -> bool:
        """Whether it will be ready, or fail, without anybody doing anything more."""
        return not self.awaits_upload and self.status not in (self.Status.READY, self.Status.FAILED)

    @property
    def warning_sentences(self) -> list[str]:
        return warning_sentences(self.warnings)

    def start_reading(self) -> None:
        AudioFile.objects.filter(pk=self.pk).update(status=self.Status.NORMALIZING, error="")

    def be_ready(self, blob: AudioBlob) -> bool:
        """Point at the bytes, in one UPDATE with everything that is shown of them. False when the file was deleted."""
        told = {} if blob.content_type == UNKNOWN else {"content_type": blob.content_type}
        changed = AudioFile.objects.filter(pk=self.pk).update(
            status=self.Status.READY,
            error="",
            blob=blob,
            upload="",
            size=blob.size,
            duration_ms=blob.duration_ms,
            sample_rate=blob.sample_rate,
            channels=blob.channels,
            warnings=blob.warnings,
            has_warnings=bool(blob.warnings),
            **told,
        )
        return bool(changed)

    def fail(self, error: str) -> None:
        AudioFile.objects.filter(pk=self.pk).exclude(status=self.Status.READY).update(
            status=self.Status.FAILED, error=error
        )
