"""What a figure is, as a sentence above the clips behind it."""

from collections.abc import Mapping
from typing import Any

from django.utils.translation import gettext as _

from annotations.models import LabelingTask
from annotations.reports.behind import word_names
from annotations.reports.drawing import BIN_MS
from annotations.reports.measures import Measure
from workspaces.models import Team, User

ALL = "all"


def title_of(task: LabelingTask, key: str, measures: Mapping[str, Measure]) -> str:
    """In words. A key nobody made says nothing."""
    kind, *rest = key.split("/")
    try:
        return _TITLES[kind](task, rest, measures)
    except (KeyError, IndexError, ValueError):
        return ""


def _name(task: LabelingTask, pk: str) -> str:
    """Somebody of this workspace, or one of its teams."""
    if pk == ALL:
        return _("everybody")
    user = User.objects.filter(pk=pk, memberships__workspace=task.workspace_id).first()
    if user is not None:
        return user.name or user.email
    team = Team.objects.filter(pk=pk, workspace=task.workspace_id).first()
    return team.name if team else _("somebody who left")


def _value(measure: Measure, place: str) -> str:
    at = int(place)
    return _("nothing") if at < 0 else str(measure.values[at])


def _apart(task: LabelingTask, rest: list[str], measures: Mapping[str, Measure]) -> str:
    shown = {"question": measures[rest[0]].question.name, "who": _name(task, rest[1])}
    return _("%(question)s: clips on which people differ (%(who)s)") % shown


def _wrong(task: LabelingTask, rest: list[str], measures: Mapping[str, Measure]) -> str:
    who = _name(task, rest[0])
    if len(rest) == 1:
        return _("%(who)s: clips on which an answer is not what holds") % {"who": who}
    shown = {"who": who, "question": measures[rest[1]].question.name}
    return _("%(question)s: clips on which an answer is not what holds (%(who)s)") % shown


def _cell(_task: LabelingTask, rest: list[str], measures: Mapping[str, Measure]) -> str:
    measure = measures[rest[0]]
    shown = {
        "question": measure.question.name,
        "holds": _value(measure, rest[1]),
        "said": _value(measure, rest[2]),
    }
    if rest[1] == rest[2]:
        return _("%(question)s: “%(holds)s” holds, and was said") % shown
    return _("%(question)s: “%(holds)s” holds, “%(said)s” was said") % shown


def _pair(task: LabelingTask, rest: list[str], measures: Mapping[str, Measure]) -> str:
    shown = {
        "question": measures[rest[0]].question.name,
        "a": _name(task, rest[1]),
        "b": _name(task, rest[2]),
    }
    return _("%(question)s: clips on which %(a)s and %(b)s differ") % shown


def _off(task: LabelingTask, rest: list[str], measures: Mapping[str, Measure]) -> str:
    middle = BIN_MS * int(rest[3])
    shown: dict[str, Any] = {
        "question": measures[rest[0]].question.name,
        "who": _name(task, rest[1]),
        "from": f"{middle - BIN_MS // 2:+d}".replace("-", "−"),
        "to": f"{middle + BIN_MS // 2:+d}".replace("-", "−"),
    }
    if rest[2] == "onset":
        return _("%(question)s: beginnings %(from)s to %(to)s ms off (%(who)s)") % shown
    return _("%(question)s: ends %(from)s to %(to)s ms off (%(who)s)") % shown


def _word(task: LabelingTask, rest: list[str], measures: Mapping[str, Measure]) -> str:
    measure, code = measures[rest[0]], "/".join(rest[2:])
    shown = {
        "question": measure.question.name,
        "word": word_names(measure, [code])[code],
        "who": _name(task, rest[1]),
    }
    return _("%(question)s: clips described as “%(word)s” (%(who)s)") % shown


def _between(task: LabelingTask, rest: list[str], measures: Mapping[str, Measure]) -> str:
    shown = {
        "question": measures[rest[0]].question.name,
        "a": _name(task, rest[1]),
        "b": _name(task, rest[2]),
    }
    return _("%(question)s: clips on which %(a)s and %(b)s come to different answers") % shown


def _control(task: LabelingTask, rest: list[str], _measures: Mapping[str, Measure]) -> str:
    return _("%(who)s: control items answered wrongly") % {"who": _name(task, rest[0])}


_TITLES = {
    "apart": _apart,
    "wrong": _wrong,
    "cell": _cell,
    "pair": _pair,
    "off": _off,
    "word": _word,
    "between": _between,
    "control": _control,
}
