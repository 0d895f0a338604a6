"""What is done to datasets and their files, by whichever door it was asked for."""

from datasets.actions.audio import accept_upload, delete_audio, describe_audio, retry_import
from datasets.actions.datasets import (
    analysis_files,
    create_dataset,
    delete_dataset,
    evaluation_files,
    replace_types,
    update_dataset,
)
from datasets.actions.references import refer_to
from datasets.actions.uploads import confirm_upload, offer_upload

__all__ = [
    "accept_upload",
    "analysis_files",
    "confirm_upload",
    "create_dataset",
    "delete_audio",
    "delete_dataset",
    "describe_audio",
    "evaluation_files",
    "offer_upload",
    "refer_to",
    "replace_types",
    "retry_import",
    "update_dataset",
]
