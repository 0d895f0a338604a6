from xml.etree import ElementTree

from bench.plots import bars, by_minutes, lines

SVG = "{http://www.w3.org/2000/svg}"


def names_in(picture):
    texts = ElementTree.fromstring(picture).iter(f"{SVG}text")
    return {text.text: float(text.get("y")) for text in texts if "name" in text.get("class").split()}


def test_lines_are_named_at_their_ends_and_no_name_covers_another():
    picture = lines("A & B", places=["1", "2"], series={"a<": [0.1, 0.9], "b": [0.2, 0.9], "c": [None, 0.89]})

    heights = names_in(picture)
    assert sorted(heights) == ["a<", "b", "c"]
    ordered = sorted(heights.values())
    assert all(below - above >= 15 for above, below in zip(ordered, ordered[1:], strict=False))


def test_a_bar_is_as_high_as_its_value():
    picture = bars("t", groups=["x"], series={"whole": [1.0], "half": [0.5], "none": [0.0]})

    heights = [float(bar.get("height")) for bar in ElementTree.fromstring(picture).iter(f"{SVG}rect")]
    assert heights == [292.0, 146.0, 0.0]


def test_minutes_are_means_over_seeds_and_nothing_learned_is_nothing():
    kinds = ("glitch", "dropout", "long_pause", "echo", "clipping")
    rows = [
        {"minutes": 3, "scores": {kind: {"f1": 0.8} for kind in kinds}},
        {"minutes": 1, "scores": {kind: {"f1": 0.6} for kind in kinds}},
        {"minutes": 1, "scores": {"nothing": "Nothing was learned."}},
    ]

    assert by_minutes(rows) == {1: dict.fromkeys(kinds, 0.3), 3: dict.fromkeys(kinds, 0.8)}
