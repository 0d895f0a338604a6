"""Evaluations as `/v5/` takes and gives them. What is sent is checked by the actions; this describes it."""

from typing import Any

from drf_spectacular.utils import extend_schema_field
from rest_framework import serializers

from evaluations.actions.plans import MOST_TAGS
from evaluations.asked import DEFAULT_ALIAS, DEFAULT_QUEUE, LONGEST_COLUMN, LONGEST_NAME, MOST_TASKS, TASK_TYPE
from evaluations.metadata import LONGEST_KEY, LONGEST_VALUE, MOST_FILTERS, OPERATORS
from evaluations.serializers.row_sets import IdentitySerializer, RowSetSerializer

_PLACE = {
    "type": "object",
    "description": "A component shows one thing of the row; a container holds components and containers.",
    "properties": {
        "data": {"type": "string", "description": "item.FIELD, or item.files.KEY for a recording."},
        "label": {"type": "string", "description": "The field's name unless it is given."},
        "children": {"type": "array", "items": {"type": "object", "additionalProperties": True}},
        "direction": {"type": "string", "enum": ["row", "column"]},
    },
}


@extend_schema_field(
    {
        "type": "object",
        "required": ["children"],
        "properties": {
            "children": {"type": "array", "minItems": 1, "items": _PLACE},
            "direction": {"type": "string", "enum": ["row", "column"], "default": "row"},
        },
    }
)
class LayoutField(serializers.DictField):
    """A container: rows and columns of what people see."""


class TaskConfigurationSerializer(serializers.Serializer[Any]):
    question_id = serializers.CharField()
    layout = LayoutField()
    queue_id = serializers.CharField(
        default=DEFAULT_QUEUE, max_length=LONGEST_NAME, help_text="What is in one queue is answered on one screen."
    )
    required = serializers.BooleanField(default=False)  # type: ignore[assignment]
    prefill_from = serializers.CharField(
        required=False, max_length=LONGEST_COLUMN, help_text="Key of the rows' data with the answer to begin with."
    )


class TaskSerializer(serializers.Serializer[Any]):
    task_type = serializers.ChoiceField(choices=[TASK_TYPE], default=TASK_TYPE)
    alias = serializers.CharField(
        default=DEFAULT_ALIAS, max_length=LONGEST_NAME, help_text="Key of the answer in a row's data."
    )
    configuration = TaskConfigurationSerializer()


class NewTaskSerializer(serializers.Serializer[Any]):
    task = TaskSerializer()


class TaskConfigurationChangeSerializer(serializers.Serializer[Any]):
    """The whole new configuration: what is left out takes its default."""

    configuration = TaskConfigurationSerializer()


class _FieldsSerializer(serializers.Serializer[Any]):
    name = serializers.CharField(min_length=1, max_length=128)
    description = serializers.CharField(required=False, allow_blank=True, allow_null=True, max_length=280)
    tags = serializers.ListField(
        child=serializers.CharField(max_length=100),
        required=False,
        allow_null=True,
        max_length=MOST_TAGS,
        help_text="Words without commas.",
    )
    metadata = serializers.DictField(required=False, allow_null=True)


class NewRowSetSerializer(serializers.Serializer[Any]):
    """The dataset to be made of the rows."""

    name = serializers.CharField(min_length=1, max_length=128)
    description = serializers.CharField(required=False, allow_blank=True, allow_null=True, max_length=280)
    tags = serializers.ListField(
        child=serializers.CharField(max_length=100), required=False, allow_null=True, max_length=MOST_TAGS
    )
    keys = serializers.ListField(
        child=serializers.CharField(), required=False, help_text="Keys of the data that the dataset gets; all without."
    )


