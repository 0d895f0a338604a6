"""Making a labeling task: its form, its items, its people and the deal, all at once or not at all."""

import secrets
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from typing import Any
from uuid import UUID

from django.db import transaction
from django.utils.translation import gettext as _

from annotations.dealing import Infeasible, check_numbers, deal
from annotations.models import (
    Assignment,
    ItemFile,
    LabelingTask,
    Question,
    TaskItem,
    TaskPerson,
    TaskQuestion,
)
from annotations.questions import alias_for, clean_configuration
from datasets.models import AudioFile, Dataset
from workspaces.errors import Invalid
from workspaces.models import AuditEvent, User
from workspaces.permissions import Right, people_with, require

BATCH = 1000
Problem = tuple[tuple[str | int, ...], str, str]


@dataclass(frozen=True)
class AskedQuestion:
    """One question of the form to be: an existing one by id, or a new one."""

    type: str = ""
    name: str = ""
    prompt: str = ""
    configuration: dict[str, Any] = field(default_factory=dict)
    required: bool = True
    alias: str = ""
    question_id: UUID | None = None


@dataclass(frozen=True)
class Seat:
    """A person and how many items they get; None: no number, they take from the pool."""

    user: User
    quota: int | None = None


@dataclass(frozen=True)
class TaskPlan:
    """Everything the wizard and the API collect before a task exists."""

    dataset: Dataset
    name: str
    questions: Sequence[AskedQuestion]
    instructions: str = ""
    annotators: Sequence[Seat] = ()
    reviewers: Sequence[Seat] = ()
    rest_in_pool: bool = False
    review_mode: str = LabelingTask.ReviewMode.NONE
    overlap: int = 1
    lease_minutes: int = 30
    seed: int | None = None


@transaction.atomic
def create_task(plan: TaskPlan, *, by: User) -> LabelingTask:
    """An open labeling task over the dataset's ready files, dealt to its people. Raises Invalid and stores nothing."""
    workspace = plan.dataset.workspace
    require(by, Right.CREATE_TASKS, workspace.pk)
    audio = list(AudioFile.objects.filter(dataset=plan.dataset, status=AudioFile.Status.READY).order_by("id"))
    _check(plan, n_items=len(audio))
    seed = secrets.randbits(31) if plan.seed is None else plan.seed
    dealt = _deal(plan, n_items=len(audio), seed=seed)
    task = LabelingTask.objects.create(
        workspace=workspace,
        dataset=plan.dataset,
        name=plan.name.strip(),
        instructions=plan.instructions,
        review_mode=plan.review_mode,
        overlap=plan.overlap,
        lease_minutes=plan.lease_minutes,
        labels_openly=not plan.annotators,
        reviews_openly=not plan.reviewers,
        seed=seed,
        created_by=by,
    )
    AuditEvent.record(
        by=by, workspace_id=workspace.pk, verb="create", target=task, data={"seed": seed, "items": len(audio)}
    )
    _store_form(task, plan, by=by)
    _store_people(task, plan)
    _store_items(task, audio, dealt, [seat.user for seat in plan.annotators if seat.quota])
    task.open(by=by)
    return task


def _check(plan: TaskPlan, *, n_items: int) -> None:
    if problems := problems_of(plan, n_items=n_items):
        raise Invalid(problems)


def problems_of(plan: TaskPlan, *, n_items: int) -> list[Problem]:
    """All that keeps this plan for `n_items` recordings from becoming a task, with the field it belongs to."""
    problems: list[Problem] = []
    if not plan.name.strip() or len(plan.name) > 255:
        problems.append((("body", "name"), _("Give the task a name of up to 255 characters."), "value_error"))
    if not plan.questions:
        problems.append((("body", "questions"), _("Ask at least one question."), "value_error"))
    if plan.review_mode not in LabelingTask.ReviewMode.values:
        problems.append((("body", "review_mode"), _("Choose none, full or partial."), "value_error"))
    if not n_items:
        problems.append(
            (("body", "dataset"), _("This dataset has no audio that is ready. Upload some first."), "value_error")
        )
    if not 1 <= plan.overlap <= 20:
        problems.append((("body", "overlap"), _("Between 1 and 20 people can label an item."), "value_error"))
    if not 1 <= plan.lease_minutes <= 1440:
        problems.append((("body", "lease_minutes"), _("Give between 1 and 1440 minutes."), "value_error"))
    problems += _question_problems(plan)
    problems += _people_problems(plan)
    if not problems:
        problems += _number_problems(plan, n_items=n_items)
    return problems


def _question_problems(plan: TaskPlan) -> Iterable[Problem]:
    for position, asked in enumerate(plan.questions):
        where: tuple[str | int, ...] = ("body", "questions", position)
        if asked.question_id:
            continue
        if not asked.name.strip() or len(asked.name) > 255:
            yield (*where, "name"), _("Give the question a name of up to 255 characters."), "value_error"
        try:
            clean_configuration(asked.type, asked.configuration, dataset=plan.dataset)
        except Invalid as problem:
            yield from (((*where, *loc[1:]), message, kind) for loc, message, kind in problem.problems)


def _number_problems(plan: TaskPlan, *, n_items: int) -> Iterable[Problem]:
    """What keeps the numbers of people and items from adding up. Expects a plan that is right otherwise."""
    if 0 < len(plan.annotators) < plan.overlap:
        sentence = _("%(people)d named, but each item is for %(overlap)d people: name more, or lower this.")
        yield ("body", "overlap"), sentence % {"people": len(plan.annotators), "overlap": plan.overlap}, "value_error"
        return
    try:
        quotas, rest_in_pool = _numbers(plan)
        check_numbers(n_items=n_items, overlap=plan.overlap, quotas=quotas, rest_in_pool=rest_in_pool)
    except Infeasible as problem:
        yield _infeasible(plan, problem)
    numbers = [seat.quota for seat in plan.reviewers if seat.quota]
    wanted = n_items * plan.overlap
    all_numbered = 0 < len(numbers) == len(plan.reviewers)
    if plan.review_mode == LabelingTask.ReviewMode.FULL and all_numbered and sum(numbers) < wanted:
        sentence = _("The numbers add up to %(sum)d of %(wanted)d: raise them, or leave one reviewer without a number.")
        yield ("body", "reviewers"), sentence % {"sum": sum(numbers), "wanted": wanted}, "value_error"


