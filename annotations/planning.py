"""A task in the making: what was typed at each step, kept in the session, and what is still wrong with it."""

import zlib
from collections.abc import Callable
from functools import cached_property
from typing import Any

from django.db.models import Count, OuterRef, QuerySet, Subquery, Sum
from django.db.models.functions import Coalesce
from django.forms import BoundField
from django.utils.datastructures import MultiValueDict
from django.utils.translation import gettext_lazy as _

from annotations.actions.creating import Problem, TaskPlan, problems_of
from annotations.assistance_form import AssistanceForm
from annotations.assisting import models_for
from annotations.form import instructions_html
from annotations.forms import (
    DatasetForm,
    InstructionsForm,
    ReviewForm,
    SeatTable,
)
from annotations.models import Question, QuestionType
from annotations.notes import DEFAULT_THRESHOLD, Notes
from annotations.overlapping.planned import Named, named_questions
from annotations.planning_people import PlansPeople, complain_in
from annotations.question_forms import QuestionForm, TakenQuestionForm, complain_of
from annotations.question_library import Offer, askable
from annotations.sampling import SampleSaid
from annotations.words.library import askable_pools
from datasets.models import ArtifactType, AudioFile, Dataset
from detectors.models import Detector
from workspaces.errors import Invalid
from workspaces.models import User, Workspace
from workspaces.permissions import Right, people_with

STEPS = {
    "dataset": _("Dataset"),
    "questions": _("Annotation items"),
    "people": _("People"),
    "review": _("Review"),
    "summary": _("Summary"),
}
# The step at which each part of a plan is asked for.
STEP_OF = {
    "dataset": "dataset",
    "name": "dataset",
    "questions": "questions",
    "instructions": "questions",
    "ai_assisted": "questions",
    "model_id": "questions",
    "suggestion_threshold": "questions",
    "annotators": "people",
    "overlap": "people",
    **dict.fromkeys(("teams", "overlap_percent"), "people"),
    **dict.fromkeys(("dynamic_overlap", "dynamic_question", "dynamic_confidence"), "people"),
    "lease_minutes": "people",
    "rest_in_pool": "people",
    "deadline": "people",
    "priority": "people",
    "review_mode": "review",
    "sample_rate": "review",
    "sample_count": "review",
    "max_rejects": "review",
    "recheck_percent": "review",
    "max_rework": "review",
    "reviewers": "review",
}
MOST_DATASETS = 200


def datasets_to_label(user: User, workspace: Workspace) -> QuerySet[Dataset]:
    """Datasets with audio that is ready, newest first, with `ready` and `ready_ms`."""
    files = AudioFile.objects.filter(dataset=OuterRef("pk"), status=AudioFile.Status.READY).order_by()
    grouped = files.values("dataset")
    rows = (
        Dataset.objects.visible_to(user)
        .filter(workspace=workspace)
        .annotate(
            ready=Coalesce(Subquery(grouped.annotate(n=Count("pk")).values("n")), 0),
            ready_ms=Coalesce(Subquery(grouped.annotate(n=Sum("duration_ms")).values("n")), 0),
        )
    )
    return rows.filter(ready__gt=0).order_by("-id")


