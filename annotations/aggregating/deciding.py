"""One question of one item: what the answers come to, with what confidence, and whether that settles it.

Plain Python without a database: a request that shows one item may ask, as well as a worker that goes through all.
"""

from collections import Counter
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, NamedTuple

from annotations.aggregating import settings
from annotations.aggregating.settings import Setting
from annotations.answers import FormQuestion
from annotations.models import QuestionType
from annotations.quality import numbers, regions, voting, word_sets

# Why a result is not settled.
TIE, NO_CONSENSUS, LOW_CONFIDENCE, NOBODY_SAID = "tie", "no_consensus", "low_confidence", "nobody_said"
OPEN_FLAGS = frozenset([TIE, NO_CONSENSUS, LOW_CONFIDENCE, NOBODY_SAID])
# What is said of it besides.
FAMILY_ONLY, TEAMS_DIFFER, TOO_FEW = "family_only", "teams_differ", "too_few_answers"


class Answer(NamedTuple):
    """One person's answer to one question. `q` is how often they were right on control items, None: not known."""

    value: Any
    q: float | None = None


@dataclass(frozen=True)
class Outcome:
    """What answers came to. `stake` is how many things are to be settled where it is disputed."""

    value: Any
    confidence: float | None
    method: str
    n: int
    votes: dict[str, float] | None = None
    flags: tuple[str, ...] = ()
    stake: float = 1.0

    @property
    def is_open(self) -> bool:
        return not OPEN_FLAGS.isdisjoint(self.flags)

    @property
    def error(self) -> float:
        """How likely what stands there now is wrong: what settling it takes away. 0 where nothing is open."""
        if not self.is_open:
            return 0.0
        return 1 - (self.confidence or 0.0)

    def as_kept(self) -> dict[str, Any]:
        kept: dict[str, Any] = {
            "value": self.value,
            "confidence": None if self.confidence is None else round(self.confidence, 4),
            "method": self.method,
            "n": self.n,
            "flags": list(self.flags),
        }
        if self.votes is not None:
            kept["votes"] = self.votes
        return kept


@dataclass(frozen=True)
class Words:
    """What a question in words needs to be put together: families by code, and what became of free words."""

    families: Mapping[str, str] = field(default_factory=dict)
    # The code of a free word that was decided, or None.
    code_of: Callable[[str], str | None] = lambda word: None


NO_WORDS = Words()
NOTHING = Outcome(None, None, settings.TEXT, 0)


def is_answered(question: FormQuestion, value: Any) -> bool:
    """Whether it counts as an answer: who marked nothing heard nothing, who chose nothing said nothing."""
    return value is not None or question.type in (QuestionType.REGIONS, QuestionType.TIMESTAMP)


def decide(
    question: FormQuestion,
    setting: Setting,
    answers: Sequence[Answer],
    *,
    words: Words = NO_WORDS,
    likely: Mapping[Any, float] | None = None,
) -> Outcome:
    """What these answers come to. `likely` is what Dawid-Skene found for the item, where it was asked."""
    if not answers:
        return NOTHING
    method = setting.method
    if method == settings.TEXT or len(answers) == 1:
        return _alone(question, answers, method)
    if method == settings.MEDIAN:
        return _median(question, setting, answers)
    if method == settings.CONSENSUS:
        return _marks(question, setting, answers)
    if method == settings.SETS:
        return _set(setting, answers)
    if method == settings.WORD_SETS:
        return _words(setting, answers, words)
    return _one_of(question, setting, answers, likely)


def _alone(question: FormQuestion, answers: Sequence[Answer], method: str) -> Outcome:
    if len(answers) > 1:
        return Outcome(None, None, settings.TEXT, len(answers))
    (only,) = answers
    value = [] if only.value is None else only.value
    return Outcome(value, None if method == settings.TEXT else only.q, settings.SINGLE, 1)


def written(value: Any) -> str:
    """A value as a key of votes."""
    return value if isinstance(value, str) else f"{value:g}" if isinstance(value, float) else str(value)


def _one_of(
    question: FormQuestion, setting: Setting, answers: Sequence[Answer], likely: Mapping[Any, float] | None
) -> Outcome:
    n = len(answers)
    method = setting.method
    flags: list[str] = []
    if method == settings.AUTOMATIC:
        method = settings.WEIGHTED if any(one.q is not None for one in answers) else settings.MAJORITY
    elif method == settings.DAWID_SKENE and likely is None:
        method, flags = settings.MAJORITY, [TOO_FEW]
    if method == settings.DAWID_SKENE and likely is not None:
        return _likeliest(answers, likely, setting)
    vote = voting.majority(
        (one.value, 1.0 if method == settings.MAJORITY else _weight(question, one, method)) for one in answers
    )
    if not any(vote.votes.values()):
        # All of them only guess: then each guess is as good as another.
        method, vote = settings.MAJORITY, voting.majority((one.value, 1.0) for one in answers)
    if vote.is_tie:
        flags.append(TIE)
    elif vote.share < setting.least_confidence - 1e-9:
        flags.append(LOW_CONFIDENCE)
    votes = {written(value): round(weight, 4) for value, weight in vote.votes.items()}
    return Outcome(vote.value, vote.share, method, n, votes, tuple(flags))


def _weight(question: FormQuestion, answer: Answer, method: str) -> float:
    if method == settings.WAWA:
        return answer.q if answer.q is not None else 0.5
    return 1.0 if answer.q is None else voting.worth(answer.q, len(settings.values_of(question)))


