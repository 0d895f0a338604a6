"""Results of items, how they are made, and what an auditor settles them by. For the documentation mostly."""

from typing import Any

from rest_framework import serializers

from annotations.aggregating.adjudicating import HOWS, MAX_NOTE
from annotations.aggregating.settings import METHOD_NAMES, MOST_COLLAR_MS
from annotations.models import ItemResult
from annotations.serializers.work import NamedPersonSerializer, WorkFileSerializer


class AggregateSerializer(serializers.Serializer[Any]):
    job = serializers.UUIDField(help_text="The job that computes: see jobs.")


class SettingSerializer(serializers.Serializer[Any]):
    """How a question is put together. What is left out is as it is by itself."""

    method = serializers.ChoiceField(choices=list(METHOD_NAMES), required=False)
    quorum = serializers.FloatField(min_value=0, max_value=1, required=False, help_text="Share of the people.")
    collar_ms = serializers.IntegerField(min_value=0, max_value=MOST_COLLAR_MS, required=False)
    least_confidence = serializers.FloatField(min_value=0, max_value=1, required=False)
    tolerance = serializers.FloatField(min_value=0, required=False, allow_null=True)


class AggregationSerializer(serializers.Serializer[Any]):
    questions = serializers.DictField(child=SettingSerializer(), help_text="By alias.")


class ShownAggregationSerializer(AggregationSerializer):
    methods = serializers.DictField(
        child=serializers.ListField(child=serializers.CharField()), help_text="What may be chosen, by alias."
    )
    job = serializers.UUIDField(allow_null=True, help_text="The job that computes the results anew, after a change.")


class ItemResultSerializer(serializers.ModelSerializer[ItemResult]):
    item = serializers.UUIDField(source="item_id", read_only=True)

    class Meta:
        model = ItemResult
        fields = ("item", "position", "state", "n_answers", "confidence", "gain", "values", "computed_at")
        read_only_fields = fields


class AfterSerializer(serializers.Serializer[Any]):
    after = serializers.UUIDField(required=False, help_text="The item that is passed over.")


class TakenSerializer(serializers.Serializer[Any]):
    how = serializers.ChoiceField(choices=HOWS)
    assignment = serializers.UUIDField(required=False, help_text="The turn it was taken from.")


class AdjudicateItemSerializer(serializers.Serializer[Any]):
    answers = serializers.DictField(help_text="Complete answers by alias, as an annotator hands them in.")
    seen = serializers.CharField(max_length=40, help_text="As read: refused (409) where anything changed since.")
    how = serializers.DictField(child=TakenSerializer(), required=False, help_text="By alias.")
    note = serializers.CharField(max_length=MAX_NOTE, required=False, allow_blank=True)
    active_ms = serializers.IntegerField(min_value=0, required=False)
    next = serializers.BooleanField(required=False, help_text="Answer with the next disputed item.")


class LaneSerializer(serializers.Serializer[Any]):
    assignment = serializers.UUIDField()
    person = NamedPersonSerializer()
    team = NamedPersonSerializer(allow_null=True)
    answers = serializers.DictField()
    active_ms = serializers.IntegerField()


class ConflictSerializer(serializers.Serializer[Any]):
    """Marks of several people about one stretch of sound."""

    label = serializers.CharField(allow_blank=True)  # type: ignore[assignment]
    start_ms = serializers.IntegerField()
    end_ms = serializers.IntegerField()
    members = serializers.DictField(help_text="[start_ms, end_ms] pairs by turn.")
    spans = serializers.ListField(child=serializers.ListField(child=serializers.IntegerField()), help_text="Medians.")
    support = serializers.IntegerField()
    kept = serializers.BooleanField(help_text="Enough people are for it.")
    open = serializers.BooleanField(help_text="No majority settles it.")
    conflicts = serializers.ListField(child=serializers.ChoiceField(choices=["label", "split", "missed", "boundary"]))


class LaneQuestionSerializer(serializers.Serializer[Any]):
    alias = serializers.CharField()
    type = serializers.CharField()
    name = serializers.CharField()
    prompt = serializers.CharField(allow_blank=True)
    required = serializers.BooleanField()  # type: ignore[assignment]
    configuration = serializers.DictField()
    consensus = serializers.DictField(help_text="value, confidence, votes, flags and method.")
    median = serializers.JSONField(allow_null=True)
    union = serializers.JSONField(allow_null=True)
    conflicts = ConflictSerializer(many=True)
    differs = serializers.BooleanField()
    labels = serializers.DictField(child=serializers.CharField(), help_text="Words by code.")


class LaneItemSerializer(serializers.Serializer[Any]):
    id = serializers.UUIDField()
    position = serializers.IntegerField()
    data = serializers.DictField()  # type: ignore[assignment]
    files = WorkFileSerializer(many=True)


class LaneTaskSerializer(serializers.Serializer[Any]):
    id = serializers.UUIDField()
    name = serializers.CharField()


class AdjudicationSerializer(serializers.Serializer[Any]):
    answers = serializers.DictField()
    how = serializers.DictField()
    note = serializers.CharField(allow_blank=True)
    by = NamedPersonSerializer()
    at = serializers.DateTimeField()


class LanesSerializer(serializers.Serializer[Any]):
    task = LaneTaskSerializer()
    item = LaneItemSerializer()
    questions = LaneQuestionSerializer(many=True)
    lanes = LaneSerializer(many=True)
    state = serializers.ChoiceField(choices=ItemResult.State.choices)
    adjudication = AdjudicationSerializer(allow_null=True)
    seen = serializers.CharField()
    moves = serializers.ListField(
        child=serializers.CharField(), help_text="What the caller may do: adjudicate, or nothing."
    )
    left = serializers.IntegerField(help_text="Disputed items of the task.")


class SettledSerializer(serializers.Serializer[Any]):
    state = serializers.ChoiceField(choices=ItemResult.State.choices)
    next = LanesSerializer(allow_null=True, help_text="The next disputed item when it was asked for and one waits.")