class Planning(PlansPeople):
    """The steps' forms over one set of notes. `shown` is the step that may complain; the others keep quiet."""

    def __init__(self, notes: Notes, *, user: User, workspace: Workspace, shown: str = "") -> None:
        self.notes, self.user, self.workspace, self.shown = notes, user, workspace, shown
        self.question_problem = ""

    # The dataset

    @cached_property
    def datasets(self) -> list[Dataset]:
        """What can be chosen: the newest MOST_DATASETS, and the chosen one wherever it stands."""
        rows = datasets_to_label(self.user, self.workspace)
        newest = list(rows[:MOST_DATASETS])
        wanted = self.notes.of("dataset").get("dataset")
        if wanted and len(newest) == MOST_DATASETS and wanted not in {str(row.pk) for row in newest}:
            newest += [row for row in rows if str(row.pk) == wanted]
        return newest

    @cached_property
    def dataset_form(self) -> DatasetForm:
        ids = [dataset.pk for dataset in self.datasets]
        return DatasetForm(self.notes.of("dataset"), dataset_ids=ids, is_quiet=self._quiet("dataset"))

    @cached_property
    def dataset(self) -> Dataset | None:
        wanted = self.notes.of("dataset").get("dataset")
        found = next((dataset for dataset in self.datasets if str(dataset.pk) == wanted), None)
        if found is not None:
            found.workspace = self.workspace
        return found

    @property
    def n_items(self) -> int:
        return self.dataset.ready if self.dataset else 0  # type: ignore[attr-defined]

    @cached_property
    def artifact_types(self) -> list[ArtifactType]:
        return list(self.dataset.artifact_types.all()) if self.dataset else []

    # The annotation items

    @cached_property
    def question_forms(self) -> list[QuestionForm | TakenQuestionForm]:
        """One per row: a question that is made here, or one of the library."""
        data, quiet = self.notes.of("questions"), self._quiet("questions")
        types = [kind.name for kind in self.artifact_types]
        taken = self.library.found(str(data[name]) for name in data if name.endswith("-question"))
        return [
            TakenQuestionForm(data, row=row, question=taken.get(str(data[f"{row}-question"])), is_quiet=quiet)
            if f"{row}-question" in data
            else QuestionForm(data, row=row, artifact_types=types, pools=self._pools_for(data, row), is_quiet=quiet)
            for row in data.getlist("row")
        ]

    @cached_property
    def word_pools(self) -> list[tuple[str, str]]:
        return askable_pools(self.user, self.workspace)

    def _pools_for(self, data: "MultiValueDict[str, Any]", row: str) -> list[tuple[str, str]]:
        return self.word_pools if data.get(f"{row}-type") == QuestionType.WORDS else []

    @cached_property
    def library(self) -> Offer:
        """What of the library can be asked about this dataset."""
        rows = Question.objects.visible_to(self.user).filter(workspace=self.workspace)
        types = [kind.name for kind in self.artifact_types]
        return Offer(askable(rows, artifact_types=types), search=str(self.notes.of("questions").get("find", "")))

    @cached_property
    def instructions_form(self) -> InstructionsForm:
        return InstructionsForm(self.notes.of("questions"), is_quiet=self._quiet("questions"))

    @cached_property
    def models(self) -> list[Detector]:
        return models_for(self.workspace)

    @cached_property
    def assistance_form(self) -> AssistanceForm:
        return AssistanceForm(self.notes.of("questions"), models=self.models, is_quiet=self._quiet("questions"))

    @property
    def model(self) -> Detector | None:
        """The model that is to propose labels, where one is."""
        wanted = self._given(self.assistance_form).get("model_id")
        return next((row for row in self.models if row.pk == wanted), None)

    @property
    def instructions_html(self) -> str:
        return instructions_html(str(self.notes.of("questions").get("instructions", "")))

    @cached_property
    def questions_named(self) -> list[Named]:
        """The questions with their aliases; none as long as one of them is wrong."""
        if self.dataset is None or not all(form.is_right() for form in self.question_forms):
            return []
        asked = [form.asked() for form in self.question_forms]
        try:
            return named_questions(TaskPlan(dataset=self.dataset, name="", questions=asked))
        except Invalid:
            return []

    # The review

    @cached_property
    def review_form(self) -> ReviewForm:
        return ReviewForm(self.notes.of("review"), is_quiet=self._quiet("review"))

    @cached_property
    def reviewers(self) -> SeatTable:
        return SeatTable("reviewer", people_with(Right.REVIEW, self.workspace), self.notes.of("review"))

    @property
    def is_reviewed(self) -> bool:
        return bool(self.notes.of("review").get("review_mode") != "none")

    @property
    def to_review(self) -> int:
        """How many verdicts the reviewers' numbers must have room for."""
        plan = self.plan()
        return plan.to_review(n_items=self.n_items) if plan else 0

    @property
    def sample(self) -> SampleSaid | None:
        """None without a dataset, and as long as nobody has said how much is reviewed."""
        plan, turns = self.plan(), self.wanted
        size = plan.as_task().sample_of(turns) if plan else 0
        if not 0 < size <= turns:
            return None
        return SampleSaid.of(turns, size=size)

    @property
    def sample_choices(self) -> list[tuple[str, BoundField, str]]:
        """How to say how much is reviewed: the choice, its field and its unit."""
        form = self.review_form
        return [("share", form["sample_rate"], "%"), ("number", form["sample_count"], str(_("items")))]

    # All of it

    def plan(self) -> TaskPlan | None:
        """What would be made of the notes as they are; None as long as no dataset is chosen."""
        if self.dataset is None:
            return None
        named, review, assisted = (
            self._given(self.dataset_form),
            self._given(self.review_form),
            self._given(self.assistance_form),
        )
        for form in self.question_forms:
            form.is_right()
        return TaskPlan(
            dataset=self.dataset,
            name=named.get("name", ""),
            questions=[form.asked() for form in self.question_forms],
            instructions=self._given(self.instructions_form).get("instructions", ""),
            **self.people_fields(),
            reviewers=self.reviewers.seats() if self.is_reviewed else (),
            ai_assisted=assisted.get("ai_assisted", False),
            detector_id=assisted.get("model_id"),
            suggestion_threshold=DEFAULT_THRESHOLD if (t := assisted.get("suggestion_threshold")) is None else t,
            # The same until the task is made, so that what is said about it stays true.
            seed=zlib.crc32(self.notes.key.encode()),
            **{"review_mode": "", **{name: value for name, value in review.items() if name != "sample_by"}},
        )

    def check(self, step: str) -> bool:
        """Whether this step may be left. What is wrong stands in its forms afterwards."""
        is_right = all(part() for part in self._parts(step))
        if self.dataset is None:
            return False
        found = [problem for problem in self.problems if STEP_OF[str(problem[0][1])] == step]
        for problem in found:
            self.attach(problem)
        return is_right and not found

    @cached_property
    def problems(self) -> list[Problem]:
        plan = self.plan()
        return problems_of(plan, n_items=self.n_items) if plan else []

    def first_unfinished(self) -> str:
        """The first step that cannot be left yet; "summary" when a task can be made."""
        return next((step for step in STEPS if step != "summary" and not self.check(step)), "summary")

    def _parts(self, step: str) -> list[Callable[[], bool]]:
        if step == "dataset":
            return [self.dataset_form.is_right]
        if step == "questions":
            forms = (*self.question_forms, self.instructions_form, self.assistance_form)
            return [form.is_right for form in forms]
        if step == "people":
            return self.people_parts()
        return [self.review_form.is_right, *([self.reviewers.is_valid] if self.is_reviewed else [])]

    def attach(self, problem: Problem) -> None:
        """Put what an action refuses beside the field it speaks of."""
        loc, message, _kind = problem
        part = str(loc[1])
        if part == "questions":
            self._attach_to_question(loc, message)
        elif STEP_OF[part] == "people":
            self.attach_to_people(loc, message)
        elif part == "reviewers":
            complain_in(self.reviewers, loc, message)
        elif STEP_OF[part] == "dataset":
            self.dataset_form.complain(message, about=part)
        elif STEP_OF[part] == "review":
            # The plan speaks of the share when neither is given; the page of the one that was chosen.
            is_number = part == "sample_rate" and self.review_form["sample_by"].value() == "number"
            self.review_form.complain(message, about="sample_count" if is_number else part)
        elif part in self.assistance_form.fields:
            self.assistance_form.complain(message, about=part)
        else:
            self.instructions_form.complain(message, about=part)

    def _attach_to_question(self, loc: tuple[str | int, ...], message: str) -> None:
        if len(loc) == 2:
            self.question_problem = message
            return
        complain_of(self.question_forms[int(loc[2])], loc[3:], message)
