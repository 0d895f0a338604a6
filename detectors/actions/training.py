"""Asking for a model to be trained, and thinking better of it."""

import hashlib
import json

from django.db import transaction
from django.utils.translation import gettext as _

from datasets.models import AnnotationSet
from detectors.configs import require_types
from detectors.jobs import TRAIN
from detectors.learned_from import cautions, lessons_of, why_not_yet
from detectors.learning.settings import TrainingConfig
from detectors.models import TrainingJob
from workspaces.errors import IllegalMove
from workspaces.ids import new_id
from workspaces.jobs import enqueue
from workspaces.models import AuditEvent, User

NAME_LENGTH = 255


def start_training(
    labels: AnnotationSet, *, by: User | None, config: TrainingConfig, name: str = "", seed: int | None = None
) -> TrainingJob:
    """Have a model trained on a published annotation set (which comes with its dataset and workspace).

    Without a name it is called after the dataset and the version. The same set, config and seed give the same model;
    without a seed it follows from the other two. Raises Invalid for types that the dataset does not have, and
    IllegalMove when the set, the files or the labels are not enough yet.
    """
    dataset = labels.dataset
    require_types(config, dataset.artifact_types.values_list("name", flat=True))
    if sentence := why_not_yet(labels, config.artifact_types):
        raise IllegalMove(sentence)
    lessons = lessons_of(labels, config.artifact_types)
    pk = new_id()
    with transaction.atomic():
        job = enqueue(
            TRAIN,
            workspace=dataset.workspace,
            by=by,
            args={"training_id": str(pk)},
            idempotency_key=f"{TRAIN}:{pk}",
        )
        training = TrainingJob.objects.create(
            pk=pk,
            workspace=dataset.workspace,
            job=job,
            name=name or _default_name(labels),
            dataset=dataset,
            dataset_uuid=dataset.pk,
            dataset_name=dataset.name,
            annotation_set=labels,
            annotation_set_uuid=labels.pk,
            annotation_set_version=labels.version,
            config=config.as_dict(),
            seed=_seed(labels, config) if seed is None else seed,
            warnings=cautions(lessons, config.artifact_types),
            created_by=by,
        )
        AuditEvent.record(
            by=by, workspace_id=training.workspace_id, verb="start", target=training, data={"name": training.name}
        )
    training.job.refresh_from_db()
    return training


def cancel_training(training: TrainingJob, *, by: User | None) -> None:
    """Stop a training that has not ended. The worker notices at the end of an epoch, or of a piece of a recording."""
    with transaction.atomic():
        if not training.job.cancel():
            training.job.refresh_from_db()
            sentence = _("This training cannot be cancelled: its state is “%(state)s”.")
            raise IllegalMove(sentence % {"state": training.job.get_state_display()})
        AuditEvent.record(
            by=by, workspace_id=training.workspace_id, verb="cancel", target=training, data={"name": training.name}
        )
    training.job.refresh_from_db()


def _default_name(labels: AnnotationSet) -> str:
    version = f" v{labels.version}"
    return labels.dataset.name[: NAME_LENGTH - len(version)] + version


def _seed(labels: AnnotationSet, config: TrainingConfig) -> int:
    text = json.dumps([str(labels.pk), config.as_dict()], sort_keys=True)
    return int.from_bytes(hashlib.sha256(text.encode()).digest()[:4], "big")
