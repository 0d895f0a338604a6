"""The form of a task's settings. What may be changed when is decided by the action."""

from collections.abc import Iterable, Mapping
from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from annotations.actions.editing import ASSISTANCE, EDITABLE, MAX_REASON, RUNNING, WHILE_RUNNING
from annotations.assistance_form import AssistanceForm, offer
from annotations.assisting import asked_in, models_for, nothing_to_propose
from annotations.form import form_of
from annotations.forms import InstructionsForm
from annotations.models import LabelingTask
from annotations.moments import MomentInput

# What is called otherwise on the page than in the task.
FIELD_OF = {"detector_id": "model_id"}


class TaskSettingsForm(forms.Form):
    """What may be changed once a task exists. What its state does not allow cannot be typed into."""

    use_required_attribute = False

    name = forms.CharField(label=_("Name"), max_length=255, error_messages={"required": _("Give the task a name.")})
    lease_minutes = forms.IntegerField(
        label=_("Minutes until an item that was left goes back"), min_value=1, max_value=1440
    )
    deadline = forms.DateTimeField(
        label=_("Deadline"), required=False, widget=MomentInput, help_text=_("In your own time zone.")
    )
    priority = forms.TypedChoiceField(label=_("Priority"), choices=LabelingTask.Priority.choices, coerce=int)
    instructions = InstructionsForm.base_fields["instructions"]
    review_mode = forms.ChoiceField(
        label=_("Review"),
        choices=LabelingTask.ReviewMode.choices,
        widget=forms.RadioSelect(attrs={"class": "form-check-input"}),
        help_text=_("A change counts for what is handed in from then on: what was decided stays as it was decided."),
    )
    sample_rate = forms.FloatField(
        label=_("Share that is reviewed"),
        required=False,
        min_value=0,
        max_value=100,
        help_text=_("Per cent. Give either this or a number."),
        widget=forms.NumberInput(attrs={"step": "any"}),
    )
    sample_count = forms.IntegerField(
        label=_("Number that is reviewed"), required=False, min_value=1, max_value=1_000_000_000
    )
    max_rejects = forms.IntegerField(
        label=_("Most rejections"),
        required=False,
        min_value=0,
        max_value=1_000_000_000,
        help_text=_("With more, the rest cannot be approved at once. Empty: no limit."),
    )
    recheck_percent = forms.IntegerField(
        label=_("Judged a second time, per cent"),
        min_value=0,
        max_value=100,
        help_text=_("So many of the approved items are judged again, by another auditor."),
    )
    max_rework = forms.IntegerField(
        label=_("Times an item is returned"),
        min_value=0,
        max_value=20,
        help_text=_("Then you decide what to do with it."),
    )
    ai_assisted = AssistanceForm.base_fields["ai_assisted"]
    model_id = AssistanceForm.base_fields["model_id"]
    suggestion_threshold = AssistanceForm.base_fields["suggestion_threshold"]
    reason = forms.CharField(
        label=_("Reason"),
        required=False,
        max_length=MAX_REASON,
        help_text=_("Needed where the review gets weaker. It goes into the audit log."),
        widget=forms.Textarea(attrs={"rows": 2}),
    )

    @classmethod
    def of(cls, task: LabelingTask, data: Mapping[str, Any] | None) -> "TaskSettingsForm":
        initial = {FIELD_OF.get(name, name): getattr(task, name) for name in EDITABLE}
        if task.sample_rate is not None:
            initial["sample_rate"] = round(task.sample_rate * 100, 6)
        form = cls(data, initial=initial)
        offer(form, models_for(task.workspace))
        if not asked_in(form_of(task)):
            form.fields["ai_assisted"].help_text = nothing_to_propose()
            form.lock(ASSISTANCE)
        if task.state not in RUNNING:
            form.lock((*WHILE_RUNNING, "reason"))
        return form

    def lock(self, names: Iterable[str]) -> None:
        for name in names:
            self.fields[FIELD_OF.get(name, name)].disabled = True

    def clean_sample_rate(self) -> float | None:
        """Typed in per cent, kept as a share."""
        percent: float | None = self.cleaned_data["sample_rate"]
        return None if percent is None else round(percent / 100, 8)

    def clean(self) -> dict[str, Any]:
        given: dict[str, Any] = self.cleaned_data
        mode = given.get("review_mode")
        if mode == LabelingTask.ReviewMode.SAMPLED and None not in (
            given.get("sample_rate"),
            given.get("sample_count"),
        ):
            self.add_error("sample_count", _("Give a share or a number, not both."))
        return given

    def changes(self) -> tuple[dict[str, Any], str]:
        """What was typed, and the reason."""
        given = dict(self.cleaned_data)
        if given["suggestion_threshold"] is None:
            del given["suggestion_threshold"]
        for name, field in FIELD_OF.items():
            given[name] = given.pop(field)
        reason = given.pop("reason", "")
        return given, reason
