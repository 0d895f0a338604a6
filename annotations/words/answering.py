"""What counts as an answer in words of a pool: {"terms": [codes], "words": [free words], "cannot_judge": true}."""

from typing import Any

from django.utils.translation import gettext as _

from annotations.words.pool import Pool, pool_for
from annotations.words.reading import MAX_WORD, normalised

KEYS = ("terms", "words", "cannot_judge")
# What is looked at before anything is counted: a list longer than this was made by no person.
MOST_SENT = 200


class WrongWords(Exception):
    """What is wrong with the answer, and where inside of it."""

    def __init__(self, sentence: str, *at: str | int) -> None:
        self.sentence, self.at = sentence, at


def clean_words(configuration: dict[str, Any], value: object, *, complete: bool) -> dict[str, Any] | None:
    """The answer as it is kept, empty parts left out; None where nothing was said. Raises WrongWords.

    Free words that are words of the pool after all become their codes. A draft may have fewer or more words than asked.
    """
    if not isinstance(value, dict) or not set(value) <= set(KEYS):
        raise WrongWords(_("Send an object with terms, words and cannot_judge."))
    pool = pool_for(configuration)
    if pool is None:
        raise WrongWords(_("The words of this question are gone. Tell whoever manages the task."))
    terms = _terms(configuration, pool, value.get("terms") or [])
    words = _words(configuration, pool, value.get("words") or [], terms)
    gave_up = value.get("cannot_judge") or False
    if not isinstance(gave_up, bool):
        raise WrongWords(_("Send true or false."), "cannot_judge")
    if gave_up and not configuration.get("cannot_judge"):
        raise WrongWords(_("This question has to be judged: choose words."), "cannot_judge")
    if gave_up and (terms or words):
        raise WrongWords(_("Either choose words, or say that it cannot be judged."), "cannot_judge")
    if complete and not gave_up:
        _check_number(configuration, len(terms) + len(words))
    kept = {"terms": terms, "words": words, "cannot_judge": gave_up}
    return {name: part for name, part in kept.items() if part} or None


def _check_number(configuration: dict[str, Any], number: int) -> None:
    """Nothing at all is no answer, which is for the question to allow or not."""
    least, most = configuration["min"], configuration["max"]
    if number > most:
        raise WrongWords(_("Choose at most %(most)d words.") % {"most": most})
    if 0 < number < least:
        raise WrongWords(_("Choose at least %(least)d words.") % {"least": least})


def _list(value: object, name: str) -> list[Any]:
    if not isinstance(value, list):
        raise WrongWords(_("Send a list."), name)
    if len(value) > MOST_SENT:
        raise WrongWords(_("At most %(most)d words fit into one answer.") % {"most": MOST_SENT}, name)
    return value


def _terms(configuration: dict[str, Any], pool: Pool, value: object) -> list[str]:
    facets = set(configuration["facets"])
    codes: list[str] = []
    for index, code in enumerate(_list(value, "terms")):
        term = pool.terms.get(code) if isinstance(code, str) else None
        if term is None or not term.is_active or term.facet not in facets:
            shown = {"code": str(code)[:100], "pool": pool.name, "number": pool.number}
            raise WrongWords(
                _("“%(code)s” is no word of “%(pool)s”, version %(number)d, that is asked for.") % shown, "terms", index
            )
        if code not in codes:
            codes.append(code)
    return codes


def _words(configuration: dict[str, Any], pool: Pool, value: object, terms: list[str]) -> list[str]:
    """The free words, normalised, each once. `terms` grows by those that the pool knows."""
    free: list[str] = []
    for index, given in enumerate(_list(value, "words")):
        word = normalised(given) if isinstance(given, str) else ""
        if not word or len(word) > MAX_WORD or "\0" in word or any("\ud800" <= letter <= "\udfff" for letter in word):
            raise WrongWords(_("A word is a text of up to %(most)d letters.") % {"most": MAX_WORD}, "words", index)
        found = pool.reader(configuration["facets"]).find(word)
        if found is not None and found[1] != "lemma":
            terms += [found[0]] if found[0] not in terms else []
        elif not configuration.get("allow_new"):
            raise WrongWords(
                _("“%(word)s” is not in the pool, and this question takes no other words.") % {"word": word},
                "words",
                index,
            )
        elif word not in free:
            free.append(word)
    return free
