"""The form with which files of labels are brought."""

from typing import Any

from django import forms
from django.core.files.uploadedfile import UploadedFile
from django.utils.translation import gettext_lazy

from datasets.actions.label_import import LabelFile, too_large
from datasets.formats.labels import SUFFIXES


class _FilesInput(forms.FileInput):
    allow_multiple_selected = True


class _FilesField(forms.FileField):
    widget = _FilesInput(attrs={"accept": ",".join(SUFFIXES)})

    def clean(self, data: Any, initial: Any = None) -> "list[UploadedFile[Any]]":
        files = [super(_FilesField, self).clean(file, initial) for file in data or [None]]
        # Looked at before anything is read into memory.
        if sentence := too_large(sum(file.size or 0 for file in files)):
            raise forms.ValidationError(sentence)
        return files


class LabelImportForm(forms.Form):
    labels = _FilesField(
        label=gettext_lazy("Label files"),
        allow_empty_file=True,  # a recording in which nothing was found
        help_text=gettext_lazy(
            "Audacity (.txt), Praat (.TextGrid), JSON Lines (.jsonl) or CSV (.csv), several at once if you like."
        ),
        error_messages={"required": gettext_lazy("Choose the files with the labels.")},
    )
    types_from = forms.ChoiceField(
        label=gettext_lazy("In a TextGrid, artifact types are"),
        choices=[("labels", gettext_lazy("the labels")), ("tiers", gettext_lazy("the names of the tiers"))],
        initial="labels",
    )
    add_types = forms.BooleanField(label=gettext_lazy("Add missing artifact types to the dataset"), required=False)
    listened = forms.BooleanField(
        label=gettext_lazy("These recordings were listened to from end to end"),
        help_text=gettext_lazy("Then everything that is not labeled teaches a model what is no artifact."),
        required=False,
    )

    def sent(self) -> list[LabelFile]:
        """What was sent, read; only after `is_valid`."""
        return [LabelFile(file.name or "", file.read()) for file in self.cleaned_data["labels"]]

    def options(self) -> dict[str, Any]:
        return {
            "types_from": self.cleaned_data["types_from"],
            "add_types": self.cleaned_data["add_types"],
            "listened": self.cleaned_data["listened"],
        }
