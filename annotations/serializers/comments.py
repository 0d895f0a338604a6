"""A remark on a turn, as it is sent and shown."""

from typing import Any

from rest_framework import serializers

from annotations.serializers.work import WrittenCommentSerializer


class CommentSerializer(serializers.Serializer[Any]):
    text = serializers.CharField(min_length=1, max_length=2000)
    at_ms = serializers.IntegerField(
        min_value=0, required=False, allow_null=True, help_text="Moment of the recording; null for the whole item."
    )


class CommentsSerializer(serializers.Serializer[Any]):
    items = WrittenCommentSerializer(many=True)
    total = serializers.IntegerField()
