"""The form of a task's checks, and the table of words against scales as a text one can type."""

import re
from collections.abc import Mapping
from typing import Any

from django import forms
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from annotations.checking import endpoint
from annotations.checking.policy import MOST_CLASHES, MOST_IN_A_CLASH, MOST_LETTERS
from annotations.models import TaskCheck

FAMILY = "family:"
ROW = re.compile(r"^(?P<scale>[^=:]+)=(?P<values>[^:]+):(?P<words>.+)$")
ACTIONS = [
    (TaskCheck.Action.FLAG, gettext_lazy("Note it for people to look at; the answer stands")),
    (TaskCheck.Action.RETURN, gettext_lazy("Return it to its annotator, who sees the reason")),
    (TaskCheck.Action.REJECT, gettext_lazy("Leave the answer out and ask somebody else")),
]
MOST_TEXT = 20_000


def as_text(table: list[dict[str, Any]]) -> str:
    """One row per line: “volume = loud: whispering, family:quiet voices”."""
    return "\n".join(
        f"{row['scale']} = {', '.join(row['values'])}: "
        + ", ".join([*row.get("words", []), *(FAMILY + family for family in row.get("families", []))])
        for row in table
    )


def as_table(text: str) -> list[dict[str, Any]]:
    """The rows of such a text. Raises ValidationError that names the line."""
    table: list[dict[str, Any]] = []
    for number, line in enumerate(text.splitlines(), start=1):
        if line.strip():
            row = _row(line)
            if row is None or len(table) == MOST_CLASHES:
                sentence = _("Line %(n)d cannot be read. Write it like “volume = loud: whispering, hushed”.")
                raise forms.ValidationError(sentence % {"n": number})
            table.append(row)
    return table


def _row(line: str) -> dict[str, Any] | None:
    found = ROW.match(line.strip())
    if found is None:
        return None
    words = _list(found["words"])
    row = {
        "scale": found["scale"].strip(),
        "values": _list(found["values"]),
        "words": [word for word in words if not word.startswith(FAMILY)],
        "families": [word.removeprefix(FAMILY).strip() for word in words if word.startswith(FAMILY)],
    }
    texts = [row["scale"], *row["values"], *row["words"], *row["families"]]
    fits = len(texts) <= MOST_IN_A_CLASH and all(0 < len(text) <= MOST_LETTERS for text in texts)
    return row if fits and row["values"] and words else None


def _list(text: str) -> list[str]:
    return [part.strip() for part in text.split(",") if part.strip()]


def _check(label: Any, **more: Any) -> forms.BooleanField:
    widget = forms.CheckboxInput(attrs={"class": "form-check-input"})
    return forms.BooleanField(label=label, required=False, widget=widget, **more)


def _percent(label: Any) -> forms.IntegerField:
    return forms.IntegerField(label=label, min_value=1, max_value=1000, required=False)


def _action() -> forms.ChoiceField:
    widget = forms.RadioSelect(attrs={"class": "form-check-input"})
    return forms.ChoiceField(label=gettext_lazy("Where something is found"), choices=ACTIONS, widget=widget)


class ChecksForm(forms.Form):
    use_required_attribute = False

    rules = _check(gettext_lazy("Check answers by rules when they are handed in"))
    opposites = _check(gettext_lazy("Words that the pool calls opposites, in one answer"))
    scales = _check(gettext_lazy("Words against an answer on a scale"))
    table = forms.CharField(
        label=gettext_lazy("Which words do not go with which answers"),
        help_text=gettext_lazy("One row per line: scale = answers: words. “family:” before the name of a family."),
        required=False,
        max_length=MOST_TEXT,
        widget=forms.Textarea(attrs={"rows": 6, "class": "form-control", "spellcheck": "false"}),
    )
    heard = _check(gettext_lazy("Too little of the recording was listened to"))
    heard_percent = _percent(gettext_lazy("Least share heard, in per cent"))
    worked = _check(gettext_lazy("Handed in too soon"))
    worked_percent = _percent(gettext_lazy("Least time worked, in per cent of the recording's length"))
    nothing = _check(gettext_lazy("No question was answered at all"))
    rules_action = _action()
    judge = _check(gettext_lazy("Have a language model look at answers in words"))
    contradictions = _check(gettext_lazy("Whether an answer contradicts itself, in its words or against its scales"))
    majority = _check(gettext_lazy("Once all have answered an item, whether most of them mean the same"))
    judge_action = _action()

    @classmethod
    def of(cls, checks: Mapping[str, TaskCheck], data: Any = None) -> "ChecksForm":
        rules, judge = checks["rules"], checks["judge"]
        on = {name: rule["is_on"] for name, rule in rules.settings.items()}
        initial = {
            **on,
            "rules": rules.is_active,
            "rules_action": rules.action,
            "table": as_text(rules.settings["scales"]["table"]),
            "heard_percent": rules.settings["heard"]["least_percent"],
            "worked_percent": rules.settings["worked"]["least_percent"],
            "judge": judge.is_active,
            "judge_action": judge.action,
            **judge.settings,
        }
        form = cls(data, initial=initial)
        if not endpoint.is_set_up():
            for name in ("judge", "contradictions", "majority", "judge_action"):
                form.fields[name].disabled = True
        return form

    def clean_table(self) -> list[dict[str, Any]]:
        return as_table(self.cleaned_data["table"])

    def clean(self) -> dict[str, Any]:
        given = super().clean() or {}
        for name in ("heard", "worked"):
            if given.get(name) and not given.get(f"{name}_percent") and f"{name}_percent" not in self.errors:
                self.add_error(f"{name}_percent", _("Say how many per cent."))
        return given

    def given(self) -> dict[str, dict[str, Any]]:
        """As the action takes it. A switch that stands for nothing keeps its number."""
        form = self.cleaned_data
        percent = {
            name: {"least_percent": form[f"{name}_percent"] or self.initial[f"{name}_percent"]}
            for name in ("heard", "worked")
        }
        names = ("opposites", "scales", "heard", "worked", "nothing")
        settings = {name: {"is_on": form[name], **percent.get(name, {})} for name in names}
        settings["scales"]["table"] = form["table"]
        return {
            "rules": {"is_active": form["rules"], "action": form["rules_action"], "settings": settings},
            "judge": {
                "is_active": form["judge"] and endpoint.is_set_up(),
                "action": form["judge_action"],
                "settings": {name: form[name] for name in ("contradictions", "majority")},
            },
        }