def _people_problems(plan: TaskPlan) -> Iterable[Problem]:
    sides = (("annotators", plan.annotators, Right.LABEL), ("reviewers", plan.reviewers, Right.REVIEW))
    for name, seats, right in sides:
        allowed = {user.pk for user in people_with(right, plan.dataset.workspace)} if seats else set()
        seen = set()
        for index, seat in enumerate(seats):
            if seat.user.pk not in allowed:
                sentence = _("%(person)s has no role for this in the workspace.") % {"person": seat.user}
                yield ("body", name, index), sentence, "value_error"
            if seat.user.pk in seen:
                yield ("body", name, index), _("%(person)s is named twice.") % {"person": seat.user}, "value_error"
            seen.add(seat.user.pk)
            if seat.quota is not None and seat.quota < 1:
                yield ("body", name, index, "quota"), _("Give a number of at least 1."), "value_error"
    if plan.reviewers and plan.review_mode == LabelingTask.ReviewMode.NONE:
        yield ("body", "reviewers"), _("There are reviewers but no review. Choose full or partial."), "value_error"


def _numbers(plan: TaskPlan) -> tuple[list[int], bool]:
    """The annotators' numbers, and whether what they leave goes into the pool."""
    quotas = [seat.quota for seat in plan.annotators if seat.quota]
    # Somebody without a number takes from the pool, and so does everybody when nobody is named.
    return quotas, plan.rest_in_pool or len(quotas) < len(plan.annotators) or not plan.annotators


def _deal(plan: TaskPlan, *, n_items: int, seed: int) -> list[list[int | None]]:
    quotas, rest_in_pool = _numbers(plan)
    return deal(n_items=n_items, overlap=plan.overlap, quotas=quotas, seed=seed, rest_in_pool=rest_in_pool)


def _infeasible(plan: TaskPlan, problem: Infeasible) -> Problem:
    if problem.reason == "too many":
        sentence = _(
            "The numbers add up to %(sum)d, but there are only %(wanted)d to give: make them %(wanted)d in all."
        )
    elif problem.reason == "too few":
        sentence = _("The numbers add up to %(sum)d of %(wanted)d: raise them, or leave the rest in the pool.")
    else:
        sentence = _("Nobody can get more than %(wanted)d items: there are no more, and each comes to a person once.")
    detail = sentence % {"sum": sum(_numbers(plan)[0]), "wanted": problem.wanted}
    return ("body", "annotators"), detail, "value_error"


def _store_form(task: LabelingTask, plan: TaskPlan, *, by: User) -> None:
    taken: set[str] = set()
    for position, asked in enumerate(plan.questions):
        question = _question(task, asked, position=position, by=by)
        alias = asked.alias or alias_for(question.name, taken=taken)
        if alias in taken:
            sentence = _("The alias “%(alias)s” stands there twice.") % {"alias": alias}
            raise Invalid([(("body", "questions", position, "alias"), sentence, "value_error")])
        taken.add(alias)
        TaskQuestion.objects.create(
            task=task, question=question, alias=alias, required=asked.required, position=position
        )


def _question(task: LabelingTask, asked: AskedQuestion, *, position: int, by: User) -> Question:
    if asked.question_id:
        found = Question.objects.filter(workspace=task.workspace, archived_at=None, pk=asked.question_id).first()
        if found is None:
            where = ("body", "questions", position, "question_id")
            raise Invalid([(where, _("There is no such question in this workspace."), "value_error")])
        return found
    # Name and configuration were checked with the whole plan; this gives the configuration its stored shape.
    return Question.objects.create(
        workspace=task.workspace,
        type=asked.type,
        name=asked.name.strip(),
        prompt=asked.prompt,
        configuration=clean_configuration(asked.type, asked.configuration, dataset=task.dataset),
        created_by=by,
    )


def _store_people(task: LabelingTask, plan: TaskPlan) -> None:
    sides = ((TaskPerson.Kind.LABELING, plan.annotators), (TaskPerson.Kind.REVIEW, plan.reviewers))
    TaskPerson.objects.bulk_create(
        TaskPerson(task=task, user=seat.user, kind=kind, quota=seat.quota) for kind, seats in sides for seat in seats
    )


def _store_items(
    task: LabelingTask, audio: Sequence[AudioFile], dealt: list[list[int | None]], people: Sequence[User]
) -> None:
    items = [TaskItem(task=task, position=position, data=file.metadata) for position, file in enumerate(audio, start=1)]
    TaskItem.objects.bulk_create(items, batch_size=BATCH)
    ItemFile.objects.bulk_create(
        (ItemFile(item=item, audio=file) for item, file in zip(items, audio, strict=True)), batch_size=BATCH
    )
    Assignment.objects.bulk_create(
        (
            Assignment(
                task=task,
                item=item,
                position=item.position,
                duration_ms=file.duration_ms,
                slot=slot,
                annotator=None if person is None else people[person],
                state=Assignment.State.OPEN if person is None else Assignment.State.ASSIGNED,
                is_dealt=person is not None,
            )
            for item, file, turns in zip(items, audio, dealt, strict=True)
            for slot, person in enumerate(turns)
        ),
        batch_size=BATCH,
    )
