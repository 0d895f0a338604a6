"""Forms that are described by a JSON schema: which schemas are taken, and what is wrong with an answer to one.

A schema is written by a colleague and runs on our machine with every answer, so it is kept from being dear: it names
nothing outside of itself, does not contain itself, and its patterns cannot be made to search for long.
"""

import json
import math
from collections.abc import Iterator
from itertools import islice
from typing import TYPE_CHECKING, Any
from urllib.parse import unquote

from django.utils.translation import gettext as _
from django.utils.translation import gettext_noop

from annotations.patterns import is_harmless

if TYPE_CHECKING:
    from jsonschema.exceptions import ValidationError

DIALECT = "https://json-schema.org/draft/2020-12/schema"
MAX_SCHEMA = 64 * 1024
MAX_ANSWER = 64 * 1024
MAX_DEPTH = 20
# Schemas within the schema, each counted as often as it is referred to.
MAX_RULES = 2000
MAX_LIST = 1000
# What a pattern may be searched in: `annotations.patterns` promises cubic time.
MAX_MATCHED = 300
MOST_CHECKS = 300_000
MOST_PROBLEMS = 20
# Beyond it whole numbers are not exact in every program.
MAX_NUMBER = 2**53 - 1

_ONE = (
    "additionalProperties", "items", "contains", "propertyNames", "if", "then", "else", "not", "unevaluatedItems",
    "unevaluatedProperties", "contentSchema",
)  # fmt: skip
_NAMED = ("properties", "patternProperties", "$defs", "definitions", "dependentSchemas")
_SEVERAL = ("allOf", "anyOf", "oneOf", "prefixItems")
# They move what a `$ref` means, so that it could not be told where one leads.
_MOVING = ("$anchor", "$dynamicAnchor", "$dynamicRef", "$recursiveRef", "$recursiveAnchor")

Place = tuple[str | int, ...]
Problem = tuple[Place, str]


class _Wrong(Exception):
    def __init__(self, place: Place, sentence: str) -> None:
        self.place, self.sentence = place, sentence


def schema_problem(schema: object) -> Problem | None:
    """What keeps this from being a form's schema, with its place in the schema; None when it can be used."""
    try:
        _check_schema(schema)
    except _Wrong as wrong:
        return wrong.place, wrong.sentence
    return None


def _check_schema(schema: object) -> None:
    # Megabytes for processes in which nobody makes or answers a form.
    from jsonschema import Draft202012Validator  # noqa: PLC0415
    from jsonschema.exceptions import SchemaError  # noqa: PLC0415

    if not isinstance(schema, dict):
        raise _Wrong((), _("Give a JSON schema: an object."))
    _check_value(schema, limit=MAX_SCHEMA, depth=2 * MAX_DEPTH)
    if schema.get("$schema", DIALECT) not in (DIALECT, f"{DIALECT}#"):
        raise _Wrong(("$schema",), _("Only JSON Schema draft 2020-12 is understood. Leave $schema out."))
    if schema.get("type") != "object":
        raise _Wrong(("type",), _('A form asks for an object: give the schema "type": "object".'))
    try:
        Draft202012Validator.check_schema(schema)
    except SchemaError as error:
        raise _Wrong(tuple(error.absolute_path), str(error.message)[:300]) from None
    rules = list(_within(schema, ()))
    known = {id(rule) for _place, rule in rules}
    for place, rule in rules:
        _check_rule(rule, place)
        if "$ref" in rule and id(referred(schema, rule["$ref"])) not in known:
            sentence = _("“%(ref)s” leads to no schema in this one. Begin with #/$defs/.")
            raise _Wrong((*place, "$ref"), sentence % {"ref": rule["$ref"][:100]})
    for count, _rule in enumerate(_rules(schema, schema, ())):
        if count >= MAX_RULES:
            raise _Wrong((), _("The schema has too many rules: at most %(most)d.") % {"most": MAX_RULES})


def _check_rule(rule: dict[str, Any], place: Place) -> None:
    for keyword in (*_MOVING, "$id") if place else _MOVING:
        if keyword in rule:
            sentence = _("“%(keyword)s” cannot be used here. Leave it out.")
            raise _Wrong((*place, keyword), sentence % {"keyword": keyword})
    patterns = [("pattern", rule["pattern"])] if "pattern" in rule else []
    patterns += [("patternProperties", pattern) for pattern in rule.get("patternProperties", ())]
    for keyword, pattern in patterns:
        if not is_harmless(pattern):
            sentence = _(
                "The pattern “%(pattern)s” could take too long, or is none: write a simpler one, with ^ in front."
            )
            raise _Wrong((*place, keyword), sentence % {"pattern": pattern[:100]})


