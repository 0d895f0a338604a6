"""Checks of a task and what they found, as OpenAPI shows them and as they are sent and read."""

from typing import Any

from drf_spectacular.utils import extend_schema_field
from rest_framework import serializers

from annotations.checking.findings import SHOWN
from annotations.models import CheckResult, TaskCheck
from annotations.serializers.work import NamedPersonSerializer

Whole = serializers.IntegerField
Text = serializers.CharField
_flag = {"type": "boolean"}
_share = {"type": "integer", "minimum": 1, "maximum": 1000}
_texts = {"type": "array", "items": {"type": "string", "maxLength": 100}, "maxItems": 100}
_switch = {"type": "object", "properties": {"is_on": _flag}, "additionalProperties": False}
_measured = {
    "type": "object",
    "properties": {"is_on": _flag, "least_percent": _share},
    "additionalProperties": False,
}
_clash = {
    "type": "object",
    "properties": {"scale": {"type": "string"}, "values": _texts, "words": _texts, "families": _texts},
    "required": ["scale", "values"],
    "additionalProperties": False,
}


@extend_schema_field(
    {
        "type": "object",
        "properties": {
            "opposites": _switch,
            "scales": {
                "type": "object",
                "properties": {"is_on": _flag, "table": {"type": "array", "items": _clash, "maxItems": 200}},
                "additionalProperties": False,
            },
            "heard": _measured,
            "worked": _measured,
            "nothing": _switch,
        },
        "additionalProperties": False,
    }
)
class RuleSettingsField(serializers.JSONField):
    """Rules with their numbers; those that are not sent take their defaults."""


@extend_schema_field(
    {
        "type": "object",
        "properties": {"contradictions": _flag, "majority": _flag},
        "additionalProperties": False,
    }
)
class JudgeSettingsField(serializers.JSONField):
    """What the language model is asked."""


class RulesSerializer(serializers.Serializer[Any]):
    is_active = serializers.BooleanField(required=False)
    action = serializers.ChoiceField(choices=TaskCheck.Action.choices, required=False)
    settings = RuleSettingsField(required=False)


class JudgeSerializer(serializers.Serializer[Any]):
    is_active = serializers.BooleanField(required=False)
    action = serializers.ChoiceField(choices=TaskCheck.Action.choices, required=False)
    settings = JudgeSettingsField(required=False)


class ChecksChangeSerializer(serializers.Serializer[Any]):
    rules = RulesSerializer(required=False)
    judge = JudgeSerializer(required=False)


class EndpointSerializer(serializers.Serializer[Any]):
    is_set_up = serializers.BooleanField(help_text="Whether this server has a language model to ask.")
    model = Text(help_text="Its name; empty without one.")
    last_at = serializers.DateTimeField(allow_null=True, help_text="When it was asked last, in this workspace.")
    last_error = Text(help_text="Why that brought nothing; empty where it answered.")


class ChecksSerializer(serializers.Serializer[Any]):
    rules = RulesSerializer()
    judge = JudgeSerializer()
    endpoint = EndpointSerializer()
    counts = serializers.DictField(child=Whole(), help_text="Results by what became of them, and answers checked.")


class FindingSerializer(serializers.Serializer[Any]):
    code = Text()
    what = Text(help_text="The code in words.")
    aliases = serializers.ListField(child=Text())
    sentence = Text()
    meaning = Text(required=False, help_text="Of descriptions that agree: what they share.")
    agreed = Whole(required=False)
    of = Whole(required=False)


class CheckedItemSerializer(serializers.Serializer[Any]):
    id = serializers.UUIDField()
    position = Whole()
    name = Text()


class CheckResultSerializer(serializers.Serializer[Any]):
    id = serializers.UUIDField()
    kind = serializers.ChoiceField(choices=TaskCheck.Kind.choices)
    state = serializers.ChoiceField(choices=CheckResult.State.choices)
    verdict = serializers.ChoiceField(choices=CheckResult.Verdict.choices, allow_blank=True)
    outcome = serializers.ChoiceField(choices=CheckResult.Outcome.choices)
    findings = FindingSerializer(many=True)
    item = CheckedItemSerializer()
    assignment_id = serializers.UUIDField(allow_null=True, help_text="Null: about all answers to the item.")
    annotator = NamedPersonSerializer(allow_null=True)
    revision = Whole(allow_null=True)
    model = Text()
    prompt_version = Text()
    said = Text(help_text="What the model said, word for word, up to 10,000 characters.")
    error = Text()
    tries = Whole()
    ask_at = serializers.DateTimeField(allow_null=True)
    created_at = serializers.DateTimeField()
    done_at = serializers.DateTimeField(allow_null=True)
    cleared_by = NamedPersonSerializer(allow_null=True)


class CheckListSerializer(serializers.Serializer[Any]):
    shown = serializers.ChoiceField(
        choices=[(name, label) for name, (label, _where) in SHOWN.items()], required=False, default=""
    )
    kind = serializers.ChoiceField(choices=TaskCheck.Kind.choices, required=False)
    item = serializers.UUIDField(required=False)
