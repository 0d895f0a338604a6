"""A task's quality report as programs read it: shares and alpha from 0 to 1, times in milliseconds."""

from typing import Any

from rest_framework import serializers

from annotations.reports.stored import Stored
from workspaces.models import Job

Whole = serializers.IntegerField
Text = serializers.CharField


class ReportJobSerializer(serializers.ModelSerializer[Job]):
    class Meta:
        model = Job
        fields = ("id", "state", "progress_done", "progress_total", "error", "created_at", "finished_at")
        read_only_fields = fields


class ReportFiguresSerializer(serializers.Serializer[Any]):
    """Counted over answers that were handed in and are not back, of people who are not stopped in the task."""

    version = Whole()
    items = Whole(help_text="Items of the task.")
    answered = Whole(help_text="Items with an answer.")
    overlapping = Whole(help_text="Items with answers of several people.")
    answers = Whole()
    returned = Whole(help_text="Times an answer was returned.")
    left_out = Whole(help_text="Answers that were left out for good.")
    questions = serializers.ListField(
        child=serializers.DictField(),
        help_text=(
            "For each question that can be compared: `agreement` by team id and for `all` (alpha with its interval,"
            " share of pairs alike, event F1 by collar), `accuracy` against what holds, `table` of what was taken for"
            " what, `pairs` with Cohen's kappa, `bounds` of marks, `words`, and `between` teams."
        ),
    )
    people = serializers.ListField(child=serializers.DictField(), help_text="Each person against what holds.")
    teams = serializers.ListField(child=serializers.DictField(), help_text="Each team: accuracy, effort and cost.")
    controls = serializers.DictField(help_text="Control items answered, and how many rightly.")
    checks = serializers.DictField(help_text="What automatic checks found.")


class QualityReportSerializer(serializers.Serializer[Stored]):
    computed_at = serializers.DateTimeField(allow_null=True, help_text="Null while it was never computed.")
    seconds = serializers.FloatField(allow_null=True, help_text="How long computing took.")
    answers_since = Whole(source="news", help_text="Answers and settlements that came after it was computed.")
    job = ReportJobSerializer(allow_null=True, help_text="The last computation, which may be under way.")
    figures = ReportFiguresSerializer(source="page", allow_null=True)
