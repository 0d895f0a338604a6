"""Checks of a task: which there are, what they found, and what people make of it."""

from typing import Any
from uuid import UUID

from django.http import Http404
from django.utils.translation import gettext as _
from drf_spectacular.utils import extend_schema, extend_schema_view
from rest_framework import viewsets
from rest_framework.decorators import action
from rest_framework.request import Request
from rest_framework.response import Response

from annotations.api.calls import TaskCalls, body_of
from annotations.checking import endpoint, findings
from annotations.checking.policy import checks_of, set_checks
from annotations.models import CheckResult, LabelingTask
from annotations.serializers.checks import (
    CheckListSerializer,
    CheckResultSerializer,
    ChecksChangeSerializer,
    ChecksSerializer,
)
from workspaces.authentication import caller
from workspaces.errors import Invalid
from workspaces.models import User
from workspaces.pagination import Pages
from workspaces.permissions import Right, require

PLAIN = (
    *("id", "kind", "state", "verdict", "outcome", "model", "prompt_version", "said", "error", "tries"),
    *("ask_at", "created_at", "done_at"),
)


def _person(user: User | None) -> dict[str, Any] | None:
    return {"id": user.pk, "name": str(user)} if user else None


def sent(result: CheckResult) -> dict[str, Any]:
    turn = result.submission.assignment if result.submission else None
    values = {name: getattr(result, name) for name in PLAIN}
    shown = CheckResultSerializer(
        {
            **values,
            "findings": findings.what_is_found(result),
            "item": {"id": result.item_id, "position": result.item.position, "name": result.item_name},  # type: ignore[attr-defined]
            "assignment_id": turn and turn.pk,
            "annotator": _person(turn.annotator if turn else None),
            "revision": result.submission and result.submission.revision,
            "cleared_by": _person(result.cleared_by),
        }
    )
    return dict(shown.data)


class CheckCalls(TaskCalls):
    @extend_schema(methods=["get"], summary="Which checks a task has", responses=ChecksSerializer)
    @extend_schema(
        methods=["put"],
        summary="Change the checks of a task",
        description="Parts that are not sent stay as they are; settings are complete with their defaults.",
        request=ChecksChangeSerializer,
        responses=ChecksSerializer,
    )
    @action(detail=True, methods=["get", "put"], filterset_fields=())
    def checks(self, request: Request, pk: UUID) -> Response:
        task = self.task()
        require(caller(request), Right.MANAGE_TASKS, task.workspace_id)
        if request.method == "PUT":
            set_checks(task, _given(body_of(request)), by=caller(request))
        return Response(_checks(task))

    @extend_schema(
        operation_id="v1_labeling_tasks_check_results_list",
        summary="What checks found, the newest first",
        parameters=[CheckListSerializer],
        responses=CheckResultSerializer(many=True),
    )
    @action(detail=True, filterset_fields=(), url_path="check-results")
    def check_results(self, request: Request, pk: UUID) -> Response:
        task = self.task()
        require(caller(request), Right.MANAGE_TASKS, task.workspace_id)
        wanted = CheckListSerializer(data=request.query_params)
        wanted.is_valid(raise_exception=True)
        given = dict(wanted.validated_data)
        rows = findings.results_of(task, shown=given.pop("shown")).filter(**given)
        pages = Pages()
        page = pages.paginate_queryset(rows, request)
        return pages.get_paginated_response([sent(result) for result in page])


def _given(body: dict[str, Any]) -> dict[str, Any]:
    """What is to change, or Invalid; what nobody knows is refused, as a name that is misspelt would be lost."""
    change = ChecksChangeSerializer(data=body)
    change.is_valid(raise_exception=True)
    known = {"": ("rules", "judge"), "rules": ("is_active", "action", "settings")}
    problems = [
        (("body", name), _("There is no such check."), "value_error.unknown") for name in body if name not in known[""]
    ]
    for kind in known[""]:
        for name in body.get(kind) or {}:
            if name not in known["rules"]:
                problems.append((("body", kind, name), _("There is no such setting."), "value_error.unknown"))  # type: ignore[arg-type]
    if problems:
        raise Invalid(problems)  # type: ignore[arg-type]
    return dict(change.validated_data)


def _checks(task: LabelingTask) -> dict[str, Any]:
    last = findings.last_answer(task)
    known = {
        "is_set_up": endpoint.is_set_up(),
        "model": endpoint.model(),
        "last_at": last and last.at,
        "last_error": last.error if last else "",
    }
    return dict(ChecksSerializer({**checks_of(task), "endpoint": known, "counts": findings.counts(task)}).data)


@extend_schema_view(retrieve=extend_schema(summary="One result of a check", responses=CheckResultSerializer))
class CheckResultViewSet(viewsets.GenericViewSet[CheckResult]):
    queryset = CheckResult.objects.none()
    scope = "manage"

    def get_queryset(self) -> Any:
        rows = CheckResult.objects.visible_to(caller(self.request)).filter(task__deleted_at=None)
        return findings.with_people(rows)

    def _result(self, request: Request) -> CheckResult:
        try:
            found: CheckResult = self.get_object()
        except (ValueError, TypeError):
            raise Http404 from None
        require(caller(request), Right.MANAGE_TASKS, found.task.workspace_id)
        return found

    def retrieve(self, request: Request, pk: UUID) -> Response:
        return Response(sent(self._result(request)))

    @extend_schema(summary="Say that there is no problem", request=None, responses=CheckResultSerializer)
    @action(detail=True, methods=["post"])
    def clear(self, request: Request, pk: UUID) -> Response:
        result = self._result(request)
        findings.clear(result, by=caller(request))
        return Response(sent(result))

    @extend_schema(summary="Have the language model asked again, now", request=None, responses=CheckResultSerializer)
    @action(detail=True, methods=["post"], url_path="ask-again")
    def ask_again(self, request: Request, pk: UUID) -> Response:
        result = self._result(request)
        findings.ask_again(result, by=caller(request))
        return Response(sent(result))
