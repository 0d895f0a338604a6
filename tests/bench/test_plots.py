import re
from itertools import pairwise

from bench.plots import bars, by_minutes, lines


def names_in(picture):
    """What lines are called, with how far down each name stands."""
    found = re.findall(r'<text class="name c\d" x="[^"]+" y="([^"]+)" text-anchor="start">([^<]+)</text>', picture)
    return {name: float(y) for y, name in found}


def test_lines_are_named_at_their_ends_and_no_name_covers_another():
    picture = lines("A & B", places=["1", "2"], series={"a<": [0.1, 0.9], "b": [0.2, 0.9], "c": [None, 0.89]})

    heights = names_in(picture)
    assert sorted(heights) == ["a&lt;", "b", "c"]
    assert all(below - above >= 15 for above, below in pairwise(sorted(heights.values())))
    assert "<title>A &amp; B</title>" in picture


def test_a_bar_is_as_high_as_its_value():
    picture = bars("t", groups=["x"], series={"whole": [1.0], "half": [0.5], "none": [0.0]})

    assert re.findall(r'<rect [^>]* height="([^"]+)"', picture) == ["292.0", "146.0", "0.0"]


def test_minutes_are_means_over_seeds_and_nothing_learned_is_nothing():
    kinds = ("glitch", "dropout", "long_pause", "echo", "clipping")
    rows = [
        {"minutes": 3, "scores": {kind: {"f1": 0.8} for kind in kinds}},
        {"minutes": 1, "scores": {kind: {"f1": 0.6} for kind in kinds}},
        {"minutes": 1, "scores": {"nothing": "Nothing was learned."}},
    ]

    assert by_minutes(rows) == {1: dict.fromkeys(kinds, 0.3), 3: dict.fromkeys(kinds, 0.8)}
