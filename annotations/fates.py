"""What became of a model's suggestions in somebody's answers, and how that is counted. Pure.

A suggestion was accepted (a region made from it says the same), adjusted (it says something else), dismissed, or left.
Regions that were made from none are the person's own: they were added.
"""

from collections import Counter
from collections.abc import Collection, Iterable, Mapping, Sequence
from typing import Any

Row = dict[str, Any]
ACCEPTED, ADJUSTED, DISMISSED, LEFT, ADDED = "accepted", "adjusted", "dismissed", "left", "added"
# The order in which counts are written down. What was proposed is the sum of the first four.
COUNTED = (ACCEPTED, ADJUSTED, DISMISSED, LEFT, ADDED)
PROPOSED = COUNTED[:4]
# As long a text as every database takes into an index.
MAX_WRITTEN = 2000
_SAME = ("label", "start_ms", "end_ms")


def with_fates(rows: Sequence[Row], regions: Iterable[Row], *, dismissed: Collection[str]) -> list[Row]:
    """The suggestions in their order, each with its `fate`. One that a region was made from was not dismissed."""
    linked = {region["suggestion"]: region for region in regions if "suggestion" in region}
    return [{**row, "fate": _fate(row, linked.get(row["id"]), dismissed)} for row in rows]


def _fate(row: Row, region: Row | None, dismissed: Collection[str]) -> str:
    if region is not None:
        return ACCEPTED if all(region[name] == row[name] for name in _SAME) else ADJUSTED
    return DISMISSED if row["id"] in dismissed else LEFT


def dismissed_in(rows: Iterable[Row]) -> list[str]:
    """The ids of those that were dismissed."""
    return [row["id"] for row in rows if row["fate"] == DISMISSED]


def counted(rows: Iterable[Row], regions: Iterable[Row]) -> dict[str, Counter[str]]:
    """Per label how many there are of each of COUNTED: a suggestion under its own label, whatever it became."""
    found: dict[str, Counter[str]] = {}
    for row in rows:
        found.setdefault(row["label"], Counter())[row["fate"]] += 1
    for region in regions:
        if "suggestion" not in region:
            found.setdefault(region["label"], Counter())[ADDED] += 1
    return found


def written(counts: Mapping[str, Counter[str]], *, labels: Sequence[str]) -> str:
    """The counts as a short text: "2.0.1.0.3,0.1", label by label in this order, without the zeros at each end.

    Equal counts are equal texts, so that a database groups very many turns by them at once. Of more labels than
    MAX_WRITTEN characters have room for, the last are not counted.
    """
    each = (".".join(str(counts.get(label, Counter())[name]) for name in COUNTED) for label in labels)
    text = ",".join(_trimmed(one, zero=".0", empty="0") for one in each).rstrip(",")
    if len(text) > MAX_WRITTEN:
        text = text[: text.rindex(",", 0, MAX_WRITTEN + 1)].rstrip(",")
    return text or NOTHING


def _trimmed(text: str, *, zero: str, empty: str) -> str:
    while text.endswith(zero):
        text = text.removesuffix(zero)
    return "" if text == empty else text


# A model has listened, found nothing, and nobody added anything. The empty text says that no model has.
NOTHING = "-"


def read(text: str, *, labels: Sequence[str]) -> dict[str, Counter[str]]:
    """What `written` wrote, the other way round. Labels with nothing are left out."""
    if text in ("", NOTHING):
        return {}
    return {
        label: Counter({name: int(n) for name, n in zip(COUNTED, part.split("."), strict=False) if int(n)})
        for label, part in zip(labels, text.split(","), strict=False)
        if part
    }
