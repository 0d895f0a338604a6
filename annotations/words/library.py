"""Word pools of a workspace, found and counted."""

from typing import Any

from django.db.models import Count, F, Max, Q, QuerySet
from django.utils.translation import gettext as _

from annotations.models import Vocabulary, VocabularyVersion, WordProposal
from annotations.words.pool import PoolTerm, pool_for
from workspaces.models import ScopedQuerySet, User, Workspace

PUBLISHED = Q(versions__state=VocabularyVersion.State.PUBLISHED)
MOST_SHOWN = 8


def askable_pools(user: User, workspace: Workspace) -> list[tuple[str, str]]:
    """What a new question may take words from: id and name of each pool with a published version, as choices."""
    rows = Vocabulary.objects.visible_to(user).filter(workspace=workspace, archived_at=None)
    found = rows.annotate(newest=Max("versions__number", filter=PUBLISHED)).filter(newest__isnull=False)
    return [
        (str(row.pk), _("%(name)s, version %(number)d") % {"name": row.name, "number": row.newest})
        for row in found.order_by("name")
    ]


def with_counts(rows: "ScopedQuerySet[Vocabulary]") -> QuerySet[Any]:
    """Each with `newest` (its newest published number or None), `has_draft`, `n_words` and `n_waiting` proposals."""
    waiting = Q(proposals__state=WordProposal.State.WAITING)
    draft = Q(versions__state=VocabularyVersion.State.DRAFT)
    return rows.annotate(
        newest=Max("versions__number", filter=PUBLISHED),
        n_drafts=Count("versions", filter=draft, distinct=True),
        n_versions=Count("versions", distinct=True),
        n_waiting=Count("proposals", filter=waiting, distinct=True),
    )


def words_by_version(vocabularies: "list[Vocabulary]") -> dict[tuple[Any, int], int]:
    """How many words each version of these pools offers, by (pool, number)."""
    rows = VocabularyVersion.objects.filter(vocabulary__in=vocabularies)
    counted = rows.annotate(n=Count("terms", filter=Q(terms__is_active=True))).order_by()
    return {(pk, number): n for pk, number, n in counted.values_list(F("vocabulary_id"), "number", "n")}


def sample(configuration: dict[str, Any]) -> list[PoolTerm]:
    """A few of the words that a question offers, to show what it is about."""
    pool = pool_for(configuration)
    return pool.offered(configuration["facets"])[:MOST_SHOWN] if pool else []
