from typing import Any

from rest_framework import serializers


class ImportAnswersSerializer(serializers.Serializer[Any]):
    """A table of `audio`, `Crowd_Worker_1`…, `Expert_1`… and `source_dataset`, as CSV, JSON Lines or Parquet."""

    file = serializers.FileField()
    dataset_id = serializers.UUIDField(help_text="The dataset whose recordings the file names.")
    vocabulary_id = serializers.UUIDField(help_text="The word pool that its words are looked up in.")
    name = serializers.CharField(
        max_length=255, required=False, allow_blank=True, default="", help_text="Of the task; empty: the file's name."
    )


class UnmappedWordSerializer(serializers.Serializer[Any]):
    word = serializers.CharField()
    count = serializers.IntegerField()


class UnreadScaleSerializer(serializers.Serializer[Any]):
    line = serializers.IntegerField()
    column = serializers.CharField()
    alias = serializers.CharField()
    text = serializers.CharField()


class ImportReportSerializer(serializers.Serializer[Any]):
    """What became of what is in the file. Words that the pool lacks wait in its curation queue."""

    rows = serializers.IntegerField()
    answers = serializers.IntegerField()
    people = serializers.DictField(child=serializers.IntegerField(), help_text="By team.")
    words_mapped = serializers.DictField(
        child=serializers.IntegerField(), help_text="By how they were found: id, exact, synonym, lemma."
    )
    words_unmapped = serializers.DictField(child=UnmappedWordSerializer(many=True), help_text="By facet.")
    n_words_unmapped = serializers.IntegerField()
    scales_unread = UnreadScaleSerializer(many=True, help_text="Left empty; the first 50.")
    n_scales_unread = serializers.IntegerField()


class ImportedAnswersSerializer(serializers.Serializer[Any]):
    task_id = serializers.UUIDField()
    report = ImportReportSerializer()
