"""The labeling API: the same endpoints serve the workbench and programs."""

from typing import Any
from uuid import UUID

from django.db.models import Q
from django.http import Http404, StreamingHttpResponse
from django.utils import timezone
from django.utils.http import content_disposition_header
from django.utils.translation import gettext as _
from drf_spectacular.utils import OpenApiResponse, extend_schema, extend_schema_view
from rest_framework import status, viewsets
from rest_framework.decorators import action
from rest_framework.request import Request
from rest_framework.response import Response

from annotations import payload
from annotations.actions import managing, reviewing, transferring, working
from annotations.actions.creating import create_task
from annotations.actions.generating import ask_to_generate
from annotations.models import Assignment, LabelingTask, TaskItem, TaskPerson
from annotations.models.tasks import has_seat
from annotations.permissions import may_read, require_move, was_left_by
from annotations.results import export_lines
from annotations.serializers import (
    ApproveSerializer,
    DraftSerializer,
    GenerateSerializer,
    LabelingTaskSerializer,
    RejectSerializer,
    SkipSerializer,
    SubmitSerializer,
    TaskChangeSerializer,
    TaskItemSerializer,
    TaskPlanSerializer,
    TransferSerializer,
    member,
)
from workspaces.authentication import caller
from workspaces.errors import Invalid
from workspaces.pagination import Pages
from workspaces.permissions import Right, require, workspace_ids_with

WORK = OpenApiResponse(description="The turn: assignment, task, item, questions, draft, progress.")
NOTHING = OpenApiResponse(description="There is nothing left for the caller.")


def body_of(request: Request) -> dict[str, Any]:
    if not isinstance(request.data, dict):
        raise Invalid([(("body",), _("Send a JSON object."), "type_error.dict")])
    return request.data


