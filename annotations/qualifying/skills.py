"""Skills of a space, and who has how much of them."""

from typing import Any
from uuid import UUID

from django.core.exceptions import ValidationError
from django.db import transaction
from django.db.models import ProtectedError
from django.utils.translation import gettext as _

from annotations.models import Skill, SkillValue
from workspaces.errors import IllegalMove, Invalid
from workspaces.models import AuditEvent, User, Workspace
from workspaces.permissions import Right, require

MOST = 100


@transaction.atomic
def create_skill(workspace: Workspace, *, by: User, name: object, description: object = "") -> Skill:
    require(by, Right.MANAGE_TASKS, workspace.pk)
    skill = Skill(workspace=workspace, created_by=by)
    _put(skill, {"name": name, "description": description})
    skill.save(force_insert=True)
    AuditEvent.record(by=by, workspace_id=workspace.pk, verb="create", target=skill, data={"name": skill.name})
    return skill


@transaction.atomic
def change_skill(skill: Skill, *, by: User, changes: dict[str, Any]) -> None:
    """Change its name or description. Raises Invalid with the field."""
    require(by, Right.MANAGE_TASKS, skill.workspace_id)
    changed = {key: {"before": getattr(skill, key)} for key in changes}
    _put(skill, changes)
    skill.save(update_fields=list(changes))
    for key in changed:
        changed[key]["after"] = getattr(skill, key)
    AuditEvent.record(by=by, workspace_id=skill.workspace_id, verb="edit", target=skill, data={"changes": changed})


def _put(skill: Skill, values: dict[str, Any]) -> None:
    for name, value in values.items():
        if not isinstance(value, str) or "\0" in value:
            raise Invalid([(("body", name), _("Send text."), "type_error.str")])
        setattr(skill, name, value.strip())
    try:
        skill.full_clean(exclude=["workspace", "created_by"], validate_constraints=False)
        skill.validate_constraints(exclude=["created_by"])
    except ValidationError as error:
        found = error.message_dict
        problems: list[tuple[tuple[str | int, ...], str, str]] = [
            (("body", "name" if field == "__all__" else field), sentence, "value_error")
            for field, sentences in found.items()
            for sentence in sentences
        ]
        raise Invalid(problems) from None


@transaction.atomic
def delete_skill(skill: Skill, *, by: User) -> None:
    """Raises IllegalMove while a task asks for it or a training or an exam grants it."""
    require(by, Right.MANAGE_TASKS, skill.workspace_id)
    data, pk = {"name": skill.name}, skill.pk
    try:
        with transaction.atomic():
            skill.delete()
    except ProtectedError:
        sentence = _("“%(name)s” is asked for by a task, or granted by a training or an exam.")
        raise IllegalMove(sentence % {"name": skill.name}) from None
    skill.pk = pk
    AuditEvent.record(by=by, workspace_id=skill.workspace_id, verb="delete", target=skill, data=data)


def give(skill: Skill, user: User, *, value: object, by: User) -> SkillValue:
    """Say by hand how good somebody is at it. Raises Invalid."""
    require(by, Right.MANAGE_TASKS, skill.workspace_id)
    if isinstance(value, bool) or not isinstance(value, int | float) or not 0 <= value <= MOST:
        raise Invalid([(("body", "value"), _("Give a number from 0 to 100."), "value_error")])
    return set_value(skill.pk, user, value=float(value), source=SkillValue.Source.MANUAL, by=by)


@transaction.atomic
def take(skill: Skill, user: User, *, by: User) -> None:
    """Forget how good somebody is at it."""
    require(by, Right.MANAGE_TASKS, skill.workspace_id)
    gone, _kinds = SkillValue.objects.filter(skill=skill, user=user).delete()
    if gone:
        data = {"user": str(user.pk), "value": None}
        AuditEvent.record(by=by, workspace_id=skill.workspace_id, verb="give_skill", target=skill, data=data)


@transaction.atomic
def set_value(skill_id: UUID, user: User, *, value: float, source: str, by: User | None) -> SkillValue:
    """What is known now replaces what was known before."""
    value = min(max(value, 0.0), float(MOST))
    known, _created = SkillValue.objects.update_or_create(
        skill_id=skill_id, user=user, defaults={"value": value, "source": source, "given_by": by}
    )
    data = {"user": str(user.pk), "value": value, "source": source}
    AuditEvent.record(by=by, workspace_id=known.skill.workspace_id, verb="give_skill", target=known.skill, data=data)
    return known
