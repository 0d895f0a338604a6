"""The forms of the word pools' pages. They read what was typed; what is allowed is decided by the verbs."""

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from annotations.models import Term, Vocabulary
from annotations.words.pool import PoolTerm
from annotations.words.reading import split
from annotations.words.terms import MAX_CODE, MAX_DEFINITION, MAX_FAMILY
from annotations.words.vocabularies import MAX_DESCRIPTION, MAX_NAME


class PoolForm(forms.Form):
    use_required_attribute = False
    name = forms.CharField(
        label=_("Name"), max_length=MAX_NAME, error_messages={"required": _("Give the word pool a name.")}
    )
    description = forms.CharField(
        label=_("Description"), max_length=MAX_DESCRIPTION, required=False, widget=forms.Textarea(attrs={"rows": 2})
    )

    @classmethod
    def about(cls, vocabulary: Vocabulary) -> "PoolForm":
        return cls(initial={"name": vocabulary.name, "description": vocabulary.description})


class WordForm(forms.Form):
    """A word of a draft. `code` stands there when one is changed."""

    use_required_attribute = False
    code = forms.CharField(required=False, max_length=MAX_CODE, widget=forms.HiddenInput)
    label = forms.CharField(
        label=_("Word"),
        max_length=100,
        error_messages={"required": _("Give the word.")},
        widget=forms.TextInput(attrs={"autocomplete": "off"}),
    )
    facet = forms.ChoiceField(label=_("It describes"), choices=Term.Facet.choices)
    family = forms.CharField(
        label=_("Family"),
        max_length=MAX_FAMILY,
        required=False,
        widget=forms.TextInput(attrs={"list": "families", "autocomplete": "off"}),
    )
    definition = forms.CharField(label=_("What it means"), max_length=MAX_DEFINITION, required=False)
    synonyms = forms.CharField(label=_("Words that mean the same"), required=False, help_text=_("Parted by commas."))
    opposites = forms.CharField(
        label=_("Opposites"), required=False, help_text=_("Words of this pool, parted by commas.")
    )
    polarity = forms.FloatField(
        label=_("Pleasant"), required=False, min_value=-1, max_value=1, help_text=_("-1 unpleasant to 1 pleasant"),
        widget=forms.NumberInput(attrs={"step": "0.1"}),
    )  # fmt: skip
    arousal = forms.FloatField(
        label=_("Stirred up"), required=False, min_value=-1, max_value=1, help_text=_("-1 still to 1 stirred up"),
        widget=forms.NumberInput(attrs={"step": "0.1"}),
    )  # fmt: skip

    @classmethod
    def of(cls, term: PoolTerm, *, locale: str, labels: dict[str, str]) -> "WordForm":
        """A word to be changed. `labels` are the words of codes, for its opposites."""
        return cls(
            initial={
                "code": term.code,
                "label": term.label(locale),
                "facet": term.facet,
                "family": term.family,
                "definition": term.definition,
                "synonyms": ", ".join(term.synonyms.get(locale, [])),
                "opposites": ", ".join(labels.get(code, code) for code in term.opposites),
                "polarity": term.polarity,
                "arousal": term.arousal,
            }
        )

    def values(self, *, codes: dict[str, str]) -> dict[str, Any]:
        """What the verb is given. `codes` are those of words, for the opposites. Expects `is_valid()`."""
        given = {name: value for name, value in self.cleaned_data.items() if name != "code"}
        opposites = split(given.pop("opposites"))
        return given | {
            "synonyms": split(given["synonyms"]),
            "opposites": [codes.get(word, word) for word in opposites],
        }


class ImportForm(forms.Form):
    use_required_attribute = False
    file = forms.FileField(label=_("File"), error_messages={"required": _("Choose a file.")})
    facet = forms.ChoiceField(
        label=_("A plain list holds"),
        choices=Term.Facet.choices,
        required=False,
        help_text=_("A CSV file says it itself."),
    )
    locale = forms.CharField(
        label=_("Language"),
        max_length=20,
        required=False,
        help_text=_("Such as en or pt-br, where the file does not say it."),
    )
