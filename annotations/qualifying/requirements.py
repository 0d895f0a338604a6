"""Skills as a filter of who may label."""

from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Any
from uuid import UUID

from django.core.exceptions import PermissionDenied
from django.db import transaction
from django.utils.translation import gettext as _

from annotations.models import LabelingTask, Requirement, Skill, SkillValue
from workspaces.errors import Invalid
from workspaces.models import AuditEvent, User
from workspaces.permissions import Right, require

MOST = 20


@dataclass(frozen=True)
class Missing:
    """A skill somebody does not have enough of. `lessons`: trainings and exams in which it can be earned."""

    requirement: Requirement
    value: float | None
    lessons: Sequence[LabelingTask]

    @property
    def sentence(self) -> str:
        words = {"skill": self.requirement.skill.name, "least": f"{self.requirement.least:g}"}
        if self.value is None:
            said = _("This task asks for the skill “%(skill)s” of at least %(least)s, and nothing is known of yours.")
        else:
            words["value"] = f"{self.value:.4g}"
            said = _("This task asks for the skill “%(skill)s” of at least %(least)s, and yours is %(value)s.")
        sentence = said % words
        names = ", ".join(_("“%(name)s”") % {"name": lesson.name} for lesson in self.lessons)
        if names:
            return sentence + " " + _("It is earned in %(lessons)s.") % {"lessons": names}
        return sentence + " " + _("Ask the manager of the task.")


def require_skills(task: LabelingTask, *, by: User) -> None:
    """Raise PermissionDenied (403) with what is missing and where to earn it."""
    if found := missing([task], user=by)[task.pk]:
        raise PermissionDenied(" ".join(one.sentence for one in found))


def missing(tasks: Iterable[LabelingTask], *, user: User) -> dict[UUID, list[Missing]]:
    """What this person lacks for each of these tasks; three queries, or none where no task asks for anything."""
    asking = [task.pk for task in tasks if task.has_requirements]
    found: dict[UUID, list[Missing]] = defaultdict(list)
    if not asking:
        return found
    rows = list(Requirement.objects.filter(task__in=asking).select_related("skill"))
    skills = {row.skill_id for row in rows}
    values = dict(SkillValue.objects.filter(user=user, skill__in=skills).values_list("skill", "value"))
    lacking = [row for row in rows if not _suffices(row, values.get(row.skill_id))]
    lessons = _lessons({row.skill_id for row in lacking})
    for row in lacking:
        found[row.task_id].append(Missing(row, values.get(row.skill_id), lessons[row.skill_id]))
    return found


def _suffices(row: Requirement, value: float | None) -> bool:
    return row.accepts_missing if value is None else value >= row.least


def _lessons(skills: set[UUID]) -> dict[UUID, list[LabelingTask]]:
    """Running trainings and exams by the skill they grant; exams first, since they end it."""
    found: dict[UUID, list[LabelingTask]] = defaultdict(list)
    if skills:
        rows = LabelingTask.objects.present().filter(skill__in=skills, state=LabelingTask.State.OPEN)
        for row in rows.order_by("purpose", "-id"):
            found[row.skill_id].append(row)  # type: ignore[index]
    return found


@transaction.atomic
def set_requirements(task: LabelingTask, rows: object, *, by: User) -> list[Requirement]:
    """These skills are asked for from now on, and no others. Raises Invalid with the place."""
    require(by, Right.MANAGE_TASKS, task.workspace_id)
    wanted = _cleaned(task, rows)
    Requirement.objects.filter(task=task).delete()
    Requirement.objects.bulk_create(wanted)
    LabelingTask.objects.filter(pk=task.pk).update(has_requirements=bool(wanted))
    task.has_requirements = bool(wanted)
    data = {"skills": {row.skill.name: row.least for row in wanted}}
    AuditEvent.record(by=by, workspace_id=task.workspace_id, verb="require", target=task, data=data)
    return wanted


def _cleaned(task: LabelingTask, rows: object) -> list[Requirement]:
    if not isinstance(rows, list) or len(rows) > MOST:
        raise Invalid([(("body",), _("Send a list of at most %(most)d skills.") % {"most": MOST}, "type_error.list")])
    skills = {str(skill.pk): skill for skill in Skill.objects.filter(workspace=task.workspace_id)}
    wanted: dict[str, Requirement] = {}
    problems: list[Any] = []
    for index, row in enumerate(rows):
        given = row if isinstance(row, dict) else {}
        skill, least = skills.get(str(given.get("skill_id", ""))), given.get("least")
        if skill is None:
            problems.append((("body", index, "skill_id"), _("There is no such skill in this space."), "value_error"))
        elif str(skill.pk) in wanted:
            problems.append((("body", index, "skill_id"), _("A skill is asked for once."), "value_error"))
        if isinstance(least, bool) or not isinstance(least, int | float) or not 0 <= least <= 100:
            problems.append((("body", index, "least"), _("Give a number from 0 to 100."), "value_error"))
        accepts = given.get("accepts_missing", False)
        if not isinstance(accepts, bool):
            problems.append((("body", index, "accepts_missing"), _("Send true or false."), "type_error.bool"))
        elif skill is not None and least is not None and not problems:
            wanted[str(skill.pk)] = Requirement(task=task, skill=skill, least=least, accepts_missing=accepts)
    if problems:
        raise Invalid(problems)
    return list(wanted.values())
