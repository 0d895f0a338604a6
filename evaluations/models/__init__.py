from evaluations.models.evaluations import (
    Evaluation,
    EvaluationFile,
    EvaluationItem,
    EvaluationQueue,
    EvaluationTask,
)
from evaluations.models.row_sets import DatasetItem, DatasetItemFile, DatasetItemVersion, EvaluationDataset

__all__ = [
    "DatasetItem",
    "DatasetItemFile",
    "DatasetItemVersion",
    "Evaluation",
    "EvaluationDataset",
    "EvaluationFile",
    "EvaluationItem",
    "EvaluationQueue",
    "EvaluationTask",
]
