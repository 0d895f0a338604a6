"""Which patterns a form may have: none that a text of the allowed length keeps busy."""

import re
import time

import pytest
from hypothesis import given
from hypothesis import strategies as st

from annotations.form_schemas import MAX_MATCHED
from annotations.patterns import is_harmless

HARMLESS = [
    "", "abc", "^a+$", "^[A-Z]{2}$", r"^\d+(\.\d+)?$", r"^[^@]+@[^@]+\.[^@]+$", "(?:ab)+", "(ab)*", "a|b|c", "a*b*",
    "^(mon|tue|wed|thu|fri|sat|sun)$",
    r"^\([0-9]{3}\) [0-9]{3}-[0-9]{4}$", "[]a]+", r"[\]a]*", "^x{2,5}$", "a+?", r"^\w+\s\w+$", "(a*)?", "[(+*]+",
    "^.*$",
]  # fmt: skip
HARMFUL = [
    "(a+)+", "(a*)*b", "(a|aa)+", "(a|b)*", "((a)?)*", "(x{2,5})+", "a*a*a*b", r"^a*a*a*a*b", "a?" * 30 + "a" * 30,
    r"(a)\1", "(?=a)", "(?!a)b", "(?<=a)b", "(?P<n>a)", "(?i)a",
    "[", "(", "a**", "x" * 201, r"\p{L}", "{2", "a{1,9999}",
    "(?:a{0,9}){9}", "^(?:a|b|c|d|e|f|g)(h|i|j|k|l)$", "^a|b*b*b*c",
]  # fmt: skip


@pytest.mark.parametrize("pattern", HARMLESS)
def test_harmless_ones_are_taken(pattern):
    assert is_harmless(pattern)


@pytest.mark.parametrize("pattern", HARMFUL)
def test_those_that_could_take_long_or_are_none_are_not(pattern):
    assert not is_harmless(pattern)


pieces = st.sampled_from(
    ["a", "b", "ab", ".", "[ab]", r"\w", "(", ")", "(?:", "|", "*", "+", "?", "{2}", "{0,3}", "^", "$"]
)


@given(st.lists(pieces, max_size=12).map("".join))
def test_what_is_taken_is_quick_on_the_worst_of_texts(pattern):
    if not is_harmless(pattern):
        return
    for text in ("a" * MAX_MATCHED + "!", "ab" * (MAX_MATCHED // 2) + "!"):
        before = time.perf_counter()
        re.search(pattern, text)
        assert time.perf_counter() - before < 5
