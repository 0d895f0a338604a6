"""What people type about datasets, their types and their files."""

import json
from typing import Any, cast

from django import forms
from django.http import QueryDict
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from datasets.actions.datasets import TypeRow
from datasets.models import ArtifactType, AudioFile, Dataset
from datasets.models.datasets import HEX_COLOR, PALETTE

TYPES_AT_MOST = 100


class DatasetForm(forms.ModelForm):  # type: ignore[type-arg]  # generic in the stubs alone
    class Meta:
        model = Dataset
        fields = ["name", "description"]
        widgets = {"description": forms.Textarea(attrs={"rows": 3})}


class TypesForm:
    """The artifact types of a dataset as rows of three fields each, in their order. Rows without a name are dropped."""

    def __init__(self, types: list[ArtifactType], *, data: QueryDict | None = None) -> None:
        self.errors: list[str] = []
        self.palette = PALETTE
        self.rows: list[dict[str, str]] = [
            {"name": kind.name, "color": kind.shown_color, "description": kind.description} for kind in types
        ]
        if data is not None:
            names, colors = data.getlist("type_name"), data.getlist("type_color")
            descriptions = data.getlist("type_description")
            self.rows = [
                {"name": name, "color": color, "description": description}
                for name, color, description in zip(names, colors, descriptions, strict=False)
                if name.strip() or description.strip()
            ]

    @property
    def cleaned(self) -> list[TypeRow]:
        return [cast(TypeRow, {**row, "name": row["name"].strip()}) for row in self.rows]

    def is_valid(self) -> bool:
        names = [row["name"] for row in self.cleaned]
        if len(names) > TYPES_AT_MOST:
            self.errors.append(_("More than %(top)d types cannot be told apart.") % {"top": TYPES_AT_MOST})
        for name in sorted({name for name in names if names.count(name) > 1 and name}):
            self.errors.append(_("“%(name)s” is there twice. Give each type a name of its own.") % {"name": name})
        for row in self.cleaned:
            self._check(row)
        return not self.errors

    def _check(self, row: TypeRow) -> None:
        name = row["name"]
        if not name:
            self.errors.append(_("Give the type described as “%(text)s” a name.") % {"text": row["description"]})
        if len(name) > 100:
            self.errors.append(_("“%(name)s…” is longer than 100 characters.") % {"name": name[:30]})
        if "\0" in f"{name}{row['description']}":
            self.errors.append(_("“%(name)s” has characters that are not text.") % {"name": name.replace("\0", "")})
        try:
            HEX_COLOR(row["color"])
        except forms.ValidationError as error:
            self.errors.append(f"{name}: {error.messages[0]}")


class AudioDetailsForm(forms.Form):
    """Tags and metadata of a file, a line each."""

    tags = forms.CharField(
        label=gettext_lazy("Tags"),
        required=False,
        widget=forms.Textarea(attrs={"rows": 3}),
        help_text=gettext_lazy("One per line, as “name: value”. A name alone is a tag too."),
    )
    metadata = forms.CharField(
        label=gettext_lazy("Metadata"),
        required=False,
        widget=forms.Textarea(attrs={"rows": 6}),
        help_text=gettext_lazy("One per line, as “name: value”. Values that are not plain text are written as JSON."),
    )

    def __init__(self, data: QueryDict | None = None, *, audio: AudioFile) -> None:
        super().__init__(data, initial={"tags": _as_lines(audio.tags), "metadata": _as_lines(audio.metadata)})

    def clean_tags(self) -> dict[str, Any]:
        return _from_lines(self.cleaned_data["tags"])

    def clean_metadata(self) -> dict[str, Any]:
        return _from_lines(self.cleaned_data["metadata"])


def _as_lines(values: Any) -> str:
    if not isinstance(values, dict):
        return json.dumps(values, ensure_ascii=False)
    return "\n".join(f"{name}: {_as_text(value)}" if value != "" else name for name, value in values.items())


def _as_text(value: Any) -> str:
    """Text as it is, unless it would be read back as something else; anything else as JSON."""
    if isinstance(value, str) and "\n" not in value and value == value.strip() and _from_text(value) == value:
        return value
    return json.dumps(value, ensure_ascii=False)


def _from_text(text: str) -> Any:
    """JSON objects, lists, quoted text, numbers, true, false and null as what they are; all other text as text."""
    try:
        return json.loads(text, parse_constant=str)
    except ValueError:
        return text


def _from_lines(text: str) -> dict[str, Any]:
    found: dict[str, Any] = {}
    for line in text.replace("\r\n", "\n").split("\n"):
        name, _colon, value = line.partition(":")
        if not name.strip():
            if line.strip():
                raise forms.ValidationError(_("“%(line)s” has no name before the colon."), params={"line": line})
            continue
        found[name.strip()] = _from_text(value.strip()) if value.strip() else ""
    return found
