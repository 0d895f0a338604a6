"""Skills, keys, word pools, rules, checks and results, for super admins. Nothing here is edited by hand."""

from django.contrib import admin

from annotations.models import (
    Adjudication,
    Attempt,
    CheckResult,
    Grade,
    ItemKey,
    ItemResult,
    QualityReport,
    QualityRule,
    Requirement,
    Skill,
    SkillValue,
    Standing,
    StandingEvent,
    TaskCheck,
    TaskTeam,
    Term,
    Vocabulary,
    VocabularyVersion,
    WordProposal,
)
from workspaces.rescue import RescueAdmin


@admin.register(TaskTeam)
class TaskTeamAdmin(RescueAdmin):
    list_display = ("task", "team", "overlap", "decides")
    list_select_related = ("task", "team")
    search_fields = ("task__name", "team__name")


@admin.register(Skill)
class SkillAdmin(RescueAdmin):
    list_display = ("name", "workspace", "created_by", "created_at")
    list_select_related = ("workspace", "created_by")
    list_filter = ("workspace",)
    search_fields = ("id", "name")


@admin.register(SkillValue)
class SkillValueAdmin(RescueAdmin):
    list_display = ("skill", "user", "value", "source", "updated_at")
    list_select_related = ("skill", "user")
    list_filter = ("source",)
    search_fields = ("skill__name", "user__name", "user__email")


@admin.register(Requirement)
class RequirementAdmin(RescueAdmin):
    list_display = ("task", "skill", "least", "accepts_missing")
    list_select_related = ("task", "skill")
    search_fields = ("task__name", "skill__name")


@admin.register(ItemKey)
class ItemKeyAdmin(RescueAdmin):
    is_growing = True
    list_display = ("item", "hint", "explanation")
    list_select_related = ("item",)
    search_fields = ("item__id", "item__task__name")
    ordering = ("-id",)


@admin.register(Attempt)
class AttemptAdmin(RescueAdmin):
    is_growing = True
    list_display = ("task", "user", "number", "state", "score", "started_at", "finished_at")
    list_select_related = ("task", "user")
    list_filter = ("state",)
    search_fields = ("task__name", "user__name", "user__email")
    ordering = ("-id",)


@admin.register(Grade)
class GradeAdmin(RescueAdmin):
    is_growing = True
    list_display = ("task", "user", "is_right", "share", "created_at")
    list_select_related = ("task", "user")
    list_filter = ("is_right",)
    search_fields = ("task__name", "user__email")
    ordering = ("-id",)


@admin.register(Vocabulary)
class VocabularyAdmin(RescueAdmin):
    list_display = ("name", "workspace", "locale", "created_by", "created_at", "archived_at")
    list_select_related = ("workspace", "created_by")
    list_filter = ("workspace",)
    search_fields = ("id", "name")


@admin.register(VocabularyVersion)
class VocabularyVersionAdmin(RescueAdmin):
    list_display = ("vocabulary", "number", "state", "created_at", "published_at")
    list_select_related = ("vocabulary",)
    list_filter = ("state",)
    search_fields = ("vocabulary__name",)


@admin.register(Term)
class TermAdmin(RescueAdmin):
    is_growing = True
    list_display = ("code", "version", "facet", "family", "is_active")
    list_select_related = ("version__vocabulary",)
    list_filter = ("facet",)
    search_fields = ("code", "family")
    ordering = ("-id",)


@admin.register(WordProposal)
class WordProposalAdmin(RescueAdmin):
    is_growing = True
    list_display = ("word", "vocabulary", "facet", "state", "count", "code")
    list_select_related = ("vocabulary",)
    list_filter = ("state", "facet")
    search_fields = ("word", "vocabulary__name")
    ordering = ("-id",)


@admin.register(QualityRule)
class QualityRuleAdmin(RescueAdmin):
    list_display = ("task", "kind", "action", "threshold", "least", "window", "is_active")
    list_select_related = ("task",)
    list_filter = ("kind", "action")
    search_fields = ("task__name",)


@admin.register(Standing)
class StandingAdmin(RescueAdmin):
    list_display = ("task", "user", "state", "until", "changed_at")
    list_select_related = ("task", "user")
    list_filter = ("state",)
    search_fields = ("task__name", "user__name", "user__email")


@admin.register(StandingEvent)
class StandingEventAdmin(RescueAdmin):
    is_growing = True
    list_display = ("task", "user", "action", "kind", "by", "created_at", "undone_at")
    list_select_related = ("task", "user", "by")
    list_filter = ("action", "kind")
    search_fields = ("task__name", "user__name", "user__email")
    ordering = ("-id",)


@admin.register(TaskCheck)
class TaskCheckAdmin(RescueAdmin):
    list_display = ("task", "kind", "action", "is_active")
    list_select_related = ("task",)
    list_filter = ("kind", "action")
    search_fields = ("task__name",)


@admin.register(CheckResult)
class CheckResultAdmin(RescueAdmin):
    is_growing = True
    list_display = ("task", "item", "kind", "state", "verdict", "outcome", "tries", "created_at")
    list_select_related = ("task", "item")
    list_filter = ("kind", "state", "outcome")
    search_fields = ("task__name", "item__id")
    ordering = ("-id",)


@admin.register(ItemResult)
class ItemResultAdmin(RescueAdmin):
    is_growing = True
    list_display = ("task", "position", "state", "n_answers", "confidence", "computed_at")
    list_select_related = ("task",)
    list_filter = ("state",)
    search_fields = ("task__name",)
    ordering = ("-item_id",)


@admin.register(Adjudication)
class AdjudicationAdmin(RescueAdmin):
    is_growing = True
    list_display = ("task", "item", "by", "created_at")
    list_select_related = ("task", "item", "by")
    search_fields = ("task__name", "by__name")
    ordering = ("-id",)


@admin.register(QualityReport)
class QualityReportAdmin(RescueAdmin):
    list_display = ("task", "n_submissions", "computed_at", "seconds")
    list_select_related = ("task",)
    search_fields = ("task__name",)
