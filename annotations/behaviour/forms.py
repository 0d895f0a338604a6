"""The rules of a task as a form: a row each, and one more where one is added."""

from collections.abc import Mapping, Sequence
from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from annotations.behaviour.sentences import explained
from annotations.models import QualityRule
from annotations.quality.behaviour import DAILY_CAP, MAJORITY, OF_SHARES, PAUSE, WARN, Rule
from workspaces.errors import Invalid

MOST_ROWS = 20
KINDS = {
    "controls": _("Right on control items below …"),
    "majority": _("Agrees with most others below …"),
    "too_fast": _("Too fast from …"),
    "skips": _("Skips in a row"),
    "daily_cap": _("Items in 24 hours"),
}


def _number(label: Any, *, css: str = "form-control number", **how: Any) -> Any:
    attrs = {"class": css, "inputmode": "decimal", "aria-label": label}
    return forms.FloatField(label=label, required=False, widget=forms.NumberInput(attrs=attrs), **how)


def _whole(label: Any, **how: Any) -> Any:
    attrs = {"class": "form-control number", "inputmode": "numeric", "aria-label": label}
    return forms.IntegerField(label=label, widget=forms.NumberInput(attrs=attrs), **how)


class RuleForm(forms.Form):
    """One rule. What its kind has no use for may be left empty."""

    use_required_attribute = False

    kind = forms.ChoiceField(
        label=_("When"),
        choices=list(KINDS.items()),
        widget=forms.Select(attrs={"class": "form-select", "aria-label": _("When"), "data-rule-kind": ""}),
    )
    threshold = _number(_("Per cent"), min_value=0, max_value=100)
    least = _whole(_("From"), error_messages={"required": _("Give a number.")})
    window = _whole(_("Of the last"), required=False)
    action = forms.ChoiceField(
        label=_("Then"),
        choices=QualityRule.Action.choices,
        widget=forms.Select(attrs={"class": "form-select", "aria-label": _("Then"), "data-rule-action": ""}),
    )
    pause_hours = _number(_("Hours of the pause"))

    def rule(self) -> Rule:
        given = self.cleaned_data
        kind = given["kind"]
        of_share = kind in OF_SHARES
        return Rule(
            kind=kind,
            action=PAUSE if kind == DAILY_CAP else given["action"],
            threshold=given["threshold"] if of_share else None,
            least=given["least"],
            window=(given["window"] or 0) if of_share else 0,
            pause_hours=given["pause_hours"] if given["pause_hours"] is not None else 24,
        )

    @property
    def sentence(self) -> str:
        """What the rule does, once it is one."""
        rule = self.rule() if self.is_bound and self.is_valid() else self.initial.get("rule")
        return explained(rule) if rule else ""


class RulesForm:
    """All rules of a task; `data` is what was sent, else they are as they are."""

    def __init__(self, rules: Sequence[Rule], *, has_majority: bool, data: Mapping[str, str] | None = None) -> None:
        self.has_majority = has_majority
        self.error = ""
        if data is None:
            self.rows = [self._row(n, rule=rule) for n, rule in enumerate(rules)]
        else:
            wanted = [n for n in range(MOST_ROWS) if f"rule-{n}-kind" in data and f"rule-{n}-remove" not in data]
            self.rows = [self._row(n, data=data) for n in wanted]

    def add(self) -> None:
        """One more row, to be filled in."""
        taken = {int(row.prefix.split("-")[1]) for row in self.rows if row.prefix}
        free = next((n for n in range(MOST_ROWS) if n not in taken), None)
        if free is not None:
            kind = "controls"
            initial = {"kind": kind, "action": WARN, "threshold": 60, "least": 4, "window": 10, "pause_hours": 24}
            self.rows.append(self._row(free, initial=initial))

    def rules(self) -> list[Rule] | None:
        """What was sent, or None where a row is wrong and says so."""
        # Each is asked, so that all of them say what is wrong.
        are_valid = [row.is_valid() for row in self.rows]
        return [row.rule() for row in self.rows] if all(are_valid) else None

    def attach(self, problem: Invalid) -> None:
        """Say the problems at their fields; loc is ("body", "rules", row, field)."""
        for loc, sentence, _kind in problem.problems:
            if len(loc) == 4:
                self.rows[int(loc[2])].add_error(str(loc[3]), sentence)
            else:
                self.error = sentence

    def _row(self, number: int, *, rule: Rule | None = None, **how: Any) -> RuleForm:
        if rule is not None:
            names = ("kind", "action", "threshold", "least", "window", "pause_hours")
            initial = {name: getattr(rule, name) for name in names} | {"rule": rule}
            for name in ("threshold", "pause_hours"):
                initial[name] = None if initial[name] is None else f"{initial[name]:g}"
            how = {"initial": initial}
        row = RuleForm(prefix=f"rule-{number}", **how)
        if not self.has_majority:
            field: Any = row.fields["kind"]
            field.choices = [(kind, label) for kind, label in KINDS.items() if kind != MAJORITY]
        return row
