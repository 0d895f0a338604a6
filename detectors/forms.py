"""What people say when they have a model trained, and when they have one listen to files."""

from collections.abc import Iterable, Sequence
from typing import Any

from django import forms
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from detectors.configs import DETECTION_BOUNDS, TRAINING_BOUNDS, Bounds, detection_config, training_config
from detectors.learning.settings import DetectionConfig, TrainingConfig
from workspaces.errors import Invalid

# Label, default and what it means, in the order in which they are shown.
TRAINING_FIELDS = {
    "epochs": (
        gettext_lazy("Epochs"),
        gettext_lazy("How often it goes through all of the sound. With 5 short faults are found less well."),
    ),
    "validation_split": (
        gettext_lazy("Share of files kept aside"),
        gettext_lazy("Whole files that it does not learn from; the figures of the model come from them alone."),
    ),
    "learning_rate": (
        gettext_lazy("Learning rate"),
        gettext_lazy("The size of the first step. At 0.0001 twenty epochs are too few; at 0.1 nothing is learned."),
    ),
    "batch_size": (
        gettext_lazy("Batch size"),
        gettext_lazy("How many pieces one step learns from. From 8 to 256 it makes little difference."),
    ),
    "chunk_size_ms": (
        gettext_lazy("Length of a piece, in ms"),
        gettext_lazy("The sound is learned in pieces this long. With 5000 there are too few steps to learn from."),
    ),
    "stride_ms": (
        gettext_lazy("From piece to piece, in ms"),
        gettext_lazy("Half of a piece shows each moment twice per epoch. Never more than the length of a piece."),
    ),
}
DETECTION_FIELDS = {
    "threshold": (
        gettext_lazy("Threshold"),
        gettext_lazy("The least confidence of what is reported. Lower finds more, and more that is not there."),
    ),
    "merge_window_ms": (
        gettext_lazy("Merge within, in ms"),
        gettext_lazy("Detections of one type that lie no further apart become one."),
    ),
    "min_duration_ms": (
        gettext_lazy("Minimum length, in ms"),
        gettext_lazy("What is shorter is left out, after merging. Clicks of a trained model last 60 ms."),
    ),
}


def _number(bounds: Bounds, *, label: Any, help_text: Any, initial: Any) -> forms.Field:
    between = _("%(low)s to %(high)s, usually %(usual)s.") % {
        "low": f"{bounds.low:g}",
        "high": f"{bounds.high:g}",
        "usual": f"{initial:g}",
    }
    outside = _("Give a number from %(low)s to %(high)s.") % {"low": f"{bounds.low:g}", "high": f"{bounds.high:g}"}
    kwargs: dict[str, Any] = {
        "label": label,
        "help_text": f"{help_text} {between}",
        "initial": initial,
        "error_messages": dict.fromkeys(("min_value", "max_value", "required"), outside),
    }
    if bounds.is_whole:
        return forms.IntegerField(min_value=int(bounds.low), max_value=int(bounds.high), **kwargs)
    return forms.FloatField(min_value=bounds.low, max_value=bounds.high, step_size=None, **kwargs)


class _Settings(forms.Form):
    """A form some of whose fields are settings; a refusal stands beside the field it is about."""

    use_required_attribute = False

    def add_numbers(self, fields: dict[str, Any], bounds: dict[str, Bounds], usual: dict[str, Any]) -> None:
        for name, (label, help_text) in fields.items():
            field = _number(bounds[name], label=label, help_text=help_text, initial=usual[name])
            if isinstance(field, forms.FloatField):
                field.widget.attrs["step"] = "any"
            self.fields[name] = field

    def refuse(self, refusal: Invalid) -> None:
        for place, sentence, _kind in refusal.problems:
            name = next((part for part in reversed(place) if part in self.fields), None)
            if name is None or not self.has_error(str(name)):
                self.add_error(str(name) if name else None, sentence)


class TrainForm(_Settings):
    """`config` is what was asked for, once the form is valid."""

    name = forms.CharField(
        label=gettext_lazy("Name of the model"),
        max_length=255,
        required=False,
        help_text=gettext_lazy("Without one it is called after the dataset and the version."),
    )
    artifact_types = forms.MultipleChoiceField(label=gettext_lazy("Artifact types"), required=False)

    def __init__(self, types: Iterable[str], data: Any = None) -> None:
        names = list(types)
        super().__init__(data, initial={"artifact_types": names})
        self.fields["artifact_types"].choices = [(name, name) for name in names]  # type: ignore[attr-defined]
        self.add_numbers(TRAINING_FIELDS, TRAINING_BOUNDS, TrainingConfig(()).as_dict())
        self.config: TrainingConfig | None = None

    @property
    def settings(self) -> list[forms.BoundField]:
        return [self[name] for name in TRAINING_FIELDS]

    @property
    def chosen(self) -> Sequence[str]:
        return self["artifact_types"].value() or []

    def clean(self) -> dict[str, Any]:
        found = super().clean() or {}
        if not self.has_error("artifact_types") and not found.get("artifact_types"):
            self.add_error("artifact_types", _("Choose at least one artifact type."))
        if not self.errors:
            try:
                self.config = training_config({name: value for name, value in found.items() if name != "name"})
            except Invalid as refusal:
                self.refuse(refusal)
        return found


class DetectionForm(_Settings):
    """Threshold, merging and minimum length; `config` once it is valid."""

    def __init__(self, data: Any = None) -> None:
        super().__init__(data)
        self.add_numbers(DETECTION_FIELDS, DETECTION_BOUNDS, DetectionConfig().as_dict())
        self.config: DetectionConfig | None = None

    def clean(self) -> dict[str, Any]:
        found = super().clean() or {}
        if not self.errors:
            try:
                self.config = detection_config(found)
            except Invalid as refusal:
                self.refuse(refusal)
        return found
