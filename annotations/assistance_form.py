"""What one chooses to have a model propose labels: in the wizard, and in the settings of a task."""

from collections.abc import Iterable
from typing import Any
from uuid import UUID

from django import forms
from django.utils.translation import gettext_lazy as _

from annotations.forms import StepForm
from detectors.models import Detector

FROM_0_TO_1 = _("Give a number from 0 to 1.")


class AssistanceForm(StepForm):
    ai_assisted = forms.BooleanField(
        label=_("A model proposes labels"),
        required=False,
        help_text=_("What it finds is shown beside the work, to be accepted, adjusted or dismissed. Nothing counts "
                    "until a person says so."),
    )  # fmt: skip
    model_id = forms.TypedChoiceField(
        label=_("Model"),
        required=False,
        coerce=UUID,
        empty_value=None,
        error_messages={"invalid_choice": _("There is no such model in this workspace.")},
    )
    suggestion_threshold = forms.FloatField(
        label=_("Least confidence"),
        required=False,
        min_value=0,
        max_value=1,
        error_messages={"min_value": FROM_0_TO_1, "max_value": FROM_0_TO_1},
        help_text=_("From 0 to 1. What the model is less sure of is not proposed."),
        widget=forms.NumberInput(attrs={"step": "0.05"}),
    )

    def __init__(self, *args: Any, models: Iterable[Detector], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        offer(self, models)

    def clean(self) -> dict[str, Any]:
        """Where no model is wanted, what was typed for one is nobody's concern."""
        given: dict[str, Any] = self.cleaned_data
        if given.get("ai_assisted"):
            return given
        for name in ("model_id", "suggestion_threshold"):
            self.wrong.pop(name, None)
        return {"ai_assisted": False}


def offer(form: forms.Form, models: Iterable[Detector]) -> None:
    """Let one of these be chosen, each with what it finds."""
    field = form.fields["model_id"]
    assert isinstance(field, forms.ChoiceField)
    named = [(str(row.pk), f"{row.name} ({', '.join(row.artifact_types)})") for row in models]
    field.choices = [("", _("choose a model")), *named]