@extend_schema_view(
    list=extend_schema(summary="Labeling tasks the caller can see"),
    retrieve=extend_schema(summary="One labeling task"),
)
class LabelingTaskViewSet(viewsets.ReadOnlyModelViewSet[LabelingTask]):
    queryset = LabelingTask.objects.none()  # for the API's description; what is asked for begins in get_queryset
    serializer_class = LabelingTaskSerializer
    filterset_fields = ("state", "dataset")
    scope = "manage"

    def get_queryset(self) -> Any:
        user = caller(self.request)
        tasks = LabelingTask.objects.visible_to(user).present()
        managed = workspace_ids_with(user, Right.MANAGE_TASKS)
        if managed is None:
            return tasks
        # A manager sees all tasks of the workspace, others those they work in.
        mine = Q(workspace__in=managed)
        for right, kind in ((Right.LABEL, TaskPerson.Kind.LABELING), (Right.REVIEW, TaskPerson.Kind.REVIEW)):
            mine |= Q(workspace__in=workspace_ids_with(user, right)) & has_seat(user, kind=kind)
        return tasks.filter(mine)

    def task(self) -> LabelingTask:
        found: LabelingTask = self.get_object()
        return found

    def worked_in(self) -> LabelingTask:
        """The task for somebody who works in it: existing is enough here, the verbs ask for right and seat."""
        found = LabelingTask.objects.visible_to(caller(self.request)).present().filter(pk=self.kwargs["pk"]).first()
        if found is None:
            raise Http404
        return found

    @extend_schema(
        summary="Create and open a labeling task", request=TaskPlanSerializer, responses={201: LabelingTaskSerializer}
    )
    def create(self, request: Request) -> Response:
        plan = TaskPlanSerializer(data=body_of(request), context={"request": request})
        plan.is_valid(raise_exception=True)
        task = create_task(plan.plan(), by=caller(request))
        return Response(self.get_serializer(task).data, status=status.HTTP_201_CREATED)

    @extend_schema(
        summary="Change name, instructions or lease", request=TaskChangeSerializer, responses=LabelingTaskSerializer
    )
    def partial_update(self, request: Request, pk: UUID) -> Response:
        task = self.task()
        require(caller(request), Right.MANAGE_TASKS, task.workspace_id)
        changes = TaskChangeSerializer(data=body_of(request))
        changes.is_valid(raise_exception=True)
        unknown = {name: body_of(request)[name] for name in body_of(request) if name not in managing.EDITABLE}
        managing.edit(task, by=caller(request), changes={**changes.validated_data, **unknown})
        return Response(self.get_serializer(task).data)

    @extend_schema(summary="Delete (soft)", responses={204: None})
    def destroy(self, request: Request, pk: UUID) -> Response:
        managing.delete(self.task(), by=caller(request))
        return Response(status=status.HTTP_204_NO_CONTENT)

    @extend_schema(summary="Items with their turns", responses=TaskItemSerializer(many=True))
    @action(detail=True, filterset_fields=())
    def items(self, request: Request, pk: UUID) -> Response:
        task = self.task()
        require(caller(request), Right.MANAGE_TASKS, task.workspace_id)
        rows = TaskItem.objects.filter(task=task).order_by("position")
        rows = rows.prefetch_related("files__audio", "assignments__annotator", "assignments__reviewer")
        pages = Pages()
        page = pages.paginate_queryset(rows, request)
        return pages.get_paginated_response(TaskItemSerializer(page, many=True).data)

    @extend_schema(
        summary="Turns by state, and for managers by person", responses=OpenApiResponse(description="Figures.")
    )
    @action(detail=True, filterset_fields=())
    def progress(self, request: Request, pk: UUID) -> Response:
        task, user = self.task(), caller(request)
        figures: dict[str, Any] = {"state": task.state, "mine": working.progress_of(task, user=user, kind="labeling")}
        if managing.sees_everyone(user, task):
            figures |= {"by_state": managing.counts_by_state(task), "people": managing.people_figures(task)}
        return Response(figures)

    @extend_schema(
        summary="All items with their answers so far, as JSON Lines",
        responses={200: OpenApiResponse(description="application/x-ndjson")},
    )
    @action(detail=True, filterset_fields=())
    def export(self, request: Request, pk: UUID) -> StreamingHttpResponse:
        task = self.task()
        require(caller(request), Right.MANAGE_TASKS, task.workspace_id)
        return StreamingHttpResponse(
            export_lines(task),
            content_type="application/x-ndjson",
            headers={"Content-Disposition": content_disposition_header(True, f"{task.name}.jsonl") or "attachment"},
        )

    @extend_schema(summary="Hand out the caller's next item", request=None, responses={200: WORK, 204: NOTHING})
    @action(detail=True, methods=["post"])
    def next(self, request: Request, pk: UUID) -> Response:
        found = working.next_for(self.worked_in(), by=caller(request))
        if found is None:
            return Response(status=status.HTTP_204_NO_CONTENT)
        browser = request.auth is None
        return Response(payload.for_annotator(found, user=caller(request), with_progress=browser))

    @extend_schema(summary="Hand out the caller's next review", request=None, responses={200: WORK, 204: NOTHING})
    @action(detail=True, methods=["post"], url_path="next-review")
    def next_review(self, request: Request, pk: UUID) -> Response:
        found = reviewing.next_review_for(self.worked_in(), by=caller(request))
        if found is None:
            return Response(status=status.HTTP_204_NO_CONTENT)
        return Response(payload.for_auditor(found, user=caller(request)))

    @extend_schema(
        summary="Approve all that waits (partial review)",
        request=None,
        responses=OpenApiResponse(description="How many."),
    )
    @action(detail=True, methods=["post"], url_path="approve-rest")
    def approve_rest(self, request: Request, pk: UUID) -> Response:
        return Response({"approved": reviewing.approve_rest(self.worked_in(), by=caller(request))})

    @extend_schema(
        summary="Move items from one person to another",
        request=TransferSerializer,
        responses={201: OpenApiResponse(description="What was moved.")},
    )
    @action(detail=True, methods=["post"])
    def transfers(self, request: Request, pk: UUID) -> Response:
        task, user = self.task(), caller(request)
        body = TransferSerializer(data=body_of(request))
        body.is_valid(raise_exception=True)
        asked = body.validated_data
        holder = member(task.workspace, asked["from"], field="from") if "from" in asked else user
        transferring.require_transfer(user, task, kind=asked["kind"], holder=holder)
        made = transferring.transfer(
            task,
            by=user,
            kind=asked["kind"],
            holder=holder,
            to=member(task.workspace, asked["to"], field="to"),
            quantity=asked["quantity"],
            idempotency_key=asked["idempotency_key"],
        )
        return Response({"id": str(made.pk), "quantity": made.quantity}, status=status.HTTP_201_CREATED)

    @extend_schema(summary="Stop handing out", request=None, responses=LabelingTaskSerializer)
    @action(detail=True, methods=["post"])
    def stop(self, request: Request, pk: UUID) -> Response:
        task = self.task()
        managing.stop(task, by=caller(request))
        return Response(self.get_serializer(task).data)

    @extend_schema(summary="Go on after a stop", request=None, responses=LabelingTaskSerializer)
    @action(detail=True, methods=["post"])
    def resume(self, request: Request, pk: UUID) -> Response:
        task = self.task()
        managing.resume(task, by=caller(request))
        return Response(self.get_serializer(task).data)

    @extend_schema(
        summary="Make a processed dataset",
        request=GenerateSerializer,
        responses={202: OpenApiResponse(description="The job.")},
    )
    @action(detail=True, methods=["post"])
    def generate(self, request: Request, pk: UUID) -> Response:
        task = self.task()
        managing.require_task_move(caller(request), "generate", task)
        options = GenerateSerializer(data=body_of(request))
        options.is_valid(raise_exception=True)
        job = ask_to_generate(task, by=caller(request), options=options.validated_data)
        return Response({"job_id": str(job.pk), "state": job.state}, status=status.HTTP_202_ACCEPTED)


