"""Which models can propose labels for which tasks: those that find what a question asks to be marked.

A model's types and a question's labels are the same where their names are, whatever the case; "_" and " " are alike.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from django.utils.translation import gettext as _

from annotations.models import LabelingTask, QuestionType
from detectors.actions.models import ensure_built_ins
from detectors.models import Detector
from workspaces.models import Workspace

if TYPE_CHECKING:
    from annotations.answers import FormQuestion

Problem = tuple[tuple[str | int, ...], str, str]
# A question that asks for regions: its alias, and the names of its labels.
Asked = tuple[str, Sequence[str]]


@dataclass(frozen=True)
class Match:
    """Which question a model proposes regions for, and as what it proposes each of its types."""

    alias: str = ""
    labels: Mapping[str, str] = field(default_factory=dict)


def plain(name: str) -> str:
    return " ".join(name.replace("_", " ").casefold().split())


def match(asked: Iterable[Asked], types: Sequence[str]) -> Match:
    """The first question that has a label for a type of these. Without one nothing matches."""
    for alias, names in asked:
        by_plain = {plain(name): name for name in reversed(names)}
        labels = {kind: by_plain[plain(kind)] for kind in types if plain(kind) in by_plain}
        if labels:
            return Match(alias, labels)
    return Match()


def asked_in(form: "Iterable[FormQuestion]") -> list[Asked]:
    """The questions of a form that ask for regions."""
    return [
        (question.alias, [label["name"] for label in question.configuration["labels"]])
        for question in form
        if question.type == QuestionType.REGIONS
    ]


def why_not(detector: Detector, asked: Sequence[Asked]) -> str:
    """What keeps this model from proposing labels for these questions, in a sentence; empty where nothing does."""
    if match(asked, detector.artifact_types).labels:
        return ""
    return _("“%(model)s” finds %(types)s. This task asks for %(labels)s, so it has nothing to propose.") % {
        "model": detector.name,
        "types": ", ".join(detector.artifact_types),
        "labels": ", ".join(dict.fromkeys(name for _alias, names in asked for name in names)),
    }


def assistance_problems(task: LabelingTask, asked: Sequence[Asked]) -> Iterable[Problem]:
    """What is wrong with the model, the threshold and the switch that a task is to have, with the field."""
    if not 0 <= task.suggestion_threshold <= 1:
        yield ("body", "suggestion_threshold"), _("Give a number from 0 to 1."), "value_error"
    known = Detector.objects.filter(workspace=task.workspace_id)
    detector = known.filter(pk=task.detector_id).first() if task.detector_id else None
    if task.detector_id and detector is None:
        yield ("body", "model_id"), _("There is no such model in this workspace."), "value_error"
    elif task.ai_assisted and not asked:
        yield ("body", "ai_assisted"), nothing_to_propose(), "value_error"
    elif task.ai_assisted and detector is None:
        yield ("body", "model_id"), _("Choose the model that proposes labels."), "value_error.missing"
    elif task.ai_assisted and detector and (sentence := why_not(detector, asked)):
        yield ("body", "model_id"), sentence, "value_error"


def nothing_to_propose() -> str:
    return _("No question of this task asks for time regions, and a model proposes nothing else.")


def models_for(workspace: Workspace) -> list[Detector]:
    """The models of a workspace, those that were trained first, the newest before the others."""
    ensure_built_ins(workspace)
    rows = list(Detector.objects.filter(workspace=workspace).order_by("-id").only("name", "kind", "artifact_types"))
    return sorted(rows, key=lambda row: row.kind == Detector.Kind.BUILT_IN)
