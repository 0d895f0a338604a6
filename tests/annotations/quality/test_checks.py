"""Rules as functions of values."""

from hypothesis import given
from hypothesis import strategies as st

from annotations.quality.checks import (
    Asked,
    Word,
    against_scales,
    clashes,
    heard_ms,
    nothing_said,
    opposites,
    too_little,
)

CALM = Word("calm", "calm", "peace", frozenset({"tense"}))
TENSE = Word("tense", "tense")
HUSHED = Word("hushed", "hushed", "Quiet voices")
FORM = (
    Asked("words", "Words", "words", {word.code: word for word in (CALM, TENSE, HUSHED)}),
    Asked("volume", "Loudness", "categorical"),
    Asked("steps", "Steps", "rating"),
)
TABLE = clashes(
    [
        {"scale": "Volume", "values": ["LOUD"], "families": ["quiet voices"]},
        {"scale": "loudness", "values": ["loud"], "words": ["calm"]},
        {"scale": "steps", "values": ["5"], "words": ["tense"]},
    ]
)


def terms(*codes):
    return {"words": {"terms": list(codes)}}


def test_opposites_are_found_whichever_of_the_two_says_so():
    assert [finding.about for finding in opposites(FORM, terms("tense", "hushed", "calm"))] == [
        (("first", "tense"), ("second", "calm"))
    ]
    assert opposites(FORM, terms("calm", "hushed")) == []


def test_a_word_that_the_pool_does_not_know_contradicts_nothing():
    assert opposites(FORM, terms("calm", "gone")) == []
    assert against_scales(FORM, {**terms("gone"), "volume": "loud"}, TABLE) == []


def test_words_clash_with_scales_by_code_or_family_by_alias_or_name():
    found = against_scales(FORM, {**terms("calm", "hushed", "tense"), "volume": "loud", "steps": 5}, TABLE)

    assert [(finding.aliases, dict(finding.about)["word"]) for finding in found] == [
        (("words", "volume"), "calm"),
        (("words", "volume"), "hushed"),
        (("words", "steps"), "tense"),
    ]
    assert against_scales(FORM, {**terms("hushed"), "volume": "quiet", "steps": 4}, TABLE) == []


@given(st.lists(st.tuples(st.integers(-50, 250), st.integers(-50, 250)).map(sorted), max_size=8))
def test_what_was_heard_is_counted_once(listened):
    heard = {ms for start, end in listened for ms in range(start, end) if 0 <= ms < 200}

    assert heard_ms(listened, duration_ms=200) == len(heard)


def test_exactly_the_least_is_enough():
    assert too_little("heard", spent_ms=800, duration_ms=1000, least_percent=80) == []
    assert dict(too_little("heard", spent_ms=799, duration_ms=1000, least_percent=80)[0].about) == {
        "percent": "79",
        "least": "80",
    }
    assert too_little("heard", spent_ms=0, duration_ms=0, least_percent=80) == []


def test_to_say_that_one_cannot_judge_is_to_say_something():
    assert nothing_said(FORM, {}) != []
    assert nothing_said(FORM, {"words": {"terms": []}, "volume": "  "}) != []
    assert nothing_said(FORM, {"words": {"cannot_judge": True}}) == []
    assert nothing_said(FORM, {"steps": 0}) == []
