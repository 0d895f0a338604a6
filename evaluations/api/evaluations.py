"""Evaluations on `/v5/`."""

from collections.abc import Sequence
from typing import Any

from django.urls import path
from django.utils.translation import gettext as _
from drf_spectacular.types import OpenApiTypes
from drf_spectacular.utils import OpenApiParameter, OpenApiResponse
from rest_framework import status
from rest_framework.exceptions import NotFound
from rest_framework.request import Request
from rest_framework.response import Response

from evaluations.actions import evaluations as actions
from evaluations.actions import tasks as task_actions
from evaluations.api.frame import V5ViewSet, body_of, evaluation_or_404, identity, workspace_of
from evaluations.api.parameters import ARCHIVED, TAGS, described, flag, refused, text_of, words
from evaluations.api.row_sets import dataset_out
from evaluations.asked import TASK_TYPE
from evaluations.metadata import Matches, read_filters
from evaluations.models import Evaluation, EvaluationTask
from evaluations.progress import failed_items_of, progress_of
from evaluations.schemas import schema_of
from evaluations.serializers.evaluations import (
    EvaluationChangeSerializer,
    EvaluationPlanSerializer,
    EvaluationSchemaSerializer,
    EvaluationSerializer,
    FiltersSerializer,
    NewTaskSerializer,
    TaskConfigurationChangeSerializer,
)
from evaluations.tags import tagged
from workspaces.authentication import caller
from workspaces.errors import Invalid
from workspaces.permissions import Right

VIEWS = OpenApiParameter("views", str, enum=["tasks"], description="What to answer as well: the tasks.")
NAME = OpenApiParameter("name", str, description="A part of its name, in any case.")
# Fields of a body that a change may name.
CHANGED = ("name", "description", "tags", "metadata")


def task_out(task: EvaluationTask) -> dict[str, Any]:
    """A task as this door answers it. Expects its queue."""
    configuration = {
        "question_id": str(task.question_id),
        "layout": task.layout,
        "queue_id": task.queue.queue_id,
        "required": task.required,
    }
    if task.prefill_from:
        configuration["prefill_from"] = task.prefill_from
    return {"task_type": TASK_TYPE, "alias": task.alias, "configuration": configuration}


def evaluations_out(
    evaluations: Sequence[Evaluation], *, with_tasks: bool, with_failed: bool = False
) -> list[dict[str, Any]]:
    """Evaluations as this door answers them, in a fixed number of queries. Expects their dataset and maker."""
    progress = progress_of(evaluations)
    asked: dict[Any, list[EvaluationTask]] = {evaluation.pk: [] for evaluation in evaluations}
    if with_tasks or any(evaluation.n_failed for evaluation in evaluations):
        rows = EvaluationTask.objects.filter(evaluation__in=list(asked)).select_related("queue")
        for task in rows.order_by("position", "id"):
            asked[task.evaluation_id].append(task)
    answers = []
    for evaluation in evaluations:
        so_far, tasks = progress[evaluation.pk], asked[evaluation.pk]
        items = {"total": so_far.total, "pending": so_far.pending, "successful": so_far.successful}
        failed = failed_items_of(evaluation) if with_failed else None
        answers.append(
            {
                "id": str(evaluation.pk),
                "object": "evaluation",
                "name": evaluation.name,
                "description": evaluation.description,
                "status": so_far.status.value,
                "status_reason": _reason(evaluation, so_far.status),
                "created_at": evaluation.created_at,
                "created_by": identity(evaluation.created_by),
                "archived_at": evaluation.archived_at,
                "tags": evaluation.tags,
                "datasets": [dataset_out(evaluation.dataset)] if evaluation.dataset else [],
                "metadata": evaluation.metadata,
                "error_count": evaluation.n_failed * len(tasks),
                "progress": {"items": {**items, "failed": so_far.failed, "failed_items": failed}, "workflows": None},
                "tasks": [task_out(task) for task in tasks] if with_tasks else None,
            }
        )
    return answers


def _reason(evaluation: Evaluation, now: str) -> str | None:
    """Why it is where it is, where that is not plain."""
    if now == Evaluation.Status.FAILED:
        return _("No row can be answered: their files cannot be read.")
    if now == Evaluation.Status.RUNNING and evaluation.begun_at is None:
        return _("Its files are being read. People get its rows once that is done.")
    return None


