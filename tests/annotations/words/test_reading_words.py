"""Words as people write them."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from annotations.words.reading import Reader, lemmas, normalised, split

READER = Reader(
    {
        "happy": (["happy", "glücklich"], ["glad", "cheery"]),
        "laid-back": (["laid-back"], ["easy going"]),
        "narrating": (["narrating"], ["storytelling"]),
        "energetic": (["energetic"], []),
    }
)


@pytest.mark.parametrize(
    ("written", "kept"),
    [
        ("Happy", "happy"),
        ("  happy, ", "happy"),
        ("“Happy!”", "happy"),
        ("STRASSE", "strasse"),
        ("Straße", "strasse"),
        ("ﬁne", "fine"),
        ("laid  back", "laid back"),
        ("laid-back", "laid-back"),
        ("...", ""),
        ("", ""),
        ("100 %", "100"),
    ],
)
def test_a_word_is_compared_without_its_dress(written, kept):
    assert normalised(written) == kept


@given(st.text())
def test_normalising_twice_changes_nothing(text):
    assert normalised(normalised(text)) == normalised(text)


@given(st.lists(st.text(st.characters(whitelist_categories=["Ll"]), min_size=1, max_size=8)), st.sampled_from(",;/\n"))
def test_a_cell_is_parted_at_each_sign(words, sign):
    assert split(sign.join(words)) == list(dict.fromkeys(normalised(word) for word in words if normalised(word)))


@pytest.mark.parametrize(
    ("written", "code", "how"),
    [
        ("Happy", "happy", "exact"),
        ("glücklich", "happy", "exact"),
        ("GLAD.", "happy", "synonym"),
        ("happily", "happy", "lemma"),
        ("happiness", "happy", "lemma"),
        ("laid back", "laid-back", "lemma"),
        ("laidback", None, None),
        ("narrating tone", "narrating", "lemma"),
        ("a bit glad", "happy", "lemma"),
        ("energetically", "energetic", "lemma"),
        ("unhappy", None, None),
        ("ly", None, None),
        ("", None, None),
    ],
)
def test_a_word_is_found_by_name_then_synonym_then_ending(written, code, how):
    assert READER.find(written) == (code and (code, how))


def test_a_messy_cell_is_read_whole():
    reading = READER.read("Happy, glad; narrating tone, / wooshy,")

    assert (reading.codes, reading.unknown) == (["happy", "narrating"], ["wooshy"])
    assert reading.found["glad"] == ("happy", "synonym")


def test_a_lemma_is_never_the_word_itself():
    assert "happy" not in list(lemmas("happy"))
