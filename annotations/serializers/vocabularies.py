"""Word pools as programs send and get them."""

from typing import Any

from rest_framework import serializers

from annotations.models import Term, Vocabulary, VocabularyVersion, WordProposal
from annotations.words.importing import MAX_FILE
from annotations.words.vocabularies import MAX_DESCRIPTION, MAX_NAME

Text = serializers.CharField


class VocabularySerializer(serializers.ModelSerializer[Vocabulary]):
    newest = serializers.IntegerField(read_only=True, allow_null=True, help_text="The newest published version.")
    has_draft = serializers.SerializerMethodField()
    waiting = serializers.IntegerField(source="n_waiting", read_only=True, help_text="New words to be decided on.")

    class Meta:
        model = Vocabulary
        fields = (
            "id", "workspace_id", "name", "description", "locale", "newest", "has_draft", "waiting", "created_at",
            "archived_at",
        )  # fmt: skip
        read_only_fields = fields

    def get_has_draft(self, row: Any) -> bool:
        return bool(row.n_drafts)


class NewVocabularySerializer(serializers.Serializer[Any]):
    workspace_id = serializers.UUIDField(required=False, help_text="Without it: the caller's only workspace.")
    name = Text(max_length=MAX_NAME, required=False, help_text="Needed, but for the ready-made pool.")
    description = Text(max_length=MAX_DESCRIPTION, required=False, allow_blank=True, default="")
    locale = serializers.RegexField(r"^[a-z]{2,3}(-[a-z0-9]{2,8}){0,2}$", required=False, default="en", max_length=20)
    ready_made = serializers.BooleanField(
        required=False, default=False, help_text="The English pool that comes with Earmark, published."
    )


class VocabularyChangeSerializer(serializers.Serializer[Any]):
    name = Text(max_length=MAX_NAME, required=False)
    description = Text(max_length=MAX_DESCRIPTION, required=False, allow_blank=True)


class VersionSerializer(serializers.ModelSerializer[VocabularyVersion]):
    words = serializers.IntegerField(source="n_words", read_only=True)

    class Meta:
        model = VocabularyVersion
        fields = ("number", "state", "words", "created_at", "published_at")
        read_only_fields = fields


class TermSerializer(serializers.ModelSerializer[Term]):
    labels = serializers.DictField(child=Text(), help_text="The word by language.")
    synonyms = serializers.DictField(
        child=serializers.ListField(child=Text()), help_text="Words that mean the same, by language."
    )
    opposites = serializers.ListField(child=Text(), help_text="Codes.")

    class Meta:
        model = Term
        fields = (
            "code", "facet", "family", "polarity", "arousal", "definition", "labels", "synonyms", "opposites",
            "is_active",
        )  # fmt: skip
        read_only_fields = fields


class TermPlanSerializer(serializers.Serializer[Any]):
    """A word to put into the draft. What is not sent stays as it is."""

    code = Text(max_length=60, required=False, help_text="Of the word that is changed; without it one is added.")
    label = Text(max_length=100, required=False)  # type: ignore[assignment]
    locale = Text(max_length=20, required=False, help_text="Of label and synonyms; else the pool's own.")
    facet = serializers.ChoiceField(choices=Term.Facet.choices, required=False)
    family = Text(max_length=60, required=False, allow_blank=True)
    polarity = serializers.FloatField(min_value=-1, max_value=1, required=False, allow_null=True)
    arousal = serializers.FloatField(min_value=-1, max_value=1, required=False, allow_null=True)
    definition = Text(max_length=500, required=False, allow_blank=True)
    synonyms = serializers.ListField(child=Text(max_length=100), required=False, max_length=30)
    opposites = serializers.ListField(child=Text(max_length=60), required=False, max_length=30)


class WordImportSerializer(serializers.Serializer[Any]):
    content = Text(max_length=MAX_FILE, trim_whitespace=False, help_text="CSV with a header line, or a word per line.")
    filename = Text(max_length=120, required=False, default="", allow_blank=True, help_text="For what is said of it.")
    facet = serializers.ChoiceField(
        choices=Term.Facet.choices, required=False, default="", allow_blank=True, help_text="Where the file says none."
    )
    locale = Text(max_length=20, required=False, default="", allow_blank=True)


class WordsImportedSerializer(serializers.Serializer[Any]):
    added = serializers.IntegerField()
    changed = serializers.IntegerField()


class ProposalSerializer(serializers.ModelSerializer[WordProposal]):
    class Meta:
        model = WordProposal
        fields = ("id", "vocabulary_id", "word", "facet", "state", "count", "code", "created_at", "decided_at")
        read_only_fields = fields


class AddedWordSerializer(serializers.Serializer[Any]):
    label = Text(  # type: ignore[assignment]
        max_length=100, required=False, help_text="Without it: the word as it was written."
    )
    family = Text(max_length=60, required=False, allow_blank=True)
    definition = Text(max_length=500, required=False, allow_blank=True)


class MappedWordSerializer(serializers.Serializer[Any]):
    code = Text(max_length=60, help_text="Of the word that it means.")
