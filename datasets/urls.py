from django.urls import path

from datasets.api import AudioViewSet, DatasetViewSet, ProcessedDatasetViewSet, UploadView
from datasets.views import audio, datasets, outputs, sound

app_name = "datasets"

_pages = "w/<slug:slug>/datasets/"
_page = f"{_pages}<uuid:dataset_id>/"
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
    path(f"{_page}annotation-sets/", outputs.annotation_sets, name="annotation-sets"),
    path(f"{_page}annotation-sets/<uuid:set_id>/download", outputs.annotation_set_download, name="set-download"),
    path(f"{_page}processed/", outputs.processed, name="processed"),
    path(f"{_page}processed/<uuid:processed_id>/download", outputs.processed_download, name="processed-download"),
    path("audio/<uuid:audio_id>/sound", sound.sound, name="sound"),
    path("audio/<uuid:audio_id>/peaks/<str:name>", sound.peaks, name="peaks"),
]

_dataset = "datasets/<str:dataset_id>"
_audio = f"{_dataset}/audio"
_processed = "processed-datasets"
api_urlpatterns = [
    path("datasets", DatasetViewSet.as_view({"get": "list", "post": "create"}), name="api-datasets"),
    path(
        _dataset,
        DatasetViewSet.as_view({"get": "retrieve", "patch": "partial_update", "delete": "destroy"}),
        name="api-dataset",
    ),
    path(_audio, AudioViewSet.as_view({"get": "list"}), name="api-audio-list"),
    path(f"{_audio}/upload", UploadView.as_view(), name="api-upload"),
    path(f"{_audio}/progress", AudioViewSet.as_view({"get": "progress"}), name="api-progress"),
    path(f"{_audio}/<str:audio_id>", AudioViewSet.as_view({"get": "retrieve", "delete": "destroy"}), name="api-audio"),
    path(f"{_audio}/<str:audio_id>/retry", AudioViewSet.as_view({"post": "retry"}), name="api-retry"),
    path(_processed, ProcessedDatasetViewSet.as_view({"get": "list"}), name="api-processed-list"),
    path(
        f"{_processed}/<str:processed_id>", ProcessedDatasetViewSet.as_view({"get": "retrieve"}), name="api-processed"
    ),
    path(
        f"{_processed}/<str:processed_id>/download",
        ProcessedDatasetViewSet.as_view({"get": "download"}),
        name="api-processed-download",
    ),
]
