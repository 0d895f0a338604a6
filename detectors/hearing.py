"""What was measured of recordings, kept beside their bytes so that it is measured once. For the worker alone."""

from collections.abc import Callable
from uuid import UUID

from datasets import storage
from datasets.models import AudioBlob, AudioFile
from detectors.learning.features import FEATURE_VERSION, Features, StaleFeatures, measure
from detectors.recordings import bytes_of

Progress = Callable[[float], None]


def features_of(audio: AudioFile, *, job_id: UUID, on_progress: Progress) -> Features:
    """The measures of a recording that comes with its blob: those that are kept, or new ones, which then are.

    Raises CannotListen, OSError for what time may heal, and whatever `on_progress` raises.
    """
    kept = _kept(audio.blob) if audio.blob else None
    if kept is not None:
        on_progress(1.0)
        return kept
    with bytes_of(audio) as path:
        features = measure(path, on_progress=on_progress)
    assert audio.blob is not None
    _keep(features, audio.blob, job_id=job_id)
    return features


def _kept(blob: AudioBlob) -> Features | None:
    if not blob.features.endswith(_suffix()):
        return None
    try:
        with storage.scratch() as folder, storage.local(blob.features, folder=folder) as path:
            return Features.load(path)
    except (FileNotFoundError, StaleFeatures):
        return None


def _keep(features: Features, blob: AudioBlob, *, job_id: UUID) -> None:
    """Store them for the next time. Where somebody else was faster, or the bytes were deleted, ours go."""
    before = blob.features
    # The job is part of the name, as in those of other stored files: what is being deleted is never written anew.
    place = f"{blob.workspace_id.hex}/{blob.sha256[:2]}/{blob.sha256}"
    name = f"features/{place}-{job_id.hex[-12:]}{_suffix()}"
    with storage.scratch() as folder:
        path = folder / "features"
        features.save(path)
        storage.keep(path, name=name)
    rows = AudioBlob.objects.filter(pk=blob.pk)
    if rows.filter(features=before).update(features=name):
        blob.features = name
        storage.remove([before] if before not in ("", name) else [])
        return
    now = rows.values_list("features", flat=True).first()
    # The same job, done by two workers at once, stores under the same name.
    if now != name:
        storage.remove([name])
    blob.features = now or ""


def _suffix() -> str:
    return f"-v{FEATURE_VERSION}.npz"