def _parts(rule: dict[str, Any]) -> Iterator[tuple[Place, dict[str, Any]]]:
    """The schemas right inside of a schema. Yes and no (true and false) are none: there is nothing in them."""
    found: list[tuple[Place, Any]] = [((keyword,), rule.get(keyword)) for keyword in _ONE]
    found += [((keyword, name), inner) for keyword in _NAMED for name, inner in rule.get(keyword, {}).items()]
    found += [((keyword, n), inner) for keyword in _SEVERAL for n, inner in enumerate(rule.get(keyword, ()))]
    for place, inner in found:
        if isinstance(inner, dict):
            yield place, inner


def _within(rule: dict[str, Any], place: Place) -> Iterator[tuple[Place, dict[str, Any]]]:
    """The schema and every schema within it, as written."""
    yield place, rule
    for where, inner in _parts(rule):
        yield from _within(inner, (*place, *where))


def _rules(root: dict[str, Any], rule: dict[str, Any], seen: tuple[str, ...]) -> Iterator[dict[str, Any]]:
    """The schema and every schema within it, those referred to in the place of each reference: what is looked at."""
    yield rule
    reference = rule.get("$ref")
    if reference is not None:
        if reference in seen or len(seen) >= MAX_DEPTH:
            sentence = _("“%(ref)s” contains itself, or leads on too far. A form has an end.")
            raise _Wrong(("$ref",), sentence % {"ref": reference[:100]})
        inner = referred(root, reference)
        if inner is not None:
            yield from _rules(root, inner, (*seen, reference))
    for where, inner in _parts(rule):
        if where[0] not in ("$defs", "definitions"):
            yield from _rules(root, inner, seen)


def referred(root: dict[str, Any], reference: str) -> dict[str, Any] | None:
    """What a `#/…` points at."""
    if reference != "#" and not reference.startswith("#/"):
        return None
    found: Any = root
    for part in unquote(reference).split("/")[1:]:
        name = part.replace("~1", "/").replace("~0", "~")
        if isinstance(found, list) and name.isascii() and name.isdigit() and int(name[:6]) < len(found):
            found = found[int(name[:6])]
        else:
            found = found.get(name) if isinstance(found, dict) else None
    return found if isinstance(found, dict) else None


def order_of(schema: dict[str, Any]) -> dict[str, list[str]]:
    """The order of the fields by place: some databases keep an object's keys in an order of their own."""
    found = {}
    for place, rule in _within(schema, ()):
        if len(rule.get("properties", ())) > 1:
            found["/".join(str(part) for part in place)] = list(rule["properties"])
    return found


def in_order(schema: dict[str, Any], order: dict[str, list[str]]) -> dict[str, Any]:
    """The schema with its fields in the order they were written in. The places are those of `order_of`."""
    found: dict[str, Any] = _in_order(schema, order, ())
    return found


def _in_order(value: Any, order: dict[str, list[str]], place: Place) -> Any:
    if isinstance(value, list):
        return [_in_order(inner, order, (*place, index)) for index, inner in enumerate(value)]
    if not isinstance(value, dict):
        return value
    names = order.get("/".join(str(part) for part in place[:-1]), ()) if place and place[-1] == "properties" else ()
    kept = {name: value[name] for name in names if name in value}
    return {name: _in_order(inner, order, (*place, name)) for name, inner in {**kept, **value}.items()}


def answer_problems(schema: dict[str, Any], answer: object, *, complete: bool) -> list[Problem]:
    """What is wrong with an answer, each with the path of the field. Unless `complete`, only what cannot be stored."""
    if not isinstance(answer, dict):
        return [((), _("Send an object with the fields of the form."))]
    try:
        n_values = _check_value(answer, limit=MAX_ANSWER)
    except _Wrong as wrong:
        return [(wrong.place, wrong.sentence)]
    if not complete:
        return []
    # The schema was checked when the question was made: its references are its own and come to an end.
    rules = list(_rules(schema, schema, ()))
    if n_values * len(rules) > MOST_CHECKS:
        return [((), _("The answer is too large for this form: give fewer entries."))]
    if any("pattern" in rule or "patternProperties" in rule for rule in rules):
        try:
            _check_matched(answer, ())
        except _Wrong as wrong:
            return [(wrong.place, wrong.sentence)]
    # As above: for those who answer forms.
    from jsonschema import Draft202012Validator, FormatChecker  # noqa: PLC0415
    from referencing import Registry  # noqa: PLC0415

    checker: Any = Draft202012Validator(
        schema, registry=Registry(), format_checker=FormatChecker(formats=("date", "email"))
    )
    return [_problem(error) for error in islice(checker.iter_errors(answer), MOST_PROBLEMS)]


