"""The forms of the labeling pages. They read what was typed; what is allowed is decided by the actions."""

from collections.abc import Iterable, Mapping
from typing import Any
from uuid import UUID

from django import forms
from django.forms.utils import ErrorDict
from django.utils.datastructures import MultiValueDict
from django.utils.translation import gettext_lazy as _

from annotations.actions.creating import AskedQuestion, Seat
from annotations.models import LabelingTask, QuestionType
from workspaces.models import User

MAX_INSTRUCTIONS = 50_000


class StepForm(forms.Form):
    """A part of the wizard: bound to what was typed, and silent about it until the step is left."""

    use_required_attribute = False

    def __init__(self, data: "MultiValueDict[str, Any] | None", *, is_quiet: bool, **kwargs: Any) -> None:
        self.is_quiet = is_quiet
        super().__init__(data, **kwargs)

    @property
    def errors(self) -> ErrorDict:
        return ErrorDict() if self.is_quiet else super().errors

    def is_right(self) -> bool:
        """Like `is_valid`, also while the form keeps quiet. Fills `cleaned_data`."""
        return not super().errors

    def complain(self, message: str, *, about: str | None) -> None:
        """Say it once: a field that complains already has been told enough."""
        if about is None or about not in super().errors:
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


class QuestionForm(StepForm):
    """One annotation item. Which fields it has depends on its type."""

    type = forms.ChoiceField(choices=QuestionType.choices, widget=forms.HiddenInput)
    name = forms.CharField(
        label=_("Name"), max_length=255, error_messages={"required": _("Give the annotation item a name.")}
    )
    prompt = forms.CharField(
        label=_("What is asked"), max_length=5000, required=False, widget=forms.Textarea(attrs={"rows": 2})
    )
    required = forms.BooleanField(label=_("An answer is required"), required=False)
    labels = forms.MultipleChoiceField(
        label=_("Artifact types to mark"),
        required=False,
        widget=forms.CheckboxSelectMultiple(attrs={"class": "form-check-input"}),
        error_messages={"invalid_choice": _("The dataset has no artifact type “%(value)s” any more.")},
    )
    choices = forms.CharField(
        label=_("Choices"),
        required=False,
        help_text=_("One per line."),
        widget=forms.Textarea(attrs={"rows": 4}),
        error_messages={"required": _("Give at least one choice.")},
    )
    multi = forms.BooleanField(label=_("Several may be given"), required=False)
    dropdown = forms.BooleanField(label=_("Show as a list that drops down"), required=False)
    min_length = forms.IntegerField(label=_("Characters, at least"), required=False, min_value=0)
    max_length = forms.IntegerField(label=_("Characters, at most"), required=False, min_value=1, max_value=20_000)

    OWN = {
        QuestionType.REGIONS: ("labels",),
        QuestionType.TIMESTAMP: ("multi",),
        QuestionType.CATEGORICAL: ("choices", "multi", "dropdown"),
        QuestionType.FREE_TEXT: ("min_length", "max_length"),
    }

    def __init__(
        self, data: "MultiValueDict[str, Any]", *, row: str, artifact_types: Iterable[str], **kwargs: Any
    ) -> None:
        super().__init__(data, prefix=row, **kwargs)
        self.row = row
        given = data.get(f"{row}-type", "")
        self.kind = QuestionType(given) if given in QuestionType.values else QuestionType.FREE_TEXT
        self.kind_label = self.kind.label
        for name in {name for own in self.OWN.values() for name in own} - set(self.OWN[self.kind]):
            del self.fields[name]
        if self.kind == QuestionType.REGIONS:
            field = self.fields["labels"]
            assert isinstance(field, forms.MultipleChoiceField)
            field.choices = [(name, name) for name in artifact_types]
        if self.kind == QuestionType.TIMESTAMP:
            self.fields["multi"].label = _("Several moments may be marked")
        if self.kind == QuestionType.CATEGORICAL:
            self.fields["multi"].label = _("Several may be chosen")
            self.fields["choices"].required = True

    def clean(self) -> dict[str, Any]:
        given: dict[str, Any] = self.cleaned_data
        # The action takes no labels to mean all of them; on a page it means that all were unticked.
        if self.kind == QuestionType.REGIONS and "labels" in given and not given["labels"]:
            self.add_error("labels", _("Choose at least one artifact type."))
        return given

    def asked(self) -> AskedQuestion:
        """What the action is given. Expects `is_valid()`; unread fields count as empty."""
        given = self.cleaned_data
        configuration: dict[str, Any] = {name: given.get(name) for name in self.OWN[self.kind]}
        if self.kind == QuestionType.CATEGORICAL:
            lines = (line.strip() for line in str(given.get("choices") or "").splitlines())
            configuration["choices"] = [line for line in lines if line]
        return AskedQuestion(
            type=self.kind,
            name=given.get("name", ""),
            prompt=given.get("prompt", ""),
            configuration=configuration,
            required=given.get("required", False),
        )


class InstructionsForm(StepForm):
    instructions = forms.CharField(
        label=_("Instructions"),
        required=False,
        max_length=MAX_INSTRUCTIONS,
        help_text=_("Markdown, shown beside the work."),
        widget=forms.Textarea(attrs={"rows": 9}),
    )


class PeopleForm(StepForm):
    STAFFING = (("pool", _("Open pool")), ("named", _("Named people")))
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


class ReviewForm(StepForm):
    review_mode = forms.ChoiceField(
        label=_("Review"), choices=LabelingTask.ReviewMode.choices, widget=forms.RadioSelect
    )


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
    return text.isascii() and text.isdigit() and 1 <= int(text) <= 10**9


class TaskSettingsForm(forms.Form):
    """What may be changed once a task exists."""

    name = forms.CharField(label=_("Name"), max_length=255)
    instructions = InstructionsForm.base_fields["instructions"]
    lease_minutes = forms.IntegerField(
        label=_("Minutes until an item that was left goes back"), min_value=1, max_value=1440
    )

    @classmethod
    def of(cls, task: LabelingTask, data: Mapping[str, Any] | None) -> "TaskSettingsForm":
        initial = {name: getattr(task, name) for name in cls.base_fields}
        return cls(data, initial=initial)


class GenerateForm(forms.Form):
    AUDIO = (
        ("none", _("Answers alone")),
        ("files", _("Answers and the original audio files")),
        ("clips", _("Answers and a clip of every marked region")),
    )
    audio = forms.ChoiceField(
        label=_("What goes in"),
        choices=AUDIO,
        widget=forms.RadioSelect(attrs={"class": "form-check-input"}),
        initial="none",
    )
