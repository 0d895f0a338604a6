"""Figures of a task, as OpenAPI shows them and as they are sent. Times are milliseconds, rates go from 0 to 1."""

from collections.abc import Mapping
from typing import Any

from drf_spectacular.utils import extend_schema_field
from rest_framework import serializers

from annotations.models import Assignment, LabelingTask
from annotations.reporting import Report

Whole = serializers.IntegerField
Text = serializers.CharField


class ByStateField(serializers.Field[Any, Any, dict[str, int], Any]):
    """Turns per state, all states present."""

    def to_representation(self, value: Mapping[str, int]) -> dict[str, int]:
        return {state: value.get(state, 0) for state in Assignment.State.values}


BY_STATE = {
    "type": "object",
    "properties": {state: {"type": "integer"} for state in Assignment.State.values},
    "required": list(Assignment.State.values),
}
extend_schema_field(BY_STATE)(ByStateField)


class TallySerializer(serializers.Serializer[Any]):
    held = Whole(help_text="Turns that are or were this person's.")
    done = Whole(help_text="Turns that count: approved, or handed in where nothing is reviewed.")
    approved = Whole()
    in_review = Whole()
    rework = Whole(help_text="Turns that came back and wait to be corrected.")
    handed_in = Whole(help_text="Turns labeled and not back: done, in review or escalated.")
    rejected = Whole(help_text="Times a turn was returned.")
    audio_done_ms = Whole(help_text="Length of the recordings of the turns that count.")
    audio_handed_in_ms = Whole(help_text="Length of the recordings of all turns handed in once or more.")
    active_ms = Whole(source="worked_ms", help_text="Time worked, over all revisions.")
    real_time_factor = serializers.FloatField(allow_null=True, help_text="active_ms / audio_handed_in_ms")
    first_pass_rate = serializers.FloatField(
        allow_null=True, help_text="Share of first revisions that were approved as they came."
    )
    last_at = serializers.DateTimeField(allow_null=True, help_text="Last handed in.")


class PersonFiguresSerializer(TallySerializer):
    annotator_id = serializers.UUIDField(source="id")
    name = Text()
    email = Text()
    quota = Whole(allow_null=True)
    by_state = ByStateField()


class ReviewerFiguresSerializer(serializers.Serializer[Any]):
    reviewer_id = serializers.UUIDField(source="id")
    name = Text()
    email = Text()
    quota = Whole(allow_null=True)
    waiting = Whole(help_text="Turns kept for this person.")
    decided = Whole(help_text="Turns on which a verdict of theirs stands, those passed unopened left out.")
    unseen = Whole(help_text="Turns they passed with the rest or with a sample.")
    rejected = Whole(help_text="Times a turn they judge was returned.")
    ms_each = serializers.FloatField(allow_null=True, help_text="Time from one verdict to the next, of the last 100.")
    last_at = serializers.DateTimeField(allow_null=True, help_text="Last verdict.")


class DaySerializer(serializers.Serializer[Any]):
    day = serializers.DateField(help_text="A UTC day.")
    labeled = Whole(help_text="Turns handed in for the last time on this day.")
    decided = Whole(help_text="Turns judged for the last time on this day.")
    looked_at = Whole(help_text="Of those decided, the ones somebody opened.")


class ForecastSerializer(serializers.Serializer[Any]):
    ready_on = serializers.DateField(allow_null=True)
    reason = Text(
        help_text="Why ready_on is null: nothing_left, too_little, no_work, too_few_verdicts, no_verdicts, too_far."
    )
    labeled_on = serializers.DateField(allow_null=True)
    reviewed_on = serializers.DateField(allow_null=True)
    labeled_per_day = serializers.FloatField(allow_null=True)
    reviewed_per_day = serializers.FloatField(allow_null=True)
    hours_left = serializers.FloatField(allow_null=True, help_text="Hours of people's work.")
    days_late = Whole(allow_null=True, help_text="Days from the deadline to ready_on; negative is in time.")