def _likeliest(answers: Sequence[Answer], likely: Mapping[Any, float], setting: Setting) -> Outcome:
    votes = Counter(one.value for one in answers)
    vote = voting.majority(likely.items())
    flags = [TIE] if vote.is_tie else [LOW_CONFIDENCE] if vote.share < setting.least_confidence else []
    if vote.value is not None and vote.value not in votes:
        flags.append(NOBODY_SAID)
    kept = {written(value): float(count) for value, count in votes.items()}
    return Outcome(vote.value, vote.share, settings.DAWID_SKENE, len(answers), kept, tuple(flags))


def _median(question: FormQuestion, setting: Setting, answers: Sequence[Answer]) -> Outcome:
    values = [one.value for one in answers]
    found = numbers.middle(values, tolerance=settings.tolerance_of(question, setting))
    flags = (LOW_CONFIDENCE,) if found.share < setting.least_confidence - 1e-9 else ()
    votes = {written(value): float(count) for value, count in Counter(values).items()}
    return Outcome(found.median, found.share, settings.MEDIAN, len(values), votes, flags)


def marks_of(question: FormQuestion, value: Any) -> list[regions.Span]:
    """Regions and moments alike as (label, start_ms, end_ms)."""
    if value is None:
        return []
    if question.type == QuestionType.REGIONS:
        return [(row["label"], row["start_ms"], row["end_ms"]) for row in value]
    return [("", time, time) for time in (value if isinstance(value, list) else [value])]


def _marks(question: FormQuestion, setting: Setting, answers: Sequence[Answer]) -> Outcome:
    given = {number: marks_of(question, one.value) for number, one in enumerate(answers)}
    found = regions.consensus(given, quorum=setting.quorum, collar_ms=setting.collar_ms)
    n_open = sum(cluster.is_open for cluster in found.clusters)
    is_tied = any(cluster.is_open and cluster.support * 2 == len(answers) for cluster in found.clusters)
    flags = ((TIE,) if is_tied else (NO_CONSENSUS,)) if n_open else ()
    return Outcome(
        as_answer(question, found.regions), found.share, settings.CONSENSUS, len(answers), None, flags, max(1, n_open)
    )


def as_answer(question: FormQuestion, found: Sequence[regions.Span]) -> Any:
    """Marks in the shape of an answer to the question."""
    if question.type == QuestionType.REGIONS:
        return [
            {"id": f"c{n}", "label": label, "start_ms": start, "end_ms": end, "note": ""}
            for n, (label, start, end) in enumerate(found, start=1)
        ]
    times = sorted({start for _, start, _ in found})
    return times if question.configuration.get("multi") else (times[0] if times else None)


def _set(setting: Setting, answers: Sequence[Answer]) -> Outcome:
    found = word_sets.in_common([one.value for one in answers], quorum=setting.quorum)
    flags = (NO_CONSENSUS,) if found.is_disputed else ()
    votes = {str(word): float(count) for word, count in found.votes.items()}
    value = None if found.is_disputed else list(found.words)
    return Outcome(value, found.share, settings.SETS, len(answers), votes, flags)


def _words(setting: Setting, answers: Sequence[Answer], known: Words) -> Outcome:
    """Who cannot judge says nothing about the words; where that is most of them, nobody can."""
    n = len(answers)
    unable = sum(bool(one.value.get("cannot_judge")) for one in answers)
    if unable * 2 > n:
        return Outcome({"cannot_judge": True}, unable / n, settings.WORD_SETS, n)
    sets, free = [], set()
    for one in answers:
        if not one.value.get("cannot_judge"):
            said = set(one.value.get("terms", ()))
            for word in one.value.get("words", ()):
                code = known.code_of(word)
                said.add(code or word)
                free |= set() if code else {word}
            sets.append(said)
    found = word_sets.in_common(sets, families=known.families, quorum=setting.quorum)
    flags = (NO_CONSENSUS,) if found.is_disputed else (FAMILY_ONLY,) if found.is_family_only else ()
    votes = {str(word): float(count) for word, count in found.votes.items()}
    value: dict[str, Any] | None = None
    if found.families:
        value = {"families": list(found.families)}
    elif not found.is_disputed:
        terms = [word for word in found.words if word not in free]
        words = [word for word in found.words if word in free]
        value = {name: part for name, part in (("terms", terms), ("words", words)) if part}
    return Outcome(value, found.share, settings.WORD_SETS, n, votes, flags)


def differ(question: FormQuestion, setting: Setting, values: Sequence[Any]) -> bool:
    """Whether what teams came to by themselves is not the same. What is null differs from nothing."""
    known = [value for value in values if value is not None]
    if len(known) < 2 or all(value == known[0] for value in known):
        return False
    if setting.method == settings.CONSENSUS:
        found = regions.consensus(
            {n: marks_of(question, value) for n, value in enumerate(known)}, quorum=1, collar_ms=setting.collar_ms
        )
        return any(cluster.conflicts for cluster in found.clusters)
    if setting.method == settings.MEDIAN:
        return bool(max(known) - min(known) > settings.tolerance_of(question, setting))
    if setting.method == settings.WORD_SETS:
        sets = [{str(part) for parts in value.values() if isinstance(parts, list) for part in parts} for value in known]
        return all(sets) and not set.intersection(*sets)
    return setting.method != settings.TEXT
