"""Rules over what is measured of every 20 ms for learning: clicks and echoes."""

import numpy as np

from detectors.learning.events import Detection
from detectors.learning.features import Features
from detectors.learning.settings import FRAME_MS
from detectors.rules.catalogue import RULES
from detectors.rules.dropouts import widened
from detectors.rules.frames import confidence, runs, without_short_gaps

_SHARPNESS = ("residual_near", "residual_far", "residual_contrast")
_WEAKEST = 0.5  # how much of the limit a candidate has to reach
_GAP = 200 // FRAME_MS  # where nothing is said for this long, an echo goes on


def clicks(features: Features) -> list[Detection]:
    """Frames in which the prediction fails by much more than around them; the sharpest within the set distance."""
    limits = RULES["clicks"].values
    sharp = np.mean([features.column(name) for name in _SHARPNESS], axis=0)
    limit, apart = limits["above_db"], round(limits["apart_ms"] / FRAME_MS)
    detections: list[Detection] = []
    for at in np.flatnonzero(sharp >= limit * _WEAKEST).tolist():
        is_sharpest = sharp[at] >= sharp[max(at - apart, 0) : at + apart + 1].max()
        if is_sharpest and not (detections and at * FRAME_MS < detections[-1].end_ms):
            span = widened(at * FRAME_MS, (at + 1) * FRAME_MS)
            detections.append(Detection(*span, "glitch", confidence(float(sharp[at]), limit=limit)))
    return detections


def echoes(features: Features) -> list[Detection]:
    """Stretches in which the cepstrum has a peak where an echo puts one. Below the limit everything is an echo."""
    limits = RULES["echo"].values
    peak = features.column("echo_ratio")
    detections = []
    for start, end in zip(*runs(without_short_gaps(peak >= limits["above"], longest=_GAP)), strict=True):
        highest = float(peak[start:end].max())
        high = start + np.flatnonzero(peak[start:end] >= highest * limits["edge"])
        span = int(high[0]) * FRAME_MS, int(high[-1] + 1) * FRAME_MS
        if span[1] - span[0] >= limits["shortest_ms"]:
            detections.append(Detection(*span, "echo", confidence(highest, limit=limits["above"])))
    return detections
