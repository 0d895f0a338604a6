"""Questions on `/v5/`: what is asked about the rows of evaluations."""

from typing import Any
from uuid import UUID

from django.urls import path
from django.utils.translation import gettext as _
from drf_spectacular.utils import OpenApiParameter
from rest_framework import status
from rest_framework.request import Request
from rest_framework.response import Response

from annotations.actions import questions as actions
from annotations.models import Question
from annotations.questions import shown_configuration
from evaluations.api.frame import V5ViewSet, body_of, found_or_404, identity, workspace_of
from evaluations.api.parameters import ARCHIVED, described, flag, words
from evaluations.known import refuse_unknown, unknown_fields
from evaluations.serializers.questions import (
    KINDS,
    KNOWN,
    KNOWN_OF,
    QUESTION,
    QUESTION_PLAN,
    QUESTIONS,
    QuestionRenameSerializer,
)
from workspaces.authentication import caller
from workspaces.errors import Invalid

MOST_IDS = 10_000
IDS = OpenApiParameter("ids", str, description="Ids of questions, separated by commas: these and no others.")
# The names that an older version of this door had for some fields.
OLDER_NAMES = {"type": "question_type", "title": "name"}
MULTI = "multi"
# What is fixed when a question is made.
FIXED = ("prompt", "question_type", "configuration", "conditions")


def question_out(question: Question) -> dict[str, Any]:
    """A question as this door answers it."""
    return {
        "id": str(question.pk),
        "object": "question",
        "question_type": question.type,
        "name": question.name,
        "prompt": question.prompt,
        "configuration": shown_configuration(question),
        "conditions": question.conditions,
        "created_at": question.created_at,
        "created_by": identity(question.created_by),
        "archived_at": question.archived_at,
    }


class QuestionViewSet(V5ViewSet):
    """The workspace's questions, of the types that this door knows."""

    queryset = Question.objects.none()
    sorts = {"created_at": "created_at", "name": "name"}

    @described(operation_id="v5_questions_create", request=QUESTION_PLAN, responses={201: QUESTION})
    def create(self, request: Request) -> Response:
        """Store a question. Its type, prompt and configuration never change: answers refer to them."""
        body = _with_present_names(body_of(request))
        _check_fields(body)
        question = actions.create_question(
            workspace_of(request),
            kind=body["question_type"],
            name=body["name"],
            prompt=body["prompt"],
            configuration=body.get("configuration") or {},
            conditions=[] if body.get("conditions") is None else body["conditions"],
            by=caller(request),
        )
        return Response(question_out(question), status=status.HTTP_201_CREATED)

    @described(operation_id="v5_questions_list", parameters=[IDS, ARCHIVED], responses={200: QUESTIONS})
    def list(self, request: Request) -> Response:
        """The workspace's questions."""
        rows = Question.objects.visible_to(caller(request)).filter(workspace=workspace_of(request), type__in=KINDS)
        if not flag(request, "include_archived"):
            rows = rows.filter(archived_at=None)
        if "ids" in request.query_params:
            rows = rows.filter(pk__in=_ids(words(request, "ids")))
        rows = rows.select_related("created_by")
        return self.page(request, rows, lambda found: [question_out(question) for question in found])

    @described(operation_id="v5_questions_retrieve", responses={200: QUESTION})
    def retrieve(self, request: Request, question_id: str) -> Response:
        """One question, also from the archive."""
        return Response(question_out(_question(request, question_id)))

    @described(operation_id="v5_questions_update", request=QuestionRenameSerializer, responses={200: QUESTION})
    def partial_update(self, request: Request, question_id: str) -> Response:
        """Give it another name. One in the archive is restored first."""
        question, body = _question(request, question_id), body_of(request)
        sentence = _("What is asked never changes, since answers refer to it. Make another question instead.")
        fixed: list[Any] = [(("body", name), sentence, "value_error") for name in FIXED if name in body]
        if fixed:
            raise Invalid(fixed)
        refuse_unknown(body, QuestionRenameSerializer().fields)
        actions.rename(question, name=body.get("name", ""), by=caller(request))
        return Response(question_out(question))

    @described(operation_id="v5_questions_archive", responses={200: QUESTION})
    def destroy(self, request: Request, question_id: str) -> Response:
        """Put it into the archive: nothing new asks it. One that is there stays there."""
        question = _question(request, question_id)
        if question.archived_at is None:
            actions.archive(question, by=caller(request))
        return Response(question_out(question))

    @described(operation_id="v5_questions_restore", request=None, responses={200: QUESTION})
    def restore(self, request: Request, question_id: str) -> Response:
        """Take it out of the archive. One that is not there stays as it is."""
        question = _question(request, question_id)
        if question.archived_at is not None:
            actions.restore(question, by=caller(request))
        return Response(question_out(question))


def _question(request: Request, pk: str) -> Question:
    rows = Question.objects.filter(type__in=KINDS).select_related("created_by", "workspace")
    return found_or_404(rows, pk, request=request, what=_("question"))


def _with_present_names(body: dict[str, Any]) -> dict[str, Any]:
    """The body with `type`, `title` and a `multi` outside of the configuration under the names they have now."""
    body = dict(body)
    for older, name in OLDER_NAMES.items():
        if older in body:
            body.setdefault(name, body.pop(older))
    configuration = body.get("configuration")
    if MULTI in body and (configuration is None or isinstance(configuration, dict)):
        multi = body.pop(MULTI)
        # Programs say of every question that it is not one of several answers, also where none ever is.
        if multi or MULTI in KNOWN_OF.get(str(body.get("question_type")), ()):
            body["configuration"] = {MULTI: multi, **(configuration or {})}
    return body


def _check_fields(body: dict[str, Any]) -> None:
    """That all fields are there and of their types; what they hold is looked at by the action."""
    problems: list[Any] = []
    for name in ("name", "prompt", "question_type"):
        if name not in body:
            problems.append((("body", name), _("This field is needed."), "value_error.missing"))
    kind = body.get("question_type")
    if "question_type" in body and kind not in KINDS:
        sentence = _("Choose one of: %(types)s.") % {"types": ", ".join(KINDS)}
        problems.append((("body", "question_type"), sentence, "value_error"))
    configuration = body.get("configuration")
    if configuration is not None and not isinstance(configuration, dict):
        problems.append((("body", "configuration"), _("Send an object."), "type_error.dict"))
    elif configuration and kind in KINDS:
        problems += unknown_fields(configuration, KNOWN_OF[kind], at=("body", "configuration"))
    problems += unknown_fields(body, KNOWN)
    if problems:
        raise Invalid(problems)


def _ids(given: "list[str]") -> "list[UUID]":
    """What is no id is the id of nothing."""
    found = []
    for text in given[:MOST_IDS]:
        try:
            found.append(UUID(text))
        except ValueError:
            continue
    return found


_many = QuestionViewSet.as_view({"get": "list", "post": "create"})
_one = QuestionViewSet.as_view({"get": "retrieve", "patch": "partial_update", "delete": "destroy"})
urlpatterns = [
    path("questions", _many),
    path("questions/<str:question_id>", _one),
    path("questions/<str:question_id>/restore", QuestionViewSet.as_view({"post": "restore"})),
]
