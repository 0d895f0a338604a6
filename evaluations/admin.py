"""Evaluations and their rows, for super admins: read and searched here, changed through their pages and `/v5/`."""

from typing import Any

from django.contrib import admin
from django.utils.translation import gettext_lazy as _

from evaluations.actions import evaluations
from evaluations.models import (
    DatasetItem,
    DatasetItemFile,
    DatasetItemVersion,
    Evaluation,
    EvaluationDataset,
    EvaluationFile,
    EvaluationItem,
    EvaluationQueue,
    EvaluationTask,
)
from workspaces.rescue import RescueAdmin, Rows, each


@admin.register(Evaluation)
class EvaluationAdmin(RescueAdmin):
    list_display = ("name", "workspace", "n_items", "n_failed", "begun_at", "created_by", "created_at", "archived_at")
    list_select_related = ("workspace", "created_by")
    list_filter = ("workspace",)
    search_fields = ("id", "name")
    ordering = ("-id",)
    actions = ("archive", "restore")

    @admin.action(description=_("Archive"))
    def archive(self, request: Any, rows: Rows) -> None:
        each(request, rows, lambda evaluation: evaluations.archive(evaluation, by=request.user))

    @admin.action(description=_("Restore"))
    def restore(self, request: Any, rows: Rows) -> None:
        each(request, rows, lambda evaluation: evaluations.restore(evaluation, by=request.user))


@admin.register(EvaluationItem)
class EvaluationItemAdmin(RescueAdmin):
    is_growing = True
    list_display = ("evaluation", "position", "data", "errors")
    list_select_related = ("evaluation",)
    search_fields = ("id", "evaluation__name")
    ordering = ("-id",)


@admin.register(EvaluationFile)
class EvaluationFileAdmin(RescueAdmin):
    is_growing = True
    list_display = ("item", "key", "audio")
    list_select_related = ("item", "audio")
    search_fields = ("id", "audio__filename")
    ordering = ("-id",)


@admin.register(EvaluationQueue)
class EvaluationQueueAdmin(RescueAdmin):
    list_display = ("evaluation", "queue_id", "labeling_task", "is_paused")
    list_select_related = ("evaluation", "labeling_task")
    search_fields = ("id", "queue_id", "evaluation__name")
    ordering = ("-id",)


@admin.register(EvaluationTask)
class EvaluationTaskAdmin(RescueAdmin):
    list_display = ("evaluation", "alias", "question", "queue", "required", "prefill_from", "position")
    list_select_related = ("evaluation", "question", "queue")
    search_fields = ("id", "alias", "evaluation__name", "question__name")
    ordering = ("-id",)


@admin.register(EvaluationDataset)
class EvaluationDatasetAdmin(RescueAdmin):
    list_display = ("name", "workspace", "version", "created_by", "created_at", "archived_at")
    list_select_related = ("workspace", "created_by")
    list_filter = ("workspace",)
    search_fields = ("id", "name")
    ordering = ("-id",)


@admin.register(DatasetItem)
class DatasetItemAdmin(RescueAdmin):
    is_growing = True
    list_display = ("id", "dataset", "created_at", "updated_at", "archived_at")
    list_select_related = ("dataset",)
    search_fields = ("id", "dataset__name")
    ordering = ("-id",)


@admin.register(DatasetItemVersion)
class DatasetItemVersionAdmin(RescueAdmin):
    is_growing = True
    list_display = ("item", "since", "until", "content_hash")
    list_select_related = ("item",)
    search_fields = ("id", "item__id", "content_hash")
    ordering = ("-id",)


@admin.register(DatasetItemFile)
class DatasetItemFileAdmin(RescueAdmin):
    is_growing = True
    list_display = ("version", "key", "audio")
    list_select_related = ("version__item", "audio")
    search_fields = ("id", "audio__filename")
    ordering = ("-id",)
