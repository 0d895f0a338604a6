"""What a language model answered, read strictly: the agreed form, about questions that were asked, or nothing."""

import json
from collections.abc import Collection, Sequence
from typing import Any

from django.utils.translation import gettext as _

from annotations.checking.endpoint import NotReadable
from annotations.checking.prompts import plain

MOST_LETTERS = 20_000
MOST_FINDINGS = 20
MOST_REASON = 600
CODES = ("contradiction", "scale")


def contradictions_in(said: str, *, aliases: Collection[str]) -> list[dict[str, Any]]:
    """The findings as results keep them: none where the answer passed. Raises NotReadable."""
    reply = _object(said, keys={"verdict", "findings"})
    rows = _list(reply["findings"], said, most=MOST_FINDINGS)
    if reply["verdict"] not in ("passed", "found") or (reply["verdict"] == "found") != bool(rows):
        raise NotReadable(_("The verdict and the findings do not fit."), said=said)
    found = []
    for row in rows:
        _require(row, {"code", "aliases", "reason"}, said)
        about = _list(row["aliases"], said, most=len(aliases))
        if row["code"] not in CODES:
            raise NotReadable(_("It found what it was not asked for."), said=said)
        if not about or any(not isinstance(alias, str) or alias not in aliases for alias in about):
            raise NotReadable(_("It speaks of questions that were not asked."), said=said)
        found.append(
            {"code": row["code"], "aliases": list(dict.fromkeys(about)), "sentence": _words(row["reason"], said)}
        )
    return found


def majorities_in(said: str, *, aliases: Sequence[str], people: Sequence[str]) -> list[dict[str, Any]]:
    """For each question whether most mean the same, as results keep it. Raises NotReadable."""
    rows = _list(_object(said, keys={"questions"})["questions"], said, most=len(aliases))
    for row in rows:
        _require(row, {"alias", "agrees", "meaning", "people", "reason"}, said)
    if sorted(str(row["alias"]) for row in rows) != sorted(aliases):
        raise NotReadable(_("It speaks of other questions than were asked."), said=said)
    return [_majority(row, said, people) for row in rows]


def _majority(row: dict[str, Any], said: str, people: Sequence[str]) -> dict[str, Any]:
    who = _list(row["people"], said, most=len(people))
    if any(one not in people for one in who) or len(set(who)) != len(who):
        raise NotReadable(_("It speaks of people who were not there."), said=said)
    if type(row["agrees"]) is not bool or row["agrees"] != (2 * len(who) > len(people)):
        raise NotReadable(_("It counts as a majority what is none, or the other way round."), said=said)
    meaning = _words(row["meaning"], said) if row["agrees"] else ""
    return {
        "code": "majority" if row["agrees"] else "no_majority",
        "aliases": [row["alias"]],
        "sentence": _words(row["reason"], said),
        "meaning": meaning,
        "agreed": len(who),
        "of": len(people),
    }


def _object(said: str, *, keys: set[str]) -> dict[str, Any]:
    if len(said) > MOST_LETTERS:
        raise NotReadable(_("It said more than was asked for."), said=said)
    text = said.strip()
    # Many models put JSON into a block of code, whatever they are told; that changes nothing about what they say.
    if text.startswith("```") and text.endswith("```") and "\n" in text:
        text = text[text.index("\n") : -3]
    try:
        found = json.loads(text, parse_constant=_refuse, object_pairs_hook=_once)
    except (ValueError, RecursionError) as error:
        raise NotReadable(_("It did not answer in JSON."), said=said) from error
    _require(found, keys, said)
    return dict(found)


def _refuse(constant: str) -> None:
    raise ValueError(constant)


def _once(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    found = dict(pairs)
    if len(found) != len(pairs):
        raise ValueError
    return found


def _require(row: object, keys: set[str], said: str) -> None:
    if not isinstance(row, dict) or set(row) != keys:
        raise NotReadable(_("It did not keep to the form it was asked for."), said=said)


def _list(value: object, said: str, *, most: int) -> list[Any]:
    if not isinstance(value, list) or len(value) > most:
        raise NotReadable(_("It did not keep to the form it was asked for."), said=said)
    return value


def _words(value: object, said: str) -> str:
    text = plain(value)[:MOST_REASON] if isinstance(value, str) else ""
    if not text:
        raise NotReadable(_("It gives no reason."), said=said)
    return text
