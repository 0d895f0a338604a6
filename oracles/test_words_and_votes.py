"""Error rates of transcripts beside jiwer; votes and Dawid-Skene beside crowd-kit."""

import math

import jiwer
import pandas as pd
import pytest
from crowdkit.aggregation import DawidSkene, MajorityVote
from hypothesis import given, settings
from hypothesis import strategies as st

from annotations.quality import dawid_skene, transcripts, voting

TEXTS = st.lists(st.sampled_from(["the", "cat", "sat", "on", "a", "mat"]), min_size=1, max_size=9).map(" ".join)
ANSWERS = st.lists(
    st.dictionaries(st.sampled_from("vwxyz"), st.sampled_from(["low", "medium", "high"]), min_size=1), min_size=3,
    max_size=15,
).map(lambda rows: dict(enumerate(rows)))  # fmt: skip


@given(reference=TEXTS, estimate=TEXTS)
def test_error_rates(reference: str, estimate: str) -> None:
    assert transcripts.word_error_rate(reference, estimate) == pytest.approx(jiwer.wer(reference, estimate))
    assert transcripts.character_error_rate(reference, estimate) == pytest.approx(jiwer.cer(reference, estimate))


def frame(answers: dict[int, dict[str, str]]) -> pd.DataFrame:
    rows = [(item, person, value) for item, given in answers.items() for person, value in given.items()]
    return pd.DataFrame(rows, columns=["task", "worker", "label"])


SKILLS = st.fixed_dictionaries({person: st.integers(1, 9).map(lambda tenths: tenths / 10) for person in "vwxyz"})


@given(answers=ANSWERS, skills=st.none() | SKILLS)
def test_votes(answers: dict[int, dict[str, str]], skills: dict[str, float] | None) -> None:
    known = MajorityVote().fit(frame(answers), None if skills is None else pd.Series(skills))

    for item, vote in voting.vote_all(answers, skills).items():
        total = sum(vote.votes.values())
        for value, weight in vote.votes.items():
            assert weight / total == pytest.approx(known.probas_.loc[item, value], abs=1e-9)
        # Of a tie the library takes whichever value comes first; we take none.
        if vote.value is not None:
            assert known.labels_[item] == vote.value


VALUES = ("low", "medium", "high")
# Everybody has said each value once: of people who have not, the library expects what they said, and we all there is.
SPOKEN = st.tuples(
    st.tuples(*[st.permutations(VALUES)] * 3),
    st.lists(st.tuples(*[st.sampled_from(VALUES)] * 3), max_size=12),
).map(
    lambda drawn: {
        item: dict(zip("abc", values, strict=True))
        for item, values in enumerate([*zip(*drawn[0], strict=True), *drawn[1]])
    }
)


@settings(deadline=None, max_examples=50)
@given(answers=SPOKEN, rounds=st.integers(1, 8))
def test_dawid_skene(answers: dict[int, dict[str, str]], rounds: int) -> None:
    # When to stop differs too: the library counts the prior of an item once for each answer.
    dawid_skene.LEAST_GAIN = -math.inf
    mine = dawid_skene.find(answers, values=VALUES, rounds=rounds)
    known = DawidSkene(n_iter=rounds, tol=-math.inf).fit(frame(answers))

    for item in answers:
        for value in VALUES:
            assert mine.likely[item][value] == pytest.approx(known.probas_.loc[item, value], abs=1e-6)
