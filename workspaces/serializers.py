"""API keys and notices as programs see them."""

from typing import Any

from django.utils.translation import gettext as _
from rest_framework import serializers

from workspaces.models import ApiKey, Notice
from workspaces.notices import link_of, sentence_of


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


class NoticeSerializer(serializers.ModelSerializer[Notice]):
    """`data` is what `text` is made of; `times` counts how often the same happened before it was read."""

    workspace = serializers.CharField(source="workspace.slug", read_only=True, help_text="Its short name.")
    text = serializers.SerializerMethodField()
    url = serializers.SerializerMethodField(help_text="The page where one acts on it; following it marks it as read.")

    class Meta:
        model = Notice
        fields = (
            "id",
            "workspace",
            "kind",
            "text",
            "url",
            "target_id",
            "data",
            "times",
            "created_at",
            "updated_at",
            "read_at",
        )

    def get_text(self, notice: Notice) -> str:
        return sentence_of(notice)

    def get_url(self, notice: Notice) -> str:
        return link_of(notice)


class ReadNoticesSerializer(serializers.Serializer[Any]):
    """Either `ids`, or `all`: true."""

    ids = serializers.ListField(child=serializers.UUIDField(), required=False, max_length=1000, allow_empty=False)
    all = serializers.BooleanField(required=False, default=False)

    def validate(self, attrs: dict[str, Any]) -> dict[str, Any]:
        if bool(attrs.get("ids")) == attrs["all"]:
            raise serializers.ValidationError({"ids": _("Name the notices by their ids, or send all: true.")})
        return attrs
