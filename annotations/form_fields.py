"""The fields that a form's schema asks for, as they are shown before anybody answers. Pure but for words."""

from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Any

from django.utils.translation import gettext as _

from annotations.form_schemas import referred

LONG_FROM = 200
# Deeper ones are rare, and a preview is no place to find them.
DEEPEST = 5


@dataclass(frozen=True)
class FormField:
    """One field. `kind` is group, choice, choices, number, boolean, text, long or json; `about` says its limits."""

    title: str
    description: str
    is_required: bool
    kind: str
    options: list[str] = field(default_factory=list)
    about: str = ""
    fields: list["FormField"] = field(default_factory=list)


def fields_of(schema: dict[str, Any]) -> list[FormField]:
    """The fields of a schema that was checked, in their order."""
    return list(_fields(schema, schema, 0))


def _fields(schema: dict[str, Any], root: dict[str, Any], depth: int) -> Iterator[FormField]:
    needed = schema.get("required", ())
    for name, given in schema.get("properties", {}).items():
        rule = _plain(given, root)
        kind, options = _kind(rule, root, depth)
        inner = list(_fields(rule, root, depth + 1)) if kind == "group" else []
        yield FormField(
            title=str(rule.get("title") or name),
            description=str(rule.get("description", "")),
            is_required=name in needed,
            kind=kind,
            options=options,
            about=_about(rule),
            fields=inner,
        )


def _plain(rule: Any, root: dict[str, Any]) -> dict[str, Any]:
    """The rule with what it refers to in place, and without a mere "or nothing"."""
    if not isinstance(rule, dict):
        return {}
    if "$ref" in rule:
        rest = {name: value for name, value in rule.items() if name != "$ref"}
        return {**_plain(referred(root, rule["$ref"]), root), **rest}
    several = [one for one in rule.get("anyOf") or rule.get("oneOf") or () if one != {"type": "null"}]
    if len(several) == 1:
        return {**_plain(several[0], root), **{name: rule[name] for name in ("title", "description") if name in rule}}
    kinds = [kind for kind in rule["type"] if kind != "null"] if isinstance(rule.get("type"), list) else []
    return {**rule, "type": kinds[0]} if len(kinds) == 1 else rule


def _kind(rule: dict[str, Any], root: dict[str, Any], depth: int) -> tuple[str, list[str]]:
    kind = rule.get("type")
    if options := _options(rule):
        return "choice", options
    if kind == "object" and rule.get("properties") and depth < DEEPEST:
        return "group", []
    if kind == "array" and (options := _options(_plain(rule.get("items"), root))):
        return "choices", options
    if kind == "string":
        is_long = rule.get("maxLength", 0) > LONG_FROM or rule.get("format") == "textarea"
        return "long" if is_long else "text", []
    plain = {"number": "number", "integer": "number", "boolean": "boolean"}
    return plain.get(kind, "json") if isinstance(kind, str) else "json", []


def _options(rule: dict[str, Any]) -> list[str]:
    one_of = rule.get("oneOf") or rule.get("anyOf") or ()
    if one_of and all(isinstance(one, dict) and "const" in one for one in one_of):
        return [str(one.get("title", one["const"])) for one in one_of]
    return [str(value) for value in rule.get("enum", ()) if value is not None]


def _about(rule: dict[str, Any]) -> str:
    """The limits in a few words: "0 to 10", "at least 3"."""
    for least, most in (("minimum", "maximum"), ("minLength", "maxLength")):
        if least in rule and most in rule:
            return _("%(least)s to %(most)s") % {"least": rule[least], "most": rule[most]}
        if least in rule:
            return _("at least %(least)s") % {"least": rule[least]}
        if most in rule:
            return _("at most %(most)s") % {"most": rule[most]}
    return ""
