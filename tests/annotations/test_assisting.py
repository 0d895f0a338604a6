"""Which of a model's types are which labels."""

import pytest

from annotations.assisting import match
from annotations.proposing import MOST_ROWS, as_rows
from detectors.learning.events import Detection


@pytest.mark.parametrize(
    ("types", "names", "labels"),
    [
        (["glitch"], ["glitch"], {"glitch": "glitch"}),
        (["long_pause", "echo"], ["Long pause"], {"long_pause": "Long pause"}),
        (["Long  Pause"], ["long_pause", "glitch"], {"Long  Pause": "long_pause"}),
        (["STRASSE"], ["straße"], {"STRASSE": "straße"}),
        (["glitches"], ["glitch"], {}),
        # Two labels that are alike: the first is meant.
        (["long_pause"], ["long pause", "long_pause"], {"long_pause": "long pause"}),
    ],
)
def test_names_are_compared_without_case_and_underscores(types, names, labels):
    found = match([("marks", names)], types)

    assert (found.labels, found.alias) == (labels, "marks" if labels else "")


def test_the_first_question_with_such_a_label_is_meant():
    asked = [("speakers", ["caller"]), ("faults", ["glitch"]), ("more", ["glitch", "echo"])]

    assert match(asked, ["echo", "glitch"]).alias == "faults"


def test_detections_become_suggestions_in_order_of_time_within_the_recording():
    found = [
        Detection(900, 1200, "long_pause", 0.71239),
        Detection(-5, 40, "glitch", 0.5),
        Detection(1000, 1100, "echo", 0.9),
        Detection(1000, 1300, "glitch", 0.6),
    ]
    matched = match([("marks", ["Glitch", "long pause"])], ["glitch", "long_pause", "echo"])

    assert as_rows(found, matched, duration_ms=1000) == [
        {"id": "s1", "label": "Glitch", "start_ms": 0, "end_ms": 40, "confidence": 0.5},
        {"id": "s2", "label": "long pause", "start_ms": 900, "end_ms": 1000, "confidence": 0.7124},
    ]


def test_of_very_many_the_surest_are_kept():
    found = [Detection(n, n + 1, "glitch", n / 1000) for n in range(1000)]
    rows = as_rows(found, match([("marks", ["glitch"])], ["glitch"]), duration_ms=10_000)

    assert [row["start_ms"] for row in rows] == list(range(1000 - MOST_ROWS, 1000))
    assert rows[0]["id"] == "s1"
