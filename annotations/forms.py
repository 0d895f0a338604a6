"""The forms of the labeling pages. They read what was typed; what is allowed is decided by the actions."""

from collections.abc import Iterable
from typing import Any
from uuid import UUID

from django import forms
from django.forms.utils import ErrorDict
from django.utils.datastructures import MultiValueDict
from django.utils.translation import gettext_lazy as _

from annotations.actions.creating import Seat
from annotations.exchange.licenses import LICENSES
from annotations.models import LabelingTask
from annotations.moments import MomentInput
from workspaces.models import User

MAX_INSTRUCTIONS = 50_000
MOST_NUMBER = 10**9


class StepForm(forms.Form):
    """A part of the wizard: bound to what was typed, and silent about it until the step is left."""

    use_required_attribute = False

    def __init__(self, data: "MultiValueDict[str, Any] | None", *, is_quiet: bool, **kwargs: Any) -> None:
        self.is_quiet = is_quiet
        super().__init__(data, **kwargs)

    @property
    def errors(self) -> ErrorDict:
        return ErrorDict() if self.is_quiet else super().errors

    @property
    def wrong(self) -> ErrorDict:
        """What is wrong, whether the form keeps quiet or not."""
        return super().errors

    def is_right(self) -> bool:
        """Like `is_valid`, also while the form keeps quiet. Fills `cleaned_data`."""
        return not self.wrong

    def complain(self, message: str, *, about: str | None) -> None:
        """Say it once: a field that complains already has been told enough."""
        if about is None or about not in self.wrong:
            self.add_error(about, message)


