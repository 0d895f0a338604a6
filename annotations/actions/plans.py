"""A labeling task before it exists: what the wizard and the API collect, and all that keeps it from being made."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any
from uuid import UUID

from django.utils import timezone
from django.utils.translation import gettext as _

from annotations.assisting import Asked, assistance_problems
from annotations.dealing import Infeasible, check_numbers
from annotations.models import LabelingTask, Question, QuestionType
from annotations.overlapping.planned import TeamSeat, overlap_problems, people_problems, question_problems
from annotations.overlapping.share import turns_of
from annotations.questions import clean_configuration
from annotations.review_figures import floor_of
from datasets.models import Dataset
from workspaces.errors import Invalid
from workspaces.models import User
from workspaces.permissions import Right, people_with

Problem = tuple[tuple[str | int, ...], str, str]
Mode = LabelingTask.ReviewMode
MOST_REWORK = 20


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
    review_mode: str = Mode.NONE
    # In a sampled review one of the two: a share in (0, 1], or a number.
    sample_rate: float | None = None
    sample_count: int | None = None
    recheck_percent: int = 0
    max_rejects: int | None = None
    max_rework: int = 3
    overlap: int = 1
    # Teams in place of people: each says how many of it label an item, and `overlap` is then what they come to.
    teams: Sequence[TeamSeat] = ()
    # On so many per cent of the items several people, on the others one.
    overlap_percent: int = 100
    # While the answers to this question are less sure than that, one more person is asked, up to so many; None: nobody.
    dynamic_overlap: int | None = None
    dynamic_confidence: float = 0.8
    dynamic_question: str = ""
    lease_minutes: int = 30
    # Whether a model of the workspace proposes labels, which, and the least confidence of what it proposes.
    ai_assisted: bool = False
    detector_id: UUID | None = None
    suggestion_threshold: float = 0.5
    deadline: datetime | None = None
    priority: int = LabelingTask.Priority.NORMAL
    # Decides the deal, the draw and which turns are judged a second time; None: any.
    seed: int | None = None

    def numbers(self) -> list[tuple[UUID, int]]:
        """The annotators who have a number, with it."""
        return [(seat.user.pk, seat.quota) for seat in self.annotators if seat.quota]

    @property
    def people(self) -> int:
        """How many label each item, of all teams together."""
        return sum(seat.overlap for seat in self.teams) or self.overlap

    def n_turns(self, n_items: int) -> int:
        """How many turns there are to give at first."""
        return turns_of(n_items, people=self.people, percent=self.overlap_percent)

    @property
    def leaves_rest(self) -> bool:
        """Whether what the numbers leave goes into the pool, instead of being a mistake."""
        # Somebody without a number takes from the pool, and so does everybody when nobody is named.
        return self.rest_in_pool or len(self.numbers()) < len(self.annotators) or not self.annotators

    def as_task(self) -> LabelingTask:
        """The row to be, but for whoever makes it. Not stored."""
        return LabelingTask(
            workspace=self.dataset.workspace,
            dataset=self.dataset,
            name=self.name.strip(),
            instructions=self.instructions,
            review_mode=self.review_mode,
            sample_rate=self.sample_rate,
            sample_count=self.sample_count,
            recheck_percent=self.recheck_percent,
            max_rejects=self.max_rejects,
            max_rework=self.max_rework,
            overlap=self.people,
            by_team=bool(self.teams),
            overlap_percent=self.overlap_percent,
            dynamic_overlap=self.dynamic_overlap,
            dynamic_confidence=self.dynamic_confidence,
            dynamic_alias=self.dynamic_question if self.dynamic_overlap is not None else "",
            lease_minutes=self.lease_minutes,
            ai_assisted=self.ai_assisted,
            detector_id=self.detector_id,
            suggestion_threshold=self.suggestion_threshold,
            deadline=self.deadline,
            priority=self.priority,
            seed=self.seed or 0,
            labels_openly=not self.annotators and not self.teams,
            reviews_openly=not self.reviewers,
        )

    def to_review(self, *, n_items: int) -> int:
        """How many verdicts the auditors must be able to give before the review can end, at both levels."""
        task, turns = self.as_task(), self.n_turns(n_items)
        by_mode: dict[str, int] = {Mode.FULL: turns, Mode.PARTIAL: floor_of(turns)}
        asked = by_mode.get(self.review_mode, task.sample_of(turns))
        again = sum(task.rechecks(draw) for draw in range(asked)) if self.recheck_percent else 0
        return asked + again


def problems_of(plan: TaskPlan, *, n_items: int) -> list[Problem]:
    """All that keeps this plan for `n_items` recordings from becoming a task, with the field it belongs to."""
    problems = [*_plain_problems(plan), *_question_problems(plan), *_review_problems(plan), *_people_problems(plan)]
    problems += overlap_problems(plan)
    if not any(loc[1] == "questions" for loc, _message, _kind in problems):
        problems += assistance_problems(plan.as_task(), _asked(plan))
        problems += question_problems(plan)
    if not n_items:
        problems.append(_problem("dataset", _("This dataset has no audio that is ready. Upload some first.")))
    if not problems:
        problems += _number_problems(plan, n_items=n_items)
    return problems


def _problem(name: str, sentence: str, *where: str | int) -> Problem:
    return ("body", name, *where), sentence, "value_error"


def _plain_problems(plan: TaskPlan) -> Iterable[Problem]:
    if not plan.name.strip() or len(plan.name) > 255:
        yield _problem("name", _("Give the task a name of up to 255 characters."))
    if not plan.questions:
        yield _problem("questions", _("Ask at least one question."))
    if not 1 <= plan.overlap <= 20:
        yield _problem("overlap", _("Between 1 and 20 people can label an item."))
    if not 1 <= plan.lease_minutes <= 1440:
        yield _problem("lease_minutes", _("Give between 1 and 1440 minutes."))
    if plan.deadline is not None and plan.deadline <= timezone.now():
        yield _problem("deadline", _("The deadline has passed already. Give a time to come, or none."))
    if plan.priority not in LabelingTask.Priority.values:
        yield _problem("priority", _("Choose low, normal or high."))


def _question_problems(plan: TaskPlan) -> Iterable[Problem]:
    for position, asked in enumerate(plan.questions):
        where: tuple[str | int, ...] = ("body", "questions", position)
        if asked.question_id:
            yield from _taken_problems(plan, asked.question_id, where)
            continue
        if not asked.name.strip() or len(asked.name) > 255:
            yield (*where, "name"), _("Give the question a name of up to 255 characters."), "value_error"
        try:
            clean_configuration(asked.type, asked.configuration, dataset=plan.dataset)
        except Invalid as problem:
            yield from (((*where, *loc[1:]), message, kind) for loc, message, kind in problem.problems)


def _taken_problems(plan: TaskPlan, question_id: UUID, where: tuple[str | int, ...]) -> Iterable[Problem]:
    rows = Question.objects.filter(workspace=plan.dataset.workspace, archived_at=None, pk=question_id)
    found = rows.values_list("type", "configuration").first()
    if found is None:
        sentence = _("There is no question with the id “%(id)s” in this workspace that is not archived.")
        yield (*where, "question_id"), sentence % {"id": question_id}, "value_error"
    elif found[0] == QuestionType.REGIONS:
        known = set(plan.dataset.artifact_types.values_list("name", flat=True))
        if foreign := [label["name"] for label in found[1]["labels"] if label["name"] not in known]:
            sentence = _("It marks artifact types that this dataset does not have: %(names)s.")
            yield (*where, "question_id"), sentence % {"names": ", ".join(foreign)}, "value_error"


def _asked(plan: TaskPlan) -> list[Asked]:
    """The questions that ask for regions, with their labels. Expects questions that are right."""
    taken = Question.objects.filter(pk__in=[asked.question_id for asked in plan.questions if asked.question_id])
    library = {question.pk: question for question in taken}
    found: list[Asked] = []
    for asked in plan.questions:
        question = library.get(asked.question_id) if asked.question_id else None
        if (question.type if question else asked.type) == QuestionType.REGIONS:
            given = question.configuration if question else asked.configuration
            kept = given if question else clean_configuration(asked.type, given, dataset=plan.dataset)
            found.append((asked.alias, [label["name"] for label in kept["labels"]]))
    return found


def _review_problems(plan: TaskPlan) -> Iterable[Problem]:
    mode = plan.review_mode
    if mode not in Mode.values:
        yield _problem("review_mode", _("Choose none, full, partial or sampled."))
        return
    yield from _sample_problems(plan)
    if not 0 <= plan.recheck_percent <= 100:
        yield _problem("recheck_percent", _("Give a number from 0 to 100."))
    elif plan.recheck_percent and mode == Mode.NONE:
        yield _problem("recheck_percent", _("Without a review there is nothing to judge a second time."))
    elif plan.recheck_percent and len(plan.reviewers) == 1:
        yield _problem("reviewers", _("A second auditor judges a part again: name at least two reviewers, or nobody."))
    if plan.max_rejects is not None and mode != Mode.PARTIAL:
        yield _problem("max_rejects", _("Only a partial review has a limit of rejections. Leave this out."))
    elif plan.max_rejects is not None and plan.max_rejects < 0:
        yield _problem("max_rejects", _("Give a number from 0 on, or none."))
    if not 0 <= plan.max_rework <= MOST_REWORK:
        yield _problem("max_rework", _("Give a number from 0 to %(most)d.") % {"most": MOST_REWORK})


def _sample_problems(plan: TaskPlan) -> Iterable[Problem]:
    given = [name for name in ("sample_rate", "sample_count") if getattr(plan, name) is not None]
    if plan.review_mode != Mode.SAMPLED:
        if given:
            yield _problem(given[0], _("Only a sampled review draws a sample. Choose sampled, or leave this out."))
    elif len(given) != 1:
        yield _problem("sample_rate", _("Say how much is reviewed: either a share or a number."))
    elif plan.sample_rate is not None and not 0 < plan.sample_rate <= 1:
        yield _problem("sample_rate", _("Give a share above 0 and up to 1: 0.1 is a tenth."))
    elif plan.sample_count is not None and plan.sample_count < 1:
        yield _problem("sample_count", _("Give a number of at least 1."))


def _people_problems(plan: TaskPlan) -> Iterable[Problem]:
    sides = (("annotators", plan.annotators, Right.LABEL), ("reviewers", plan.reviewers, Right.REVIEW))
    for name, seats, right in sides:
        allowed = {user.pk for user in people_with(right, plan.dataset.workspace)} if seats else set()
        seen = set()
        for index, seat in enumerate(seats):
            if seat.user.pk not in allowed:
                sentence = _("%(person)s has no role for this in the workspace.") % {"person": seat.user}
                yield _problem(name, sentence, index)
            if seat.user.pk in seen:
                yield _problem(name, _("%(person)s is named twice.") % {"person": seat.user}, index)
            seen.add(seat.user.pk)
            if seat.quota is not None and seat.quota < 1:
                yield _problem(name, _("Give a number of at least 1."), index, "quota")
    if plan.reviewers and plan.review_mode == Mode.NONE:
        yield _problem("reviewers", _("There are reviewers but no review. Choose full, partial or sampled."))


def _number_problems(plan: TaskPlan, *, n_items: int) -> Iterable[Problem]:
    """What keeps the numbers of people and items from adding up. Expects a plan that is right otherwise."""
    if too_few := list(people_problems(plan)):
        yield from too_few
        return
    if 0 < len(plan.annotators) < plan.overlap:
        sentence = _("%(people)d named, but each item is for %(overlap)d people: name more, or lower this.")
        yield _problem("overlap", sentence % {"people": len(plan.annotators), "overlap": plan.overlap})
        return
    quotas = [number for _person, number in plan.numbers()]
    try:
        check_numbers(n_items=n_items, overlap=plan.people, quotas=quotas, rest_in_pool=plan.leaves_rest)
    except Infeasible as problem:
        yield _problem("annotators", _infeasible(problem, given=sum(quotas)))
    turns, wanted = plan.n_turns(n_items), plan.to_review(n_items=n_items)
    if plan.sample_count is not None and plan.sample_count > turns:
        sentence = _("There are only %(turns)d to draw from: give at most that.")
        yield _problem("sample_count", sentence % {"turns": turns})
    numbers = [seat.quota for seat in plan.reviewers if seat.quota]
    if 0 < len(numbers) == len(plan.reviewers) and sum(numbers) < wanted:
        sentence = _("The numbers add up to %(sum)d of %(wanted)d: raise them, or leave one reviewer without a number.")
        yield _problem("reviewers", sentence % {"sum": sum(numbers), "wanted": wanted})


def _infeasible(problem: Infeasible, *, given: int) -> str:
    if problem.reason == "too many":
        sentence = _(
            "The numbers add up to %(sum)d, but there are only %(wanted)d to give: make them %(wanted)d in all."
        )
    elif problem.reason == "too few":
        sentence = _("The numbers add up to %(sum)d of %(wanted)d: raise them, or leave the rest in the pool.")
    else:
        sentence = _("Nobody can get more than %(wanted)d items: there are no more, and each comes to a person once.")
    return sentence % {"sum": given, "wanted": problem.wanted}
