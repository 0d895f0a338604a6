"""A model's suggestions as people get them, and what is kept of what they did with them.

The server holds the suggestions. Of what is sent only ids count: which suggestion a region was made from, and which
were turned down.
"""

from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass, field
from typing import Any

from django.utils.translation import gettext as _

from annotations import fates
from annotations.answers import MAX_MARKS, MAX_SUGGESTION_ID, FormQuestion, Location
from annotations.form import form_of
from annotations.models import Assignment, Draft, ItemSuggestions, LabelingTask, QuestionType, Submission
from workspaces.errors import Invalid
from workspaces.models import User

# Read with an item's other values, so that they cost no query of their own.
FIELDS = tuple(
    f"item__suggestions__{name}" for name in ("rows", "alias", "model_name", "threshold", "detector", "error")
)


@dataclass(frozen=True)
class Judged:
    """What became of an item's suggestions in one person's answers, and the same as the turn keeps it."""

    suggested: list[dict[str, Any]] = field(default_factory=list)
    fates: str = ""


def are_shown(task: LabelingTask) -> bool:
    """Whether items of this task may have suggestions: it is assisted, or was when some of them were begun."""
    return task.ai_assisted or task.detector_id is not None


def block(values: Sequence[Any]) -> dict[str, Any] | None:
    """An item's suggestions for the workbench, from the values of FIELDS; None where there are none to show."""
    rows, alias, model, threshold, detector, error = values
    if rows is None or error:
        return None
    return {
        "model": {"id": str(detector) if detector else None, "name": model},
        "threshold": threshold,
        "alias": alias,
        "rows": rows,
        "dismissed": [],
    }


def put_fates(payload: dict[str, Any], submission: Submission | None) -> None:
    """For those who judge or look: what the author of this revision did with each suggestion."""
    shown = payload["suggestions"]
    if shown is None or submission is None:
        return
    found = {row["id"]: row["fate"] for row in submission.suggested}
    shown["rows"] = [{**row, "fate": found[row["id"]]} if row["id"] in found else row for row in shown["rows"]]
    shown["dismissed"] = fates.dismissed_in(submission.suggested)


def put_dismissed(payload: dict[str, Any], last: Draft | Submission | None) -> None:
    """What this person turned down so far, or in rework what was turned down in the revision that came back."""
    shown = payload["suggestions"]
    if shown is not None and last is not None:
        shown["dismissed"] = last.dismissed if isinstance(last, Draft) else fates.dismissed_in(last.suggested)


def labels_of(question: FormQuestion) -> list[str]:
    return [label["name"] for label in question.configuration["labels"]]


def labels_in(form: Iterable[FormQuestion]) -> list[str]:
    """All labels that regions of this form can have, each once, in the order in which a turn counts its fates."""
    asked = (question for question in form if question.type == QuestionType.REGIONS)
    return list(dict.fromkeys(label for question in asked for label in labels_of(question)))


def judged(assignment: Assignment, *, sent: dict[str, Any], answers: dict[str, Any], dismissed: list[str]) -> Judged:
    """What becomes of the suggestions with these `answers`, which were cleaned; `sent` is the body they came in.

    Raises Invalid where an id is none of this item's suggestions.
    """
    form = form_of(assignment.task)
    alias, rows = _offered(assignment, form, answers, dismissed)
    known = {row["id"] for row in rows or ()}
    problems = [*_link_problems(sent["answers"], form, alias, known), *_dismissal_problems(dismissed, known)]
    if problems:
        raise Invalid(problems)
    if rows is None:
        return Judged()
    regions = answers.get(alias, [])
    suggested = fates.with_fates(rows, regions, dismissed=dismissed)
    return Judged(suggested, fates.written(fates.counted(suggested, regions), labels=labels_in(form)))


def _offered(
    assignment: Assignment, form: Iterable[FormQuestion], answers: dict[str, Any], dismissed: list[str]
) -> tuple[str, list[dict[str, Any]] | None]:
    """The question and the item's suggestions, None where no model has listened. Looked up where it can matter."""
    is_asked = are_shown(assignment.task) or dismissed or any(_links(answers.get(one.alias)) for one in form)
    rows = ItemSuggestions.objects.filter(item=assignment.item_id, error="").values_list("alias", "rows")
    return (rows.first() if is_asked else None) or ("", None)


def _links(value: Any) -> list[tuple[int, str]]:
    """Which of a list of regions were made from which suggestions."""
    if not isinstance(value, list):
        return []
    return [(n, one["suggestion"]) for n, one in enumerate(value) if isinstance(one, dict) and one.get("suggestion")]


def _link_problems(
    sent: dict[str, Any], form: Iterable[FormQuestion], alias: str, known: Collection[str]
) -> Iterable[tuple[Location, str, str]]:
    for question in form:
        allowed = known if question.alias == alias else ()
        for n, pk in _links(sent.get(question.alias)):
            if question.type == QuestionType.REGIONS and pk not in allowed:
                yield ("body", "answers", question.alias, n, "suggestion"), _unknown(pk), "value_error.unknown"


def _dismissal_problems(dismissed: Sequence[str], known: Collection[str]) -> Iterable[tuple[Location, str, str]]:
    for n, pk in enumerate(dismissed):
        if pk not in known:
            yield ("body", "dismissed", n), _unknown(pk), "value_error.unknown"


def _unknown(pk: str) -> str:
    return _("This item has no suggestion “%(id)s”. Reload to see what is suggested.") % {"id": pk[:MAX_SUGGESTION_ID]}


def dismissed_in(assignment: Assignment, *, by: User, body: dict[str, Any]) -> list[str]:
    """The suggestions that are turned down with this body. One that does not speak of them leaves it as it was."""
    if "dismissed" not in body:
        return _dismissed_before(assignment, by=by) if are_shown(assignment.task) else []
    given = body["dismissed"]
    is_list = isinstance(given, list) and len(given) <= MAX_MARKS
    if not is_list or not all(isinstance(pk, str) and len(pk) <= MAX_SUGGESTION_ID for pk in given):
        sentence = _("Send a list of the ids of suggestions that were turned down.")
        raise Invalid([(("body", "dismissed"), sentence, "type_error.list")])
    return list(dict.fromkeys(given))


def _dismissed_before(assignment: Assignment, *, by: User) -> list[str]:
    """In this person's draft, or else in what was handed in last."""
    revision = assignment.revision
    if assignment.has_drafts:
        draft = Draft.objects.filter(assignment=assignment, author=by, revision=revision).first()
        if draft is not None:
            return list(draft.dismissed)
    last = Submission.objects.filter(assignment=assignment, revision=revision).first() if revision else None
    return fates.dismissed_in(last.suggested) if last is not None else []
