import re
from pathlib import Path
from typing import Any

import pytest
from django import forms
from django.template import Context, Template

from workspaces.templatetags.earmark import bar, control, duration, hours, icon, keycap, percent_of, pill


@pytest.mark.parametrize(
    ("ms", "text"),
    [(None, ""), (0, "0:00.000"), (64_120, "1:04.120"), (7_384_500, "2:03:04.500"), (59_999, "0:59.999")],
)
def test_durations(ms: int | None, text: str) -> None:
    assert duration(ms) == text


@pytest.mark.parametrize(("ms", "text"), [(None, "0.0 min"), (90_000, "1.5 min"), (77_040_000, "21.4 h")])
def test_hours(ms: int | None, text: str) -> None:
    assert hours(ms) == text


@pytest.mark.parametrize(("part", "whole", "percent"), [(1, 3, 33), (0, 0, 0), (5, 5, 100)])
def test_percent(part: int, whole: int, percent: int) -> None:
    assert percent_of(part, whole) == percent


def test_a_pill_takes_its_look_from_the_state_and_escapes_its_word() -> None:
    assert pill("failed", "<b>") == '<span class="pill pill-warn">&lt;b&gt;</span>'
    assert pill("unheard") == '<span class="pill pill-quiet">unheard</span>'


def test_a_keycap_is_escaped() -> None:
    assert keycap("<") == '<kbd class="keycap">&lt;</kbd>'


def test_a_bar_has_a_segment_per_part_side_by_side() -> None:
    drawn = bar(200, ok=100, accent=0, warn=None, busy=50)

    assert '<rect class="ok" x="0.00%" width="50.00%"/><rect class="busy" x="50.00%" width="25.00%"/>' in drawn
    assert 'aria-label="75 %"' in drawn
    assert "accent" not in drawn


def test_a_bar_of_nothing_is_empty() -> None:
    assert "<rect" not in bar(0, ok=3)


def test_an_icon_is_inline_and_silent() -> None:
    assert icon("trash").startswith('<svg aria-hidden="true"')


class Everything(forms.Form):
    text = forms.CharField(help_text="A hint.", widget=forms.TextInput(attrs={"class": "mono"}))
    choice = forms.ChoiceField(choices=[("a", "A")], required=False)
    many = forms.MultipleChoiceField(choices=[("a", "A")], widget=forms.CheckboxSelectMultiple)
    flag = forms.BooleanField(required=False)
    hidden = forms.CharField(widget=forms.HiddenInput, required=False)


def test_controls_get_the_classes_they_need() -> None:
    form = Everything()

    assert 'class="form-control mono"' in control(form["text"])
    assert 'class="form-select"' in control(form["choice"])
    assert 'class="form-check-input"' in control(form["flag"])


def test_a_form_shows_labels_hints_and_errors() -> None:
    page = Template('{% include "_form.html" %}').render(Context({"form": Everything({"text": ""})}))

    for part in (
        "A hint.",
        "This field is required.",
        '<legend class="form-label">Many</legend>',
        'type="hidden"',
        'aria-invalid="true"',
    ):
        assert part in page


def test_no_page_template_has_inline_script_or_style(settings: Any) -> None:
    """The content security policy would refuse them, silently for whoever wrote the page."""
    refused = re.compile(r"\sstyle=|\son[a-z]+=\"|<style|<script(?![^>]*(src=|application/json))|javascript:")
    guilty = [
        f"{path.name}: {found.group()}"
        for path in Path(settings.BASE_DIR, "templates").rglob("*.html")
        for found in refused.finditer(path.read_text(encoding="utf-8"))
    ]
    assert guilty == []
