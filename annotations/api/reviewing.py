"""The auditor's calls: the next submission, what is thought of it, and closing a review."""

from typing import Any
from uuid import UUID

from django.core.exceptions import PermissionDenied
from django.utils.translation import gettext as _
from drf_spectacular.utils import OpenApiParameter, extend_schema
from rest_framework import status
from rest_framework.decorators import action
from rest_framework.request import Request
from rest_framework.response import Response

from annotations import payload
from annotations.actions import closing, reviewing
from annotations.api.calls import NOTHING, TaskCalls, TurnCalls, body_of, while_running
from annotations.models import Assignment, LabelingTask, Review
from annotations.permissions import require_seat
from annotations.review_figures import review_figures
from annotations.serializers.reviews import (
    ApproveSerializer,
    ClosedSerializer,
    CloseSampleSerializer,
    FixSerializer,
    LetGoSerializer,
    RejectSerializer,
    ReviewFiguresSerializer,
    ReviewSerializer,
    VerdictSerializer,
)
from annotations.serializers.work import WorkSerializer
from workspaces.authentication import caller
from workspaces.errors import Invalid
from workspaces.models import User
from workspaces.pagination import Pages
from workspaces.permissions import Right, can

VERDICT = OpenApiParameter(
    "verdict", enum=Review.Verdict.values, required=False, description="Only verdicts of this kind."
)


class TaskReviewCalls(TaskCalls):
    @extend_schema(
        summary="Hand out the caller's next review", request=None, responses={200: WorkSerializer, 204: NOTHING}
    )
    @action(detail=True, methods=["post"], url_path="next-review", scope="review")
    def next_review(self, request: Request, pk: UUID) -> Response:
        found = reviewing.next_review_for(self.worked_in(), by=caller(request))
        if found is None:
            return Response(status=status.HTTP_204_NO_CONTENT)
        return Response(payload.for_auditor(found, user=caller(request)))

    @extend_schema(
        summary="Approve all that waits (partial review)",
        request=None,
        responses={200: ClosedSerializer, 202: ClosedSerializer},
    )
    @action(detail=True, methods=["post"], url_path="approve-rest", scope="review")
    def approve_rest(self, request: Request, pk: UUID) -> Response:
        return _closed(closing.approve_rest(self.worked_in(), by=caller(request)))

    @extend_schema(
        summary="Let all that waits follow the sample (sampled review)",
        request=CloseSampleSerializer,
        responses={200: ClosedSerializer, 202: ClosedSerializer},
    )
    @action(detail=True, methods=["post"], url_path="close-sample", scope="review")
    def close_sample(self, request: Request, pk: UUID) -> Response:
        return _closed(closing.close_sample(self.worked_in(), by=caller(request), body=body_of(request)))

    @extend_schema(summary="What the review has come to", responses=ReviewFiguresSerializer)
    @action(detail=True, url_path="review-figures", filterset_fields=())
    def review_figures(self, request: Request, pk: UUID) -> Response:
        task = self.worked_in()
        _require_sight(caller(request), task)
        return Response(ReviewFiguresSerializer(review_figures(task)).data)

    @extend_schema(
        summary="Verdicts, newest first: all for managers, their own for auditors",
        parameters=[VERDICT],
        responses=ReviewSerializer(many=True),
    )
    @action(detail=True, filterset_fields=(), pagination_class=Pages)
    def reviews(self, request: Request, pk: UUID) -> Response:
        task, user = self.worked_in(), caller(request)
        rows = Review.objects.filter(submission__assignment__task=task)
        if not _require_sight(user, task):
            rows = rows.filter(reviewer=user)
        if verdict := request.query_params.get("verdict"):
            if verdict not in Review.Verdict.values:
                sentence = _("Choose one of: %(verdicts)s.") % {"verdicts": ", ".join(Review.Verdict.values)}
                raise Invalid([(("query", "verdict"), sentence, "value_error")])
            rows = rows.filter(verdict=verdict)
        pages = Pages()
        rows = rows.select_related("submission", "reviewer").defer("submission__answers", "submission__listened")
        page = pages.paginate_queryset(rows.order_by("-id"), request)
        return pages.get_paginated_response(ReviewSerializer(page, many=True).data)


def _require_sight(user: User, task: LabelingTask) -> bool:
    """Managers see all of a review (True), its auditors what is theirs (False); others nothing."""
    if can(user, Right.MANAGE_TASKS, task.workspace_id):
        return True
    if not can(user, Right.REVIEW, task.workspace_id):
        raise PermissionDenied(_("Only managers and auditors see how a review goes."))
    require_seat(user, task, right=Right.REVIEW)
    return False


def _closed(closed: closing.Closed) -> Response:
    body = {name: closed.outcome.get(name, 0) for name in ("approved", "returned", "escalated")}
    code = status.HTTP_202_ACCEPTED if closed.job else status.HTTP_200_OK
    return Response({**body, "job": closed.job and str(closed.job.pk)}, status=code)


class VerdictCalls(TurnCalls):
    @extend_schema(summary="Approve", request=ApproveSerializer, responses=VerdictSerializer)
    @action(detail=True, methods=["post"], scope="review")
    def approve(self, request: Request, pk: UUID) -> Response:
        turn = self.turn()
        reviewing.approve(turn, by=caller(request), body=body_of(request))
        return self._decided(turn)

    @extend_schema(summary="Approve with a correction", request=FixSerializer, responses=VerdictSerializer)
    @action(detail=True, methods=["post"], scope="review")
    def fix(self, request: Request, pk: UUID) -> Response:
        turn = self.turn()
        reviewing.fix(turn, by=caller(request), body=body_of(request))
        return self._decided(turn)

    @extend_schema(summary="Reject to the annotator", request=RejectSerializer, responses=VerdictSerializer)
    @action(detail=True, methods=["post"], scope="review")
    def reject(self, request: Request, pk: UUID) -> Response:
        turn = self.turn()
        reviewing.reject(turn, by=caller(request), body=body_of(request))
        return self._decided(turn)

    @extend_schema(summary="Drop from the result", request=RejectSerializer, responses=VerdictSerializer)
    @action(detail=True, methods=["post"], scope="review")
    def drop(self, request: Request, pk: UUID) -> Response:
        turn = self.turn()
        reviewing.drop(turn, by=caller(request), body=body_of(request))
        return self._decided(turn)

    @extend_schema(summary="Leave a kept review to others", request=LetGoSerializer, responses=VerdictSerializer)
    @action(detail=True, methods=["post"], scope="review", url_path="let-go")
    def let_go(self, request: Request, pk: UUID) -> Response:
        turn = self.turn()
        reviewing.let_go(turn, by=caller(request))
        return self._decided(turn, after=turn)

    def _decided(self, turn: Assignment, *, after: Assignment | None = None) -> Response:
        found = None
        if body_of(self.request).get("next") is True and (task := while_running(turn.task)):
            found = reviewing.next_review_for(task, by=caller(self.request), after=after)
        following: dict[str, Any] | None = payload.for_auditor(found, user=caller(self.request)) if found else None
        return Response({"state": turn.state, "next": following})
