"""Labeling tasks and the work in them, for super admins. Answers and verdicts are read here and never touched."""

from typing import Any

from django.contrib import admin
from django.db import transaction
from django.utils.translation import gettext_lazy as _

from annotations.actions import deleting, managing, setting_right
from annotations.models import (
    Assignment,
    Comment,
    Draft,
    ItemFile,
    ItemSuggestions,
    LabelingTask,
    Question,
    Review,
    Submission,
    TaskItem,
    TaskPerson,
    TaskQuestion,
    Transfer,
)
from annotations.settling import settle
from workspaces.rescue import RescueAdmin, Rows, each


@admin.register(LabelingTask)
class LabelingTaskAdmin(RescueAdmin):
    editable = ("name", "instructions", "lease_minutes")
    list_display = ("name", "workspace", "dataset", "state", "review_mode", "created_by", "created_at", "deleted_at")
    list_select_related = ("workspace", "dataset", "created_by")
    list_filter = ("state", "review_mode", "workspace")
    search_fields = ("id", "name")
    actions = ("stop", "resume", "remove")

    @admin.action(description=_("Stop"))
    def stop(self, request: Any, rows: Rows) -> None:
        each(request, rows, lambda task: managing.stop(task, by=request.user))

    @admin.action(description=_("Resume"))
    def resume(self, request: Any, rows: Rows) -> None:
        each(request, rows, lambda task: managing.resume(task, by=request.user))

    @admin.action(description=_("Delete (soft: its rows stay)"))
    def remove(self, request: Any, rows: Rows) -> None:
        each(request, rows, lambda task: deleting.delete(task, by=request.user))


@admin.register(Assignment)
class AssignmentAdmin(RescueAdmin):
    is_growing = True
    list_display = ("task", "position", "slot", "state", "annotator", "reviewer", "revision", "lease_until")
    list_select_related = ("task", "annotator", "reviewer")
    list_filter = ("state",)
    search_fields = ("id", "task__name", "annotator__email", "reviewer__email")
    ordering = ("-id",)
    actions = ("release", "reopen", "leave_out")

    @admin.action(description=_("Take back from whoever has it open"))
    def release(self, request: Any, rows: Rows) -> None:
        def verb(turn: Assignment) -> None:
            turn.release(by=request.user)
            settle(turn.task, by=request.user)

        each(request, rows.select_related("task"), transaction.atomic(verb))

    @admin.action(description=_("Put a skipped or escalated item back"))
    def reopen(self, request: Any, rows: Rows) -> None:
        each(request, rows.select_related("task"), lambda turn: setting_right.one(turn, "reopen", by=request.user))

    @admin.action(description=_("Leave a skipped or escalated item out"))
    def leave_out(self, request: Any, rows: Rows) -> None:
        each(request, rows.select_related("task"), lambda turn: setting_right.one(turn, "exclude", by=request.user))


@admin.register(Question)
class QuestionAdmin(RescueAdmin):
    list_display = ("name", "type", "workspace", "created_by", "created_at", "archived_at")
    list_select_related = ("workspace", "created_by")
    list_filter = ("type", "workspace")
    search_fields = ("id", "name", "prompt")


@admin.register(TaskQuestion)
class TaskQuestionAdmin(RescueAdmin):
    list_display = ("task", "alias", "question", "required", "queue", "position")
    list_select_related = ("task", "question")
    search_fields = ("alias", "task__name", "question__name")


@admin.register(TaskItem)
class TaskItemAdmin(RescueAdmin):
    is_growing = True
    list_display = ("task", "position", "data")
    list_select_related = ("task",)
    search_fields = ("id", "task__name")
    ordering = ("-id",)


@admin.register(ItemFile)
class ItemFileAdmin(RescueAdmin):
    is_growing = True
    list_display = ("item", "name", "audio")
    list_select_related = ("item", "audio")
    search_fields = ("id", "audio__filename")
    ordering = ("-id",)


@admin.register(ItemSuggestions)
class ItemSuggestionsAdmin(RescueAdmin):
    is_growing = True
    list_display = ("item", "model_name", "threshold", "error", "created_at")
    list_select_related = ("item",)
    search_fields = ("id", "item__task__name", "model_name")
    ordering = ("-id",)


@admin.register(TaskPerson)
class TaskPersonAdmin(RescueAdmin):
    list_display = ("task", "user", "kind", "quota")
    list_select_related = ("task", "user")
    list_filter = ("kind",)
    search_fields = ("task__name", "user__name", "user__email")


@admin.register(Draft)
class DraftAdmin(RescueAdmin):
    is_growing = True
    list_display = ("assignment", "author", "version", "active_ms", "updated_at")
    list_select_related = ("assignment", "author")
    search_fields = ("id", "author__email")
    ordering = ("-id",)


@admin.register(Submission)
class SubmissionAdmin(RescueAdmin):
    is_growing = True
    list_display = ("assignment", "revision", "author", "active_ms", "created_at")
    list_select_related = ("assignment", "author")
    search_fields = ("id", "author__email")
    ordering = ("-id",)


@admin.register(Review)
class ReviewAdmin(RescueAdmin):
    is_growing = True
    list_display = ("submission", "verdict", "origin", "reason_code", "reviewer", "created_at")
    list_select_related = ("submission", "reviewer")
    list_filter = ("verdict", "origin", "reason_code")
    search_fields = ("id", "reviewer__email", "comment")
    ordering = ("-id",)


@admin.register(Transfer)
class TransferAdmin(RescueAdmin):
    list_display = ("task", "kind", "from_user", "to_user", "quantity", "created_by", "created_at")
    list_select_related = ("task", "from_user", "to_user", "created_by")
    list_filter = ("kind",)
    search_fields = ("task__name", "from_user__email", "to_user__email")
    ordering = ("-id",)


@admin.register(Comment)
class CommentAdmin(RescueAdmin):
    is_growing = True
    list_display = ("created_at", "assignment", "author", "at_ms", "text")
    list_select_related = ("author", "assignment")
    search_fields = ("assignment__id", "author__email")
    ordering = ("-id",)
