"""Audit events as sentences."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Any
from uuid import UUID

from django.apps import apps
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from workspaces.models import AuditEvent, Role

# What was done, as "Adele ... ". The rooms above use verbs of their own; one that has no word here is shown as it is.
VERBS: dict[str, Any] = {
    "add_rows": gettext_lazy("added rows to"),
    "add_word": gettext_lazy("made a word of the pool of"),
    "add_task": gettext_lazy("added a task to"),
    "adjudicate": gettext_lazy("had an auditor settle"),
    "annotate": gettext_lazy("changed labels of"),
    "approve": gettext_lazy("approved"),
    "archive": gettext_lazy("archived"),
    "ask_again": gettext_lazy("had the language model asked again about"),
    "archive_row": gettext_lazy("archived a row of"),
    "ask_more": gettext_lazy("asked for one more answer to"),
    "cancel": gettext_lazy("cancelled"),
    "change": gettext_lazy("changed"),
    "change_row": gettext_lazy("changed a row of"),
    "change_terms": gettext_lazy("changed the words of"),
    "change_roles": gettext_lazy("changed the roles of"),
    "change_task": gettext_lazy("changed a task of"),
    "clear_check": gettext_lazy("found no problem in"),
    "create": gettext_lazy("created"),
    "delete": gettext_lazy("deleted"),
    "describe": gettext_lazy("described"),
    "download": gettext_lazy("downloaded"),
    "drop": gettext_lazy("dropped"),
    "edit": gettext_lazy("edited"),
    "exclude": gettext_lazy("left out"),
    "expire": gettext_lazy("took back, since it was left,"),
    "fix": gettext_lazy("fixed and approved"),
    "generate": gettext_lazy("generated the result of"),
    "give_skill": gettext_lazy("said how good somebody is at"),
    "give_up": gettext_lazy("no longer expects from its annotator"),
    "hand_back": gettext_lazy("gave back, in a training,"),
    "give_review": gettext_lazy("chose who reviews"),
    "import_answers": gettext_lazy("read answers into"),
    "import_words": gettext_lazy("read words into"),
    "invite": gettext_lazy("invited"),
    "join": gettext_lazy("joined as"),
    "let_go": gettext_lazy("left to others the review of"),
    "let_decide": gettext_lazy("chose whose answers count in"),
    "listen": gettext_lazy("said which files were listened to in"),
    "map_word": gettext_lazy("said what it means:"),
    "open": gettext_lazy("opened"),
    "pause_person": gettext_lazy("paused"),
    "require": gettext_lazy("changed what skills are asked for in"),
    "set_aggregation": gettext_lazy("changed how answers become one in"),
    "set_controls": gettext_lazy("changed the control items of"),
    "set_key": gettext_lazy("changed the expected answers of"),
    "set_rules": gettext_lazy("changed the rules of"),
    "settle_item": gettext_lazy("settled an item of"),
    "publish": gettext_lazy("published"),
    "reassign": gettext_lazy("reassigned"),
    "redo": gettext_lazy("gave back, to be done once more,"),
    "refuse_word": gettext_lazy("refused the word"),
    "reject": gettext_lazy("returned"),
    "release": gettext_lazy("let go"),
    "remove_term": gettext_lazy("took a word out of"),
    "remove": gettext_lazy("removed"),
    "remove invalid": gettext_lazy("removed the labels of removed types from"),
    "reject_by_check": gettext_lazy("left out, by an automatic check,"),
    "rename": gettext_lazy("renamed"),
    "reopen": gettext_lazy("reopened"),
    "restore": gettext_lazy("restored"),
    "resume": gettext_lazy("resumed"),
    "retry": gettext_lazy("tried again"),
    "return_by_check": gettext_lazy("returned, by an automatic check,"),
    "revoke": gettext_lazy("revoked"),
    "set_checks": gettext_lazy("changed the checks of"),
    "settle": gettext_lazy("moved on"),
    "skip": gettext_lazy("skipped"),
    "staff": gettext_lazy("changed the people of"),
    "start": gettext_lazy("began"),
    "stop": gettext_lazy("stopped"),
    "stop_person": gettext_lazy("stopped"),
    "submit": gettext_lazy("submitted"),
    "take": gettext_lazy("took"),
    "take_back": gettext_lazy("took back"),
    "transfer": gettext_lazy("transferred"),
    "undo_person": gettext_lazy("put back in good standing"),
    "update": gettext_lazy("changed"),
    "update types": gettext_lazy("changed the artifact types of"),
    "warn_person": gettext_lazy("warned"),
    "withdraw": gettext_lazy("withdrew the invitation of"),
}
NAME_FIELDS = ("name", "filename", "task_name")


def kinds() -> dict[str, str]:
    """What events can be about: every model of ours, by the name that stands in `target_type`."""
    ours = {
        model._meta.model_name or "": str(model._meta.verbose_name) for model in apps.get_models() if _is_ours(model)
    }
    return dict(sorted(ours.items(), key=lambda kind: kind[1]))


def _is_ours(model: Any) -> bool:
    return not model.__module__.startswith(("django.", "allauth.", "rest_framework."))


@dataclass(frozen=True)
class Line:
    event: AuditEvent
    who: str
    did: str
    what: str
    details: str


def sentences(events: Sequence[AuditEvent]) -> list[Line]:
    """One line per event. Names of what still exists are looked up by one query per kind."""
    names = _names(events)
    known = kinds()
    return [_line(event, names=names, known=known) for event in events]


def _line(event: AuditEvent, *, names: dict[UUID, str], known: dict[str, str]) -> Line:
    name = event.data.get("name") or event.data.get("email") or (names.get(event.target_id) if event.target_id else "")
    kind = known.get(event.target_type, event.target_type)
    what = f"“{name}”" if name else str(event.target_id or "")[-8:]
    if event.target_type == "invitation":
        what = name or _("whoever has the link")
    elif event.target_type != "user":
        what = f"{kind} {what}"
    if event.verb == "join":
        what = ", ".join(_roles(event.data.get("roles", [])))
    return Line(
        event=event,
        who=str(event.actor) if event.actor else _("Earmark"),
        did=str(VERBS.get(event.verb, event.verb.replace("_", " "))),
        what=what,
        details="; ".join(_details(event)),
    )


def _details(event: AuditEvent) -> Iterable[str]:
    data = event.data
    if event.verb == "change_roles":
        if data.get("added"):
            yield _("now also %(roles)s") % {"roles": ", ".join(_roles(data["added"]))}
        if data.get("removed"):
            yield _("no longer %(roles)s") % {"roles": ", ".join(_roles(data["removed"]))}
    elif event.verb in ("invite", "withdraw", "remove") and data.get("roles"):
        yield _("as %(roles)s") % {"roles": ", ".join(_roles(data["roles"]))}
    else:
        # Sorted, since PostgreSQL keeps the names of an object in an order of its own.
        for field, change in sorted(data.get("changes", {}).items()):
            words = {
                "field": field.replace("_", " "),
                "before": _value(change["before"]),
                "after": _value(change["after"]),
            }
            yield _("%(field)s: %(before)s, now %(after)s") % words
        shown = {key: value for key, value in data.items() if key not in ("name", "email", "roles", "acts_as")}
        for key, value in shown.items():
            if isinstance(value, str | int) and value != "":
                yield f"{key}: {value}".replace("_", " ")
    if event.api_key:
        yield _("with the API key “%(key)s”") % {"key": event.api_key.name}


def _value(value: Any) -> str:
    return _("none") if value in (None, "") else str(value)[:80]


def _roles(roles: Iterable[str]) -> list[str]:
    labels = dict(Role.choices)
    return [str(labels.get(role, role)) for role in roles]


def _names(events: Sequence[AuditEvent]) -> dict[UUID, str]:
    """The present names of what these events are about, where it has one and still exists."""
    wanted: dict[str, set[UUID]] = {}
    for event in events:
        if event.target_id and not event.data.get("name"):
            wanted.setdefault(event.target_type, set()).add(event.target_id)
    names: dict[UUID, str] = {}
    for model in apps.get_models():
        ids = wanted.get(model._meta.model_name or "")
        if ids and _is_ours(model):
            names.update(_names_of(model, ids=ids))
    return names


def _names_of(model: Any, *, ids: set[UUID]) -> dict[UUID, str]:
    """By the model's own name, or as the numbered part of a task that it is."""
    fields = {field.name for field in model._meta.fields}
    rows = model._default_manager.filter(pk__in=ids)
    if own := next((name for name in NAME_FIELDS if name in fields), None):
        return dict(rows.values_list("pk", own))
    if {"task", "position"} <= fields:
        parts = rows.values_list("pk", "position", "task__name")
        return {
            pk: _("%(position)d of %(task)s") % {"position": position, "task": task} for pk, position, task in parts
        }
    return {}
