"""Settings of trainings and of analyses as programs and forms send them: checked, defaults filled in."""

import math
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any

from django.utils.translation import gettext as _

from detectors.learning.settings import FRAME_MS, DetectionConfig, TrainingConfig
from workspaces.errors import Invalid

Problem = tuple[tuple[str | int, ...], str, str]
Place = tuple[str | int, ...]
CONFIG: Place = ("body", "config")
# JSON's whole numbers are exact up to here in every language.
LARGEST_SEED = 2**53 - 1
TYPE_LENGTH = 100


@dataclass(frozen=True)
class Bounds:
    """Least and most of a number; both may be."""

    low: float
    high: float
    is_whole: bool = True


TRAINING_BOUNDS = {
    "epochs": Bounds(1, 100),
    "validation_split": Bounds(0.1, 0.5, is_whole=False),
    "learning_rate": Bounds(0.0001, 0.1, is_whole=False),
    "batch_size": Bounds(8, 256),
    "chunk_size_ms": Bounds(2 * FRAME_MS, 10_000),
    # And never more than the chunk: see `training_config`.
    "stride_ms": Bounds(FRAME_MS, 10_000),
}
DETECTION_BOUNDS = {
    "threshold": Bounds(0, 1, is_whole=False),
    "merge_window_ms": Bounds(0, 5000),
    "min_duration_ms": Bounds(0, 1000),
}


def training_config(data: Any) -> TrainingConfig:
    """What `data` asks for. Fields that are not there are as usual, unknown ones are ignored.

    Raises Invalid with every problem, each at ("body", "config", field). Whether a dataset has the types is not asked.
    """
    problems: list[Problem] = []
    if not isinstance(data, Mapping):
        raise Invalid([_not_an_object()])
    types = _types(data, problems)
    given = _numbers(data, TRAINING_BOUNDS, problems)
    config = TrainingConfig(artifact_types=types, **given)
    if not problems and config.stride_ms > config.chunk_size_ms:
        sentence = _("The stride is %(stride)d ms, longer than the chunk of %(chunk)d ms: sound would be left out.")
        values = {"stride": config.stride_ms, "chunk": config.chunk_size_ms}
        problems.append(((*CONFIG, "stride_ms"), sentence % values, "value_error.number.not_le"))
    if problems:
        raise Invalid(problems)
    return config


def detection_config(data: Any) -> DetectionConfig:
    """The same for an analysis; None asks for what is usual."""
    if data is None:
        return DetectionConfig()
    if not isinstance(data, Mapping):
        raise Invalid([_not_an_object()])
    problems: list[Problem] = []
    given = _numbers(data, DETECTION_BOUNDS, problems)
    if problems:
        raise Invalid(problems)
    return DetectionConfig(**given)


def require_types(config: TrainingConfig, known: Iterable[str]) -> None:
    """Raise Invalid (422) for types that the dataset does not have."""
    names = list(known)
    sentence = _("The dataset has no artifact type “%(name)s”.")
    problems: list[Problem] = [
        ((*CONFIG, "artifact_types", index), sentence % {"name": name}, "value_error")
        for index, name in enumerate(config.artifact_types)
        if name not in names
    ]
    if problems:
        raise Invalid(problems)


def _not_an_object() -> Problem:
    return CONFIG, _("Send an object."), "type_error.dict"


def _types(data: Mapping[str, Any], problems: list[Problem]) -> tuple[str, ...]:
    where = (*CONFIG, "artifact_types")
    if "artifact_types" not in data:
        problems.append((where, _("Say which artifact types to learn."), "value_error.missing"))
        return ()
    given = data["artifact_types"]
    if not isinstance(given, list | tuple):
        problems.append((where, _("Send a list of names."), "type_error.list"))
        return ()
    if not given:
        problems.append((where, _("Name at least one artifact type."), "value_error.list.min_items"))
    seen: set[str] = set()
    for index, name in enumerate(given):
        if not isinstance(name, str) or not 1 <= len(name) <= TYPE_LENGTH:
            problems.append(((*where, index), _("This is not the name of an artifact type."), "type_error.str"))
        elif name in seen:
            problems.append(((*where, index), _("“%(name)s” is there twice.") % {"name": name}, "value_error"))
        else:
            seen.add(name)
    return tuple(given) if not problems else ()


def _numbers(data: Mapping[str, Any], bounds: Mapping[str, Bounds], problems: list[Problem]) -> dict[str, Any]:
    """Those of the numbers that were given and are good; the others are among the problems."""
    found: dict[str, Any] = {}
    for name, limits in bounds.items():
        if name not in data:
            continue
        problem = _problem_of(data[name], limits, at=(*CONFIG, name))
        if problem:
            problems.append(problem)
        else:
            found[name] = int(data[name]) if limits.is_whole else float(data[name])
    return found


def _problem_of(value: Any, limits: Bounds, *, at: Place) -> Problem | None:
    # Python takes true for a 1.
    if isinstance(value, bool) or not isinstance(value, int | float):
        return at, _("This is not a number."), "type_error.integer" if limits.is_whole else "type_error.float"
    if limits.is_whole and (not math.isfinite(value) or value != int(value)):
        return at, _("Give a whole number."), "type_error.integer"
    if not limits.low <= value <= limits.high:
        sentence = _("Give a number from %(low)s to %(high)s.") % {"low": f"{limits.low:g}", "high": f"{limits.high:g}"}
        kind = "not_ge" if value < limits.low else "not_le"
        return at, sentence, f"value_error.number.{kind}"
    return None
