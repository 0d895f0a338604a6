"""How a task's labels were made, in sentences for the card: who was asked, what was checked, how answers became one."""

from collections.abc import Iterator, Mapping

from django.db.models import Count

from annotations.exchange.sides import Side
from annotations.models import Adjudication, Assignment, LabelingTask, TaskItem

REVIEWS = {
    LabelingTask.ReviewMode.NONE: "Nobody reviewed the answers.",
    LabelingTask.ReviewMode.FULL: "An auditor decided every answer, never one of their own.",
    LabelingTask.ReviewMode.PARTIAL: "Auditors decided answers one by one, and approved the rest at once.",
    LabelingTask.ReviewMode.SAMPLED: "Auditors decided a random sample; the rest followed.",
}


def how_it_was_made(
    task: LabelingTask, *, sides: tuple[Side, ...], methods: Mapping[str, Mapping[str, int]]
) -> Iterator[str]:
    yield from _overlap(task, sides)
    yield from _people(task)
    yield from _checks(task)
    yield REVIEWS[LabelingTask.ReviewMode(task.review_mode)]
    if task.recheck_percent:
        yield f"A second auditor judged {task.recheck_percent} % of what was approved."
    origins = Assignment.objects.filter(task=task, state__in=Assignment.DONE).exclude(origin="").order_by()
    counted = dict(origins.values_list("origin").annotate(n=Count("pk")))
    if counted:
        yield "Answers by how they were accepted: " + _listed(counted) + "."
    for alias, found in methods.items():
        yield f"`{alias}` became one answer by: {_listed(found)}."
    settled = Adjudication.objects.filter(task=task).values("item").distinct().count()
    if settled:
        yield f"Auditors who had not labeled the items settled {settled} of them."


def _overlap(task: LabelingTask, sides: tuple[Side, ...]) -> Iterator[str]:
    if sides:
        each = " and ".join(f"{side.overlap} of {_name(side)}" for side in sides)
        yield f"Each item was asked of {each}, who took items at random and did not see each other's answers."
        decides = [_name(side) for side in sides if side.decides]
        yield f"The answers of {decides[0]} count." if decides else "The answers of all teams count together."
    elif task.overlap > 1:
        yield f"Each item was asked of {task.overlap} people, who did not see each other's answers."
    else:
        yield "Each item was asked of one person."
    if task.overlap_percent < 100:
        yield f"This holds for {task.overlap_percent} % of the items, drawn at random; others were asked of one person."
    if task.dynamic_overlap:
        enough = f"{task.dynamic_confidence:.0%}".replace("%", " %")
        yield (
            f"While the answers to `{task.dynamic_alias}` were less sure than {enough}, "
            f"one more person was asked, up to {task.dynamic_overlap}."
        )
    yield f"Items were dealt by the seed {task.seed}."


def _name(side: Side) -> str:
    return f"“{' '.join(side.name.split())}”"


def _people(task: LabelingTask) -> Iterator[str]:
    needed = list(task.requirements.select_related("skill").order_by("skill__name")) if task.has_requirements else []
    for row in needed:
        yield f"People needed at least {row.least:g} of 100 in “{row.skill.name}”."
        lessons = row.skill.lessons.filter(deleted_at=None).order_by("id")
        for lesson in lessons:
            yield (
                f"They showed it in a {lesson.get_purpose_display()} of {lesson.items.count()} items "
                f"with {lesson.pass_percent} % right."
            )
    if task.control_percent:
        n = TaskItem.objects.filter(task__controls_of=task).count()
        yield f"{task.control_percent} % of what they were given were control items with known answers, out of {n}."


def _checks(task: LabelingTask) -> Iterator[str]:
    if task.is_ruled:
        rules = task.rules.filter(is_active=True).order_by("kind", "action")
        listed = ", ".join(f"{rule.get_kind_display()} ({rule.get_action_display()})" for rule in rules)
        if listed:
            yield f"Rules about how people work: {listed}."
    if task.is_checked:
        for check in task.checks.filter(is_active=True).order_by("kind"):
            yield f"Automatic check after each answer, by {check.get_kind_display()}: {check.get_action_display()}."


def _listed(counts: Mapping[str, int]) -> str:
    return ", ".join(f"{name.replace('_', ' ')} {n}" for name, n in sorted(counts.items()))
