"""What people type about an evaluation."""

from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from evaluations.models import Evaluation

MOST_TAGS = 50
LONGEST_TAG = 100


class EvaluationForm(forms.Form):
    """Its name, description and tags. Cleaned tags are a list of words, each once, in the order they were typed."""

    name = forms.CharField(label=gettext_lazy("Name"), max_length=128)
    description = forms.CharField(
        label=gettext_lazy("Description"), max_length=280, required=False, widget=forms.Textarea(attrs={"rows": 3})
    )
    tags = forms.CharField(
        label=gettext_lazy("Tags"), required=False, help_text=gettext_lazy("Words with commas between them.")
    )

    def __init__(self, evaluation: Evaluation, data: Any = None) -> None:
        tags = ", ".join(map(str, evaluation.tags))
        initial = {"name": evaluation.name, "description": evaluation.description, "tags": tags}
        super().__init__(data, initial=initial)

    def clean_tags(self) -> list[str]:
        found = [tag.strip() for tag in self.cleaned_data["tags"].split(",")]
        tags = list(dict.fromkeys(tag for tag in found if tag))
        if len(tags) > MOST_TAGS:
            raise ValidationError(_("Give at most %(most)d tags.") % {"most": MOST_TAGS})
        if any(len(tag) > LONGEST_TAG for tag in tags):
            raise ValidationError(_("A tag has at most %(most)d characters.") % {"most": LONGEST_TAG})
        return tags