class EvaluationViewSet(V5ViewSet):
    """Evaluations: rows, and what people are asked about each."""

    serializer_class = EvaluationSerializer
    queryset = Evaluation.objects.none()
    sorts = {"created_at": "created_at", "name": "name"}

    @described(
        operation_id="v5_evaluations_create", request=EvaluationPlanSerializer, responses={201: EvaluationSerializer}
    )
    def create(self, request: Request) -> Response:
        """Store rows and what is asked about them, and hand them to people once their files are read."""
        body = body_of(request, EvaluationPlanSerializer)
        skips = body.get("skip_prefilled_rows")
        plan = actions.EvaluationPlan(
            workspace=workspace_of(request),
            name=body.get("name"),
            data=body.get("data"),
            files=body.get("files"),
            tasks=body.get("tasks"),
            description=body.get("description"),
            tags=body.get("tags"),
            metadata=body.get("metadata"),
            skip_prefilled_rows=False if skips is None else skips,
            taxonomy=body.get("taxonomy_params"),
            dataset_id=body.get("dataset_id"),
            dataset=body.get("dataset"),
        )
        evaluation = actions.create_evaluation(plan, by=caller(request))
        return Response(_out(evaluation), status=status.HTTP_201_CREATED)

    @described(
        operation_id="v5_evaluations_list",
        parameters=[NAME, TAGS, ARCHIVED, VIEWS],
        responses=EvaluationSerializer(many=True),
    )
    def list(self, request: Request) -> Response:
        """The workspace's evaluations."""
        rows = _mine(request)
        if name := text_of(request, "name"):
            rows = rows.filter(name__icontains=name)
        text_of(request, "tags")
        return self._page(request, tagged(rows, words(request, "tags")))

    @described(
        operation_id="v5_evaluations_filter",
        request=FiltersSerializer,
        parameters=[ARCHIVED, VIEWS],
        responses=EvaluationSerializer(many=True),
    )
    def filter(self, request: Request) -> Response:
        """Those whose metadata fit all of the filters."""
        rows = _mine(request)
        for one in read_filters(body_of(request, FiltersSerializer).get("filters")):
            rows = rows.filter(Matches("metadata", one))
        return self._page(request, rows)

    def _page(self, request: Request, rows: Any) -> Response:
        with_tasks = _wants_tasks(request)
        rows = rows.select_related("created_by", "dataset__created_by")
        return self.page(request, rows, lambda found: evaluations_out(found, with_tasks=with_tasks))

    @described(
        operation_id="v5_evaluations_retrieve", parameters=[VIEWS, ARCHIVED], responses={200: EvaluationSerializer}
    )
    def retrieve(self, request: Request, evaluation_id: str) -> Response:
        """One evaluation with its progress."""
        evaluation = _evaluation(request, evaluation_id, archived=flag(request, "include_archived"))
        return Response(_out(evaluation, with_tasks=_wants_tasks(request)))

    @described(
        operation_id="v5_evaluations_update",
        request=EvaluationChangeSerializer,
        responses={200: EvaluationSerializer},
    )
    def partial_update(self, request: Request, evaluation_id: str) -> Response:
        """Change its name, description, tags or metadata, or take it out of the archive."""
        evaluation, body = _evaluation(request, evaluation_id), body_of(request, EvaluationChangeSerializer)
        if "restore" in body:
            if body["restore"] is not True or len(body) > 1:
                sentence = _('Send {"restore": true} alone: other fields are changed once it is restored.')
                raise Invalid([(("body", "restore"), sentence, "value_error")])
            actions.restore(evaluation, by=caller(request))
        else:
            changes = {name: body[name] for name in CHANGED if name in body}
            actions.update(evaluation, changes, by=caller(request))
        return Response(_out(evaluation))

    @described(operation_id="v5_evaluations_archive", responses={200: EvaluationSerializer})
    def destroy(self, request: Request, evaluation_id: str) -> Response:
        """Put it into the archive, and stop the work on it. Answers that were given are kept."""
        evaluation = _evaluation(request, evaluation_id)
        actions.archive(evaluation, by=caller(request))
        return Response(_out(evaluation))

    @described(operation_id="v5_evaluations_schema", parameters=[ARCHIVED], responses={200: EvaluationSchemaSerializer})
    def retrieve_schema(self, request: Request, evaluation_id: str) -> Response:
        """The fields of its rows, the answers among them."""
        return Response(schema_of(_evaluation(request, evaluation_id, archived=flag(request, "include_archived"))))

    @described(
        operation_id="v5_evaluations_taxonomy",
        responses={200: OpenApiResponse(OpenApiTypes.OBJECT, description="What was stored with it.")},
    )
    def retrieve_taxonomy(self, request: Request, evaluation_id: str) -> Response:
        """The taxonomy that it was made with; 404 where there was none."""
        evaluation = _evaluation(request, evaluation_id, archived=False)
        if evaluation.taxonomy is None:
            raise NotFound(_("The evaluation “%(id)s” has no taxonomy.") % {"id": evaluation.pk})
        return Response(evaluation.taxonomy)

    @described(operation_id="v5_evaluation_tasks_add", request=NewTaskSerializer, responses={201: EvaluationSerializer})
    def add_task(self, request: Request, evaluation_id: str) -> Response:
        """Ask one more question of all rows, while nobody has begun to answer."""
        evaluation = _evaluation(request, evaluation_id)
        task_actions.add_task(evaluation, body_of(request, NewTaskSerializer).get("task"), by=caller(request))
        return Response(_out(evaluation, with_tasks=True), status=status.HTTP_201_CREATED)

    @described(
        operation_id="v5_evaluation_tasks_update",
        request=TaskConfigurationChangeSerializer,
        responses={200: EvaluationSerializer},
    )
    def update_task(self, request: Request, evaluation_id: str, alias: str) -> Response:
        """Replace what is asked under an alias, while nobody has begun to answer."""
        evaluation = _evaluation(request, evaluation_id)
        task = evaluation.tasks.filter(alias=alias).first()
        if task is None:
            sentence = _("The evaluation “%(id)s” has no task “%(alias)s”.")
            raise NotFound(sentence % {"id": evaluation.pk, "alias": alias[:100]})
        body = body_of(request, TaskConfigurationChangeSerializer)
        task_actions.update_task(evaluation, task, body.get("configuration"), by=caller(request))
        return Response(_out(evaluation, with_tasks=True))


