"""Work that changes hands."""

from typing import Any

from django.db.models import Exists, OuterRef, Q
from rest_framework import serializers

from annotations.actions.transferring import MAX_REASON
from annotations.models import Assignment, LabelingTask, TaskPerson, Transfer
from annotations.serializers.tasks import member
from workspaces.models import User


def holder_in(task: LabelingTask, who: str) -> User:
    """Whose work moves: a member, or somebody who left and still has items of this task."""
    turns = Assignment.objects.filter(Q(annotator=OuterRef("pk")) | Q(reviewer=OuterRef("pk")), task=task)
    named = Q(email=who.strip().lower()) if "@" in who else Q(pk=who) if _is_id(who) else Q(pk=None)
    gone: User | None = User.objects.filter(named & Exists(turns)).first()
    return gone or member(task.workspace, who, field="from")


def _is_id(text: str) -> bool:
    try:
        serializers.UUIDField().to_internal_value(text)
    except serializers.ValidationError:
        return False
    return True


class TransferSerializer(serializers.Serializer[Any]):
    """A transfer to be made."""

    kind = serializers.ChoiceField(choices=TaskPerson.Kind.choices)
    to = serializers.CharField(help_text="Id or e-mail of the person who gets the items.")
    quantity = serializers.IntegerField(min_value=1, max_value=10**9)
    with_begun = serializers.BooleanField(
        required=False, default=False, help_text="Also items that are open on the holder's desk; their drafts go along."
    )
    reason = serializers.CharField(required=False, allow_blank=True, max_length=MAX_REASON, default="")
    idempotency_key = serializers.CharField(
        required=False,
        allow_blank=True,
        max_length=200,
        default="",
        help_text="Sent twice, the items move once. The same key for another transfer is refused.",
    )

    def get_fields(self) -> dict[str, Any]:
        # "from" is a word of the language, so it cannot be a class attribute.
        holder = serializers.CharField(required=False, help_text="Who has them now; the caller when left out.")
        return {**super().get_fields(), "from": holder}


class MovableSerializer(serializers.Serializer[Any]):
    """What is asked about the largest number that can move."""

    kind = serializers.ChoiceField(choices=TaskPerson.Kind.choices)
    to = serializers.CharField(required=False, help_text="Id or e-mail; without it, for anybody.")

    def get_fields(self) -> dict[str, Any]:
        holder = serializers.CharField(required=False, help_text="Who has them now; the caller when left out.")
        return {**super().get_fields(), "from": holder}


class MostSerializer(serializers.Serializer[Any]):
    movable = serializers.IntegerField(help_text="Items that can move as they are.")
    begun = serializers.IntegerField(help_text="More that can move with `with_begun`.")


class PersonSerializer(serializers.ModelSerializer[User]):
    class Meta:
        model = User
        fields = ("id", "name", "email")
        read_only_fields = fields


class MadeTransferSerializer(serializers.ModelSerializer[Transfer]):
    """A transfer that was made."""

    to = PersonSerializer(source="to_user")
    by = PersonSerializer(source="created_by")

    class Meta:
        model = Transfer
        fields = ("id", "kind", "to", "by", "quantity", "with_begun", "reason", "created_at")
        read_only_fields = fields

    def get_fields(self) -> dict[str, Any]:
        return {**super().get_fields(), "from": PersonSerializer(source="from_user", read_only=True)}
