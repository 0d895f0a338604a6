"""The pool that comes with Earmark is whole."""

import csv
from collections import Counter

import pytest

from annotations.words.reading import normalised
from annotations.words.ready_made import FILE

ROWS = list(csv.DictReader(FILE.read_text(encoding="utf-8").splitlines()))
BY_CODE = {row["code"]: row for row in ROWS}


def parts(row, column):
    return [part for part in row[column].split("; ") if part]


def test_there_are_enough_words():
    counted = Counter(row["facet"] for row in ROWS)

    assert len(ROWS) >= 220
    assert counted["emotion"] >= 150
    assert counted["voice"] >= 80


def test_codes_are_there_once():
    assert len(BY_CODE) == len(ROWS)


def test_opposites_know_each_other():
    one_sided = [
        (row["code"], other)
        for row in ROWS
        for other in parts(row, "opposites")
        if row["code"] not in parts(BY_CODE[other], "opposites") or BY_CODE[other]["facet"] != row["facet"]
    ]

    assert one_sided == []


def test_families_have_three_words_or_more():
    counted = Counter((row["facet"], row["family"]) for row in ROWS)

    assert {family: n for family, n in counted.items() if n < 3} == {}


def test_no_text_means_two_words_of_a_facet():
    meant = Counter(
        (row["facet"], normalised(text)) for row in ROWS for text in [row["label"], *parts(row, "synonyms")]
    )

    assert [text for text, n in meant.items() if n > 1] == []


@pytest.mark.parametrize("row", ROWS, ids=lambda row: row["code"])
def test_each_word_says_what_it_means(row):
    assert row["family"]
    assert 10 <= len(row["definition"]) <= 80
    assert row["definition"][0].isupper()
    assert row["definition"].endswith(".")
    if row["facet"] == "emotion":
        assert -1 <= float(row["polarity"]) <= 1
        assert -1 <= float(row["arousal"]) <= 1
