"""What the pages of models draw and say: arithmetic on figures. Shares are from 0 to 1, times milliseconds."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from datasets.models.datasets import PALETTE

Row = dict[str, Any]
Chart = dict[str, Any]

DEFAULT_THRESHOLD = 0.5
# No detection of a trained model is shorter: a click's span says where it is, not how long.
SHORTEST_SPAN_MS = 60
# How sure a model is, in words: the least confidence of each, the surest first.
BANDS = (
    (0.9, "very_high", gettext_lazy("very high")),
    (0.7, "high", gettext_lazy("high")),
    (0.5, "review", gettext_lazy("to be reviewed")),
    (0.3, "low", gettext_lazy("low")),
    (0.0, "very_low", gettext_lazy("very low")),
)
# So that lines are told apart without their colours.
DASHES: tuple[list[int], ...] = ([], [8, 4], [2, 3], [10, 3, 2, 3], [5, 5])


def band_of(confidence: float) -> tuple[str, str]:
    """Key and word of the band that a confidence falls in; the lower edge belongs to it."""
    key, word = next((key, word) for least, key, word in BANDS if confidence >= least or least == 0)
    return key, str(word)


def colors_of(types: Iterable[str], known: Mapping[str, str]) -> dict[str, str]:
    """A colour for each type: the one it has in its dataset, else the next of the palette that none of them has."""
    names = list(types)
    taken = {known[name] for name in names if name in known}
    free = [color for color in PALETTE if color not in taken] or list(PALETTE)
    rest = [name for name in names if name not in known]
    return {name: known[name] for name in names if name in known} | {
        name: free[at % len(free)] for at, name in enumerate(rest)
    }


def row_at(curve: Sequence[Row], threshold: float) -> Row | None:
    """What was measured at a threshold: the row of the highest one that does not exceed it, else the lowest."""
    rows = sorted(curve, key=lambda row: row["threshold"])
    below = [row for row in rows if row["threshold"] <= threshold + 1e-9]
    return below[-1] if below else rows[0] if rows else None


def thresholds_of(per_type: Mapping[str, Row]) -> list[float]:
    """Every threshold that something was measured at, rising."""
    return sorted({row["threshold"] for figures in per_type.values() for row in figures.get("curve", [])})


@dataclass(frozen=True)
class TypeFigures:
    """How well one type was found on the files that were kept aside. `at`: the row of the curve at the default."""

    name: str
    color: str
    precision: float
    recall: float
    f1: float
    support: int
    best: float | None
    usual_ms: tuple[int, int] | None
    curve: list[Row]

    @property
    def at(self) -> Row | None:
        return row_at(self.curve, DEFAULT_THRESHOLD)

    @property
    def is_thin(self) -> bool:
        """So few events were there to be found that one more or less changes the figures."""
        return self.support < 10


def figures_of(metrics: Row, types: Sequence[str], colors: Mapping[str, str]) -> list[TypeFigures]:
    """One of each type of a trained model, in its order; types that nothing is known of are left out."""
    per_type = metrics.get("per_type", {})
    return [_figures(name, per_type[name], colors.get(name, PALETTE[0])) for name in types if name in per_type]


def _figures(name: str, row: Row, color: str) -> TypeFigures:
    low_high = row.get("usual_ms")
    return TypeFigures(
        name=name,
        color=color,
        precision=row["precision"],
        recall=row["recall"],
        f1=row["f1"],
        support=row["support"],
        best=row.get("best_threshold"),
        usual_ms=(round(low_high[0]), round(low_high[1])) if low_high else None,
        curve=sorted(row.get("curve", []), key=lambda one: one["threshold"]),
    )


def training_charts(epochs: Sequence[Row], types: Sequence[str], colors: Mapping[str, str]) -> dict[str, Chart]:
    """The two charts of a training: loss on both parts, and F1 of each type, epoch by epoch."""
    labels = [str(row["epoch"]) for row in epochs]
    losses = [
        {"label": _("learned from"), "look": "accent", "data": [row["train_loss"] for row in epochs], "dash": []},
        {"label": _("kept aside"), "look": "warn", "data": [row["val_loss"] for row in epochs], "dash": [6, 4]},
    ]
    scores = [
        {
            "label": name,
            "color": colors.get(name, ""),
            "data": [_f1(row, name) for row in epochs],
            "dash": DASHES[at % len(DASHES)],
        }
        for at, name in enumerate(types)
    ]
    axis = _("Epoch")
    return {
        "loss": {"labels": labels, "lines": losses, "axis": axis},
        "f1": {"labels": labels, "lines": scores, "axis": axis, "top": 1},
    }


def _f1(epoch: Row, name: str) -> float | None:
    found: Row | None = (epoch.get("per_type") or {}).get(name)
    return found["f1"] if found else None


def epoch_rows(epochs: Sequence[Row], types: Sequence[str]) -> list[Row]:
    """The table beside the charts, the newest epoch first."""
    return [
        {
            "epoch": row["epoch"],
            "train_loss": row["train_loss"],
            "val_loss": row["val_loss"],
            "f1": [_f1(row, name) for name in types],
        }
        for row in reversed(epochs)
    ]


def curve_charts(figures: Sequence[TypeFigures]) -> dict[str, Chart]:
    """Precision over recall of each type, by its place in the list: names may be anything, ids of elements may not."""
    return {
        f"type-{at}": {"name": one.name, "color": one.color, "best": one.best, "rows": one.curve}
        for at, one in enumerate(figures, start=1)
    }


@dataclass(frozen=True)
class TooShort:
    """A type of which a minimum length would leave much out."""

    name: str
    low_ms: int
    high_ms: int


def left_out_by(min_duration_ms: int, usual: Mapping[str, tuple[int, int]]) -> list[TooShort]:
    """The types whose usual length, from the 5 % to the 95 % quantile of what was labeled, a minimum cuts into."""
    return [
        TooShort(name, low, high) for name, (low, high) in usual.items() if min_duration_ms > max(SHORTEST_SPAN_MS, low)
    ]


def usual_of(metrics: Row) -> dict[str, tuple[int, int]]:
    """By type, how long most of what was labeled is."""
    per_type = metrics.get("per_type", {})
    return {
        name: (round(row["usual_ms"][0]), round(row["usual_ms"][1]))
        for name, row in per_type.items()
        if row.get("usual_ms")
    }


@dataclass(frozen=True)
class Total:
    """What was found of one type: how often, and how long together."""

    name: str
    color: str
    count: int
    duration_ms: int


def totals_of(files: Iterable[Sequence[Row] | None], colors: Mapping[str, str]) -> list[Total]:
    """Over the detections of many files, in the order of `colors`; types that were not found are there with 0."""
    counts = dict.fromkeys(colors, 0)
    lengths = dict.fromkeys(colors, 0)
    for detections in files:
        for row in detections or ():
            name = row["artifact_type"]
            counts[name] = counts.get(name, 0) + 1
            lengths[name] = lengths.get(name, 0) + row["end_ms"] - row["start_ms"]
    return [Total(name, colors.get(name, PALETTE[0]), counts[name], lengths[name]) for name in counts]
