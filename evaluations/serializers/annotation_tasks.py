"""Annotation tasks as `/v5/` takes and gives them."""

from typing import Any

from django.utils.translation import gettext_lazy
from rest_framework import serializers

from evaluations.actions.annotation_tasks import MOST
from evaluations.annotation_tasks import AUDIT, COMPLETED, LABELING, PENDING_REDO, STATUSES
from evaluations.serializers.sentences import Choice, Object, Text, Texts


class AuditAssignmentSerializer(Object):
    """Who judges the work at these rows."""

    evaluation_id = Text()
    queue_id = Text()
    evaluation_item_ids = Texts(min_length=1, max_length=MOST)
    level_1_assigned_to = Text(required=False, help_text="Of what nobody judged yet: a user id.")
    level_2_assigned_to = Text(required=False, help_text="Of what one auditor approved: a user id.")


class AnnotationTaskChangeSerializer(Object):
    """Either `ids` with `assigned_to` or `status` or both, or `audit_assignment`."""

    ids = Texts(required=False, min_length=1, max_length=MOST)
    assigned_to = Text(required=False, help_text="A user id.")
    status = Choice(
        choices=[PENDING_REDO, COMPLETED],
        required=False,
        error_messages={
            "invalid_choice": gettext_lazy("“{input}” cannot be asked for. Give PENDING_REDO or COMPLETED.")
        },
    )
    audit_assignment = AuditAssignmentSerializer(required=False)


class AnnotationTaskSerializer(serializers.Serializer[Any]):
    id = serializers.CharField()
    object = serializers.ChoiceField(choices=["annotation_task"])
    evaluation_id = serializers.CharField()
    evaluation_item_id = serializers.CharField()
    queue_id = serializers.CharField()
    priority = serializers.IntegerField()
    status = serializers.ChoiceField(choices=STATUSES)
    task_type = serializers.ChoiceField(choices=[LABELING, AUDIT])
    assigned_to = serializers.CharField(allow_null=True)
    assignment_expires_at = serializers.DateTimeField(allow_null=True)
    duration_seconds = serializers.IntegerField()
    flagged_for_review = serializers.BooleanField()
    review_comment = serializers.CharField(allow_null=True)
    updated_at = serializers.DateTimeField()


class AnnotationTasksSerializer(serializers.Serializer[Any]):
    object = serializers.ChoiceField(choices=["list"])
    items = AnnotationTaskSerializer(many=True)
