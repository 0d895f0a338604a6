"""Letting a model listen to one recording. For the worker: what it uses is loaded when it is called."""

from collections.abc import Callable
from uuid import UUID

from datasets.models import AudioFile
from detectors.learning.events import Detection
from detectors.learning.settings import DetectionConfig
from detectors.models import Detector
from detectors.recordings import CannotListen, bytes_of

__all__ = ["CannotListen", "detections_in"]

# Measuring a recording is so much of the whole.
MEASURING = 0.8


def detections_in(
    detector: Detector,
    audio: AudioFile,
    *,
    config: DetectionConfig,
    job_id: UUID,
    on_progress: Callable[[float], None] = lambda part: None,
) -> list[Detection]:
    """What a model finds in a recording (which comes with its blob), in order of time.

    The same model, bytes and config give the same detections. `on_progress` is told how far it is, from 0 to 1, and may
    raise to stop. Raises CannotListen where trying again cannot help, and OSError for what time may heal.
    """
    # numpy is for the worker alone: the web process imports this module too.
    if detector.rule:
        from detectors.rules.listening import listen  # noqa: PLC0415

        with bytes_of(audio) as path:
            return listen(detector.rule, path, config, on_progress=on_progress)
    from detectors.hearing import features_of  # noqa: PLC0415
    from detectors.stored_models import load_model  # noqa: PLC0415

    model = load_model(detector)
    features = features_of(audio, job_id=job_id, on_progress=lambda part: on_progress(MEASURING * part))
    return model.detect(features, config, on_progress=lambda part: on_progress(MEASURING + (1 - MEASURING) * part))