class DatasetForm(StepForm):
    name = forms.CharField(
        label=_("Name of the task"),
        max_length=255,
        widget=forms.TextInput(attrs={"placeholder": _("For example: Support calls, week 46"), "autocomplete": "off"}),
        error_messages={"required": _("Give the task a name.")},
    )
    dataset = forms.ChoiceField(
        label=_("Dataset"), widget=forms.RadioSelect, error_messages={"required": _("Choose a dataset.")}
    )

    def __init__(self, *args: Any, dataset_ids: Iterable[UUID], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        field = self.fields["dataset"]
        assert isinstance(field, forms.ChoiceField)
        field.choices = [(str(pk), "") for pk in dataset_ids]
        field.error_messages["invalid_choice"] = _("This dataset is not there any more, or has no audio that is ready.")


class InstructionsForm(StepForm):
    instructions = forms.CharField(
        label=_("Instructions"),
        required=False,
        max_length=MAX_INSTRUCTIONS,
        help_text=_("Markdown, shown beside the work."),
        widget=forms.Textarea(attrs={"rows": 9}),
    )


class PeopleForm(StepForm):
    STAFFING = (("pool", _("Open pool")), ("named", _("Named people")), ("teams", _("Teams")))
    staffing = forms.ChoiceField(label=_("Who labels"), choices=STAFFING, widget=forms.RadioSelect)
    overlap = forms.IntegerField(
        label=_("People per item"),
        min_value=1,
        max_value=20,
        help_text=_("How many different people label each item, without seeing each other's answers."),
    )
    lease_minutes = forms.IntegerField(
        label=_("Minutes until an item that was left goes back"), min_value=1, max_value=1440
    )
    rest_in_pool = forms.BooleanField(label=_("Leave the rest in the pool, for the people named"), required=False)
    deadline = forms.DateTimeField(
        label=_("Deadline"), required=False, widget=MomentInput, help_text=_("In your own time zone.")
    )
    priority = forms.TypedChoiceField(
        label=_("Priority"),
        choices=LabelingTask.Priority.choices,
        coerce=int,
        help_text=_("Tasks with a high one are offered first."),
    )


class ReviewForm(StepForm):
    """How what is handed in is reviewed. What belongs to another kind of review than the chosen one is not read."""

    SAMPLE_BY = (("share", _("A share")), ("number", _("A number")))
    OWN: dict[str, tuple[str, ...]] = {
        LabelingTask.ReviewMode.NONE: (),
        LabelingTask.ReviewMode.FULL: ("recheck_percent", "max_rework"),
        LabelingTask.ReviewMode.PARTIAL: ("max_rejects", "recheck_percent", "max_rework"),
        LabelingTask.ReviewMode.SAMPLED: ("sample_rate", "sample_count", "recheck_percent", "max_rework"),
    }
    review_mode = forms.ChoiceField(
        label=_("Review"), choices=LabelingTask.ReviewMode.choices, widget=forms.RadioSelect
    )
    sample_by = forms.ChoiceField(label=_("How much is reviewed"), choices=SAMPLE_BY, required=False)
    sample_rate = forms.FloatField(
        label=_("Share that is reviewed, per cent"),
        required=False,
        widget=forms.NumberInput(attrs={"step": "any", "min": 0, "max": 100}),
    )
    sample_count = forms.IntegerField(
        label=_("Number that is reviewed"), required=False, min_value=1, max_value=MOST_NUMBER
    )
    max_rejects = forms.IntegerField(
        label=_("Most rejections"),
        required=False,
        min_value=0,
        max_value=MOST_NUMBER,
        help_text=_("With more, the rest cannot be approved at once. Empty: no limit."),
    )
    recheck_percent = forms.IntegerField(
        label=_("Judged a second time, per cent"),
        error_messages={"required": _("Give a number from 0 to 100.")},
        min_value=0,
        max_value=100,
        help_text=_("A second auditor judges so many of those that were approved. 0: nobody does."),
    )
    max_rework = forms.IntegerField(
        label=_("Times an item is returned"),
        error_messages={"required": _("Give a number from 0 to 20.")},
        min_value=0,
        max_value=20,
        help_text=_("Rejected once more, it comes to a manager, who decides."),
    )

    def clean(self) -> dict[str, Any]:
        """What the chosen kind of review does not ask is left out."""
        given: dict[str, Any] = self.cleaned_data
        mode = given.get("review_mode", "")
        if mode == LabelingTask.ReviewMode.SAMPLED:
            self._clean_sample(given)
        for name in {name for own in self.OWN.values() for name in own} - set(self.OWN.get(mode, ())):
            given.pop(name, None)
            # What was typed wrong for another kind of review is nobody's concern.
            self.wrong.pop(name, None)
        return {name: value for name, value in given.items() if value is not None}

    def _clean_sample(self, given: dict[str, Any]) -> None:
        wanted, other = ("sample_rate", "sample_count")
        if given.get("sample_by") == "number":
            wanted, other = other, wanted
        given.pop(other, None)
        self.wrong.pop(other, None)
        if wanted in given and given[wanted] is None:
            self.add_error(wanted, _("Say how much is reviewed."))
        elif wanted == "sample_rate" and wanted in given:
            # Typed in per cent, kept as a share.
            if 0 < given[wanted] <= 100:
                given[wanted] = round(given[wanted] / 100, 8)
            else:
                self.add_error(wanted, _("Give more than 0 and up to 100 per cent."))


class SeatRow:
    """A member in the list of people to choose from, with what was typed for them."""

    def __init__(self, user: User, *, is_chosen: bool, number: str) -> None:
        self.user, self.is_chosen, self.number = user, is_chosen, number
        self.error = ""


class SeatTable:
    """Members to choose from, each with a number. `kind` is the name of its fields: kind=<id>, kind-<id>=<number>."""

    def __init__(self, kind: str, members: Iterable[User], data: "MultiValueDict[str, Any]") -> None:
        chosen = set(data.getlist(kind))
        self.kind = kind
        self.error = ""
        self.rows = [
            SeatRow(user, is_chosen=str(user.pk) in chosen, number=data.get(f"{kind}-{user.pk}", "").strip()[:12])
            for user in members
        ]
        # Somebody who was chosen and lost the role meanwhile must not vanish without a word.
        self.n_gone = len(chosen - {str(row.user.pk) for row in self.rows})

    @property
    def chosen(self) -> list[SeatRow]:
        return [row for row in self.rows if row.is_chosen]

    @property
    def sum(self) -> int:
        return sum(int(row.number) for row in self.chosen if _is_number(row.number))

    def is_valid(self) -> bool:
        """Reads the numbers; what is none is said in its row."""
        for row in self.chosen:
            if row.number and not _is_number(row.number):
                row.error = str(_("Give a whole number of at least 1, or none."))
        if self.n_gone:
            self.error = str(_("Somebody who was chosen has no role for this any more. Check the list."))
        return not self.error and not any(row.error for row in self.rows)

    def seats(self) -> list[Seat]:
        return [Seat(row.user, int(row.number) if _is_number(row.number) else None) for row in self.chosen]


def _is_number(text: str) -> bool:
    return text.isascii() and text.isdigit() and 1 <= int(text) <= MOST_NUMBER


class GenerateForm(forms.Form):
    AUDIO = (
        ("none", _("Answers alone")),
        ("files", _("Answers and the original audio files")),
        ("clips", _("Answers and a clip of every marked region")),
    )
    ANNOTATORS = (
        ("names", _("By their names")),
        ("numbers", _("By numbers that say nothing of who they are")),
    )
    audio = forms.ChoiceField(
        label=_("What goes in"),
        choices=AUDIO,
        widget=forms.RadioSelect(attrs={"class": "form-check-input"}),
        initial="none",
    )
    annotators = forms.ChoiceField(
        label=_("How people are called"),
        choices=ANNOTATORS,
        widget=forms.RadioSelect(attrs={"class": "form-check-input"}),
        initial="names",
        required=False,
    )
    license = forms.ChoiceField(
        label=_("License"),
        choices=[("", _("Left open")), *((name, name) for name in LICENSES)],
        widget=forms.Select(attrs={"class": "form-select"}),
        required=False,
        help_text=_("Stands in the dataset card."),
    )

    def clean_annotators(self) -> str:
        return self.cleaned_data["annotators"] or "names"
