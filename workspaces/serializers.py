"""API keys as programs see them."""

from typing import Any

from rest_framework import serializers

from workspaces.models import ApiKey


class ApiKeySerializer(serializers.ModelSerializer[ApiKey]):
    key_prefix = serializers.CharField(source="PREFIX", read_only=True)

    class Meta:
        model = ApiKey
        fields = ("id", "name", "key_prefix", "hint", "scopes", "created_at", "expires_at", "last_used_at")


class NewApiKeySerializer(serializers.Serializer[Any]):
    """`workspace` is needed only by those who administer several."""

    name = serializers.CharField(max_length=255, trim_whitespace=False)
    scopes = serializers.ListField(
        child=serializers.CharField(max_length=100, trim_whitespace=False),
        allow_null=True,
        required=False,
        max_length=50,
    )
    expires_at = serializers.DateTimeField(allow_null=True, required=False)
    workspace = serializers.CharField(required=False)


class MadeApiKeySerializer(ApiKeySerializer):
    """With the key itself: it is told once."""

    key = serializers.CharField(read_only=True)

    class Meta(ApiKeySerializer.Meta):
        fields = (*ApiKeySerializer.Meta.fields, "key")  # type: ignore[assignment] # one longer
