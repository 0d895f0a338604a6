from datasets.api.audio import AudioViewSet, UploadView
from datasets.api.datasets import DatasetViewSet
from datasets.api.processed import ProcessedDatasetViewSet

__all__ = ["AudioViewSet", "DatasetViewSet", "ProcessedDatasetViewSet", "UploadView"]
