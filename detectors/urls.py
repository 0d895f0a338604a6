from django.urls import URLPattern, path

from detectors.api.routes import api_urlpatterns
from detectors.views import analyse, analyses, exports, models, training

__all__ = ["api_urlpatterns", "app_name", "urlpatterns"]

app_name = "detectors"

_models = "w/<slug:slug>/models/"
_training = f"{_models}trainings/<uuid:training_id>/"
_analyses = f"{_models}analyses/"
_analysis = f"{_analyses}<uuid:analysis_id>/"
_model = f"{_models}<uuid:model_id>/"
urlpatterns: list[URLPattern] = [
    path(_models, models.index, name="models"),
    path(f"{_models}train/", training.train, name="train"),
    path(_training, training.training, name="training"),
    path(f"{_training}cancel/", training.cancel, name="training_cancel"),
    path(f"{_models}analyse/", analyse.analyse, name="analyse"),
    path(_analyses, analyses.index, name="analyses"),
    path(_analysis, analyses.analysis, name="analysis"),
    path(f"{_analysis}files/<uuid:file_id>/", analyses.file, name="analysed_file"),
    path(f"{_analysis}draft/", analyses.draft, name="analysis_draft"),
    path(f"{_analysis}cancel/", analyses.cancel, name="analysis_cancel"),
    path(f"{_analysis}delete/", analyses.delete, name="analysis_delete"),
    path(f"{_analysis}export/<slug:kind>/", exports.export, name="analysis_export"),
    path(_model, models.model, name="model"),
    path(f"{_model}download/", models.download, name="download"),
    path(f"{_model}delete/", models.delete, name="delete"),
]
