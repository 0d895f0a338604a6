"""Skills of a workspace, who has how much of them, and the trainings and exams that show it."""

from typing import Any
from uuid import UUID

from django.http import Http404
from django.utils.translation import gettext as _
from drf_spectacular.utils import OpenApiParameter, extend_schema, extend_schema_view
from rest_framework import mixins, status, viewsets
from rest_framework.decorators import action
from rest_framework.request import Request
from rest_framework.response import Response

from annotations.api.calls import body_of, read, workspace_in
from annotations.models import LabelingTask, Skill, SkillValue
from annotations.qualifying import skills
from annotations.qualifying.lessons import LessonPlan, create_lesson
from annotations.qualifying.sources import chosen
from annotations.serializers import qualifying as shapes
from annotations.serializers.tasks import LabelingTaskSerializer
from workspaces.authentication import caller
from workspaces.errors import Invalid
from workspaces.models import User
from workspaces.pagination import Pages
from workspaces.permissions import Right, require, workspace_ids_with

USER = OpenApiParameter("user_id", str, description="Whose value is forgotten.", required=True)


@extend_schema_view(
    list=extend_schema(summary="Skills, for managers"), retrieve=extend_schema(summary="One skill, for managers")
)
class SkillViewSet(mixins.ListModelMixin, mixins.RetrieveModelMixin, viewsets.GenericViewSet[Skill]):
    serializer_class = shapes.SkillSerializer
    queryset = Skill.objects.none()
    filterset_fields: tuple[str, ...] = ()
    scope = "manage"

    def get_queryset(self) -> Any:
        user = caller(self.request)
        managed = workspace_ids_with(user, Right.MANAGE_TASKS)
        rows = Skill.objects.visible_to(user).order_by("name")
        return rows if managed is None else rows.filter(workspace__in=managed)

    @extend_schema(
        summary="Name something people can be good at", request=shapes.SkillSerializer,
        responses={201: shapes.SkillSerializer},
    )  # fmt: skip
    def create(self, request: Request) -> Response:
        given = read(shapes.SkillSerializer(data=body_of(request)))
        workspace = workspace_in(caller(request), given.get("workspace_id"))
        description = given.get("description", "")
        made = skills.create_skill(workspace, by=caller(request), name=given["name"], description=description)
        return Response(shapes.SkillSerializer(made).data, status=status.HTTP_201_CREATED)

    @extend_schema(
        summary="Change its name or description", request=shapes.SkillChangeSerializer, responses=shapes.SkillSerializer
    )
    def partial_update(self, request: Request, pk: UUID) -> Response:
        skill = self.get_object()
        changes = read(shapes.SkillChangeSerializer(data=body_of(request)))
        skills.change_skill(skill, by=caller(request), changes=changes)
        return Response(shapes.SkillSerializer(skill).data)

    @extend_schema(summary="Delete a skill that nothing asks for", responses={204: None})
    def destroy(self, request: Request, pk: UUID) -> Response:
        skills.delete_skill(self.get_object(), by=caller(request))
        return Response(status=status.HTTP_204_NO_CONTENT)

    @extend_schema(
        methods=["get"], summary="Who has how much of it", request=None,
        responses=shapes.SkillValueSerializer(many=True),
    )  # fmt: skip
    @extend_schema(
        methods=["put"], summary="Say how good somebody is at it", request=shapes.GivenSkillSerializer,
        responses=shapes.SkillValueSerializer,
    )  # fmt: skip
    @extend_schema(
        methods=["delete"], summary="Forget how good somebody is at it", parameters=[USER], responses={204: None}
    )
    @action(detail=True, methods=["get", "put", "delete"], filterset_fields=())
    def values(self, request: Request, pk: UUID) -> Response:
        skill, by = self.get_object(), caller(request)
        if request.method == "GET":
            rows = SkillValue.objects.filter(skill=skill).select_related("user").order_by("user__name", "id")
            pages = Pages()
            page = pages.paginate_queryset(rows, request)
            return pages.get_paginated_response(shapes.SkillValueSerializer(page, many=True).data)
        if request.method == "PUT":
            given = read(shapes.GivenSkillSerializer(data=body_of(request)))
            known = skills.give(skill, _member(skill, given["user_id"]), value=given["value"], by=by)
            return Response(shapes.SkillValueSerializer(known).data)
        skills.take(skill, _member(skill, request.query_params.get("user_id")), by=by)
        return Response(status=status.HTTP_204_NO_CONTENT)


class LessonViewSet(viewsets.GenericViewSet[LabelingTask]):
    queryset = LabelingTask.objects.none()
    serializer_class = shapes.NewLessonSerializer
    scope = "manage"

    @extend_schema(
        summary="Make a training or an exam of the questions of a task", request=shapes.NewLessonSerializer,
        responses={201: LabelingTaskSerializer},
    )  # fmt: skip
    def create(self, request: Request) -> Response:
        user, body = caller(request), body_of(request)
        given = read(shapes.NewLessonSerializer(data={**body, "items": []}))
        source = LabelingTask.objects.visible_to(user).present().filter(pk=given["source_task_id"]).first()
        if source is None:
            raise Invalid([(("body", "source_task_id"), _("There is no such task."), "value_error")])
        require(user, Right.CREATE_TASKS, source.workspace_id)
        given = {key: value for key, value in given.items() if key != "items"}
        if "items" in body:
            given["items"] = body["items"]
        skill = _skill(source, given["skill_id"])
        own = {name: given[name] for name in ("kind", "name", "pass_percent", "retry_after_hours", "attempt_size")}
        plan = LessonPlan(
            source=source, items=chosen(source, given), skill=skill, instructions=given["instructions"], **own
        )
        lesson = create_lesson(plan, by=user)
        sent = LabelingTaskSerializer(lesson, context={"request": request}).data
        return Response(sent, status=status.HTTP_201_CREATED)


def _skill(source: LabelingTask, pk: UUID | None) -> Skill | None:
    if pk is None:
        return None
    found = Skill.objects.filter(workspace=source.workspace_id, pk=pk).first()
    if found is None:
        raise Invalid([(("body", "skill_id"), _("There is no such skill in this space."), "value_error")])
    return found


def _member(skill: Skill, pk: object) -> User:
    try:
        found = User.objects.filter(memberships__workspace=skill.workspace_id, pk=UUID(str(pk))).first()
    except ValueError:
        found = None
    if found is None:
        raise Http404
    return found