class ReasonSerializer(serializers.Serializer[Any]):
    reason_code = Text()
    count = Whole()


class ReviewTotalsSerializer(serializers.Serializer[Any]):
    in_review = Whole()
    rejected = Whole(help_text="Times a turn was returned.")
    first_pass_rate = serializers.FloatField(allow_null=True)
    bound = serializers.FloatField(
        allow_null=True, help_text="Share of first revisions that is wrong at most, with 95 % confidence."
    )
    by_origin = serializers.DictField(child=Whole(), help_text="What is approved, by how it came about.")
    dropped = Whole(help_text="Left out by an auditor.")
    excluded = Whole(help_text="Left out by a manager.")
    reasons = ReasonSerializer(many=True)


class MyReviewingSerializer(serializers.Serializer[Any]):
    waiting = Whole()
    decided = Whole()
    approved = Whole()
    fixed = Whole()
    rejected = Whole()
    dropped = Whole()
    ms_each = serializers.FloatField(allow_null=True)
    last_at = serializers.DateTimeField(allow_null=True)


class MineSerializer(serializers.Serializer[Any]):
    done = Whole(help_text="As the workbench shows it: of the caller's number, or of the whole task.")
    total = Whole()
    labeling = TallySerializer(allow_null=True, help_text="For who may label.")
    reasons = ReasonSerializer(many=True, help_text="Why the caller's work came back.")
    review = MyReviewingSerializer(allow_null=True, help_text="For who may review.")


class TakenSerializer(serializers.Serializer[Any]):
    name = Text(help_text="A label, or a person.")
    proposed = Whole()
    accepted = Whole()
    adjusted = Whole()
    dismissed = Whole()
    left = Whole()
    added = Whole(help_text="Regions that people made from no suggestion.")


class SuggestionFiguresSerializer(serializers.Serializer[Any]):
    turns = Whole(help_text="Handed in after the model had listened.")
    labels = TakenSerializer(many=True)
    people = TakenSerializer(many=True)


class OwnTaskProgressSerializer(serializers.Serializer[Any]):
    """What everybody in the task gets."""

    state = serializers.ChoiceField(choices=LabelingTask.State.choices)
    mine = MineSerializer()


class TaskProgressSerializer(OwnTaskProgressSerializer):
    """`state` and `mine` are for everybody in the task; the rest is there for its managers alone."""

    items = Whole(required=False)
    by_state = ByStateField(required=False)
    total = TallySerializer(required=False)
    people = PersonFiguresSerializer(many=True, required=False)
    reviewers = ReviewerFiguresSerializer(many=True, required=False)
    days = DaySerializer(many=True, required=False)
    forecast = ForecastSerializer(required=False)
    review = ReviewTotalsSerializer(required=False, allow_null=True, help_text="Null where nothing is reviewed.")
    suggestions = SuggestionFiguresSerializer(
        required=False, allow_null=True, help_text="What people made of a model's suggestions; null without a model."
    )


def reasons(counts: Mapping[str, int]) -> list[dict[str, Any]]:
    """Most frequent first."""
    found = sorted(counts.items(), key=lambda pair: (-pair[1], pair[0]))
    return [{"reason_code": code, "count": count} for code, count in found]


def managers_part(report: Report) -> dict[str, Any]:
    """What TaskProgressSerializer sends to managers."""
    whole = report.whole
    review = {
        "in_review": whole.everybody.in_review,
        "rejected": whole.everybody.rejected,
        "first_pass_rate": whole.everybody.first_pass_rate,
        "bound": report.bound,
        "by_origin": report.by_origin,
        "dropped": report.dropped,
        "excluded": report.excluded,
        "reasons": reasons(report.reason_counts),
    }
    return {
        "items": whole.n_items,
        "by_state": whole.everybody.by_state,
        "total": whole.everybody,
        "people": report.people,
        "reviewers": report.reviewers,
        "days": report.days,
        "forecast": report.forecast,
        "review": review if report.task.is_reviewed else None,
        "suggestions": report.suggestions,
    }