class AssignmentViewSet(viewsets.GenericViewSet[Assignment]):
    """One turn. Every verb answers with what comes next when asked to."""

    queryset = Assignment.objects.none()
    scope = "labeling"

    def turn(self) -> Assignment:
        found = working.assignment_for(caller(self.request), self.kwargs["pk"])
        if found is None:
            raise Http404
        return found

    @extend_schema(summary="One turn", responses=WORK)
    def retrieve(self, request: Request, pk: UUID) -> Response:
        turn, user = self.turn(), caller(request)
        if turn.task.deleted_at is not None:
            raise Http404
        if not may_read(user, turn):
            require(user, Right.MANAGE_TASKS, turn.task.workspace_id)
        mine = turn.annotator_id == user.pk or was_left_by(user, turn)
        return Response(payload.for_annotator(turn, user=user) if mine else payload.for_auditor(turn, user=user))

    @extend_schema(summary="Begin or go on with this turn", request=None, responses=WORK)
    @action(detail=True, methods=["post"])
    def open(self, request: Request, pk: UUID) -> Response:
        turn = self.turn()
        working.open_one(turn, by=caller(request))
        return Response(payload.for_annotator(turn, user=caller(request)))

    @extend_schema(
        summary="Save unfinished answers",
        request=DraftSerializer,
        responses=OpenApiResponse(description="The new version."),
    )
    @action(detail=True, methods=["put"])
    def draft(self, request: Request, pk: UUID) -> Response:
        turn = self.turn()
        version = working.save_draft(turn, by=caller(request), body=body_of(request))
        return Response(
            {"version": version, "saved_at": timezone.now().isoformat(), "lease_seconds": turn.task.lease_minutes * 60}
        )

    @extend_schema(
        summary="Hand the answers in",
        request=SubmitSerializer,
        responses=OpenApiResponse(description="The submission, and the next item."),
    )
    @action(detail=True, methods=["post"])
    def submit(self, request: Request, pk: UUID) -> Response:
        turn, user, body = self.turn(), caller(request), body_of(request)
        submission = working.submit(turn, by=user, body=body)
        done = {"id": str(submission.pk), "revision": submission.revision, "state": turn.state}
        return Response({"submission": done, "next": self._next(turn) if body.get("next") is True else None})

    @extend_schema(
        summary="Set the item aside", request=SkipSerializer, responses=OpenApiResponse(description="The next item.")
    )
    @action(detail=True, methods=["post"])
    def skip(self, request: Request, pk: UUID) -> Response:
        turn, body = self.turn(), body_of(request)
        working.skip(turn, by=caller(request), reason=body.get("reason"))
        return Response({"next": self._next(turn) if body.get("next") is True else None})

    @extend_schema(summary="Give the item back", request=None, responses={204: None})
    @action(detail=True, methods=["post"])
    def release(self, request: Request, pk: UUID) -> Response:
        working.release(self.turn(), by=caller(request))
        return Response(status=status.HTTP_204_NO_CONTENT)

    @extend_schema(
        summary="Approve", request=ApproveSerializer, responses=OpenApiResponse(description="The next review.")
    )
    @action(detail=True, methods=["post"], scope="review")
    def approve(self, request: Request, pk: UUID) -> Response:
        turn = self.turn()
        reviewing.approve(turn, by=caller(request), body=body_of(request))
        return Response({"state": turn.state, "next": self._next_review(turn)})

    @extend_schema(
        summary="Reject to the annotator",
        request=RejectSerializer,
        responses=OpenApiResponse(description="The next review."),
    )
    @action(detail=True, methods=["post"], scope="review")
    def reject(self, request: Request, pk: UUID) -> Response:
        turn = self.turn()
        reviewing.reject(turn, by=caller(request), body=body_of(request))
        return Response({"state": turn.state, "next": self._next_review(turn)})

    @extend_schema(
        summary="Put a skipped or escalated item back",
        request=None,
        responses=OpenApiResponse(description="Its state."),
    )
    @action(detail=True, methods=["post"], scope="manage")
    def reopen(self, request: Request, pk: UUID) -> Response:
        turn = self.turn()
        require_move(caller(request), "reopen", turn)
        managing.reopen(turn, by=caller(request))
        return Response({"state": turn.state})

    @extend_schema(
        summary="Leave a skipped or escalated item out",
        request=None,
        responses=OpenApiResponse(description="Its state."),
    )
    @action(detail=True, methods=["post"], scope="manage")
    def exclude(self, request: Request, pk: UUID) -> Response:
        turn = self.turn()
        require_move(caller(request), "exclude", turn)
        managing.exclude(turn, by=caller(request))
        return Response({"state": turn.state})

    def _next(self, turn: Assignment) -> dict[str, Any] | None:
        task = _while_running(turn.task)
        found = working.next_for(task, by=caller(self.request)) if task else None
        return payload.for_annotator(found, user=caller(self.request)) if found else None

    def _next_review(self, turn: Assignment) -> dict[str, Any] | None:
        if body_of(self.request).get("next") is not True:
            return None
        task = _while_running(turn.task)
        found = reviewing.next_review_for(task, by=caller(self.request)) if task else None
        return payload.for_auditor(found, user=caller(self.request)) if found else None


def _while_running(task: LabelingTask) -> LabelingTask | None:
    """The task as it is now, if it still runs: it may have been stopped or finished by the move that was just made."""
    task.refresh_from_db()
    return task if task.is_running else None
