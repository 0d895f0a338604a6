from django.core.validators import MinLengthValidator, RegexValidator
from django.db import models
from django.db.models import Count, OuterRef, Q, Subquery, Sum
from django.utils.translation import gettext_lazy as _

from workspaces.ids import new_id
from workspaces.models import ScopedQuerySet, User, Workspace

HEX_COLOR = RegexValidator(r"\A#[0-9a-fA-F]{6}\Z", _("Give a colour as #rrggbb."))
# Distinct on both grounds, in the order in which types get them.
PALETTE = ("#d7263d", "#2f6fde", "#1b9a6c", "#b5651d", "#8e44ad", "#c2185b", "#00838f", "#5d6d1e", "#6d4c41", "#37474f")


class DatasetQuerySet(ScopedQuerySet["Dataset"]):
    def with_figures(self) -> "DatasetQuerySet":
        """Adds audio_count, ready_count and audio_ms per dataset, each by its own grouped subquery."""
        from datasets.models.audio import AudioFile  # noqa: PLC0415 - the two models name each other

        files = AudioFile.objects.filter(dataset=OuterRef("pk")).order_by().values("dataset")
        return self.annotate(
            audio_count=Subquery(files.annotate(n=Count("pk")).values("n")),
            ready_count=Subquery(files.annotate(n=Count("pk", filter=Q(status="ready"))).values("n")),
            audio_ms=Subquery(files.annotate(n=Sum("duration_ms")).values("n")),
        )


class Dataset(models.Model):
    """A named collection of audio files and the artifact types that are looked for in them."""

    class Purpose(models.TextChoices):
        EVALUATIONS = "evaluations", _("files that programs uploaded for evaluations")
        ANALYSIS = "analysis", _("files that were uploaded to be analysed by a model")

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    workspace = models.ForeignKey(Workspace, on_delete=models.CASCADE, related_name="datasets")
    name = models.CharField(_("name"), max_length=255)
    description = models.TextField(_("description"), blank=True)
    # What Earmark itself keeps in it; at most one of each in a workspace. Empty for those that people make.
    purpose = models.CharField(max_length=20, choices=Purpose.choices, blank=True, editable=False)
    created_by = models.ForeignKey(User, on_delete=models.SET_NULL, null=True, related_name="+", editable=False)
    created_at = models.DateTimeField(auto_now_add=True)
    updated_at = models.DateTimeField(auto_now=True)

    objects = DatasetQuerySet.as_manager()

    class Meta:
        ordering = ["-id"]
        verbose_name = _("dataset")
        constraints = [
            models.UniqueConstraint(
                fields=["workspace", "purpose"], condition=~Q(purpose=""), name="a_purpose_is_served_once"
            )
        ]

    def __str__(self) -> str:
        return self.name


class ArtifactType(models.Model):
    """One kind of thing to mark, such as "glitch". Annotations name it, so its name is unique in the dataset."""

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    dataset = models.ForeignKey(Dataset, on_delete=models.CASCADE, related_name="artifact_types")
    name = models.CharField(_("name"), max_length=100, validators=[MinLengthValidator(1)])
    description = models.TextField(_("description"), blank=True)
    color = models.CharField(_("colour"), max_length=7, blank=True, validators=[HEX_COLOR])
    position = models.PositiveSmallIntegerField(default=0)

    class Meta:
        ordering = ["position", "id"]
        verbose_name = _("artifact type")
        constraints = [
            models.UniqueConstraint(
                fields=["dataset", "name"],
                name="a_type_name_is_taken_once",
                violation_error_message=_("There is an artifact type of this name already."),
            )
        ]

    def __str__(self) -> str:
        return self.name

    @property
    def shown_color(self) -> str:
        return self.color or PALETTE[self.position % len(PALETTE)]
