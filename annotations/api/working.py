"""The annotator's calls: the next item, its draft, handing it in."""

from typing import Any
from uuid import UUID

from django.http import Http404
from django.utils import timezone
from drf_spectacular.utils import OpenApiParameter, extend_schema
from rest_framework import status
from rest_framework.decorators import action
from rest_framework.request import Request
from rest_framework.response import Response

from annotations import payload
from annotations.actions import working
from annotations.api.calls import NOTHING, TaskCalls, TurnCalls, body_of, while_running
from annotations.behaviour.standing import KeptOut, told_with
from annotations.models import Assignment
from annotations.permissions import may_read
from annotations.qualifying.grading import feedback_block
from annotations.serializers.turns import DraftSerializer, SkipSerializer, SubmitSerializer
from annotations.serializers.work import DraftSavedSerializer, HandedInSerializer, SetAsideSerializer, WorkSerializer
from workspaces.authentication import caller
from workspaces.permissions import Right, require


class HandingOutCalls(TaskCalls):
    @extend_schema(
        summary="Hand out the caller's next item", request=None, responses={200: WorkSerializer, 204: NOTHING}
    )
    @action(detail=True, methods=["post"], scope="labeling")
    def next(self, request: Request, pk: UUID) -> Response:
        found = working.next_for(self.worked_in(), by=caller(request))
        if found is None:
            return Response(status=status.HTTP_204_NO_CONTENT)
        browser = request.auth is None
        return Response(payload.for_annotator(found, user=caller(request), with_progress=browser))


class LabelingCalls(TurnCalls):
    """Every verb answers with what comes next when asked to."""

    @extend_schema(
        summary="One turn",
        responses=WorkSerializer,
        parameters=[OpenApiParameter("revision", int, description="Of a turn that is only looked at: an earlier one.")],
    )
    def retrieve(self, request: Request, pk: UUID) -> Response:
        turn, user = self.turn(), caller(request)
        if turn.task.deleted_at is not None:
            raise Http404
        if not may_read(user, turn):
            require(user, Right.MANAGE_TASKS, turn.task.workspace_id)
        return Response(payload.for_reader(turn, user=user, revision=request.query_params.get("revision")))

    @extend_schema(summary="Begin or go on with this turn", request=None, responses=WorkSerializer)
    @action(detail=True, methods=["post"])
    def open(self, request: Request, pk: UUID) -> Response:
        turn = self.turn()
        working.open_one(turn, by=caller(request))
        return Response(payload.for_annotator(turn, user=caller(request)))

    @extend_schema(
        summary="Save unfinished answers, an annotator's or those of an auditor's fix",
        request=DraftSerializer,
        responses=DraftSavedSerializer,
    )
    @action(detail=True, methods=["put"], scope=("labeling", "review"))
    def draft(self, request: Request, pk: UUID) -> Response:
        turn = self.turn()
        version = working.save_draft(turn, by=caller(request), body=body_of(request))
        minutes = turn.task.shown.lease_minutes
        return Response({"version": version, "saved_at": timezone.now().isoformat(), "lease_seconds": minutes * 60})

    @extend_schema(
        summary="Hand the answers in",
        request=SubmitSerializer,
        responses=HandedInSerializer,
    )
    @action(detail=True, methods=["post"])
    def submit(self, request: Request, pk: UUID) -> Response:
        turn, user, body = self.turn(), caller(request), body_of(request)
        submission = working.submit(turn, by=user, body=body)
        done = {"id": str(submission.pk), "revision": submission.revision, "state": turn.state}
        return Response({"submission": done, "feedback": feedback_block(turn.feedback), **self._following(turn, body)})

    @extend_schema(summary="Set the item aside", request=SkipSerializer, responses=SetAsideSerializer)
    @action(detail=True, methods=["post"])
    def skip(self, request: Request, pk: UUID) -> Response:
        turn, body = self.turn(), body_of(request)
        working.skip(turn, by=caller(request), reason=body.get("reason"))
        return Response(self._following(turn, body))

    @extend_schema(summary="Give the item back", request=None, responses={204: None})
    @action(detail=True, methods=["post"])
    def release(self, request: Request, pk: UUID) -> Response:
        working.release(self.turn(), by=caller(request))
        return Response(status=status.HTTP_204_NO_CONTENT)

    def _following(self, turn: Assignment, body: dict[str, Any]) -> dict[str, Any]:
        """What comes next where it was asked for, and what this verb made of the caller's standing."""
        notice = told_with(turn)
        try:
            following = self._next(turn) if body.get("next") is True else None
        except KeptOut as kept_out:
            # What was handed in is stored all the same.
            return {"next": None, "notice": notice or {"state": kept_out.state, "text": str(kept_out)}}
        return {"next": following, "notice": notice}

    def _next(self, turn: Assignment) -> dict[str, Any] | None:
        task = while_running(turn.task.shown)
        found = working.next_for(task, by=caller(self.request)) if task else None
        return payload.for_annotator(found, user=caller(self.request)) if found else None