class EvaluationPlanSerializer(_FieldsSerializer):
    """Rows of `data` and `files`; or those of a dataset, by its id; or `data`, of which a dataset is made as well."""

    data = serializers.ListField(  # type: ignore[assignment]
        child=serializers.DictField(), required=False, help_text="Rows. Needed unless there is a dataset_id."
    )
    files = serializers.ListField(
        child=serializers.DictField(child=serializers.CharField()),
        required=False,
        allow_null=True,
        help_text="Ids of files by key, for each row.",
    )
    tasks = serializers.ListField(child=TaskSerializer(), required=False, allow_null=True, max_length=MOST_TASKS)
    skip_prefilled_rows = serializers.BooleanField(required=False)
    taxonomy_params = serializers.DictField(required=False, allow_null=True)
    dataset_id = serializers.CharField(required=False)
    dataset = NewRowSetSerializer(required=False)


class EvaluationChangeSerializer(_FieldsSerializer):
    """Some fields, `metadata` as a merge patch (RFC 7396); or `restore` alone."""

    name = serializers.CharField(required=False, min_length=1, max_length=128)
    restore = serializers.BooleanField(required=False)


class FilterSerializer(serializers.Serializer[Any]):
    key = serializers.CharField(max_length=LONGEST_KEY)
    operator = serializers.ChoiceField(choices=list(OPERATORS))
    value = serializers.CharField(
        max_length=LONGEST_VALUE, allow_blank=True, help_text="With IN and NOT_IN: words separated by commas."
    )


class FiltersSerializer(serializers.Serializer[Any]):
    """All of them hold for what is found."""

    filters = serializers.ListField(child=FilterSerializer(), max_length=MOST_FILTERS)


class FailedItemSerializer(serializers.Serializer[Any]):
    item_id = serializers.CharField()
    error = serializers.CharField(allow_null=True)
    error_type = serializers.CharField(allow_null=True)


class ItemsProgressSerializer(serializers.Serializer[Any]):
    total = serializers.IntegerField()
    pending = serializers.IntegerField()
    successful = serializers.IntegerField()
    failed = serializers.IntegerField()
    failed_items = FailedItemSerializer(many=True, allow_null=True, help_text="The first of them, of one evaluation.")


class EvaluationProgressSerializer(serializers.Serializer[Any]):
    items = ItemsProgressSerializer()
    workflows = serializers.DictField(allow_null=True, help_text="Always null: people answer, no workflow runs.")


class EvaluationSerializer(serializers.Serializer[Any]):
    id = serializers.CharField()
    object = serializers.ChoiceField(choices=["evaluation"])
    name = serializers.CharField()
    description = serializers.CharField()
    status = serializers.ChoiceField(choices=["running", "completed", "failed"])
    status_reason = serializers.CharField(allow_null=True)
    created_at = serializers.DateTimeField()
    created_by = IdentitySerializer()
    archived_at = serializers.DateTimeField(allow_null=True)
    tags = serializers.ListField(child=serializers.CharField())
    datasets = RowSetSerializer(many=True)
    metadata = serializers.DictField(allow_null=True)
    error_count = serializers.IntegerField()
    progress = EvaluationProgressSerializer()
    tasks = TaskSerializer(many=True, allow_null=True, help_text="With views=tasks.")


class FieldSchemaSerializer(serializers.Serializer[Any]):
    field_name = serializers.CharField()  # type: ignore[assignment]
    data_type = serializers.ChoiceField(choices=["string", "number", "boolean", "object", "array", "null"])
    item_count = serializers.IntegerField()
    source = serializers.ChoiceField(choices=["data", "task_result_cache"])  # type: ignore[assignment]
    object = serializers.ChoiceField(choices=["field_schema"])


class EvaluationSchemaSerializer(serializers.Serializer[Any]):
    evaluation_id = serializers.CharField()
    object = serializers.ChoiceField(choices=["evaluation_schema"])
    fields = FieldSchemaSerializer(many=True)  # type: ignore[assignment]
    total_items = serializers.IntegerField()
    is_sampled = serializers.BooleanField()
    sample_size = serializers.IntegerField(allow_null=True)
