from datasets.models.annotation_sets import Annotation, AnnotationSet, ListenedFile
from datasets.models.audio import AudioBlob, AudioFile
from datasets.models.datasets import ArtifactType, Dataset
from datasets.models.processed import ProcessedDataset

__all__ = [
    "Annotation",
    "AnnotationSet",
    "ArtifactType",
    "AudioBlob",
    "AudioFile",
    "Dataset",
    "ListenedFile",
    "ProcessedDataset",
]