def _mine(request: Request) -> Any:
    rows = Evaluation.objects.visible_to(caller(request)).filter(workspace=workspace_of(request))
    return rows if flag(request, "include_archived") else rows.filter(archived_at=None)


def _evaluation(request: Request, pk: str, *, archived: bool = True) -> Evaluation:
    rows = Evaluation.objects.select_related("created_by", "workspace", "dataset__created_by")
    return evaluation_or_404(rows, pk, request=request, archived=archived)


def _out(evaluation: Evaluation, *, with_tasks: bool = False) -> dict[str, Any]:
    return evaluations_out([evaluation], with_tasks=with_tasks, with_failed=True)[0]


def _wants_tasks(request: Request) -> bool:
    views = words(request, "views")
    if unknown := [view for view in views if view != "tasks"]:
        raise refused("views", _("There is no view “%(view)s”. Ask for: tasks.") % {"view": unknown[0][:100]})
    return bool(views)


_view = EvaluationViewSet.as_view
urlpatterns = [
    path("evaluations", _view({"get": "list", "post": "create"})),
    # It reads, though it is sent.
    path("evaluations/filter", _view({"post": "filter"}, scope="read", writing=Right.MANAGE_TASKS)),
    path("evaluations/<str:evaluation_id>", _view({"get": "retrieve", "patch": "partial_update", "delete": "destroy"})),
    path("evaluations/<str:evaluation_id>/schema", _view({"get": "retrieve_schema"})),
    path("evaluations/<str:evaluation_id>/taxonomy", _view({"get": "retrieve_taxonomy"})),
    path("evaluations/<str:evaluation_id>/tasks", _view({"post": "add_task"})),
    path("evaluations/<str:evaluation_id>/tasks/<path:alias>", _view({"patch": "update_task"})),
]
