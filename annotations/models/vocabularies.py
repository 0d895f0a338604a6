"""Pools of words that people describe a recording with: versioned, so that an answer always means the same."""

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from workspaces.ids import new_id
from workspaces.models import ScopedQuerySet, User, Workspace


class Vocabulary(models.Model):
    """A pool of words of a workspace."""

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    workspace = models.ForeignKey(Workspace, on_delete=models.CASCADE, related_name="vocabularies")
    name = models.CharField(_("name"), max_length=120)
    description = models.TextField(_("description"), blank=True, max_length=2000)
    # The language its words are shown in where a person's own is missing.
    locale = models.CharField(_("language"), max_length=20, default="en")
    created_by = models.ForeignKey(User, on_delete=models.SET_NULL, null=True, related_name="+", editable=False)
    created_at = models.DateTimeField(auto_now_add=True)
    archived_at = models.DateTimeField(null=True, blank=True)

    objects = ScopedQuerySet["Vocabulary"].as_manager()

    class Meta:
        ordering = ["name"]
        verbose_name = _("word pool")
        constraints = [
            models.UniqueConstraint(
                fields=["workspace", "name"],
                name="a_word_pool_name_is_taken_once",
                violation_error_message=_("There is a word pool of this name already."),
            )
        ]

    def __str__(self) -> str:
        return self.name


class VocabularyVersionQuerySet(ScopedQuerySet["VocabularyVersion"]):
    workspace_path = "vocabulary__workspace"


class VocabularyVersion(models.Model):
    """The words of a pool at one time. Once published it never changes: questions name it, answers refer to it."""

    class State(models.TextChoices):
        DRAFT = "draft", _("draft")
        PUBLISHED = "published", _("published")

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    vocabulary = models.ForeignKey(Vocabulary, on_delete=models.CASCADE, related_name="versions")
    number = models.PositiveIntegerField()
    state = models.CharField(max_length=10, choices=State.choices, default=State.DRAFT)
    created_by = models.ForeignKey(User, on_delete=models.SET_NULL, null=True, related_name="+", editable=False)
    created_at = models.DateTimeField(auto_now_add=True)
    published_at = models.DateTimeField(null=True, blank=True)

    objects = VocabularyVersionQuerySet.as_manager()

    class Meta:
        ordering = ["vocabulary_id", "-number"]
        verbose_name = _("version of a word pool")
        verbose_name_plural = _("versions of word pools")
        constraints = [
            models.UniqueConstraint(fields=["vocabulary", "number"], name="a_word_pool_version_has_its_number"),
            models.UniqueConstraint(fields=["vocabulary"], name="one_draft_of_a_word_pool", condition=Q(state="draft")),
            models.CheckConstraint(
                name="published_words_have_their_time",
                condition=Q(state="draft", published_at=None) | Q(state="published", published_at__isnull=False),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.vocabulary} {self.number}"


class TermQuerySet(ScopedQuerySet["Term"]):
    workspace_path = "version__vocabulary__workspace"


class Term(models.Model):
    """A word of one version. Its `code` is the same in all versions, and what answers hold."""

    class Facet(models.TextChoices):
        EMOTION = "emotion", _("emotion")
        VOICE = "voice", _("voice")

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    version = models.ForeignKey(VocabularyVersion, on_delete=models.CASCADE, related_name="terms")
    code = models.SlugField(max_length=60, allow_unicode=True)
    facet = models.CharField(max_length=10, choices=Facet.choices)
    family = models.CharField(max_length=60, blank=True)
    # From -1, unpleasant, to 1, pleasant; and from -1, still, to 1, stirred up. None: not said.
    polarity = models.FloatField(null=True, blank=True)
    arousal = models.FloatField(null=True, blank=True)
    definition = models.TextField(blank=True)
    # {locale: word} and {locale: [words that mean the same]}.
    labels = models.JSONField(default=dict)
    synonyms = models.JSONField(default=dict, blank=True)
    # Codes of terms that contradict this one.
    opposites = models.JSONField(default=list, blank=True)
    # False: kept for old answers, not offered any more.
    is_active = models.BooleanField(default=True)

    objects = TermQuerySet.as_manager()

    class Meta:
        ordering = ["code"]
        verbose_name = _("word")
        constraints = [models.UniqueConstraint(fields=["version", "code"], name="a_word_is_there_once")]

    def __str__(self) -> str:
        return self.code


class WordProposalQuerySet(ScopedQuerySet["WordProposal"]):
    workspace_path = "vocabulary__workspace"


class WordProposal(models.Model):
    """A word that annotators missed in the pool, or that an import could not map, until a curator decides."""

    class State(models.TextChoices):
        WAITING = "waiting", _("waits")
        ADDED = "added", _("added")
        MAPPED = "mapped", _("means the same as another")
        REFUSED = "refused", _("refused")

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    vocabulary = models.ForeignKey(Vocabulary, on_delete=models.CASCADE, related_name="proposals")
    # Normalised: see annotations.words.
    word = models.CharField(max_length=100)
    facet = models.CharField(max_length=10, choices=Term.Facet.choices)
    state = models.CharField(max_length=10, choices=State.choices, default=State.WAITING)
    # How often it was written.
    count = models.PositiveIntegerField(default=1)
    # What it came to be: the code of a word.
    code = models.CharField(max_length=60, blank=True)
    decided_by = models.ForeignKey(User, on_delete=models.SET_NULL, null=True, related_name="+", editable=False)
    decided_at = models.DateTimeField(null=True, blank=True)
    created_at = models.DateTimeField(auto_now_add=True)

    objects = WordProposalQuerySet.as_manager()

    class Meta:
        ordering = ["-count", "word"]
        verbose_name = _("proposed word")
        constraints = [
            models.UniqueConstraint(fields=["vocabulary", "word", "facet"], name="a_word_is_proposed_once"),
            models.CheckConstraint(
                name="a_decided_word_has_its_time",
                condition=Q(state="waiting", decided_at=None) | (~Q(state="waiting") & Q(decided_at__isnull=False)),
            ),
        ]

    def __str__(self) -> str:
        return self.word
