"""The addresses of models for programs. None ends in a slash."""

from django.urls import URLPattern, path

from detectors.api.inference import ExportView, InferenceJobViewSet
from detectors.api.models import DetectorViewSet, DownloadView
from detectors.api.training import TrainingJobViewSet

_training = "training-jobs/<str:job_id>"
_model = "models/<str:model_id>"
_inference = "inference-jobs/<str:job_id>"
api_urlpatterns: list[URLPattern] = [
    path("training-jobs", TrainingJobViewSet.as_view({"get": "list", "post": "create"}), name="api-training-jobs"),
    path(_training, TrainingJobViewSet.as_view({"get": "retrieve"}), name="api-training-job"),
    path(f"{_training}/cancel", TrainingJobViewSet.as_view({"post": "cancel"}), name="api-training-cancel"),
    path("models", DetectorViewSet.as_view({"get": "list"}), name="api-models"),
    path(_model, DetectorViewSet.as_view({"get": "retrieve", "delete": "destroy"}), name="api-model"),
    path(f"{_model}/download", DownloadView.as_view({"get": "download"}), name="api-model-download"),
    path("inference-jobs", InferenceJobViewSet.as_view({"get": "list", "post": "create"}), name="api-inference-jobs"),
    path(_inference, InferenceJobViewSet.as_view({"get": "retrieve"}), name="api-inference-job"),
    path(
        f"{_inference}/files/upload-url",
        InferenceJobViewSet.as_view({"post": "upload_url"}),
        name="api-inference-upload-url",
    ),
    path(f"{_inference}/files/confirm", InferenceJobViewSet.as_view({"post": "confirm"}), name="api-inference-confirm"),
    path(f"{_inference}/files/<str:file_id>", InferenceJobViewSet.as_view({"get": "file"}), name="api-inference-file"),
    path(f"{_inference}/export", ExportView.as_view({"get": "export"}), name="api-inference-export"),
]
