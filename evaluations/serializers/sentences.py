"""Fields whose refusals are sentences of ours, which say what to do."""

from typing import Any

from django.utils.translation import gettext_lazy as _
from rest_framework import serializers

NEEDED = {"required": _("This field is needed."), "null": _("Give a value, or leave this field out.")}


class Text(serializers.CharField):
    """A text that every database can store."""

    default_error_messages = {
        **NEEDED,
        "invalid": _("Send a text."),
        "blank": _("Give a text that is not empty."),
        "unstorable": _("The text holds a character that cannot be stored."),
    }

    def to_internal_value(self, data: Any) -> str:
        text: str = super().to_internal_value(data)
        if "\0" in text or any("\ud800" <= letter <= "\udfff" for letter in text):
            self.fail("unstorable")
        return text


class Texts(serializers.ListField):
    """A list of texts."""

    child = Text()
    default_error_messages = {
        **NEEDED,
        "not_a_list": _("Send a list."),
        "min_length": _("Send at least {min_length} of them."),
        "max_length": _("Send at most {max_length} of them at once."),
    }


class Flag(serializers.BooleanField):
    default_error_messages = {**NEEDED, "invalid": _("Send true or false.")}


class Choice(serializers.ChoiceField):
    default_error_messages = dict(NEEDED)


class Object(serializers.Serializer[Any]):
    default_error_messages = {**NEEDED, "invalid": _("Send a JSON object.")}
