"""The files of trained models: written once, and good only while their sum is right. For the worker alone."""

import hashlib
from dataclasses import dataclass
from pathlib import Path
from uuid import UUID

from django.utils.translation import gettext as _

from datasets import storage
from detectors.learning.model import BadModel, Model
from detectors.models import Detector
from detectors.recordings import CannotListen


@dataclass(frozen=True)
class Kept:
    """A stored model: its name in storage, how many bytes, their sum in hexadecimal."""

    name: str
    size: int
    sha256: str


def keep_model(model: Model, *, detector_id: UUID) -> Kept:
    """Store a model. The name belongs to one try of one job, so that no other try ever touches these bytes."""
    name = f"models/{detector_id.hex}.npz"
    with storage.scratch() as folder:
        path = folder / "model"
        model.save(path)
        kept = Kept(name, path.stat().st_size, _sum(path))
        storage.keep(path, name=name)
    return kept


def load_model(detector: Detector) -> Model:
    """The model behind a row. Raises CannotListen where it is gone, damaged, or made for other measures."""
    sentence = _("The model “%(name)s” is damaged in storage: its sum is not what it was. Train it again.")
    try:
        with storage.scratch() as folder, storage.local(detector.file, folder=folder) as path:
            if _sum(path) != detector.sha256:
                raise CannotListen(sentence % {"name": detector.name})
            return Model.load(path)
    except FileNotFoundError as error:
        sentence = _("The file of the model “%(name)s” is not in storage any more. Train it again.")
        raise CannotListen(sentence % {"name": detector.name}) from error
    except BadModel as error:
        raise CannotListen(str(error)) from error


def _sum(path: Path) -> str:
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()
