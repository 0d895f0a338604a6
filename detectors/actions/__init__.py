"""What is done with models, by whichever door it was asked for."""

from detectors.actions.inference import (
    analyse_files,
    cancel_inference,
    confirm_inference_upload,
    delete_inference,
    offer_inference_upload,
    start_inference,
)
from detectors.actions.models import delete_detector, ensure_built_ins
from detectors.actions.training import cancel_training, start_training

__all__ = [
    "analyse_files",
    "cancel_inference",
    "cancel_training",
    "confirm_inference_upload",
    "delete_detector",
    "delete_inference",
    "ensure_built_ins",
    "offer_inference_upload",
    "start_inference",
    "start_training",
]
