"""Annotation tasks on `/v5/`: turns at the rows of evaluations, moved many at once."""

from collections.abc import Iterable
from typing import Any
from uuid import UUID

from django.urls import path
from django.utils.translation import gettext as _
from rest_framework.request import Request
from rest_framework.response import Response

from annotations.models import Assignment
from evaluations.actions import annotation_tasks as actions
from evaluations.annotation_tasks import described as tasks_out
from evaluations.api.frame import V5ViewSet, body_of, found_or_404, workspace_of
from evaluations.api.parameters import described
from evaluations.known import refuse_unknown
from evaluations.models import Evaluation
from evaluations.serializers.annotation_tasks import (
    AnnotationTaskChangeSerializer,
    AnnotationTasksSerializer,
    AuditAssignmentSerializer,
)
from workspaces.authentication import caller
from workspaces.errors import Invalid
from workspaces.models import User
from workspaces.permissions import Right, people_with

AUDIT = ("body", "audit_assignment")


class AnnotationTaskViewSet(V5ViewSet):
    """Turns at the rows of evaluations."""

    serializer_class = AnnotationTasksSerializer
    queryset = Assignment.objects.none()
    writing = Right.MANAGE_TASKS

    @described(
        operation_id="v5_annotation_tasks_batch_update",
        request=AnnotationTaskChangeSerializer,
        responses={200: AnnotationTasksSerializer},
    )
    def batch_update(self, request: Request) -> Response:
        """Give annotation tasks to somebody, have them redone, or choose who audits them: all of them or none.

        Ids of nothing are skipped. What is completed is not reassigned unless it is to be redone, and is completed by
        those who answer alone. Ids are those of the turns in a labeling task's items.
        """
        body = body_of(request, AnnotationTaskChangeSerializer)
        if isinstance(audit := body.get("audit_assignment"), dict):
            refuse_unknown(audit, AuditAssignmentSerializer().fields, at=AUDIT)
        change = AnnotationTaskChangeSerializer(data=body)
        change.is_valid(raise_exception=True)
        asked: dict[str, Any] = dict(change.validated_data)
        turns = self._audit(request, asked) if "audit_assignment" in asked else self._move(request, asked)
        return Response({"object": "list", "items": tasks_out(turns)})

    def _move(self, request: Request, asked: dict[str, Any]) -> list[Assignment]:
        if "ids" not in asked:
            raise _refused(("body", "ids"), _("Say which annotation tasks: send ids, or an audit_assignment."))
        if "assigned_to" not in asked and "status" not in asked:
            raise _refused(("body",), _("Say what is to be done with them: send assigned_to or status."))
        to = _person(request, asked, "assigned_to", right=Right.LABEL, at=("body",))
        return actions.move(
            workspace_of(request), _ids(asked["ids"]), status=asked.get("status"), assigned_to=to, by=caller(request)
        )

    def _audit(self, request: Request, asked: dict[str, Any]) -> list[Assignment]:
        if asked.keys() != {"audit_assignment"}:
            raise _refused(AUDIT, _("Send audit_assignment alone, without ids, assigned_to or status."))
        audit = asked["audit_assignment"]
        rows = Evaluation.objects.select_related("workspace")
        evaluation = found_or_404(rows, audit["evaluation_id"], request=request, what=_("evaluation"))
        first = _person(request, audit, "level_1_assigned_to", right=Right.REVIEW, at=AUDIT)
        second = _person(request, audit, "level_2_assigned_to", right=Right.REVIEW, at=AUDIT)
        if first is None and second is None:
            raise _refused(AUDIT, _("Say who audits: send level_1_assigned_to or level_2_assigned_to."))
        if first is not None and first == second:
            where = (*AUDIT, "level_2_assigned_to")
            raise _refused(where, _("Somebody else judges it a second time: name two different people."))
        return actions.have_audited(
            evaluation,
            audit["queue_id"],
            _ids(audit["evaluation_item_ids"]),
            first=first,
            second=second,
            by=caller(request),
        )


def _ids(texts: Iterable[str]) -> list[UUID]:
    """Those that are ids at all: what is none is the id of nothing."""
    found = []
    for text in texts:
        try:
            found.append(UUID(text))
        except ValueError:
            continue
    return found


def _person(
    request: Request, asked: dict[str, Any], name: str, *, right: Right, at: tuple[str | int, ...]
) -> User | None:
    """Whom a field names: an active member with this right. None where it is not there."""
    if name not in asked:
        return None
    known = {str(user.pk): user for user in people_with(right, workspace_of(request))}
    person = known.get(asked[name].lower())
    if person is None:
        sentence = _("Nobody with the id “%(id)s” can be given this work in this workspace.")
        raise _refused((*at, name), sentence % {"id": asked[name][:100]})
    return person


def _refused(where: tuple[str | int, ...], sentence: str) -> Invalid:
    return Invalid([(where, sentence, "value_error")])


urlpatterns = [
    path("annotation-tasks/batch", AnnotationTaskViewSet.as_view({"patch": "batch_update"})),
]