def _problem(error: "ValidationError") -> Problem:
    place: Place = tuple(error.absolute_path)
    if error.validator == "required":
        # Each missing field has an error of its own, which names it in its sentence alone.
        names = [name for name in error.validator_value if error.message.startswith(f"{name!r} ")]
        return (*place, *names[:1]), _("This field is needed.")
    sentence = _SENTENCES.get(str(error.validator))
    if sentence is None:
        return place, str(error.message)[:300]
    value = error.validator_value
    shown = ", ".join(str(part) for part in value) if isinstance(value, list) else str(value)
    return place, _(sentence) % {"value": shown[:200]}


# What often goes wrong, in sentences of our own: the library's are English and quote all that was sent.
_SENTENCES = {
    "minimum": gettext_noop("Give at least %(value)s."),
    "maximum": gettext_noop("Give at most %(value)s."),
    "exclusiveMinimum": gettext_noop("Give more than %(value)s."),
    "exclusiveMaximum": gettext_noop("Give less than %(value)s."),
    "multipleOf": gettext_noop("Give a multiple of %(value)s."),
    "minLength": gettext_noop("Write at least %(value)s characters."),
    "maxLength": gettext_noop("Write at most %(value)s characters."),
    "minItems": gettext_noop("Give at least %(value)s entries."),
    "maxItems": gettext_noop("Give at most %(value)s entries."),
    "uniqueItems": gettext_noop("Give each entry once."),
    "pattern": gettext_noop("Write it in the form %(value)s."),
    "format": gettext_noop("Write it as a valid %(value)s."),
    "type": gettext_noop("This has to be of the type %(value)s."),
    "enum": gettext_noop("Choose one of: %(value)s."),
    "const": gettext_noop("This has to be %(value)s."),
    "anyOf": gettext_noop("This fits none of the possibilities that the form names."),
    "oneOf": gettext_noop("This has to fit exactly one of the possibilities that the form names."),
}


def value_problem(value: object, *, limit: int) -> Problem | None:
    """What keeps this from being stored, with its place: too long, too deep, a character that no database takes."""
    try:
        _check_value(value, limit=limit)
    except _Wrong as wrong:
        return wrong.place, wrong.sentence
    return None


def _check_value(value: object, *, limit: int, depth: int = MAX_DEPTH) -> int:
    """How many values it is made of. Refuses what cannot be stored everywhere, and what is too large or too deep."""
    n_values = sum(1 for _value in _walk(value, (), depth))
    if len(json.dumps(value)) > limit:
        raise _Wrong((), _("This is too long: at most %(most)d characters as JSON.") % {"most": limit})
    return n_values


def _walk(value: object, place: Place, depth: int) -> Iterator[object]:
    if len(place) > depth:
        raise _Wrong(place[:3], _("This is nested too deeply: at most %(most)d levels.") % {"most": depth})
    _check_plain(value, place)
    yield value
    if isinstance(value, dict):
        for name, inner in value.items():
            _check_plain(name, place)
            yield from _walk(inner, (*place, name), depth)
    elif isinstance(value, list):
        if len(value) > MAX_LIST:
            raise _Wrong(place, _("A list may have at most %(most)d entries.") % {"most": MAX_LIST})
        for index, inner in enumerate(value):
            yield from _walk(inner, (*place, index), depth)


def _check_plain(value: object, place: Place) -> None:
    # Neither of the characters can be stored by every database, and nobody types them.
    if isinstance(value, str) and ("\0" in value or any("\ud800" <= letter <= "\udfff" for letter in value)):
        raise _Wrong(place, _("The text holds a character that cannot be stored."))
    if isinstance(value, float) and not math.isfinite(value):
        raise _Wrong(place, _("Give a finite number."))
    if isinstance(value, int | float) and abs(value) > MAX_NUMBER:
        raise _Wrong(place, _("The number is too large."))


def _check_matched(value: object, place: Place) -> None:
    pairs = value.items() if isinstance(value, dict) else enumerate(value) if isinstance(value, list) else ()
    for name, inner in pairs:
        if isinstance(name, str) and len(name) > MAX_MATCHED:
            raise _Wrong(place, _("A field's name may have at most %(most)d characters.") % {"most": MAX_MATCHED})
        _check_matched(inner, (*place, name))
    if isinstance(value, str) and len(value) > MAX_MATCHED:
        raise _Wrong(place, _("Write at most %(most)d characters.") % {"most": MAX_MATCHED})
