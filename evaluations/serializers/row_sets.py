"""Datasets of rows as `/v5/` takes and gives them."""

from typing import Any

from rest_framework import serializers

from evaluations.actions.plans import LONGEST_DESCRIPTION, LONGEST_NAME, LONGEST_TAG, MOST_TAGS


class IdentitySerializer(serializers.Serializer[Any]):
    id = serializers.CharField()
    type = serializers.ChoiceField(choices=["user", "service_account"])
    object = serializers.ChoiceField(choices=["identity"])


class RowSetFieldsSerializer(serializers.Serializer[Any]):
    """What of a dataset can be changed without touching its rows. The actions check it; this describes it."""

    name = serializers.CharField(min_length=1, max_length=LONGEST_NAME)
    description = serializers.CharField(
        required=False, allow_blank=True, allow_null=True, max_length=LONGEST_DESCRIPTION
    )
    tags = serializers.ListField(
        child=serializers.CharField(max_length=LONGEST_TAG),
        required=False,
        allow_null=True,
        max_length=MOST_TAGS,
        help_text="Words without commas.",
    )


class RowSetPlanSerializer(RowSetFieldsSerializer):
    """A dataset to be made."""

    data = serializers.ListField(child=serializers.DictField(), help_text="Rows: at least one.")  # type: ignore[assignment]
    files = serializers.ListField(
        child=serializers.DictField(child=serializers.CharField()),
        required=False,
        help_text="Ids of files by key, for each row.",
    )


class RowSetChangeSerializer(RowSetFieldsSerializer):
    """Some fields, or `restore` alone."""

    name = serializers.CharField(required=False, min_length=1, max_length=LONGEST_NAME)
    restore = serializers.BooleanField(required=False)


class RowSetSerializer(serializers.Serializer[Any]):
    id = serializers.CharField()
    object = serializers.ChoiceField(choices=["dataset"])
    name = serializers.CharField()
    description = serializers.CharField()
    tags = serializers.ListField(child=serializers.CharField())
    current_version_num = serializers.IntegerField()
    created_at = serializers.DateTimeField()
    created_by = IdentitySerializer()
    archived_at = serializers.DateTimeField(allow_null=True)


class RowSetArchivedSerializer(serializers.Serializer[Any]):
    id = serializers.CharField()
    deleted = serializers.BooleanField()
    object = serializers.ChoiceField(choices=["dataset"])


class DatasetItemPlanSerializer(serializers.Serializer[Any]):
    """The whole content of a row: what is left out is gone."""

    data = serializers.DictField()  # type: ignore[assignment]
    files = serializers.DictField(child=serializers.CharField(), required=False)


class DatasetItemBatchSerializer(serializers.Serializer[Any]):
    """Rows to be added, as one new version of the dataset."""

    dataset_id = serializers.CharField()
    data = serializers.ListField(child=serializers.DictField())  # type: ignore[assignment]
    files = serializers.ListField(child=serializers.DictField(child=serializers.CharField()), required=False)


class DatasetItemSerializer(serializers.Serializer[Any]):
    id = serializers.CharField()
    object = serializers.ChoiceField(choices=["dataset.item"])
    dataset_id = serializers.CharField()
    data = serializers.DictField()  # type: ignore[assignment]
    files = serializers.DictField(child=serializers.CharField(), allow_null=True)
    content_hash = serializers.CharField(help_text="SHA-256 of data and files as JSON with sorted keys.")
    created_at = serializers.DateTimeField()
    updated_at = serializers.DateTimeField()
    created_by = IdentitySerializer()
    archived_at = serializers.DateTimeField(allow_null=True)


class DatasetItemsSerializer(serializers.Serializer[Any]):
    object = serializers.ChoiceField(choices=["list"])
    items = DatasetItemSerializer(many=True)


class DatasetItemArchivedSerializer(serializers.Serializer[Any]):
    id = serializers.CharField()
    deleted = serializers.BooleanField()
    object = serializers.ChoiceField(choices=["dataset.item"])
