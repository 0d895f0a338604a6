"""The addresses of datasets for programs. None ends in a slash."""

from django.urls import path

from datasets.api.annotation_sets import AnnotationSetViewSet
from datasets.api.annotations import AnnotationViewSet, ListenedViewSet
from datasets.api.audio import AudioViewSet, UploadView
from datasets.api.datasets import DatasetViewSet
from datasets.api.label_import import LabelImportView
from datasets.api.processed import ProcessedDatasetViewSet
from datasets.api.uploads import ConfirmView, FormUploadView, OfferView

_dataset = "datasets/<str:dataset_id>"
_audio = f"{_dataset}/audio"
_sets = f"{_dataset}/annotation-sets"
_set = f"{_sets}/<str:annotation_set_id>"
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
    path(f"{_audio}/upload-url", OfferView.as_view(), name="api-upload-url"),
    path(f"{_audio}/confirm", ConfirmView.as_view(), name="api-confirm"),
    path(f"{_audio}/progress", AudioViewSet.as_view({"get": "progress"}), name="api-progress"),
    path(f"{_audio}/<str:audio_id>", AudioViewSet.as_view({"get": "retrieve", "delete": "destroy"}), name="api-audio"),
    path(f"{_audio}/<str:audio_id>/retry", AudioViewSet.as_view({"post": "retry"}), name="api-retry"),
    path(_sets, AnnotationSetViewSet.as_view({"get": "list", "post": "create"}), name="api-annotation-sets"),
    path(f"{_sets}/import", LabelImportView.as_view(), name="api-import-labels"),
    path(_set, AnnotationSetViewSet.as_view({"get": "retrieve", "delete": "destroy"}), name="api-annotation-set"),
    path(f"{_set}/publish", AnnotationSetViewSet.as_view({"post": "publish"}), name="api-publish"),
    path(f"{_set}/annotations", AnnotationViewSet.as_view({"get": "list", "post": "create"}), name="api-annotations"),
    path(f"{_set}/annotations/bulk", AnnotationViewSet.as_view({"post": "bulk"}), name="api-annotations-bulk"),
    path(
        f"{_set}/annotations/<str:annotation_id>",
        AnnotationViewSet.as_view({"patch": "partial_update", "delete": "destroy"}),
        name="api-annotation",
    ),
    path(
        f"{_set}/listened",
        ListenedViewSet.as_view({"get": "list", "put": "mark", "delete": "unmark"}),
        name="api-listened",
    ),
    path("uploads", FormUploadView.as_view(), name="api-form-upload"),
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
