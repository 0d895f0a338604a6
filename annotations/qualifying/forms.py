"""Forms of the pages about skills, trainings, exams and control items."""

import json
from collections.abc import Sequence
from typing import Any

from django import forms
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from annotations.answers import FormQuestion
from annotations.models import ItemKey, LabelingTask, Skill, TaskItem
from annotations.qualifying.key_files import BadFile, read_keys
from annotations.qualifying.keys import MOST_ITEMS, Keyed, listed
from annotations.qualifying.sources import chosen
from annotations.quality.grading import gradable
from workspaces.errors import Invalid
from workspaces.models import User, Workspace
from workspaces.permissions import Right, people_with

MOST_TASKS = 200
SHOWN_PROBLEMS = 10
# Where items with known answers come from.
SOURCES = (
    ("file", gettext_lazy("a file of recordings with their expected answers")),
    ("answers", gettext_lazy("answers that somebody handed in in the task")),
    ("results", gettext_lazy("the surest results of the task")),
)


class SkillForm(forms.Form):
    use_required_attribute = False
    name = forms.CharField(label=gettext_lazy("Name"), max_length=120)
    description = forms.CharField(
        label=gettext_lazy("What it takes"), max_length=2000, required=False, widget=forms.Textarea(attrs={"rows": 2})
    )


class GiveForm(forms.Form):
    use_required_attribute = False
    user = forms.ModelChoiceField(User.objects.none(), label=gettext_lazy("Person"))
    value = forms.FloatField(label=gettext_lazy("Value"), min_value=0, max_value=100, help_text=_("0 to 100"))

    def __init__(self, workspace: Workspace, *args: Any) -> None:
        super().__init__(*args)
        self.fields["user"].queryset = people_with(Right.LABEL, workspace)  # type: ignore[attr-defined]


class SourceForm(forms.Form):
    """Where items with known answers come from. `keyed` are the items, or what is wrong stands in the form."""

    use_required_attribute = False
    source = forms.ChoiceField(
        label=gettext_lazy("Items and right answers from"), choices=SOURCES, widget=forms.RadioSelect, initial="file"
    )
    file = forms.FileField(
        label=gettext_lazy("File"),
        required=False,
        help_text=gettext_lazy(
            "JSON Lines with filename, expected, hint, explanation; or CSV with a column per question."
        ),
    )
    author = forms.ModelChoiceField(
        User.objects.none(), label=gettext_lazy("Whose answers"), required=False, empty_label=gettext_lazy("anybody's")
    )
    least = forms.FloatField(
        label=gettext_lazy("At least so sure, in per cent"), required=False, min_value=0, max_value=100, initial=80
    )
    count = forms.IntegerField(
        label=gettext_lazy("At most so many items"), required=False, min_value=1, max_value=MOST_ITEMS, initial=20
    )

    def put_people(self, workspace: Workspace) -> None:
        people = User.objects.filter(memberships__workspace=workspace).distinct().order_by("name")
        self.fields["author"].queryset = people  # type: ignore[attr-defined]

    def keyed(self, task: LabelingTask) -> list[Keyed] | None:
        given = self.cleaned_data
        try:
            if given["source"] == "file":
                return self._of_file(task)
            ways = {"results": {"from_results": True}, "answers": {"from_answers_of": _pk(given["author"])}}
            wanted = {"count": given["count"] or 20, "least_confidence": (given["least"] or 0) / 100}
            return chosen(task, {**ways[given["source"]], **wanted})
        except Invalid as problem:
            for _loc, text, _kind in problem.problems:
                self.add_error("source", text)
        return None

    def _of_file(self, task: LabelingTask) -> list[Keyed] | None:
        file = self.cleaned_data["file"]
        if not file:
            self.add_error("file", _("Choose a file."))
            return None
        try:
            rows, lines = read_keys(file.name, file.read())
        except BadFile as problem:
            self.add_error("file", str(problem))
            return None
        try:
            return listed(task, rows)
        except Invalid as problem:
            for at, text, _kind in problem.problems[:SHOWN_PROBLEMS]:
                line = lines[at[2]] if len(at) > 2 and isinstance(at[2], int) else 1
                place = ".".join(str(part) for part in at[3:])
                words = {"name": file.name, "line": line, "place": f" {place}" if place else "", "text": text}
                self.add_error("file", _("%(name)s, line %(line)d%(place)s: %(text)s") % words)
        return None


def _pk(user: User | None) -> Any:
    return user.pk if user else None


