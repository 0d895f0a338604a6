"""What all calls of the labeling API begin with: whose task, whose turn, and a body that is an object."""

from typing import Any
from uuid import UUID

from django.db.models import Q
from django.http import Http404
from django.utils.translation import gettext as _
from drf_spectacular.utils import OpenApiResponse
from rest_framework import viewsets
from rest_framework.permissions import SAFE_METHODS
from rest_framework.request import Request

from annotations.actions import working
from annotations.models import Assignment, LabelingTask, TaskPerson
from annotations.models.tasks import has_seat
from workspaces.authentication import caller
from workspaces.errors import Invalid
from workspaces.models import User, Workspace
from workspaces.permissions import Right, workspace_ids_with

# For what annotators, auditors and managers all do: a key that is limited to the work of one of them is enough.
ANY_WORK = ("labeling", "review", "manage")
NOTHING = OpenApiResponse(description="There is nothing left for the caller.")


def body_of(request: Request) -> dict[str, Any]:
    if not isinstance(request.data, dict):
        raise Invalid([(("body",), _("Send a JSON object."), "type_error.dict")])
    return request.data


def read(serializer: Any) -> dict[str, Any]:
    """What was sent, checked."""
    serializer.is_valid(raise_exception=True)
    return dict(serializer.validated_data)


def workspace_in(user: User, pk: UUID | None) -> Workspace:
    """The workspace a body names; who has one alone need not name it. Raises Invalid."""
    rows = Workspace.objects.visible_to(user)
    found = list((rows.filter(pk=pk) if pk else rows)[:2])
    if len(found) == 1:
        return found[0]
    sentence = _("There is no such workspace.") if not found else _("Say in which workspace.")
    raise Invalid([(("body", "workspace_id"), sentence, "value_error")])


def _id(text: str) -> UUID:
    """What is no id is the id of nothing."""
    try:
        return UUID(text)
    except ValueError:
        raise Http404 from None


def while_running(task: LabelingTask) -> LabelingTask | None:
    """The task as it is now, if it still runs: it may have been stopped or finished by the move that was just made."""
    task.refresh_from_db()
    return task if task.is_running else None


class TaskCalls(viewsets.GenericViewSet[LabelingTask]):
    """Calls about one labeling task."""

    queryset = LabelingTask.objects.none()  # for the API's description; what is asked for begins in get_queryset
    scope = "manage"

    def get_queryset(self) -> Any:
        user = caller(self.request)
        managed = workspace_ids_with(user, Right.MANAGE_TASKS)
        tasks = LabelingTask.objects.visible_to(user)
        if self.action == "list":
            tasks = tasks.prefetch_related("teams__team")
        if self.action == "list" and self.request.query_params.get("deleted", "").lower() in ("true", "1"):
            return tasks.deleted() if managed is None else tasks.deleted().filter(workspace__in=managed)
        # What was deleted is not shown, but verbs find it, to say so.
        if self.request.method in SAFE_METHODS:
            tasks = tasks.present()
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
        found = (
            LabelingTask.objects.visible_to(caller(self.request)).present().filter(pk=_id(self.kwargs["pk"])).first()
        )
        if found is None:
            raise Http404
        return found


class TurnCalls(viewsets.GenericViewSet[Assignment]):
    """Calls about one turn."""

    queryset = Assignment.objects.none()

    def turn(self) -> Assignment:
        found = working.assignment_for(caller(self.request), _id(self.kwargs["pk"]))
        if found is None:
            raise Http404
        return found
