"""Questions as `/v5/` takes and gives them: one shape for each of the six types, told apart by `question_type`."""

from typing import Any

from drf_spectacular.utils import PolymorphicProxySerializer, extend_schema_field
from rest_framework import serializers

from annotations.actions.questions import MAX_NAME, MAX_PROMPT
from annotations.questions import MAX_CHOICES, MAX_LABEL, MAX_LENGTH, MAX_STEPS
from evaluations.serializers.row_sets import IdentitySerializer

# Ours also asks for time regions; this door does not know them.
KINDS = ("timestamp", "categorical", "rating", "number", "free_text", "form")


class TimestampConfigurationSerializer(serializers.Serializer[Any]):
    multi = serializers.BooleanField(default=False, help_text="Several moments may be marked.")


class CategoricalConfigurationSerializer(serializers.Serializer[Any]):
    choices = serializers.ListField(child=serializers.CharField(max_length=200), min_length=1, max_length=MAX_CHOICES)
    multi = serializers.BooleanField(default=False, help_text="Several may be chosen.")
    dropdown = serializers.BooleanField(default=False, help_text="Shown as a list that drops down.")


class RatingConfigurationSerializer(serializers.Serializer[Any]):
    steps = serializers.IntegerField(min_value=1, max_value=MAX_STEPS)
    min_label = serializers.CharField(max_length=MAX_LABEL, help_text="What the first step means.")
    max_label = serializers.CharField(max_length=MAX_LABEL, help_text="What the last step means.")


class NumberConfigurationSerializer(serializers.Serializer[Any]):
    min = serializers.FloatField(required=False, help_text="The smallest number that is taken.")
    max = serializers.FloatField(required=False, help_text="The largest number that is taken.")


class FreeTextConfigurationSerializer(serializers.Serializer[Any]):
    min_length = serializers.IntegerField(min_value=0, max_value=MAX_LENGTH, default=0)
    max_length = serializers.IntegerField(min_value=1, max_value=MAX_LENGTH, default=2000)


@extend_schema_field({"type": "object", "additionalProperties": True})
class SchemaField(serializers.DictField):
    """A JSON schema, draft 2020-12, of the type object. It refers to nothing outside of itself."""


class FormConfigurationSerializer(serializers.Serializer[Any]):
    form_schema = SchemaField()


class _PlanSerializer(serializers.Serializer[Any]):
    name = serializers.CharField(max_length=MAX_NAME)
    prompt = serializers.CharField(max_length=MAX_PROMPT, allow_blank=True, help_text="What people are asked.")
    conditions = serializers.ListField(
        child=serializers.DictField(),
        required=False,
        help_text="When to show it, in words of your own: kept and given back.",
    )


class _QuestionSerializer(_PlanSerializer):
    id = serializers.CharField()
    object = serializers.ChoiceField(choices=["question"])
    conditions = serializers.ListField(child=serializers.DictField())
    created_at = serializers.DateTimeField()
    created_by = IdentitySerializer()
    archived_at = serializers.DateTimeField(allow_null=True)


_CONFIGURATIONS: dict[str, tuple[type[serializers.Serializer[Any]], bool]] = {
    "timestamp": (TimestampConfigurationSerializer, False),
    "categorical": (CategoricalConfigurationSerializer, True),
    "rating": (RatingConfigurationSerializer, True),
    "number": (NumberConfigurationSerializer, False),
    "free_text": (FreeTextConfigurationSerializer, False),
    "form": (FormConfigurationSerializer, True),
}


# The fields of a question as it is sent, and those of its configuration by its type.
KNOWN = (*_PlanSerializer().fields, "question_type", "configuration")
KNOWN_OF = {kind: tuple(configuration().fields) for kind, (configuration, _is_needed) in _CONFIGURATIONS.items()}


def _word(word: str) -> serializers.Field[Any, Any, Any, Any]:
    """A field that always says the same. As enums, six of one name would all be called otherwise."""
    field = type("Word", (serializers.CharField,), {})
    described = extend_schema_field({"type": "string", "pattern": f"^{word}$"})(field)
    made: serializers.Field[Any, Any, Any, Any] = described(help_text=word)
    return made


def _shapes(name: str, shape: type[serializers.Serializer[Any]], *, is_answer: bool) -> dict[str, Any]:
    """A serializer for each type: what is common, its type and its configuration."""
    return {
        kind: type(
            f"{kind.title().replace('_', '')}{name}Serializer",
            (shape,),
            {
                "question_type": _word(kind),
                "configuration": configuration(
                    required=is_answer or is_needed, help_text=f"{kind}: {', '.join(configuration().fields)}"
                ),
            },
        )
        for kind, (configuration, is_needed) in _CONFIGURATIONS.items()
    }


QUESTION_PLAN = PolymorphicProxySerializer(
    component_name="QuestionPlan",
    serializers=_shapes("QuestionPlan", _PlanSerializer, is_answer=False),
    resource_type_field_name="question_type",
    many=False,
)
QUESTION = PolymorphicProxySerializer(
    component_name="Question",
    serializers=_shapes("Question", _QuestionSerializer, is_answer=True),
    resource_type_field_name="question_type",
    many=False,
)
QUESTIONS = PolymorphicProxySerializer(
    component_name="Question",
    serializers=_shapes("Question", _QuestionSerializer, is_answer=True),
    resource_type_field_name="question_type",
    many=True,
)


class QuestionRenameSerializer(serializers.Serializer[Any]):
    """Nothing else of a question ever changes, since answers refer to it."""

    name = serializers.CharField(max_length=MAX_NAME)
