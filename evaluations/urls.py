"""The doors of this room: `/v5/` for programs, and pages. `/v5/` has no trailing slashes anywhere."""

from django.urls import URLPattern, URLResolver, include, path

from evaluations.api import annotation_tasks, evaluations, files, questions, row_sets
from evaluations.api import items as rows
from evaluations.views import changes, downloads, items, lists, overview

app_name = "evaluations"

# Each resource of the door brings its own addresses.
v5_urlpatterns: list[URLPattern | URLResolver] = [
    *annotation_tasks.urlpatterns,
    *evaluations.urlpatterns,
    *files.urlpatterns,
    *questions.urlpatterns,
    *rows.urlpatterns,
    *row_sets.urlpatterns,
]
_evaluation = "w/<slug:slug>/evaluations/<uuid:evaluation_id>/"
pages: list[URLPattern | URLResolver] = [
    path("w/<slug:slug>/evaluations/", lists.index, name="list"),
    path(_evaluation, overview.overview, name="evaluation"),
    path(f"{_evaluation}answers/", overview.answers, name="answers"),
    path(f"{_evaluation}answers/<slug:name>.csv", overview.chart_table, name="chart_table"),
    path(f"{_evaluation}items/", items.items, name="items"),
    path(f"{_evaluation}items/<uuid:item_id>/", items.item, name="item"),
    path(f"{_evaluation}settings/", changes.settings, name="settings"),
    path(f"{_evaluation}move/", changes.move, name="move"),
    path(f"{_evaluation}export/<str:kind>/", downloads.export, name="export"),
]

urlpatterns = [path("v5/", include(v5_urlpatterns)), *pages]