class PassForm(forms.Form):
    use_required_attribute = False
    name = forms.CharField(label=gettext_lazy("Name"), max_length=255)
    skill = forms.ModelChoiceField(
        Skill.objects.none(),
        label=gettext_lazy("Skill it shows"),
        required=False,
        empty_label=gettext_lazy("none"),
        help_text=gettext_lazy("The score becomes the person's value."),
    )
    pass_percent = forms.IntegerField(
        label=gettext_lazy("Passed from, in per cent"), min_value=1, max_value=100, initial=80
    )
    retry_after_hours = forms.IntegerField(
        label=gettext_lazy("Another try after hours"),
        required=False,
        min_value=0,
        max_value=8784,
        initial=0,
        help_text=gettext_lazy("0: at once. Empty: there is one try."),
    )
    attempt_size = forms.IntegerField(
        label=gettext_lazy("Items in one try"),
        required=False,
        min_value=1,
        max_value=MOST_ITEMS,
        help_text=gettext_lazy("Empty: all of them. Fewer: by chance, those not had before come first."),
    )

    def put_skills(self, workspace: Workspace) -> None:
        self.fields["skill"].queryset = Skill.objects.filter(workspace=workspace)  # type: ignore[attr-defined]

    def passing(self) -> dict[str, Any]:
        names = ("name", "skill", "pass_percent", "retry_after_hours", "attempt_size")
        return {name: self.cleaned_data[name] for name in names}


class LessonForm(PassForm, SourceForm):
    """A new training or exam."""

    kind = forms.ChoiceField(
        label=gettext_lazy("What it is"),
        widget=forms.RadioSelect,
        initial="training",
        choices=(
            ("training", gettext_lazy("training: with hints, a second try, and explanations")),
            ("exam", gettext_lazy("exam: nothing is said until its end")),
        ),
    )
    task = forms.ModelChoiceField(
        LabelingTask.objects.none(),
        label=gettext_lazy("Asks what this task asks"),
        empty_label=None,
        help_text=gettext_lazy("Its questions, instructions and dataset."),
    )

    def __init__(self, workspace: Workspace, user: User, *args: Any, **options: Any) -> None:
        super().__init__(*args, **options)
        self.put_people(workspace)
        self.put_skills(workspace)
        tasks = LabelingTask.objects.visible_to(user).campaigns().present().filter(workspace=workspace)
        recent = tasks.order_by("-id").values("pk")[:MOST_TASKS]
        self.fields["task"].queryset = LabelingTask.objects.filter(pk__in=list(recent.values_list("pk", flat=True)))  # type: ignore[attr-defined]


class KeyForm(forms.Form):
    """Hint, explanation and expected answers of one item: a field for each question that can be graded."""

    use_required_attribute = False
    hint = forms.CharField(label=gettext_lazy("Hint"), required=False, widget=forms.Textarea(attrs={"rows": 2}))
    explanation = forms.CharField(
        label=gettext_lazy("Explanation"), required=False, widget=forms.Textarea(attrs={"rows": 3})
    )

    def __init__(self, form: Sequence[FormQuestion], key: ItemKey, data: Any = None) -> None:
        initial = {"hint": key.hint, "explanation": key.explanation}
        known = gradable(form)
        self.asked = [question for question in form if question.alias in known]
        for question in self.asked:
            value = key.expected.get(question.alias)
            text = value if isinstance(value, str) else json.dumps(value, ensure_ascii=False)
            initial[f"expected-{question.alias}"] = text if question.alias in key.expected else ""
        super().__init__(data, initial=initial)
        for question in self.asked:
            self.fields[f"expected-{question.alias}"] = _expected_field(question)

    @property
    def expected_fields(self) -> list[forms.BoundField]:
        return [self[f"expected-{question.alias}"] for question in self.asked]

    def changes(self) -> dict[str, Any]:
        given = self.cleaned_data
        texts = {question: given[f"expected-{question.alias}"].strip() for question in self.asked}
        expected = {question.alias: _value(text) for question, text in texts.items() if text}
        return {"hint": given["hint"], "explanation": given["explanation"], "expected": expected}


def _expected_field(question: FormQuestion) -> forms.Field:
    choices = question.configuration.get("choices")
    if choices and not question.configuration.get("multi"):
        options = [("", _("not graded")), *((choice, choice) for choice in choices)]
        return forms.ChoiceField(label=question.name, choices=options, required=False)
    short = question.type in ("rating", "number")
    widget = forms.TextInput() if short else forms.Textarea(attrs={"rows": 3, "spellcheck": "false"})
    help_text = _("Empty: not graded.") if short else _("As JSON, in the shape of an answer. Empty: not graded.")
    return forms.CharField(label=question.name, required=False, widget=widget, help_text=help_text)


def _value(text: str) -> Any:
    try:
        return json.loads(text)
    except (ValueError, RecursionError):
        return text


def name_of(item: TaskItem) -> str:
    files = [file.audio.filename for file in item.files.all()]
    return files[0] if files else f"#{item.position}"
