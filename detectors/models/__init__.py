from detectors.models.detectors import Detector
from detectors.models.inference import InferenceFile, InferenceJob
from detectors.models.training import TrainingJob

__all__ = ["Detector", "InferenceFile", "InferenceJob", "TrainingJob"]
