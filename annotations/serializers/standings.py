"""Rules about how people work, and where people stand. Shares go from 0 to 1, thresholds are per cent."""

from typing import Any

from rest_framework import serializers

from annotations.behaviour.sentences import explained
from annotations.models import QualityRule, Standing
from annotations.quality.behaviour import MOST_WINDOW, PAUSE, Rule

Whole = serializers.IntegerField


class RuleSerializer(serializers.Serializer[Any]):
    kind = serializers.ChoiceField(choices=QualityRule.Kind.choices)
    action = serializers.ChoiceField(choices=QualityRule.Action.choices, required=False, default="")
    threshold = serializers.FloatField(
        required=False,
        allow_null=True,
        default=None,
        help_text="controls, majority: per cent below which it fires; too_fast: per cent of fast answers from which.",
    )
    least = Whole(help_text="Answers there must be before it may fire; of skips and daily_cap the number itself.")
    window = Whole(
        required=False, default=0, help_text=f"How many of the last answers count; 0: all, at most {MOST_WINDOW}."
    )
    pause_hours = serializers.FloatField(required=False, default=24)
    explanation = serializers.CharField(read_only=True, help_text="What the rule does, as a sentence.")


class RulesSerializer(serializers.Serializer[Any]):
    rules = RuleSerializer(many=True)
    replaces_answers = serializers.BooleanField(
        required=False, help_text="Where a person is stopped, others are asked about the items they answered."
    )

    def wanted(self) -> list[Rule]:
        rules = []
        for row in self.validated_data["rules"]:
            action = row["action"] or (PAUSE if row["kind"] == QualityRule.Kind.DAILY_CAP else "")
            rules.append(Rule(**{**row, "action": action}))
        return rules


def rules_as_json(rules: list[Rule], *, replaces_answers: bool) -> dict[str, Any]:
    names = ("kind", "action", "threshold", "least", "window", "pause_hours")
    return {
        "rules": [{**{name: getattr(rule, name) for name in names}, "explanation": explained(rule)} for rule in rules],
        "replaces_answers": replaces_answers,
    }


class OwnEventSerializer(serializers.Serializer[Any]):
    action = serializers.ChoiceField(choices=QualityRule.Action.choices)
    reason = serializers.CharField()
    until = serializers.DateTimeField(allow_null=True)
    created_at = serializers.DateTimeField()
    undone_at = serializers.DateTimeField(allow_null=True)


class OwnStandingSerializer(serializers.Serializer[Any]):
    """Where the caller stands. Which of their items were checked is told to nobody who labels."""

    state = serializers.ChoiceField(choices=Standing.State.choices)
    until = serializers.DateTimeField(allow_null=True, help_text="When a pause ends by itself.")
    reason = serializers.CharField()
    sentence = serializers.CharField(help_text="What holds, in words; empty in good standing.")
    right_percent = serializers.FloatField(
        allow_null=True,
        help_text="Of the answers that were checked, as of the last full hour; null while too few were.",
    )
    events = OwnEventSerializer(many=True)


class EventSerializer(OwnEventSerializer):
    id = serializers.UUIDField()
    kind = serializers.ChoiceField(choices=[*QualityRule.Kind.choices, ("", "by a manager")])
    figures = serializers.JSONField(help_text="What the rule saw.")
    by = serializers.UUIDField(source="by_id", allow_null=True, help_text="The manager; null where a rule did it.")
    undone_by = serializers.UUIDField(source="undone_by_id", allow_null=True)


class ShareField(serializers.Serializer[Any]):
    n = Whole()
    share = serializers.FloatField(allow_null=True)
    low = serializers.FloatField(allow_null=True, help_text="Ends of a 95 % interval.")
    high = serializers.FloatField(allow_null=True)


class PersonField(serializers.Serializer[Any]):
    id = serializers.UUIDField()
    name = serializers.CharField()
    email = serializers.CharField()


class PersonStandingSerializer(serializers.Serializer[Any]):
    user = PersonField()
    teams = serializers.ListField(child=serializers.CharField())
    state = serializers.ChoiceField(choices=Standing.State.choices)
    until = serializers.DateTimeField(allow_null=True)
    reason = serializers.CharField()
    answers = Whole(help_text="Items handed in.")
    skipped = Whole()
    controls = ShareField(help_text="Control items: how much of what was asked is right.")
    majority = ShareField(help_text="Items on which they agree with most others, of those that have a majority.")
    fast = ShareField(help_text="Answers that were too fast, of the last ones of the task.")
    last_at = serializers.DateTimeField(allow_null=True)
    moves = serializers.ListField(child=serializers.CharField(), help_text="What a manager can do with them now.")
    events = EventSerializer(many=True, help_text="The last three.")


class StandingMoveSerializer(serializers.Serializer[Any]):
    reason = serializers.CharField(
        required=False, allow_blank=True, default="", max_length=1000, help_text="The person reads it. Not of an undo."
    )
    hours = serializers.FloatField(
        required=False, allow_null=True, default=None, help_text="Of a pause; 24 if not said."
    )
