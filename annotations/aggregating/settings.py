"""How each question's answers become one: which methods there are, what applies by itself, and what may be set."""

from dataclasses import asdict, dataclass
from typing import Any

from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from annotations.answers import FormQuestion
from annotations.models import QuestionType
from annotations.quality.regions import COLLAR_MS, QUORUM
from workspaces.errors import Invalid

AUTOMATIC = "automatic"
MAJORITY, WEIGHTED, WAWA, DAWID_SKENE = "majority", "weighted_majority", "wawa", "dawid_skene"
MEDIAN, CONSENSUS, SETS, WORD_SETS, TEXT = "median", "consensus", "sets", "word_sets", "text"
SINGLE, ADJUDICATED = "single", "adjudicated"
LEAST_CONFIDENCE = 0.5
MOST_COLLAR_MS = 10_000
# Methods that look at all answers of a task before they decide about one item.
GLOBAL = (WAWA, DAWID_SKENE)
# Methods that weigh answers by control items, where there are some; all answers say more of a person than these alone.
WEIGHED = (AUTOMATIC, WEIGHTED)

METHOD_NAMES: dict[str, str | Promise] = {
    AUTOMATIC: gettext_lazy("automatic"),
    MAJORITY: gettext_lazy("majority"),
    WEIGHTED: gettext_lazy("majority, weighted by control items"),
    WAWA: gettext_lazy("majority, weighted by how often people agree with it"),
    DAWID_SKENE: gettext_lazy("by how people err (Dawid-Skene)"),
    MEDIAN: gettext_lazy("median"),
    CONSENSUS: gettext_lazy("consensus of marks"),
    SETS: gettext_lazy("choices that enough people made"),
    WORD_SETS: gettext_lazy("words that enough people chose"),
    TEXT: gettext_lazy("listed, not put together"),
    SINGLE: gettext_lazy("one answer"),
    ADJUDICATED: gettext_lazy("adjudicated"),
}

_ONE_OF: tuple[str, ...] = (AUTOMATIC, MAJORITY, WEIGHTED, WAWA, DAWID_SKENE)


@dataclass(frozen=True)
class Setting:
    """How one question is put together. Times in milliseconds, shares from 0 to 1; what does not apply is not read."""

    method: str = AUTOMATIC
    # Share of the people who have to support a mark, a choice or a word.
    quorum: float = QUORUM
    collar_ms: int = COLLAR_MS
    # A result that fewer are behind is disputed.
    least_confidence: float = LEAST_CONFIDENCE
    # Numbers so far from the median still agree with it. None: by the scale.
    tolerance: float | None = None


def is_set(question: FormQuestion) -> bool:
    return question.type == QuestionType.CATEGORICAL and bool(question.configuration.get("multi"))


def methods_for(question: FormQuestion) -> tuple[str, ...]:
    """What may be chosen, what applies by itself first."""
    if is_set(question):
        return (SETS, TEXT)
    return {
        QuestionType.CATEGORICAL.value: (*_ONE_OF, TEXT),
        QuestionType.RATING.value: (MEDIAN, *_ONE_OF[1:], TEXT),
        QuestionType.NUMBER.value: (MEDIAN, TEXT),
        QuestionType.REGIONS.value: (CONSENSUS, TEXT),
        QuestionType.TIMESTAMP.value: (CONSENSUS, TEXT),
        "words": (WORD_SETS, TEXT),
    }.get(question.type, (TEXT,))


def fields_for(question: FormQuestion) -> tuple[str, ...]:
    """Which numbers of a setting mean something here."""
    method = methods_for(question)[0]
    return {
        CONSENSUS: ("quorum", "collar_ms"),
        SETS: ("quorum",),
        WORD_SETS: ("quorum",),
        MEDIAN: ("tolerance", "least_confidence"),
        AUTOMATIC: ("least_confidence",),
    }.get(method, ())


def values_of(question: FormQuestion) -> list[Any]:
    """All values of a question with one answer out of a few; empty where there are not a few."""
    if question.type == QuestionType.CATEGORICAL:
        return list(question.configuration["choices"])
    if question.type == QuestionType.RATING:
        return list(range(1, question.configuration["steps"] + 1))
    return []


def setting_of(question: FormQuestion, kept: dict[str, Any]) -> Setting:
    """The setting of a question in a task, from `task.aggregation`."""
    given = kept.get(question.alias) or {}
    default = Setting(method=methods_for(question)[0])
    known = {name: given[name] for name in asdict(default) if name in given}
    if known.get("method") not in methods_for(question):
        known.pop("method", None)
    return Setting(**{**asdict(default), **known})


def tolerance_of(question: FormQuestion, setting: Setting) -> float:
    """How far from the median a number still agrees: one step of a scale, 5 % of a range, else nothing."""
    if setting.tolerance is not None:
        return setting.tolerance
    if question.type == QuestionType.RATING:
        return 1
    low, high = question.configuration.get("min"), question.configuration.get("max")
    return (high - low) * 0.05 if low is not None and high is not None else 0


_BOUNDS: dict[str, tuple[float, float]] = {
    "quorum": (0, 1),
    "collar_ms": (0, MOST_COLLAR_MS),
    "least_confidence": (0, 1),
    "tolerance": (0, 1e12),
}


def clean_settings(form: tuple[FormQuestion, ...], given: object) -> dict[str, dict[str, Any]]:
    """What a task keeps of {alias: setting}: only what is not so by itself. Raises Invalid, a problem per place."""
    if not isinstance(given, dict):
        raise Invalid([(("body", "questions"), _("Send an object of settings by alias."), "type_error.dict")])
    known = {question.alias: question for question in form}
    problems: list[tuple[tuple[str | int, ...], str, str]] = []
    kept: dict[str, dict[str, Any]] = {}
    for alias, one in given.items():
        at = ("body", "questions", str(alias))
        if alias not in known:
            problems.append((at, _("There is no such question in this task."), "value_error.unknown"))
        elif not isinstance(one, dict):
            problems.append((at, _("Send an object."), "type_error.dict"))
        else:
            kept[alias] = _clean_one(known[alias], one, at, problems)
    if problems:
        raise Invalid(problems)
    return {alias: one for alias, one in kept.items() if one}


def _clean_one(
    question: FormQuestion,
    given: dict[str, Any],
    at: tuple[str | int, ...],
    problems: list[tuple[tuple[str | int, ...], str, str]],
) -> dict[str, Any]:
    default = Setting(method=methods_for(question)[0])
    kept: dict[str, Any] = {}
    for name, value in given.items():
        if name == "method":
            if value not in methods_for(question):
                choices = ", ".join(methods_for(question))
                problems.append(((*at, name), _("Choose one of: %(names)s.") % {"names": choices}, "value_error"))
        elif name not in _BOUNDS:
            problems.append(((*at, str(name)), _("There is no such setting."), "value_error.unknown"))
            continue
        elif value is not None:
            least, most = _BOUNDS[name]
            is_number = isinstance(value, int if name == "collar_ms" else int | float) and not isinstance(value, bool)
            if not is_number or not least <= value <= most:
                sentence = _("Give a number from %(least)g to %(most)g.") % {"least": least, "most": most}
                problems.append(((*at, name), sentence, "value_error"))
        elif name != "tolerance":
            continue
        if value != getattr(default, name):
            kept[name] = value
    return kept
