"""What the workbench gets for a file of a draft: the shape of a turn, with one question whose labels are the types."""

from typing import Any

from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from annotations.actions.set_labels import KEPT_S, LabeledFile, answers_of
from annotations.models import Assignment
from annotations.payload import FILE, recording
from annotations.set_marks import version_of
from datasets.models import Annotation, AnnotationSet, AudioFile, ListenedFile
from workspaces.models import User
from workspaces.permissions import Right, can

# `FILE` names values of a file by way of the item it belongs to; here there is no item.
_VALUES = [name.removeprefix("audio__") for name in FILE if name.startswith("audio__")]


def for_labeling(file: LabeledFile, *, user: User) -> dict[str, Any]:
    chosen, audio = file.annotation_set, file.audio
    rows = file.rows()
    question = file.form[0]
    names = ("alias", "type", "name", "prompt", "required", "configuration", "layout")
    return {
        "assignment": _assignment(file, rows, user=user),
        "task": {
            "id": str(chosen.pk),
            "name": name_of(chosen),
            "instructions_html": "",
            "review_mode": "none",
        },
        "item": {
            "id": str(audio.pk),
            "position": 1,
            "data": _data(file, n_shown=len(rows)),
            "files": [_recording(audio)],
        },
        "questions": [{name: getattr(question, name) for name in names}],
        "draft": {"answers": answers_of(rows), "active_ms": 0, "listened": []},
        "prefilled": [],
        "suggestions": None,
        "returned": None,
        "submission": None,
        "previous": None,
        "changes": [],
        "comments": [],
        "history": [],
        "progress": progress_of(chosen),
    }


def name_of(chosen: AnnotationSet) -> str:
    return _("%(dataset)s, version %(version)d") % {"dataset": chosen.dataset.name, "version": chosen.version}


def _assignment(file: LabeledFile, rows: list[Annotation], *, user: User) -> dict[str, Any]:
    chosen, dataset = file.annotation_set, file.annotation_set.dataset
    is_open = chosen.state == AnnotationSet.State.DRAFT and can(user, Right.EDIT_DATASETS, dataset.workspace_id)
    return {
        "id": str(file.audio.pk),
        "state": Assignment.State.IN_PROGRESS if is_open else Assignment.State.SUBMITTED,
        "moves": ["submit", "release"] if is_open else [],
        # A copy of unsaved work that a browser keeps of this file in another version is not taken for one of this.
        "revision": chosen.version,
        "draft_version": version_of(rows),
        "lease_seconds": KEPT_S,
        "annotator": {"id": str(user.pk)},
        "review_level": 1,
        "for_adjudication": False,
        "url": reverse("annotations:label_set_file", args=[dataset.workspace.slug, chosen.pk, file.audio.pk]),
    }


def _data(file: LabeledFile, *, n_shown: int) -> dict[str, Any]:
    """The file's values, and how many labels are not shown because their types are gone."""
    data = dict(file.audio.metadata) if isinstance(file.audio.metadata, dict) else {}
    hidden = Annotation.objects.filter(annotation_set=file.annotation_set, audio_file=file.audio).count() - n_shown
    if hidden:
        words = ngettext("%(n)d label of a type that is gone", "%(n)d labels of types that are gone", hidden)
        data[_("Not shown")] = words % {"n": hidden}
    return data


def _recording(audio: AudioFile) -> dict[str, Any]:
    def value(path: str) -> Any:
        found: Any = audio
        for name in path.split("__"):
            found = getattr(found, name)
        return found

    return recording(audio.filename, audio.pk, *(value(path) for path in _VALUES))


def progress_of(chosen: AnnotationSet) -> dict[str, int]:
    """Of the files that can be heard, how many were listened to."""
    ready = AudioFile.objects.filter(dataset=chosen.dataset_id, status=AudioFile.Status.READY).count()
    heard = ListenedFile.objects.filter(annotation_set=chosen, audio_file__status=AudioFile.Status.READY).count()
    return {"done": heard, "total": ready}
