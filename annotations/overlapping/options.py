"""Which questions have so few answers to choose from that one can say how sure several people make us."""

from typing import Any

from annotations.models import QuestionType
from annotations.quality.confidence import MOST_OPTIONS


def options_of(kind: str, configuration: dict[str, Any]) -> list[Any] | None:
    """The answers to a choice of one or to a rating; None for other questions, and where there are too many."""
    if kind == QuestionType.CATEGORICAL and not configuration.get("multi"):
        options = list(configuration["choices"])
    elif kind == QuestionType.RATING:
        options = list(range(1, configuration["steps"] + 1))
    else:
        return None
    return options if len(options) <= MOST_OPTIONS else None
