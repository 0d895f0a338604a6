"""Rows of evaluations as `/v5/` gives them, and files of them."""

from typing import Any

from django.utils.translation import gettext_lazy
from rest_framework import serializers

from evaluations.item_states import STATUSES
from evaluations.serializers.row_sets import IdentitySerializer
from evaluations.serializers.sentences import Choice, Flag, Object, Text


class TaskErrorSerializer(serializers.Serializer[Any]):
    message = serializers.CharField()
    type = serializers.CharField()


class EvaluationItemSerializer(serializers.Serializer[Any]):
    id = serializers.CharField()
    object = serializers.ChoiceField(choices=["evaluation.item"])
    evaluation_id = serializers.CharField()
    data = serializers.DictField(help_text="The row's own values, and each answer under its task's alias.")  # type: ignore[assignment]
    files = serializers.DictField(child=serializers.CharField(), allow_null=True, help_text="Ids of files by key.")
    created_at = serializers.DateTimeField()
    created_by = IdentitySerializer()
    archived_at = serializers.DateTimeField(allow_null=True)
    dataset_item_id = serializers.CharField(allow_null=True)
    dataset_item_version_num = serializers.IntegerField(allow_null=True)
    task_errors = serializers.DictField(child=TaskErrorSerializer(), allow_null=True)
    task_result_statuses = serializers.DictField(child=serializers.ChoiceField(choices=STATUSES), allow_null=True)


class ExportPlanSerializer(Object):
    """Which rows go into a file, and how it is handed over."""

    evaluation_id = Text()
    export_format = Choice(
        choices=["json", "jsonl", "csv"],
        required=False,
        default="json",
        error_messages={"invalid_choice": gettext_lazy("“{input}” is not known here. Give one of: json, jsonl, csv.")},
    )
    export_method = Choice(
        choices=["direct", "signed_url"],
        required=False,
        default="direct",
        error_messages={
            "invalid_choice": gettext_lazy("“{input}” is not known here. Give one of: direct, signed_url.")
        },
    )
    include_archived = Flag(required=False, default=False)


class ExportSerializer(serializers.Serializer[Any]):
    filename = serializers.CharField()
    content = serializers.CharField(allow_null=True, help_text="The file itself, where it was asked for directly.")
    signed_url = serializers.CharField(allow_null=True, help_text="Where the file can be fetched for an hour.")
