"""The forms in which questions are asked for: in the wizard and in the library of questions."""

import json
from collections.abc import Iterable, Sequence
from dataclasses import replace
from typing import Any

from django import forms
from django.utils.datastructures import MultiValueDict
from django.utils.translation import gettext as _now
from django.utils.translation import gettext_lazy as _

from annotations.actions.creating import AskedQuestion
from annotations.actions.questions import MAX_PROMPT
from annotations.forms import StepForm
from annotations.models import Question, QuestionType, Term
from annotations.note_taking import new_question
from annotations.questions import MAX_LABEL, MAX_STEPS, shown_configuration
from annotations.words.asking import MAX_WORDS
from datasets.models import Dataset

EXAMPLE = """{
  "type": "object",
  "properties": {
    "speaker": {"type": "string", "title": "Who speaks"},
    "noise": {"enum": ["none", "some", "a lot"], "title": "Background noise"}
  },
  "required": ["speaker"]
}"""


class QuestionForm(StepForm):
    """One annotation item. Which fields it has depends on its type."""

    type = forms.ChoiceField(choices=QuestionType.choices, widget=forms.HiddenInput)
    name = forms.CharField(
        label=_("Name"), max_length=255, error_messages={"required": _("Give the annotation item a name.")}
    )
    prompt = forms.CharField(
        label=_("What is asked"), max_length=MAX_PROMPT, required=False, widget=forms.Textarea(attrs={"rows": 2})
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
    ordered = forms.BooleanField(
        label=_("The choices are a scale, in this order"),
        required=False,
        help_text=_("Near misses then count less than far ones when answers are compared."),
    )
    escape = forms.CharField(
        label=_("Choices off the scale"),
        required=False,
        help_text=_("One per line, as they stand above: for example “variable”."),
        widget=forms.Textarea(attrs={"rows": 2}),
    )
    min_length = forms.IntegerField(label=_("Characters, at least"), required=False, min_value=0)
    max_length = forms.IntegerField(label=_("Characters, at most"), required=False, min_value=1, max_value=20_000)

    steps = forms.IntegerField(label=_("Steps"), min_value=1, max_value=MAX_STEPS, initial=5)
    min_label = forms.CharField(
        label=_("What the first step means"), max_length=MAX_LABEL, error_messages={"required": _("Say what it means.")}
    )
    max_label = forms.CharField(
        label=_("What the last step means"), max_length=MAX_LABEL, error_messages={"required": _("Say what it means.")}
    )
    min = forms.FloatField(label=_("Smallest number"), required=False, widget=forms.NumberInput(attrs={"step": "any"}))
    max = forms.FloatField(label=_("Largest number"), required=False, widget=forms.NumberInput(attrs={"step": "any"}))
    form_schema = forms.CharField(
        label=_("JSON schema"),
        help_text=_("Of type object, draft 2020-12. Its properties are the fields."),
        widget=forms.Textarea(attrs={"rows": 14, "spellcheck": "false", "class": "code", "placeholder": EXAMPLE}),
        error_messages={"required": _("Give the schema of the form.")},
    )
    vocabulary = forms.ChoiceField(
        label=_("Word pool"),
        help_text=_("Words are taken from its newest published version, as it is now."),
        error_messages={
            "required": _("Choose the word pool that words are taken from."),
            "invalid_choice": _("This word pool is archived or gone. Choose another one."),
        },
    )
    facets = forms.ChoiceField(
        label=_("Which of its words"), required=False, choices=[("", _("all of them")), *Term.Facet.choices]
    )
    allow_new = forms.BooleanField(
        label=_("Words that are missing may be written"),
        required=False,
        help_text=_("They wait for you in the queue of the pool."),
    )
    cannot_judge = forms.BooleanField(label=_("“Cannot judge” may be said"), required=False)

    OWN = {
        QuestionType.REGIONS: ("labels",),
        QuestionType.TIMESTAMP: ("multi",),
        QuestionType.CATEGORICAL: ("choices", "multi", "dropdown", "ordered", "escape"),
        QuestionType.RATING: ("steps", "min_label", "max_label"),
        QuestionType.NUMBER: ("min", "max"),
        QuestionType.FREE_TEXT: ("min_length", "max_length"),
        QuestionType.FORM: ("form_schema",),
        QuestionType.WORDS: ("vocabulary", "facets", "min", "max", "allow_new", "cannot_judge"),
    }

    def __init__(
        self,
        data: "MultiValueDict[str, Any]",
        *,
        row: str,
        artifact_types: Iterable[str],
        pools: Iterable[tuple[str, str]] = (),
        **kwargs: Any,
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
        if self.kind == QuestionType.WORDS:
            self._offer(list(pools))

    def _offer(self, pools: list[tuple[str, str]]) -> None:
        """The pools that can be chosen, and how many words an answer may have."""
        field = self.fields["vocabulary"]
        assert isinstance(field, forms.ChoiceField)
        field.choices = pools if len(pools) == 1 else [("", _("Choose a word pool")), *pools]
        self.has_pools = bool(pools)
        bounds: dict[str, Any] = {"required": False, "max_value": MAX_WORDS}
        self.fields["min"] = forms.IntegerField(label=_("Words, at least"), min_value=0, initial=1, **bounds)
        self.fields["max"] = forms.IntegerField(label=_("Words, at most"), min_value=1, initial=5, **bounds)

    def clean(self) -> dict[str, Any]:
        given: dict[str, Any] = self.cleaned_data
        # The action takes no labels to mean all of them; on a page it means that all were unticked.
        if self.kind == QuestionType.REGIONS and "labels" in given and not given["labels"]:
            self.add_error("labels", _("Choose at least one artifact type."))
        return given

    def clean_form_schema(self) -> Any:
        """The text as the value it stands for."""
        try:
            return json.loads(self.cleaned_data["form_schema"], parse_constant=_no_number)
        except json.JSONDecodeError as error:
            words = {"line": error.lineno, "column": error.colno, "why": error.msg}
            raise forms.ValidationError(
                _now("This is no JSON. Line %(line)d, column %(column)d: %(why)s.") % words
            ) from None
        except (RecursionError, ValueError):
            raise forms.ValidationError(_("This is no JSON: it is nested too deeply, or holds no number.")) from None

    def asked(self) -> AskedQuestion:
        """What the action is given. Expects `is_valid()`; unread fields count as empty."""
        given = self.cleaned_data
        configuration: dict[str, Any] = {name: given.get(name) for name in self.OWN[self.kind]}
        if self.kind == QuestionType.CATEGORICAL:
            configuration |= {name: _lines(given.get(name)) for name in ("choices", "escape")}
        if self.kind == QuestionType.WORDS:
            configuration["facets"] = [given["facets"]] if given.get("facets") else []
        if self.kind == QuestionType.NUMBER:
            configuration = {name: _whole(bound) for name, bound in configuration.items()}
        return AskedQuestion(
            type=self.kind,
            name=given.get("name", ""),
            prompt=given.get("prompt", ""),
            configuration=configuration,
            required=given.get("required", False),
        )


def _lines(text: str | None) -> list[str]:
    return [line.strip() for line in (text or "").splitlines() if line.strip()]


def _no_number(text: str) -> Any:
    raise ValueError(text)


def _whole(bound: float | None) -> float | int | None:
    """5 as 5, not as 5.0: it is shown as it was typed."""
    return int(bound) if bound is not None and bound.is_integer() else bound


class TakenQuestionForm(StepForm):
    """An annotation item that asks a question of the library: what is asked is fixed, only who must answer is not."""

    type = forms.CharField(widget=forms.HiddenInput)
    question = forms.CharField(widget=forms.HiddenInput)
    required = forms.BooleanField(label=_("An answer is required"), required=False)

    def __init__(self, data: "MultiValueDict[str, Any]", *, row: str, question: Question | None, **kwargs: Any) -> None:
        super().__init__(data, prefix=row, **kwargs)
        self.row, self.taken = row, question
        self.kind_label = question.get_type_display() if question else _("question")

    def clean(self) -> dict[str, Any]:
        if self.taken is None:
            self.add_error(None, _("This question was archived or is gone. Remove it here, or restore it first."))
        return self.cleaned_data

    @property
    def asked_before(self) -> AskedQuestion:
        """What is asked, to be shown beside the field that says whether it must be answered."""
        self.is_right()
        return replace(self.asked(), required=False)

    def asked(self) -> AskedQuestion:
        required = self.cleaned_data.get("required", False)
        if self.taken is None:
            return AskedQuestion(required=required)
        return AskedQuestion(
            type=self.taken.type,
            name=self.taken.name,
            prompt=self.taken.prompt,
            configuration=shown_configuration(self.taken),
            required=required,
            question_id=self.taken.pk,
        )


class LibraryQuestionForm(QuestionForm):
    """A question for the library. Whether an answer is needed is said by the task that asks it."""

    dataset = forms.ChoiceField(
        label=_("Dataset"),
        help_text=_("Its artifact types, as they are now, are what is marked."),
        error_messages={"required": _("Choose the dataset whose artifact types are marked.")},
    )

    def __init__(
        self,
        data: "MultiValueDict[str, Any] | None",
        *,
        kind: str,
        datasets: Sequence[Dataset],
        pools: Iterable[tuple[str, str]] = (),
    ) -> None:
        pools = list(pools)
        begun = new_question(kind, row="question")
        if kind == QuestionType.WORDS and len(pools) == 1:
            begun["question-vocabulary"] = [pools[0][0]]
        given = MultiValueDict(begun) if data is None else data
        super().__init__(given, row="question", artifact_types=[], pools=pools, is_quiet=data is None)
        self.datasets = {str(dataset.pk): dataset for dataset in datasets}
        del self.fields["required"]
        self.fields["name"].error_messages["required"] = _now("Give the question a name.")
        if self.kind == QuestionType.REGIONS:
            del self.fields["labels"]
            field = self.fields["dataset"]
            assert isinstance(field, forms.ChoiceField)
            field.choices = [
                ("", _("Choose a dataset")),
                *((pk, dataset.name) for pk, dataset in self.datasets.items()),
            ]
        else:
            del self.fields["dataset"]

    @property
    def chosen_dataset(self) -> Dataset | None:
        return self.datasets.get(self.cleaned_data.get("dataset", ""))


def complain_of(form: StepForm, loc: Sequence[str | int], message: str) -> None:
    """Say what an action refuses at the field it is about; where exactly inside of it is said in front."""
    place = next((index for index, part in enumerate(loc) if part in form.fields), None)
    if place is None:
        form.complain(message, about=None)
        return
    inside = " › ".join(str(part) for part in loc[place + 1 :])
    form.complain(f"{inside}: {message}" if inside else message, about=str(loc[place]))
