"""What a question that asks for words of a pool may be configured with."""

from typing import Any
from uuid import UUID

from django.utils.translation import gettext as _

from annotations.models import Term, VocabularyVersion
from annotations.words.pool import Pool, pool_of

MAX_WORDS = 50
DEFAULT_MOST = 5


class WrongConfiguration(Exception):
    """What is wrong with it: `name` is the field."""

    def __init__(self, name: str, sentence: str) -> None:
        self.name, self.sentence = name, sentence


def clean_words_configuration(given: dict[str, Any], *, workspace_id: UUID | None) -> dict[str, Any]:
    """The configuration to store: pool, version, facets and limits; the newest published version where none is named.

    Raises WrongConfiguration. The pool must be one of this workspace, and its version published: it never changes.
    """
    pool = _pool(given, workspace_id)
    least, most = _limits(given)
    return {
        "vocabulary": str(pool.vocabulary_id),
        "version": pool.number,
        "name": pool.name,
        "facets": _facets(given, pool),
        "min": least,
        "max": most,
        "allow_new": _flag(given, "allow_new"),
        "cannot_judge": _flag(given, "cannot_judge"),
    }


def _pool(given: dict[str, Any], workspace_id: UUID | None) -> Pool:
    try:
        vocabulary_id = UUID(str(given.get("vocabulary") or ""))
    except ValueError:
        raise WrongConfiguration("vocabulary", _("Choose the word pool that words are taken from.")) from None
    published = VocabularyVersion.objects.filter(
        vocabulary=vocabulary_id, vocabulary__workspace=workspace_id, state=VocabularyVersion.State.PUBLISHED
    )
    wanted = given.get("version")
    if wanted is not None and type(wanted) is not int:
        raise WrongConfiguration("version", _("Give the number of a published version, or none for the newest."))
    numbers = sorted(published.values_list("number", flat=True))
    if not numbers:
        sentence = _("There is no word pool like this in the workspace that has a published version.")
        raise WrongConfiguration("vocabulary", sentence)
    if wanted is not None and wanted not in numbers:
        shown = ", ".join(str(number) for number in numbers)
        raise WrongConfiguration("version", _("The published versions are: %(numbers)s.") % {"numbers": shown})
    pool = pool_of(vocabulary_id, numbers[-1] if wanted is None else wanted)
    assert pool is not None
    return pool


def _facets(given: dict[str, Any], pool: Pool) -> list[str]:
    there = [facet for facet in Term.Facet.values if pool.offered([facet])]
    wanted = given.get("facets") or there
    if not isinstance(wanted, list) or not wanted or not all(facet in there for facet in wanted):
        raise WrongConfiguration(
            "facets", _("Choose from what the pool has words for: %(facets)s.") % {"facets": ", ".join(there)}
        )
    return [facet for facet in there if facet in wanted]


def _limits(given: dict[str, Any]) -> tuple[int, int]:
    least = 0 if given.get("min") is None else given["min"]
    most = given.get("max")
    if most is None:
        most = max(DEFAULT_MOST, least) if type(least) is int else DEFAULT_MOST
    if type(least) is not int or not 0 <= least <= MAX_WORDS:
        raise WrongConfiguration("min", _("Give a whole number from 0 to %(most)d.") % {"most": MAX_WORDS})
    if type(most) is not int or not max(least, 1) <= most <= MAX_WORDS:
        sentence = _("Give a whole number, at least 1, not below the least number of words, and at most %(most)d.")
        raise WrongConfiguration("max", sentence % {"most": MAX_WORDS})
    return least, most


def _flag(given: dict[str, Any], name: str) -> bool:
    value = given.get(name)
    if value is not None and not isinstance(value, bool):
        raise WrongConfiguration(name, _("Send true or false."))
    return bool(value)
