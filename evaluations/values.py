"""Answers in the units of `/v5/` and in our own: times are seconds there and whole milliseconds here. Pure.

Whether a value is an answer to its question at all is for `annotations.answers` to say, for all doors alike.
"""

from typing import Any

# Later than any recording: what is beyond is no time but a mistake.
LAST_SECOND = 10_000_000
Configuration = dict[str, Any]


class WrongTime(ValueError):
    """Something that is no time in seconds; `value` is what was given, cut short."""

    def __init__(self, value: object) -> None:
        self.value = str(value)[:100]
        super().__init__(f"“{self.value}” is no time. Give seconds from the start, such as 1.25.")


def to_v5(kind: str, configuration: Configuration, value: Any) -> Any:
    """A stored answer as `/v5/` gives it: seconds with milliseconds for times, sorted where there are several.

    A form's fields come in the order of its schema, which not every database keeps.
    """
    if kind == "form" and isinstance(value, dict):
        asked = configuration.get("form_schema", {}).get("properties", {})
        return {name: value[name] for name in asked if name in value} | value
    if kind != "timestamp" or value is None:
        return value
    if isinstance(value, list):
        return [round(moment / 1000, 3) for moment in sorted(value)]
    return round(value / 1000, 3)


def unanswered(kind: str, configuration: Configuration) -> Any:
    """What stands for a question that was left out of a finished answer: no moments, no choices, or nothing."""
    return [] if kind in ("timestamp", "categorical") and configuration.get("multi") else None


def from_v5(kind: str, configuration: Configuration, value: Any) -> Any:
    """A value of `/v5/` in our units, None where it answers nothing. Raises WrongTime, a ValueError with a sentence.

    What has another shape than its question asks for is given back as it is: whoever checks answers refuses it.
    """
    if kind != "timestamp" or value is None:
        return value
    if isinstance(value, list):
        return sorted({_milliseconds(moment) for moment in value}) or None
    return _milliseconds(value)


def _milliseconds(value: Any) -> int:
    # A bool is an int to Python, and no time to anybody.
    # No comparison holds for what is no number, and whole numbers may be larger than any float.
    if type(value) not in (int, float) or not 0 <= value <= LAST_SECOND:
        raise WrongTime(value)
    milliseconds: int = round(value * 1000)
    return milliseconds
