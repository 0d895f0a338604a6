"""Models that come with Earmark, and letting models go."""

from collections.abc import Iterable

from django.db import transaction
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from datasets.actions.audio import refuse_if_used
from datasets.jobs import REMOVE_BYTES
from detectors.models import Detector, InferenceFile
from detectors.rules.catalogue import RULES
from detectors.uses import uses_of
from workspaces.errors import IllegalMove
from workspaces.jobs import enqueue
from workspaces.models import AuditEvent, User, Workspace


def ensure_built_ins(*workspaces: Workspace) -> None:
    """Give these workspaces the models that need no training, where they do not have them yet. Safe at any time."""
    known = set(
        Detector.objects.filter(workspace__in=workspaces, kind=Detector.Kind.BUILT_IN).values_list("workspace", "rule")
    )
    missing = [
        Detector(
            workspace=workspace,
            kind=Detector.Kind.BUILT_IN,
            name=str(rule.name),
            rule=rule.key,
            artifact_types=list(rule.artifact_types),
            config={parameter.name: parameter.default for parameter in rule.parameters},
            card={"description": str(rule.description)},
        )
        for workspace in workspaces
        for rule in RULES.values()
        if (workspace.pk, rule.key) not in known
    ]
    Detector.objects.bulk_create(missing, ignore_conflicts=True)


def delete_detector(detector: Detector, *, by: User | None) -> None:
    """Delete a trained model and its bytes. What it found stays.

    Raises IllegalMove for one that came with Earmark, and, naming it, for one that something still needs.
    """
    if detector.kind == Detector.Kind.BUILT_IN:
        raise IllegalMove(_("This model came with Earmark and cannot be deleted."))
    with transaction.atomic():
        # Whoever hands it a file locks it too, so that none waits for a model that is gone.
        Detector.objects.select_for_update().get(pk=detector.pk)
        refuse_if_used([*_files_waiting(detector), *uses_of(detector)])
        AuditEvent.record(
            by=by, workspace_id=detector.workspace_id, verb="delete", target=detector, data={"name": detector.name}
        )
        workspace, name = detector.workspace, detector.file
        detector.delete()
        enqueue(REMOVE_BYTES, workspace=workspace, by=by, args={"names": [name]})


def _files_waiting(detector: Detector) -> Iterable[str]:
    waiting = InferenceFile.objects.unfinished().filter(inference_job__detector=detector).count()
    if waiting:
        yield ngettext(
            "an analysis that has %(n)d file left to do", "analyses that have %(n)d files left to do", waiting
        ) % {"n": waiting}
