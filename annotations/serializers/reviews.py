"""What auditors send, and what they and programs get back. Verdicts are checked where they are given."""

from typing import Any

from rest_framework import serializers

from annotations.closing import BY_SAMPLE, Action
from annotations.models import Assignment, ReasonCode, Review
from annotations.serializers.work import WorkSerializer

REVISION = "The submission that was judged. One that is not the last is refused (409)."


class ApproveSerializer(serializers.Serializer[Any]):
    revision = serializers.IntegerField(min_value=1, required=False, help_text=REVISION)
    next = serializers.BooleanField(required=False, help_text="Answer with the next review.")


class FixSerializer(serializers.Serializer[Any]):
    revision = serializers.IntegerField(min_value=1, required=False, help_text=REVISION)
    answers = serializers.DictField(help_text="Complete answers by alias, as an annotator hands them in.")
    size = serializers.ChoiceField(choices=Assignment.Correction.choices, help_text="How much had to change.")
    active_ms = serializers.IntegerField(min_value=0, required=False)
    listened = serializers.ListField(child=serializers.ListField(child=serializers.IntegerField()), required=False)
    dismissed = serializers.ListField(
        child=serializers.CharField(max_length=40),
        required=False,
        help_text="Ids of the suggestions that were turned down; left out: as it was.",
    )
    next = serializers.BooleanField(required=False, help_text="Answer with the next review.")


class RejectSerializer(serializers.Serializer[Any]):
    revision = serializers.IntegerField(min_value=1, required=False, help_text=REVISION)
    reason_code = serializers.ChoiceField(choices=ReasonCode.choices)
    comment = serializers.CharField(min_length=3, max_length=2000)
    next = serializers.BooleanField(required=False, help_text="Answer with the next review.")


class LetGoSerializer(serializers.Serializer[Any]):
    next = serializers.BooleanField(required=False, help_text="Answer with the next review.")


class VerdictSerializer(serializers.Serializer[Any]):
    """What came of a verdict."""

    state = serializers.ChoiceField(choices=Assignment.State.choices)
    next = WorkSerializer(allow_null=True, help_text="The next review when it was asked for and one waits.")


class CloseSampleSerializer(serializers.Serializer[Any]):
    action = serializers.ChoiceField(choices=[(name, Action(name).label) for name in BY_SAMPLE])
    reason_code = serializers.ChoiceField(choices=ReasonCode.choices, required=False, help_text="For what goes back.")
    comment = serializers.CharField(min_length=3, max_length=2000, required=False, help_text="For what goes back.")


class ClosedSerializer(serializers.Serializer[Any]):
    """What became of how many; with `job` a worker is at it, and these are zero."""

    approved = serializers.IntegerField()
    returned = serializers.IntegerField()
    escalated = serializers.IntegerField()
    job = serializers.UUIDField(allow_null=True)


class ReviewFiguresSerializer(serializers.Serializer[Any]):
    """First verdicts of somebody who opened the item, and what they say about the rest."""

    decided = serializers.IntegerField()
    rejected = serializers.IntegerField()
    fixed = serializers.IntegerField()
    dropped = serializers.IntegerField()
    floor = serializers.IntegerField(help_text="So many must be decided before the rest may be approved at once.")
    waiting = serializers.IntegerField(help_text="Items that wait for a first verdict.")
    sample_size = serializers.IntegerField()
    sample_decided = serializers.IntegerField()
    bound = serializers.FloatField(
        allow_null=True, help_text="At most this share is wrong, with 95 % confidence (one-sided Clopper-Pearson)."
    )
    by_origin = serializers.DictField(
        child=serializers.IntegerField(), help_text="What is done, by how it was approved."
    )


class ReviewSerializer(serializers.ModelSerializer[Review]):
    """One verdict."""

    submission = serializers.UUIDField(source="submission_id")
    assignment = serializers.UUIDField(source="submission.assignment_id")
    revision = serializers.IntegerField(source="submission.revision")
    reviewer = serializers.SerializerMethodField()
    reason = serializers.CharField(source="reason_code")
    at = serializers.DateTimeField(source="created_at")

    class Meta:
        model = Review
        fields = (
            "id",
            "assignment",
            "submission",
            "revision",
            "reviewer",
            "verdict",
            "origin",
            "correction",
            "reason",
            "comment",
            "at",
        )
        read_only_fields = fields

    def get_reviewer(self, review: Review) -> dict[str, str]:
        return {"id": str(review.reviewer_id), "name": str(review.reviewer)}
