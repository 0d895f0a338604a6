from django.urls import path

from datasets.api.routes import api_urlpatterns
from datasets.views import (
    annotation_set_differences,
    annotation_set_downloads,
    annotation_set_moves,
    annotation_sets,
    audio,
    datasets,
    label_import,
    outputs,
    sound,
)

__all__ = ["api_urlpatterns", "app_name", "urlpatterns"]

app_name = "datasets"

_pages = "w/<slug:slug>/datasets/"
_page = f"{_pages}<uuid:dataset_id>/"
_set = f"{_page}annotation-sets/<uuid:set_id>/"
urlpatterns = [
    path(_pages, datasets.index, name="list"),
    path(f"{_pages}new/", datasets.create, name="create"),
    path(_page, audio.detail, name="detail"),
    path(f"{_page}edit/", datasets.edit, name="edit"),
    path(f"{_page}delete/", datasets.delete, name="delete"),
    path(f"{_page}types/", datasets.types, name="types"),
    path(f"{_page}audio/delete/", audio.delete, name="audio-delete"),
    path(f"{_page}audio/<uuid:audio_id>/", audio.details, name="audio-details"),
    path(f"{_page}audio/<uuid:audio_id>/row/", audio.row, name="audio-row"),
    path(f"{_page}audio/<uuid:audio_id>/retry/", audio.retry, name="audio-retry"),
    path(f"{_page}annotation-sets/", annotation_sets.annotation_sets, name="annotation-sets"),
    path(f"{_page}annotation-sets/new/", annotation_set_moves.start, name="annotation-set-new"),
    path(f"{_page}annotation-sets/import/", label_import.label_import, name="import-labels"),
    path(_set, annotation_sets.annotation_set, name="annotation-set"),
    path(f"{_set}labels/<uuid:audio_id>/", annotation_sets.labels, name="annotation-set-labels"),
    path(f"{_set}move/", annotation_set_moves.move, name="annotation-set-move"),
    path(f"{_set}differences/", annotation_set_differences.differences, name="annotation-set-diff"),
    path(f"{_set}differences.csv", annotation_set_differences.differences_table, name="annotation-set-diff-table"),
    path(f"{_set}download", annotation_set_downloads.annotation_set_download, name="set-download"),
    path(f"{_page}processed/", outputs.processed, name="processed"),
    path(f"{_page}processed/<uuid:processed_id>/download", outputs.processed_download, name="processed-download"),
    path("audio/<uuid:audio_id>/sound", sound.sound, name="sound"),
    path("audio/<uuid:audio_id>/peaks/<str:name>", sound.peaks, name="peaks"),
]
